"""Bagikan ke WhatsApp: a tap under a prompt, an invitation or a synthesis; the link comes in private."""

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.filters import Pressed
from handlers.giving import can_write_to, doorway, in_private
from handlers.rewriting import number, word
from handlers.visiting import Answer, Visit
from learning import sharing
from learning.sharing import Shared


def router() -> Router:
    door = Router(name="sharing")
    door.callback_query.register(prompt, Pressed("share"))
    door.callback_query.register(invitation, Pressed("sharejoin"))
    door.callback_query.register(week, Pressed("sharesyn"))
    return door


async def prompt(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Under a prompt."""
    found = await sharing.prompt(visit.session, visit.person, number(args, 0), visit.deep_link, visit.now)
    return _answer(query, visit, found)


async def invitation(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Under the joining link."""
    found = await sharing.invitation(visit.session, visit.person, number(args, 0), visit.deep_link, visit.now)
    return _answer(query, visit, found)


async def week(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Under the weekly synthesis."""
    group_id, day = number(args, 0), word(args, 1)
    found = await sharing.week(visit.session, visit.person, group_id, day, visit.deep_link, visit.now)
    return _answer(query, visit, found)


def _answer(query: CallbackQuery, visit: Visit, shared: Shared) -> Answer:
    if not can_write_to(visit):
        return doorway(query, visit, "")
    return in_private(query, visit, [sharing.letter(shared, visit.user_id, visit.say)])
