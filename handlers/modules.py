"""The module of a cycle: its versions, a new one as a file, photo or link, and its criteria."""

from collections.abc import Callable
from typing import Any

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from coaching import module_pages
from coaching.cycle_notes import Given
from handlers.coaching import Answers
from handlers.filters import InPrivate, Pressed
from handlers.giving import Recently, listen
from handlers.rewriting import number, rewrite, word
from handlers.setup import Words
from handlers.visiting import Answer, Visit
from storage.letters import message as letter


class Making(StatesGroup):
    """What comes next is a version, or the line for a criterion."""

    version = State()
    line = State()


def router() -> Router:
    door = Router(name="modules")
    door.message.register(came, InPrivate(), StateFilter(Making.version), Recently(), Answers())
    door.message.register(said, InPrivate(), StateFilter(Making.line), Recently(), Words())
    taps: dict[str, Callable[..., Any]] = {
        "cycmod": listed, "modnew": asked, "modone": sent, "modcmp": compared, "modcr": criteria,
        "modlv": level, "modln": lined,
    }  # fmt: skip
    for name, handler in taps.items():
        door.callback_query.register(handler, InPrivate(), Pressed(name))
    return door


async def listed(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """All versions."""
    await state.clear()
    return rewrite(query, visit, *await module_pages.listed(visit.session, visit.person, number(args, 0), visit.say))


async def asked(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Send the new version."""
    page = await module_pages.asked(visit.session, visit.person, number(args, 0), visit.say)
    await listen(state, Making.version, visit, cycle=number(args, 0))
    return rewrite(query, visit, *page)


async def came(_message: Message, visit: Visit, state: FSMContext, given: Given) -> Answer:
    """The new version."""
    cycle = (await state.get_data())["cycle"]
    words, rows = await module_pages.came(visit.session, visit.person, cycle, given, visit.say, visit.now)
    await state.clear()
    return letter(visit.chat_id, words, buttons=rows)


async def sent(_query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """One version, to look at."""
    return await module_pages.sent(visit.session, visit.person, number(args, 0), visit.chat_id, visit.say)


async def compared(_query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """A version beside the one before."""
    return await module_pages.compared(visit.session, visit.person, number(args, 0), visit.chat_id, visit.say)


async def criteria(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """The next criterion."""
    await state.clear()
    return rewrite(query, visit, *await module_pages.criteria(visit.session, visit.person, number(args, 0), visit.say))


async def level(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """What was seen? It may be typed, too."""
    cycle, rubric, place, rung = number(args, 0), word(args, 1), number(args, 2), number(args, 3)
    page = await module_pages.what_was_seen(visit.session, visit.person, cycle, rubric, place, rung, visit.say)
    await listen(state, Making.line, visit, cycle=cycle, rubric=rubric, place=place, level=rung)
    return rewrite(query, visit, *page)


async def lined(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """The line was tapped."""
    await state.clear()
    cycle, rubric, (place, rung, sign) = number(args, 0), word(args, 1), (number(args, n) for n in (2, 3, 4))
    page = await module_pages.tapped(
        visit.session, visit.person, cycle, rubric, place, rung, sign, visit.say, visit.now
    )
    return rewrite(query, visit, *page)


async def said(message: Message, visit: Visit, state: FSMContext) -> Answer:
    """The line was typed."""
    data = await state.get_data()
    at, words = (data["cycle"], data["rubric"], data["place"], data["level"]), message.text or ""
    page = await module_pages.said(visit.session, visit.person, *at, words, visit.say, visit.now)
    await state.clear()
    return letter(visit.chat_id, page[0], buttons=page[1])
