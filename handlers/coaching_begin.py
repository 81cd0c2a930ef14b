"""Beginning a cycle: group, workflow, colleague; and taking a coach's seat that fell free."""

from collections.abc import Callable
from typing import Any

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery

from coaching import beginning, closed_cycles, handovers, pages
from coaching.rights import Side
from handlers.filters import InPrivate, Pressed
from handlers.rewriting import number, rewrite, word
from handlers.visiting import Answer, Visit


def router() -> Router:
    door = Router(name="coaching_begin")
    taps: dict[str, Callable[..., Any]] = {
        "cycs": listed, "cycnew": groups, "cycg": which, "cycw": whom, "cycp": turned, "cycpick": picked,
        "cycoff": offered, "cycall": offered_to_all, "cyctake": taken, "cycold": closed,
    }  # fmt: skip
    for name, handler in taps.items():
        door.callback_query.register(handler, InPrivate(), Pressed(name))
    return door


async def listed(query: CallbackQuery, visit: Visit, state: FSMContext) -> Answer:
    """Back to all of one's cycles."""
    await state.clear()
    return rewrite(query, visit, *await pages.listed(visit.session, visit.person, visit.say, visit.now))


async def groups(query: CallbackQuery, visit: Visit) -> Answer:
    """In which group?"""
    return rewrite(query, visit, *await beginning.groups(visit.session, visit.person, visit.say))


async def which(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Which workflow?"""
    return rewrite(query, visit, *await beginning.which(visit.session, visit.person, number(args, 0), visit.say))


async def whom(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """With whom?"""
    await state.clear()
    page = await beginning.whom(visit.session, visit.person, number(args, 0), word(args, 1), visit.say)
    return rewrite(query, visit, *page)


async def turned(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Another page of names."""
    return await _again(query, visit, state, args, number(args, 2))


async def picked(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """One more, or one less, of several makers."""
    chosen = set((await state.get_data()).get("makers", [])) ^ {number(args, 2)}
    await state.set_data({"makers": sorted(chosen)} if visit.person else {})
    return await _again(query, visit, state, args, number(args, 3))


async def _again(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str], page: int) -> Answer:
    chosen = (await state.get_data()).get("makers", [])
    shown = await beginning.whom(visit.session, visit.person, number(args, 0), word(args, 1), visit.say, page, chosen)
    return rewrite(query, visit, *shown)


async def offered(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The colleague is asked."""
    side = Side.COACH if word(args, 2) == "c" else Side.COACHEE
    page = await beginning.offered(
        visit.session, visit.person, number(args, 0), word(args, 1), side, [number(args, 3)], visit.say, visit.now
    )
    return rewrite(query, visit, *page)


async def offered_to_all(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """All who were picked are asked."""
    chosen = (await state.get_data()).get("makers", [])
    page = await beginning.offered(
        visit.session, visit.person, number(args, 0), word(args, 1), Side.COACHEE, chosen, visit.say, visit.now
    )
    await state.clear()
    return rewrite(query, visit, *page)


async def closed(query: CallbackQuery, visit: Visit) -> Answer:
    """What has come to its end."""
    return rewrite(query, visit, *await closed_cycles.listed(visit.session, visit.person, visit.say))


async def taken(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """A coach's free seat."""
    await handovers.take_seat(visit.session, visit.person, number(args, 0), number(args, 1), visit.now)
    page = await pages.of_cycle(
        visit.session, visit.person, number(args, 1), visit.say, visit.now, visit.say("coaching.more.took_over")
    )
    return rewrite(query, visit, *page)
