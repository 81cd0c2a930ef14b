"""What a teacher gives: words or a voice note, and how others get to see it."""

from dataclasses import dataclass, replace
from typing import Any

from content.texts import Texts
from storage.letters import Draft, message

# Leaves room for the heading in one message of 4,096 characters; the whole text stays stored.
SHOWN = 3_500
SHOWN_UNDER_VOICE = 800  # captions end at 1,024


@dataclass(frozen=True, slots=True)
class Note:
    """Text, or a voice note by Telegram's file_id and its length in seconds. Voice is kept, not transcribed."""

    text: str | None = None
    file_id: str | None = None
    seconds: int | None = None

    @property
    def medium(self) -> str:
        return "voice" if self.file_id else "text"


def shown(note: Note, chat_id: int, say: Texts, heading: str, *, reply_to: int | None = None, **rest: Any) -> Draft:
    """The note in a chat, silently, under a heading (a phrase's HTML): a message, or the voice itself."""
    words = " ".join((heading, say("learning.quoted", words=clipped(note.text, SHOWN)))) if note.text else heading
    draft = message(chat_id, words, reply_to=reply_to, silent=True, **rest)
    if not note.file_id:
        return draft
    caption = (
        heading if not note.text else f"{heading} {say('learning.quoted', words=clipped(note.text, SHOWN_UNDER_VOICE))}"
    )
    params = {name: value for name, value in draft.params.items() if name not in {"text", "link_preview_options"}}
    return replace(draft, method="sendVoice", params=params | {"voice": note.file_id, "caption": caption})


def clipped(text: str, most: int) -> str:
    """The text, or its beginning."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
