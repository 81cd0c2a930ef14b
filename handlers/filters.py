"""What an update must look like for a handler; all async, since aiogram runs the others in threads."""

from typing import Any

from aiogram.filters import Filter
from aiogram.types import CallbackQuery, Message

from storage.letters import Upload


class Pressed(Filter):
    """A button whose data is ``name`` or ``name:a:b``; the handler may take ``args``, the parts after it."""

    def __init__(self, name: str) -> None:
        self.name = name

    async def __call__(self, query: CallbackQuery) -> bool | dict[str, Any]:
        data = query.data or ""
        if data == self.name:
            return {"args": []}
        rest = data.removeprefix(f"{self.name}:")
        return {"args": rest.split(":")} if rest != data else False


class InPrivate(Filter):
    """The private chat with the assistant."""

    async def __call__(self, event: Message | CallbackQuery) -> bool:
        return _chat_type(event) == "private"


class InGroup(Filter):
    """A group or supergroup."""

    async def __call__(self, event: Message | CallbackQuery) -> bool:
        return _chat_type(event) in {"group", "supergroup"}


class StartPayload(Filter):
    """`/start` with a payload that begins with ``letter``; the handler may take ``payload``, the rest of it."""

    def __init__(self, letter: str) -> None:
        self.letter = letter

    async def __call__(self, message: Message) -> bool | dict[str, Any]:
        word, _, payload = (message.text or "").partition(" ")
        if word.partition("@")[0].lower() != "/start" or not payload.startswith(self.letter):
            return False
        return {"payload": payload[len(self.letter) :].strip()}


class Uploads(Filter):
    """A file sent as a document; the handler may take ``file``. Its bytes: storage.letters.fetch."""

    async def __call__(self, message: Message) -> bool | dict[str, Any]:
        sent = message.document
        return {"file": Upload(sent.file_id, sent.file_name or "", sent.file_size or 0)} if sent else False


class Pictured(Filter):
    """A picture, sent as a photo or as a document; the handler may take ``file``, as with Uploads."""

    async def __call__(self, message: Message) -> bool | dict[str, Any]:
        if message.photo:
            largest = message.photo[-1]
            return {"file": Upload(largest.file_id, "foto.jpg", largest.file_size or 0)}
        sent = message.document
        if sent is None or not (sent.mime_type or "").startswith("image/"):
            return False
        return {"file": Upload(sent.file_id, sent.file_name or "", sent.file_size or 0)}


def _chat_type(event: Message | CallbackQuery) -> str | None:
    message = event.message if isinstance(event, CallbackQuery) else event
    return message.chat.type if message else None
