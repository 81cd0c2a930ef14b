"""What may be sent where a file is welcome: words, a photo, a document, a voice note, a recording, a film."""

from typing import Any

from aiogram.filters import Filter
from aiogram.types import Message

from learning.sent import Sent


class Brings(Filter):
    """Words that are no command, or a file; the handler may take ``what``."""

    async def __call__(self, message: Message) -> bool | dict[str, Any]:
        found = brought(message)
        return {"what": found} if found is not None else False


def brought(message: Message) -> Sent | None:
    """The message as what somebody sends; None for a command, a sticker, a place and the like."""
    words, album = message.caption, message.media_group_id
    if message.photo:
        largest = message.photo[-1]
        return Sent("photo", words, largest.file_id, size=largest.file_size or 0, album=album)
    for medium in ("document", "voice", "audio", "video"):
        file: Any = getattr(message, medium)
        if file is not None:
            name = getattr(file, "file_name", None)
            seconds = file.duration if medium == "voice" else None
            return Sent(medium, words, file.file_id, name, file.file_size or 0, album, seconds)
    text = (message.text or "").strip()
    return Sent("text", text) if text and not text.startswith("/") else None
