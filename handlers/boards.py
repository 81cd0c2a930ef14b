"""A group's cycle: who holds the open step, and its board in the group's chat."""

from collections.abc import Callable
from typing import Any

from aiogram import Router
from aiogram.types import CallbackQuery

from coaching import holders, pages
from handlers.filters import InPrivate, Pressed
from handlers.rewriting import number, rewrite
from handlers.visiting import Answer, Visit


def router() -> Router:
    door = Router(name="boards")
    taps: dict[str, Callable[..., Any]] = {"cychold": asked, "cycheld": held, "cycboard": shown}
    for name, handler in taps.items():
        door.callback_query.register(handler, InPrivate(), Pressed(name))
    return door


async def _page(query: CallbackQuery, visit: Visit, cycle_id: int, note: str) -> Answer:
    return rewrite(
        query, visit, *await pages.of_cycle(visit.session, visit.person, cycle_id, visit.say, visit.now, note)
    )


async def asked(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Who is to hold the step?"""
    return rewrite(query, visit, *await holders.page(visit.session, visit.person, number(args, 0), visit.say))


async def held(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """That maker does."""
    cycle, row, who = (number(args, at) for at in range(3))
    await holders.hold(visit.session, visit.person, cycle, row, who, visit.now)
    return await _page(query, visit, cycle, visit.say("boards.is_held"))


async def shown(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The board goes up in the group."""
    await holders.show_board(visit.session, visit.person, number(args, 0), visit.now)
    return await _page(query, visit, number(args, 0), visit.say("boards.is_up"))
