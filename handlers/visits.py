"""Visits to a school every fortnight: begun at a free hour, ended, called off with a reason, and whether they were."""

from collections.abc import Callable
from typing import Any

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from coaching import sessions, visit_pages, visits
from handlers.filters import InPrivate, Pressed
from handlers.giving import Recently, listen
from handlers.rewriting import number, rewrite, word
from handlers.setup import Words
from handlers.visiting import Answer, Visit
from storage.letters import message as letter


class Excusing(StatesGroup):
    """The next words say why a visit does not take place."""

    reason = State()


def router() -> Router:
    door = Router(name="visits")
    door.message.register(excused, InPrivate(), StateFilter(Excusing.reason), Recently(), Words())
    taps: dict[str, Callable[..., Any]] = {
        "vis": shown, "visnew": begun, "visend": ended, "visoff": called_off, "vismet": met,
    }  # fmt: skip
    for name, handler in taps.items():
        door.callback_query.register(handler, InPrivate(), Pressed(name))
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
    group = await visits.end(visit.session, visit.person, number(args, 0), visit.now)
    note = visit.say("sessions.series.ended")
    return rewrite(query, visit, *await visit_pages.of_group(visit.session, visit.person, group.id, visit.say, note))


async def called_off(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Not this time: first why, by tap or in words."""
    which, reason = number(args, 0), word(args, 1)
    if reason not in sessions.REASONS:
        page = await visit_pages.why(visit.session, visit.person, which, visit.say)
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
