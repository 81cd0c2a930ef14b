"""A new school year: which class and school now, in one tap or typed."""

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from community import postings
from handlers.filters import InPrivate, Pressed
from handlers.giving import Recently, listen
from handlers.rewriting import number, rewrite, word
from handlers.setup import Words
from handlers.visiting import Answer, Visit
from storage.letters import message as letter


class NewYear(StatesGroup):
    """The next words are a class, or a school."""

    grade = State()
    school = State()


def router() -> Router:
    door = Router(name="school_years")
    door.callback_query.register(same, InPrivate(), Pressed("year:same"))
    door.callback_query.register(which_class, InPrivate(), Pressed("year:class"))
    door.callback_query.register(tapped_class, InPrivate(), Pressed("year:grade"))
    door.callback_query.register(which_school, InPrivate(), Pressed("year:school"))
    door.callback_query.register(tapped_school, InPrivate(), Pressed("year:is"))
    door.callback_query.register(new_school, InPrivate(), Pressed("year:new"))
    door.message.register(typed_class, InPrivate(), StateFilter(NewYear.grade), Recently(), Words())
    door.message.register(typed_school, InPrivate(), StateFilter(NewYear.school), Recently(), Words())
    return door


async def same(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """As in the year before."""
    return rewrite(query, visit, await postings.same(visit.session, visit.person, _year(args), visit.say, visit.now))


async def which_class(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Another class: a number, or words."""
    found = await postings.ask_class(visit.session, visit.person, _year(args), visit.say)
    await listen(state, NewYear.grade, visit, year=_year(args))
    return rewrite(query, visit, *found)


async def tapped_class(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """The class, tapped."""
    said = word(args, 1)
    words = await postings.in_class(visit.session, visit.person, _year(args), said, visit.say, visit.now)
    await state.clear()
    return rewrite(query, visit, words)


async def typed_class(message: Message, visit: Visit, state: FSMContext) -> Answer:
    """The class, typed."""
    year, said = int((await state.get_data()).get("year", 0)), message.text or ""
    words = await postings.in_class(visit.session, visit.person, year, said, visit.say, visit.now)
    await state.clear()
    return letter(visit.chat_id, words)


async def which_school(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Another school: its name is typed."""
    words = await postings.ask_school(visit.session, visit.person, _year(args), visit.say)
    await listen(state, NewYear.school, visit, year=_year(args))
    return rewrite(query, visit, words)


async def typed_school(message: Message, visit: Visit, state: FSMContext) -> Answer:
    """The school; the class there comes next, or which school is meant."""
    year, said = int((await state.get_data()).get("year", 0)), message.text or ""
    done = await postings.at_school(visit.session, visit.person, year, said, visit.say, visit.now)
    await listen(state, NewYear.grade if done.settled else NewYear.school, visit, year=year, name=said)
    return letter(visit.chat_id, done.html, buttons=done.rows)


async def tapped_school(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """One of the schools that were offered."""
    year, school = _year(args), number(args, 1)
    done = await postings.is_school(visit.session, visit.person, year, school, visit.say, visit.now)
    await listen(state, NewYear.grade, visit, year=year)
    return rewrite(query, visit, done.html, done.rows)


async def new_school(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """None of those: the name as it was typed."""
    year, said = _year(args), str((await state.get_data()).get("name", ""))
    done = await postings.at_school(visit.session, visit.person, year, said, visit.say, visit.now, sure=True)
    await listen(state, NewYear.grade, visit, year=year)
    return rewrite(query, visit, done.html, done.rows)


def _year(args: list[str]) -> int:
    """The year a button names; one that no calendar has is year 0, which nobody was asked about."""
    found = number(args, 0)
    return found if found < 10_000 else 0
