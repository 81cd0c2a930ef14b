"""A group's meeting is moved or called off, with a reason; or it did not take place."""

from collections.abc import Callable
from typing import Any

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from coaching import meeting_change_pages as pages
from coaching.meeting_changes import REASONS
from coaching.pages import Page
from handlers.filters import InPrivate, Pressed
from handlers.giving import Recently, listen
from handlers.rewriting import number, rewrite, word
from handlers.setup import Words
from handlers.visiting import Answer, Visit
from storage.letters import message as letter


class Changing(StatesGroup):
    """The next words are a new time, why then, or why not at all."""

    time = State()
    why_then = State()
    why_off = State()


def router() -> Router:
    door = Router(name="meeting_changes")
    for state, handler in ((Changing.time, timed), (Changing.why_then, why_then), (Changing.why_off, why_off)):
        door.message.register(handler, InPrivate(), StateFilter(state), Recently(), Words())
    taps: dict[str, Callable[..., Any]] = {
        "mtmv": moving, "mtto": moved, "mtoff": called_off, "mtnot": not_held,
    }  # fmt: skip
    for name, tapped in taps.items():
        door.callback_query.register(tapped, InPrivate(), Pressed(name))
    return door


async def moving(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """To when?"""
    page = await pages.moving(visit.session, visit.person, number(args, 0), visit.say, visit.now)
    await listen(state, Changing.time, visit, meeting=number(args, 0))
    return rewrite(query, visit, *page)


async def timed(message: Message, visit: Visit, state: FSMContext) -> Answer:
    """The time that was typed; then why."""
    which, said = (await state.get_data())["meeting"], message.text or ""
    then, (words, rows) = await pages.typed(visit.session, visit.person, which, said, visit.say, visit.now)
    await listen(state, Changing.why_then, visit, meeting=which, then=then)
    return letter(visit.chat_id, words, buttons=rows)


async def moved(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """To this time: first why, by tap or in words."""
    which, then, reason = number(args, 0), number(args, 1), word(args, 2)
    if reason not in REASONS:
        page = await pages.why_moved(visit.session, visit.person, which, then, visit.say, visit.now)
        await listen(state, Changing.why_then, visit, meeting=which, then=then)
        return rewrite(query, visit, *page)
    await state.clear()
    page = await pages.moved(visit.session, visit.person, which, then, reason, visit.say, visit.now)
    return rewrite(query, visit, *page)


async def why_then(message: Message, visit: Visit, state: FSMContext) -> Answer:
    """Why it is moved, in words."""
    data, said = await state.get_data(), message.text or ""
    words, rows = await pages.moved(
        visit.session, visit.person, data["meeting"], data["then"], said, visit.say, visit.now
    )
    await state.clear()
    return letter(visit.chat_id, words, buttons=rows)


async def called_off(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """It does not take place: first why, by tap or in words."""
    which, reason = number(args, 0), word(args, 1)
    if reason not in REASONS:
        page = await pages.why_off(visit.session, visit.person, which, visit.say, visit.now)
        await listen(state, Changing.why_off, visit, meeting=which)
        return rewrite(query, visit, *page)
    await state.clear()
    return rewrite(query, visit, *await _off(visit, which, reason))


async def _off(visit: Visit, which: int, reason: str) -> Page:
    return await pages.called_off(visit.session, visit.person, which, reason, visit.say, visit.now)


async def why_off(message: Message, visit: Visit, state: FSMContext) -> Answer:
    """Why it does not take place, in words."""
    words, rows = await _off(visit, (await state.get_data())["meeting"], message.text or "")
    await state.clear()
    return letter(visit.chat_id, words, buttons=rows)


async def not_held(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """It did not take place."""
    page = await pages.not_held(visit.session, visit.person, number(args, 0), visit.say, visit.now)
    return rewrite(query, visit, *page)
