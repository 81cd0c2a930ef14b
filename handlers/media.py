"""A tap on a medium under the prompt: the file, or what it shows in words, in the private chat."""

from typing import Any

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from handlers.filters import InPrivate, Pressed, StartPayload
from handlers.giving import can_write_to, doorway, in_private
from handlers.rewriting import number, word
from handlers.visiting import Answer, Visit
from learning import branches, media


def router() -> Router:
    door = Router(name="media")
    door.callback_query.register(show, Pressed("media"))
    door.message.register(show_by_link, InPrivate(), StartPayload("m"))
    door.callback_query.register(download, InPrivate(), Pressed("mediadl"))
    door.callback_query.register(side_lesson, InPrivate(), Pressed("side"))
    return door


async def show(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The button under the prompt."""
    if not can_write_to(visit):
        return doorway(query, visit, f"m{number(args, 0)}-{number(args, 1)}")
    found = await media.opened(visit.session, visit.person, number(args, 0), number(args, 1), word(args, 2))
    return in_private(query, visit, [media.letter(found, visit.user_id, visit.say)])


async def show_by_link(_message: Message, visit: Visit, payload: str) -> Answer:
    """The button opened the private chat."""
    args = payload.split("-")
    found = await media.opened(visit.session, visit.person, number(args, 0), number(args, 1))
    return media.letter(found, visit.user_id, visit.say)


async def download(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Tetap unduh: the file, although the signal is weak."""
    ids = number(args, 0), number(args, 1)
    found = await media.opened(visit.session, visit.person, *ids, word(args, 2), anyway=True)
    return media.letter(found, visit.user_id, visit.say)


async def side_lesson(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """A short lesson for some readers, offered under a prompt."""
    return await branches.open_side(visit.session, visit.person, number(args, 0), word(args, 1), visit.say)


async def _sent(answer: dict[str, Any], data: dict[str, Any], visit: Visit) -> Answer:
    """Telegram has the file, or would not take it."""
    if answer["ok"] and isinstance(answer["result"], dict):
        await media.arrived(visit.session, data, answer["result"], visit.now)
        return None
    if visit.person is None:
        return None
    return await media.refused(visit.session, visit.person, data, visit.say)


ANSWERS = {"learning.medium_sent": _sent}
