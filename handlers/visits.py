"""Visits to a school every fortnight: begun at a free hour, ended, moved or called off with a reason, and held."""

from collections.abc import Callable
from typing import Any

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from coaching import series, sessions, visit_pages, visits
from coaching.pages import Page
from handlers.filters import InPrivate, Pressed
from handlers.giving import Recently, listen
from handlers.rewriting import number, rewrite, word
from handlers.setup import Words
from handlers.visiting import Answer, Visit
from storage.letters import message as letter


class Excusing(StatesGroup):
    """The next words say why a visit does not take place, when it does instead, or why then."""

    reason = State()
    time = State()
    why_then = State()


def router() -> Router:
    door = Router(name="visits")
    for state, handler in ((Excusing.reason, excused), (Excusing.time, timed), (Excusing.why_then, reasoned)):
        door.message.register(handler, InPrivate(), StateFilter(state), Recently(), Words())
    taps: dict[str, Callable[..., Any]] = {
        "vis": shown, "visnew": begun, "visend": ended, "vst": opened, "vismv": moving, "visat": moved,
        "visoff": called_off, "visics": filed, "vismet": met,
    }  # fmt: skip
    for name, tapped in taps.items():
        door.callback_query.register(tapped, InPrivate(), Pressed(name))
    return door


async def shown(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """One's visits to a group."""
    return rewrite(query, visit, *await visit_pages.of_group(visit.session, visit.person, number(args, 0), visit.say))


async def begun(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Every fortnight at this hour."""
    page = await visit_pages.begun(
        visit.session, visit.person, number(args, 0), number(args, 1), number(args, 2), visit.say, visit.now
    )
    return rewrite(query, visit, *page)


async def ended(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """No more."""
    group = await series.end(visit.session, visit.person, number(args, 0), visit.now)
    note = visit.say("sessions.series.ended")
    return rewrite(query, visit, *await visit_pages.of_group(visit.session, visit.person, group.id, visit.say, note))


async def opened(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """One visit."""
    await state.clear()
    page = await visit_pages.of_visit(visit.session, visit.person, number(args, 0), visit.say, visit.now)
    return rewrite(query, visit, *page)


async def moving(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """To when?"""
    page = await visit_pages.moving(visit.session, visit.person, number(args, 0), visit.say, visit.now)
    await listen(state, Excusing.time, visit, session=number(args, 0))
    return rewrite(query, visit, *page)


async def timed(message: Message, visit: Visit, state: FSMContext) -> Answer:
    """The time that was typed; then why."""
    which, said = (await state.get_data())["session"], message.text or ""
    then, (words, rows) = await visit_pages.typed(visit.session, visit.person, which, said, visit.say, visit.now)
    await listen(state, Excusing.why_then, visit, session=which, then=then)
    return letter(visit.chat_id, words, buttons=rows)


async def moved(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """To this time: first why, by tap or in words."""
    which, then, reason = number(args, 0), number(args, 1), word(args, 2)
    if reason not in sessions.REASONS:
        page = await visit_pages.why_moved(visit.session, visit.person, which, then, visit.say, visit.now)
        await listen(state, Excusing.why_then, visit, session=which, then=then)
        return rewrite(query, visit, *page)
    await state.clear()
    return rewrite(query, visit, *await _moved(visit, which, then, reason))


async def _moved(visit: Visit, which: int, then: int, reason: str) -> Page:
    return await visit_pages.moved(visit.session, visit.person, which, then, reason, visit.say, visit.now)


async def reasoned(message: Message, visit: Visit, state: FSMContext) -> Answer:
    """The reason in words."""
    data = await state.get_data()
    words, rows = await _moved(visit, data["session"], data["then"], message.text or "")
    await state.clear()
    return letter(visit.chat_id, words, buttons=rows)


async def filed(_query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The calendar file once more."""
    return await visit_pages.file(visit.session, visit.person, number(args, 0), visit.say, visit.now)


async def called_off(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Not this time: first why, by tap or in words."""
    which, reason = number(args, 0), word(args, 1)
    if reason not in sessions.REASONS:
        page = await visit_pages.why(visit.session, visit.person, which, visit.say, visit.now)
        await listen(state, Excusing.reason, visit, session=which)
        return rewrite(query, visit, *page)
    await state.clear()
    await visits.call_off(visit.session, visit.person, which, reason, visit.now)
    return rewrite(query, visit, visit.say("sessions.series.off"))


async def excused(message: Message, visit: Visit, state: FSMContext) -> Answer:
    """The reason in words."""
    which = (await state.get_data())["session"]
    await visits.call_off(visit.session, visit.person, which, message.text or "", visit.now)
    await state.clear()
    return letter(visit.chat_id, visit.say("sessions.series.off"))


async def met(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Did it take place?"""
    await visits.met(visit.session, visit.person, number(args, 0), word(args, 1) == "1", visit.now)
    return rewrite(query, visit, visit.say("sessions.series.thanks"))
