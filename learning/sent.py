"""What somebody sends in one message, words, a photo, a file, a voice or a film, and how it is shown again."""

from dataclasses import dataclass
from typing import Any

from community.notes import CAPTION, MESSAGE, SHOWN, clipped, fitted
from content.texts import Texts
from storage.letters import Draft, Keyboard, message

METHODS = {
    "photo": "sendPhoto", "document": "sendDocument", "audio": "sendAudio", "video": "sendVideo", "voice": "sendVoice",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sent:
    """`medium` is text or one of METHODS; a file is kept as Telegram's id, its `text` is what stood under it.

    `size` is in bytes (0: not told); `album`: it came together with others; `seconds`: the length of a voice note.
    """

    medium: str
    text: str | None = None
    file_id: str | None = None
    name: str | None = None
    size: int = 0
    album: str | None = None
    seconds: int | None = None


def shown(sent: Sent, chat_id: int, say: Texts, heading: str, *, buttons: Keyboard | None = None, **rest: Any) -> Draft:
    """It again in a chat, under a heading (a phrase's HTML): a message, or the file with the words below it."""

    def under_heading(words: str) -> str:
        return f"{heading}\n{say('learning.quoted', words=words)}" if words else heading

    words = clipped(sent.text or "", SHOWN)
    if sent.file_id is None or sent.medium not in METHODS:
        return message(chat_id, fitted(words, MESSAGE, under_heading), buttons=buttons, **rest)
    return file(chat_id, sent.medium, sent.file_id, fitted(words, CAPTION, under_heading), buttons=buttons, **rest)


def file(
    chat_id: int, medium: str, source: Any, caption: str, *, buttons: Keyboard | None = None, **rest: Any
) -> Draft:
    """A file by Telegram's id, or by what the courier makes one of; the caption is HTML of up to 1,024 characters."""
    params: dict[str, Any] = {"chat_id": chat_id, medium: source, "caption": caption, "parse_mode": "HTML"}
    if buttons is not None:
        params["reply_markup"] = {"inline_keyboard": [list(row) for row in buttons]}
    return Draft(METHODS[medium], params, chat_id, **rest)
