"""What activities count for at a school: entered tap by tap, or with a file, by its facilitator or principal."""

from typing import Any

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from coaching import plan_kind_files, plan_kind_pages, plan_kinds
from handlers.filters import InPrivate, Pressed, Uploads
from handlers.giving import Recently, listen
from handlers.rewriting import number, rewrite
from handlers.setup import Words
from handlers.visiting import Answer, Visit
from storage.letters import Draft, Upload
from storage.letters import message as letter


class Kind(StatesGroup):
    """The next words are a title or a number of points; the next file is a catalogue."""

    title = State()
    points = State()
    file = State()


def router() -> Router:
    door = Router(name="plan_kinds")
    door.message.register(titled, InPrivate(), StateFilter(Kind.title), Recently(), Words())
    door.message.register(counted, InPrivate(), StateFilter(Kind.points), Recently(), Words())
    door.message.register(file_sent, InPrivate(), StateFilter(Kind.file), Recently(), Uploads())
    for name, handler in (
        ("rhkcat", listed), ("rhkcatnew", new), ("rhkcatpt", points), ("rhkcatev", evidence), ("rhkcatout", out),
        ("rhkcatfile", by_file),
    ):  # fmt: skip
        door.callback_query.register(handler, InPrivate(), Pressed(name))
    return door


async def listed(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """The catalogue of a school."""
    await state.clear()
    return await _page(query, visit, number(args, 0))


async def _page(query: CallbackQuery, visit: Visit, school_id: int, note: str = "") -> Answer:
    page = await plan_kind_pages.catalogue(visit.session, visit.person, school_id, visit.say, note)
    return rewrite(query, visit, *page)


async def new(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """What is the activity called?"""
    await plan_kinds.require(visit.session, visit.person, number(args, 0))
    await listen(state, Kind.title, visit, school=number(args, 0))
    return rewrite(query, visit, visit.say("plans.kind.ask_title"))


async def titled(message: Message, visit: Visit, state: FSMContext) -> Answer:
    """Its title; now its points."""
    school_id, title = (await state.get_data())["school"], plan_kinds.titled(message.text or "")
    await listen(state, Kind.points, visit, school=school_id, title=title)
    words, rows = plan_kind_pages.kind_points(school_id, visit.say)
    return letter(visit.chat_id, words, buttons=rows)


async def counted(message: Message, visit: Visit, state: FSMContext) -> Answer:
    """Its points, typed."""
    data = await state.get_data()
    await listen(state, Kind.points, visit, **data | {"points": plan_kinds.points_said(message.text or "")})
    words, rows = plan_kind_pages.kind_evidence(data["school"], visit.say)
    return letter(visit.chat_id, words, buttons=rows)


async def points(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Its points by tap."""
    data = await state.get_data()
    await listen(state, Kind.points, visit, **data | {"points": number(args, 1)})
    return rewrite(query, visit, *plan_kind_pages.kind_evidence(number(args, 0), visit.say))


async def evidence(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """What shows it: now it is kept."""
    data = await state.get_data()
    await plan_kinds.put_together(visit.session, visit.person, number(args, 0), data, number(args, 1), visit.now)
    await state.clear()
    return await _page(query, visit, number(args, 0), visit.say("plans.kind.kept"))


async def out(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """One of the school's goes."""
    school_id = await plan_kinds.withdraw(visit.session, visit.person, number(args, 0))
    return await _page(query, visit, school_id, visit.say("plans.kind.withdrawn"))


async def by_file(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """How to send a file."""
    await plan_kinds.require(visit.session, visit.person, number(args, 0))
    await listen(state, Kind.file, visit, school=number(args, 0))
    return rewrite(query, visit, visit.say("plans.kind.file_how"))


async def file_sent(_message: Message, visit: Visit, state: FSMContext, file: Upload) -> Answer:
    """A file came."""
    return await plan_kind_files.sent(visit.session, visit.person, (await state.get_data())["school"], file)


async def _came(answer: dict[str, Any], data: dict[str, Any], visit: Visit) -> Draft:
    """The file has been fetched."""
    words, rows = await plan_kind_files.came(
        visit.session, visit.person, int(data["school"]), answer, visit.say, visit.now
    )
    return letter(visit.chat_id, words, buttons=rows)


ANSWERS = {plan_kind_files.CAME: _came}
