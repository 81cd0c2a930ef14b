"""When two people of a cycle meet: free hours, times to offer and to pick, a place, a reason, and whether they met."""

from collections.abc import Callable
from typing import Any

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from coaching import free_periods, session_pages, sessions
from coaching.pages import Page
from handlers.filters import InPrivate, Pressed
from handlers.giving import Recently, listen
from handlers.rewriting import number, rewrite, word
from handlers.setup import Words
from handlers.visiting import Answer, Visit
from storage.letters import message as letter


class Arranging(StatesGroup):
    """The next words are times, a place, or a reason."""

    times = State()
    place = State()
    reason = State()


def router() -> Router:
    door = Router(name="sessions")
    for state, handler in ((Arranging.times, timed), (Arranging.place, placed), (Arranging.reason, reasoned)):
        door.message.register(handler, InPrivate(), StateFilter(state), Recently(), Words())
    taps: dict[str, Callable[..., Any]] = {
        "free": free, "freetap": free_tapped, "freeno": free_cleared, "freeok": free_done, "ses": shown,
        "ses1": shown_one, "sesof": offering, "sesgo": offered, "sestype": typing, "sespick": picked,
        "sesask": asked, "sesfree": asked_for_periods, "sesoff": called_off, "sesplace": placing, "sesics": filed,
        "sesmet": met,
    }  # fmt: skip
    for name, handler in taps.items():
        door.callback_query.register(handler, InPrivate(), Pressed(name))
    return door


async def free(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """One's free hours of the week."""
    return rewrite(query, visit, *await free_periods.page(visit.session, visit.person, visit.say, word(args, 0)))


async def free_tapped(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """One hour, on or off."""
    await free_periods.toggle(visit.session, visit.person, number(args, 1), number(args, 2))
    return rewrite(query, visit, *await free_periods.page(visit.session, visit.person, visit.say, word(args, 0)))


async def free_cleared(query: CallbackQuery, visit: Visit) -> Answer:
    """A new timetable."""
    await free_periods.clear(visit.session, visit.person)
    return rewrite(query, visit, *await free_periods.page(visit.session, visit.person, visit.say))


async def free_done(query: CallbackQuery, visit: Visit) -> Answer:
    """What is kept."""
    return rewrite(query, visit, *await free_periods.kept(visit.session, visit.person, visit.say))


async def shown(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """The sessions of a cycle."""
    await state.clear()
    return await _page(query, visit, number(args, 0))


async def shown_one(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """One of them, where there are several."""
    await state.clear()
    page = await session_pages.of_one(visit.session, visit.person, number(args, 0), visit.say, visit.now)
    return rewrite(query, visit, *page)


async def _page(query: CallbackQuery, visit: Visit, cycle_id: int, note: str = "") -> Answer:
    page = await session_pages.of_cycle(visit.session, visit.person, cycle_id, visit.say, visit.now, note)
    return rewrite(query, visit, *page)


async def offering(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Times that fit both."""
    await state.clear()
    page = await session_pages.offering(
        visit.session, visit.person, number(args, 0), number(args, 1), word(args, 2), visit.say, visit.now
    )
    return rewrite(query, visit, *page)


async def offered(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """These are offered."""
    page = await session_pages.offer_found(
        visit.session, visit.person, number(args, 0), number(args, 1), word(args, 2), visit.say, visit.now
    )
    return rewrite(query, visit, *page)


async def typing(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Times in one's own words."""
    page = await session_pages.typing(visit.session, visit.person, number(args, 0), visit.say)
    told = {"cycle": number(args, 0), "minutes": number(args, 1), "mode": word(args, 2)}
    await listen(state, Arranging.times, visit, **told)
    return rewrite(query, visit, *page)


async def timed(message: Message, visit: Visit, state: FSMContext) -> Answer:
    """The times that were typed."""
    data, said = await state.get_data(), message.text or ""
    words, rows = await session_pages.offer_typed(
        visit.session, visit.person, data["cycle"], data["minutes"], data["mode"], said, visit.say, visit.now
    )
    await state.clear()
    return letter(visit.chat_id, words, buttons=rows)


async def picked(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """One of the times that were offered."""
    place = number(args, 1) if word(args, 1).isdecimal() else -1
    found = await sessions.pick(visit.session, visit.person, number(args, 0), place, visit.now)
    return await _page(query, visit, found.seat.cycle.id, visit.say("sessions.picked"))


async def asked(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The teacher would like to meet, or at another time."""
    await sessions.ask_for_time(visit.session, visit.person, number(args, 0), visit.now)
    return await _page(query, visit, number(args, 0), visit.say("sessions.asked"))


async def asked_for_periods(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The coach would like to know the teacher's free hours."""
    await sessions.ask_for_free_periods(visit.session, visit.person, number(args, 0), visit.now)
    return await _page(query, visit, number(args, 0), visit.say("sessions.asked_periods"))


async def called_off(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Moved or cancelled: first why, by tap or in words."""
    which, act, reason = number(args, 0), word(args, 1), word(args, 2)
    if reason not in sessions.REASONS:
        page = await session_pages.why(visit.session, visit.person, which, act, visit.say)
        await listen(state, Arranging.reason, visit, session=which, act=act)
        return rewrite(query, visit, *page)
    await state.clear()
    return rewrite(query, visit, *await _called_off(visit, which, act, reason))


async def _called_off(visit: Visit, which: int, act: str, reason: str) -> Page:
    return await session_pages.called_off(visit.session, visit.person, which, act, reason, visit.say, visit.now)


async def reasoned(message: Message, visit: Visit, state: FSMContext) -> Answer:
    """The reason in words."""
    data = await state.get_data()
    words, rows = await _called_off(visit, data["session"], data["act"], message.text or "")
    await state.clear()
    return letter(visit.chat_id, words, buttons=rows)


async def placing(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Where?"""
    page = await session_pages.placing(visit.session, visit.person, number(args, 0), visit.say)
    await listen(state, Arranging.place, visit, session=number(args, 0))
    return rewrite(query, visit, *page)


async def placed(message: Message, visit: Visit, state: FSMContext) -> Answer:
    """A room or a link."""
    data = await state.get_data()
    found = await sessions.put(visit.session, visit.person, data["session"], message.text or "", visit.now)
    await state.clear()
    words, rows = await session_pages.of_cycle(
        visit.session, visit.person, found.seat.cycle.id, visit.say, visit.now, visit.say("sessions.placed")
    )
    return letter(visit.chat_id, words, buttons=rows)


async def filed(_query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The calendar file once more."""
    return await session_pages.file(visit.session, visit.person, number(args, 0), visit.say, visit.now)


async def met(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Did they meet?"""
    yes = word(args, 1) == "1"
    found = await sessions.met(visit.session, visit.person, number(args, 0), yes, visit.now)
    return await _page(query, visit, found.seat.cycle.id, visit.say(f"sessions.said_{'met' if yes else 'not_met'}"))
