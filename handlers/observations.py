"""Watching a lesson: what to watch with, notes by tap, voice and photo, scores with what was seen, all side by side."""

from collections.abc import Callable
from typing import Any

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from coaching import (
    observation_notes,
    observation_pages,
    observation_reading,
    observations,
    scoring,
    second_observers,
)
from coaching.cycle_notes import Given
from coaching.pages import Page
from handlers.coaching import Answers
from handlers.filters import InPrivate, Pressed
from handlers.giving import Recently, listen
from handlers.rewriting import number, rewrite, word
from handlers.setup import Words
from handlers.visiting import Answer, Visit
from storage.letters import message as letter


class Watching(StatesGroup):
    """What comes next is a note about the lesson, or the line for a score."""

    notes = State()
    line = State()


def router() -> Router:
    door = Router(name="observations")
    door.message.register(noted, InPrivate(), StateFilter(Watching.notes), Recently(), Answers())
    door.message.register(said, InPrivate(), StateFilter(Watching.line), Recently(), Words())
    taps: dict[str, Callable[..., Any]] = {
        "cycobs": listed, "obswho": chosen, "obsnew": begun, "obs": opened, "obstap": tapped, "obspup": pupils,
        "obssc": level, "obslv": line, "obsln": lined, "obsfin": finished, "obssheet": sheet, "obstick": ticked,
        "obssec": seconds, "obssecto": invited, "obssecno": released, "obsdrop": dropped, "obssee": read,
        "obscurve": curve,
    }  # fmt: skip
    for name, handler in taps.items():
        door.callback_query.register(handler, InPrivate(), Pressed(name))
    return door


async def _page(query: CallbackQuery, visit: Visit, state: FSMContext, observation_id: int, note: str = "") -> Answer:
    """An observation's page; what is said next is a note about it."""
    page = await observation_pages.page(visit.session, visit.person, observation_id, visit.say, note)
    await listen(state, Watching.notes, visit, observation=observation_id)
    return rewrite(query, visit, *page)


async def listed(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """The observations of a cycle."""
    await state.clear()
    return rewrite(
        query, visit, *await observation_pages.of_cycle(visit.session, visit.person, number(args, 0), visit.say)
    )


async def chosen(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """With which rubric?"""
    cycle, who = number(args, 0), number(args, 1)
    return rewrite(query, visit, *await observation_pages.with_what(visit.session, visit.person, cycle, who, visit.say))


async def begun(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """The rubric is chosen."""
    cycle, who, rubric = number(args, 0), number(args, 1), word(args, 2)
    row = await observations.begin(visit.session, visit.person, cycle, rubric, who, visit.now)
    return await _page(query, visit, state, row.id)


async def opened(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Where an observation stands."""
    return await _page(query, visit, state, number(args, 0))


async def tapped(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """A note by one tap."""
    await observation_notes.tap(visit.session, visit.person, number(args, 0), number(args, 1), visit.now)
    return await _page(query, visit, state, number(args, 0))


async def noted(_message: Message, visit: Visit, state: FSMContext, given: Given) -> Answer:
    """A note in words, by voice or as a photo."""
    at = (await state.get_data())["observation"]
    words, rows = await observation_pages.added(visit.session, visit.person, at, given, visit.say, visit.now)
    await listen(state, Watching.notes, visit, observation=at)
    return letter(visit.chat_id, words, buttons=rows)


async def pupils(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Can a pupil be recognised in the photo?"""
    shows = word(args, 1) != "0"
    watch = await observation_notes.mark(visit.session, visit.person, number(args, 0), shows_pupils=shows)
    note = visit.say("observations.pupils" if shows else "coaching.ask.no_pupils")
    return await _page(query, visit, state, watch.row.id, note)


async def level(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Which level?"""
    await state.clear()
    place = number(args, 1) if len(args) > 1 else None
    page = await scoring.next_one(visit.session, visit.person, number(args, 0), visit.say, place)
    return rewrite(query, visit, *page)


async def line(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """What was seen? It may be typed, too."""
    at, place, rung = (number(args, n) for n in range(3))
    page = await scoring.what_was_seen(visit.session, visit.person, at, place, rung, visit.say)
    await listen(state, Watching.line, visit, observation=at, place=place, level=rung)
    return rewrite(query, visit, *page)


async def lined(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """The line was tapped."""
    at, place, rung = (number(args, n) for n in range(3))
    await state.clear()
    page = await scoring.tapped(visit.session, visit.person, at, place, rung, word(args, 3), visit.say, visit.now)
    return rewrite(query, visit, *page)


async def said(message: Message, visit: Visit, state: FSMContext) -> Answer:
    """The line was typed."""
    data = await state.get_data()
    at, place, rung, words = data["observation"], data["place"], data["level"], message.text or ""
    page: Page = await scoring.said(visit.session, visit.person, at, place, rung, words, visit.say, visit.now)
    await state.clear()
    return letter(visit.chat_id, page[0], buttons=page[1])


async def finished(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """One's scores are given."""
    page = await scoring.finished(visit.session, visit.person, number(args, 0), visit.say, visit.now)
    return rewrite(query, visit, *page)


async def sheet(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """What is settled before the lesson."""
    await state.clear()
    return rewrite(
        query, visit, *await observation_pages.sheet(visit.session, visit.person, number(args, 0), visit.say)
    )


async def ticked(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """One line of it."""
    await observation_notes.tick(visit.session, visit.person, number(args, 0), number(args, 1), visit.now)
    return rewrite(
        query, visit, *await observation_pages.sheet(visit.session, visit.person, number(args, 0), visit.say)
    )


async def seconds(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Who watches, too?"""
    return rewrite(
        query, visit, *await observation_pages.seconds(visit.session, visit.person, number(args, 0), visit.say)
    )


async def invited(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """That colleague."""
    await second_observers.invite(visit.session, visit.person, number(args, 0), number(args, 1), visit.now)
    return await _page(query, visit, state, number(args, 0), visit.say("observations.invited"))


async def released(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Without a second one after all."""
    watch = await second_observers.release(visit.session, visit.person, number(args, 0), visit.now)
    if watch.part == "second":
        await state.clear()
        return rewrite(query, visit, visit.say("observations.declined"))
    return await _page(query, visit, state, number(args, 0), visit.say("observations.released"))


async def dropped(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Not this observation after all."""
    await state.clear()
    watch = await observations.drop(visit.session, visit.person, number(args, 0))
    return rewrite(
        query, visit, *await observation_pages.of_cycle(visit.session, visit.person, watch.cycle.id, visit.say)
    )


async def read(_query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """All scores and notes."""
    return await observation_reading.read(
        visit.session, visit.person, number(args, 0), visit.chat_id, visit.say, visit.now
    )


async def curve(_query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The curve as a picture."""
    return await observation_reading.curve(
        visit.session, visit.person, number(args, 0), visit.chat_id, visit.say, visit.now
    )
