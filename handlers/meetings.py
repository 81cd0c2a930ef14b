"""/pertemuan: a group's meetings, planned, led in turn, with agenda, minutes, who was there and how it was led."""

from collections.abc import Callable
from typing import Any

from aiogram import Router
from aiogram.filters import Command, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from coaching import meeting_pages, meeting_scores, meetings
from handlers.filters import InGroup, InPrivate, Pressed
from handlers.giving import Recently, listen
from handlers.rewriting import number, rewrite, word
from handlers.setup import Words
from handlers.start import elsewhere
from handlers.visiting import Answer, Visit
from storage.letters import message as letter


class Chairing(StatesGroup):
    """The next words are a time, an agenda or minutes, or a line of what was seen."""

    time = State()
    words = State()
    seen = State()


def router() -> Router:
    door = Router(name="meetings")
    command = Command("pertemuan", "meeting", ignore_case=True)
    door.message.register(start, InPrivate(), command)
    door.message.register(elsewhere, InGroup(), command)
    for state, handler in ((Chairing.time, timed), (Chairing.words, written), (Chairing.seen, told)):
        door.message.register(handler, InPrivate(), StateFilter(state), Recently(), Words())
    taps: dict[str, Callable[..., Any]] = {
        "mtg": of_group, "mt": opened, "mtplan": planning, "mtat": planned, "mtlead": answered, "mtwho": choosing,
        "mtask": chosen, "mtwrite": writing, "mthere": attendance, "mttick": ticked,
        "mtclose": closed, "mtsign": signs, "mtmark": marked, "mtseen": telling, "mtread": read,
    }  # fmt: skip
    for name, handler in taps.items():
        door.callback_query.register(handler, InPrivate(), Pressed(name))
    return door


async def start(_message: Message, visit: Visit, state: FSMContext) -> Answer:
    """The meetings of one's group."""
    await state.clear()
    words, rows = await meeting_pages.start(visit.session, visit.person, visit.say)
    return letter(visit.chat_id, words, buttons=rows)


async def of_group(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """The meetings of one group."""
    await state.clear()
    return rewrite(query, visit, *await meeting_pages.of_group(visit.session, visit.person, number(args, 0), visit.say))


async def opened(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """One meeting."""
    await state.clear()
    return await _page(query, visit, number(args, 0))


async def _page(query: CallbackQuery, visit: Visit, meeting_id: int, note: str = "") -> Answer:
    page = await meeting_pages.of_meeting(visit.session, visit.person, meeting_id, visit.say, visit.now, note)
    return rewrite(query, visit, *page)


async def planning(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """When?"""
    page = await meeting_pages.planning(visit.session, visit.person, number(args, 0), visit.say, visit.now)
    await listen(state, Chairing.time, visit, group=number(args, 0))
    return rewrite(query, visit, *page)


async def planned(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """At the hour that was proposed."""
    page = await meeting_pages.planned_at(
        visit.session, visit.person, number(args, 0), number(args, 1), visit.say, visit.now
    )
    await state.clear()
    return rewrite(query, visit, *page)


async def timed(message: Message, visit: Visit, state: FSMContext) -> Answer:
    """At the hour that was typed."""
    data = await state.get_data()
    words, rows = await meeting_pages.planned_in_words(
        visit.session, visit.person, data["group"], message.text or "", visit.say, visit.now
    )
    await state.clear()
    return letter(visit.chat_id, words, buttons=rows)


async def answered(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Leads it, or not this time."""
    yes = word(args, 1) == "1"
    await meetings.answer(visit.session, visit.person, number(args, 0), yes, visit.now)
    return await _page(query, visit, number(args, 0), visit.say(f"meetings.lead.{'yes' if yes else 'no'}"))


async def choosing(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Whose turn is it?"""
    return rewrite(query, visit, *await meeting_pages.choosing(visit.session, visit.person, number(args, 0), visit.say))


async def chosen(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """This colleague is asked to lead."""
    await meetings.choose(visit.session, visit.person, number(args, 0), number(args, 1), visit.now)
    return await _page(query, visit, number(args, 0), visit.say("meetings.lead.asked"))


async def writing(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Agenda or minutes."""
    page = await meeting_pages.writing(visit.session, visit.person, number(args, 0), word(args, 1), visit.say)
    await listen(state, Chairing.words, visit, meeting=number(args, 0), what=word(args, 1))
    return rewrite(query, visit, *page)


async def written(message: Message, visit: Visit, state: FSMContext) -> Answer:
    """The agenda or the minutes themselves."""
    data = await state.get_data()
    which, what = data["meeting"], data["what"]
    await meetings.write(visit.session, visit.person, which, what, message.text or "", visit.now)
    await state.clear()
    note = visit.say(f"meetings.write.kept_{what}")
    words, rows = await meeting_pages.of_meeting(visit.session, visit.person, which, visit.say, visit.now, note)
    return letter(visit.chat_id, words, buttons=rows)


async def attendance(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Who was there?"""
    page = await meeting_pages.attendance(visit.session, visit.person, number(args, 0), visit.say)
    return rewrite(query, visit, *page)


async def ticked(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """One name, on or off."""
    await meetings.tick(visit.session, visit.person, number(args, 0), number(args, 1), visit.now)
    return await attendance(query, visit, args)


async def closed(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """It was held."""
    await meetings.close(visit.session, visit.person, number(args, 0), visit.now)
    return await _page(query, visit, number(args, 0), visit.say("meetings.close.done"))


async def signs(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The three signs."""
    return rewrite(query, visit, *await meeting_pages.signs(visit.session, visit.person, number(args, 0), visit.say))


async def marked(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """One sign, seen or not."""
    sign = number(args, 1) if word(args, 1).isdecimal() else -1
    await meeting_scores.tap(visit.session, visit.person, number(args, 0), sign, visit.now)
    return await signs(query, visit, args)


async def telling(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """One line of what was seen."""
    await meeting_scores.own(visit.session, visit.person, number(args, 0))
    await listen(state, Chairing.seen, visit, meeting=number(args, 0))
    return rewrite(query, visit, *meeting_pages.telling(number(args, 0), visit.say))


async def told(message: Message, visit: Visit, state: FSMContext) -> Answer:
    """The line itself."""
    which = (await state.get_data())["meeting"]
    await meeting_scores.say_seen(visit.session, visit.person, which, message.text or "", visit.now)
    await state.clear()
    words, rows = await meeting_pages.signs(visit.session, visit.person, which, visit.say)
    return letter(visit.chat_id, words, buttons=rows)


async def read(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """How one's own leading was seen."""
    return rewrite(query, visit, *await meeting_pages.read(visit.session, visit.person, number(args, 0), visit.say))
