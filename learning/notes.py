"""What a teacher gives: words or a voice note, and how others get to see it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from content.texts import Texts
from storage.letters import Draft, message

# Leaves room for the heading in one message of 4,096 characters; the whole text stays stored.
SHOWN = 3_500
# Telegram counts UTF-16 units after reading the markup; counting the markup too errs on the safe side.
MESSAGE, CAPTION = 4_096, 1_024


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

    def under_heading(words: str) -> str:
        return f"{heading} {say('learning.quoted', words=words)}" if words else heading

    draft = message(
        chat_id, fitted(clipped(note.text or "", SHOWN), MESSAGE, under_heading), reply_to=reply_to, silent=True, **rest
    )
    if not note.file_id:
        return draft
    caption = fitted(note.text or "", CAPTION, under_heading)
    params = {name: value for name, value in draft.params.items() if name not in {"text", "link_preview_options"}}
    return replace(draft, method="sendVoice", params=params | {"voice": note.file_id, "caption": caption})


def fitted(text: str, most: int, write: Callable[[str], str]) -> str:
    """The HTML that ``write`` makes of the text, or of its longest beginning that keeps within ``most`` units."""
    if _units(write(text)) <= most:
        return write(text)
    least, longest = 1, len(text)
    while least < longest:
        middle = (least + longest + 1) // 2
        if _units(write(clipped(text, middle))) <= most:
            least = middle
        else:
            longest = middle - 1
    return write(clipped(text, least))


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def clipped(text: str, most: int) -> str:
    """The text, or its beginning."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
