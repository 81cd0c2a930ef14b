"""A kind word, a message, another day: what a coach does from the morning's letter, and a teacher just as well."""

from collections.abc import Callable
from typing import Any

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from coaching import managing, pages, reaching
from coaching.cycle_notes import Given
from handlers.coaching import Answers
from handlers.filters import InPrivate, Pressed
from handlers.giving import Recently, listen
from handlers.rewriting import number, rewrite, word
from handlers.visiting import Answer, Visit
from storage.letters import button
from storage.letters import message as letter


class Writing(StatesGroup):
    """The next words or voice are passed on."""

    words = State()


def router() -> Router:
    door = Router(name="coaching_reach")
    door.message.register(written, InPrivate(), StateFilter(Writing.words), Recently(), Answers())
    taps: dict[str, Callable[..., Any]] = {
        "cycnudge": nudge, "cycwrite": write, "cycmoves": moves, "cycmoved": moved,
    }  # fmt: skip
    for name, handler in taps.items():
        door.callback_query.register(handler, InPrivate(), Pressed(name))
    return door


async def _page(query: CallbackQuery, visit: Visit, cycle_id: int, note: str) -> Answer:
    page = await pages.of_cycle(visit.session, visit.person, cycle_id, visit.say, visit.now, note)
    return rewrite(query, visit, *page)


async def nudge(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """A friendly word."""
    await reaching.nudge(visit.session, visit.person, number(args, 0), visit.now)
    return await _page(query, visit, number(args, 0), visit.say("coaching.reach.nudged"))


async def write(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """What shall I tell them?"""
    page = await reaching.writing(visit.session, visit.person, number(args, 0), visit.say)
    await listen(state, Writing.words, visit, cycle=number(args, 0))
    return rewrite(query, visit, *page)


async def written(message: Message, visit: Visit, state: FSMContext, given: Given) -> Answer:
    """It is passed on."""
    cycle_id = (await state.get_data())["cycle"]
    await reaching.write(visit.session, visit.person, cycle_id, given, visit.now)
    await state.clear()
    back = [[button(visit.say.plain("coaching.button.open"), f"cyc:{cycle_id}")]]
    return letter(visit.chat_id, visit.say("coaching.reach.sent"), buttons=back)


async def moves(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Which day?"""
    page = await reaching.moves(visit.session, visit.person, number(args, 0), visit.say, visit.now)
    return rewrite(query, visit, *page)


async def moved(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Another day for the step."""
    day = managing.day_of(word(args, 2))
    await reaching.move(visit.session, visit.person, number(args, 0), number(args, 1), day, visit.now)
    return await _page(query, visit, number(args, 0), visit.say("coaching.reach.is_moved"))
