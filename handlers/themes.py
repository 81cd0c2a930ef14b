"""/survei, "Tema refleksi": reflections are given themes by hand, in a sheet that goes out and comes back."""

from datetime import timedelta
from typing import Any

from aiogram import Router
from aiogram.filters import Filter, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from handlers.filters import InPrivate, Pressed, Uploads
from handlers.giving import Recently, in_private, listen
from handlers.rewriting import number, rewrite, word
from handlers.visiting import Answer, Visit
from reports.themes import giving, sheet
from storage.letters import Upload, message

STILL_MEANT = timedelta(days=7)  # reading and deciding takes its time; as long as a conversation is kept


class Filled(Filter):
    """A file that has the name of such a sheet, though nothing was asked for."""

    async def __call__(self, message: Message) -> bool:
        name = (message.document.file_name or "") if message.document else ""
        return name.casefold().startswith(sheet.NAMED)


class Theming(StatesGroup):
    """The next file is a sheet with themes: a coder's own, or the one to compare it with."""

    waiting = State()
    second = State()


def router() -> Router:
    door = Router(name="themes")
    door.callback_query.register(home, InPrivate(), Pressed("themes"))
    door.callback_query.register(taken, InPrivate(), Pressed("thmget"))
    door.callback_query.register(compare, InPrivate(), Pressed("thmcmp"))
    door.message.register(sent, InPrivate(), StateFilter(Theming), Recently(STILL_MEANT), Uploads())
    door.message.register(sent, InPrivate(), StateFilter(None, Theming), Uploads(), Filled())
    return door


async def home(query: CallbackQuery, visit: Visit, state: FSMContext) -> Answer:
    """How it goes, and whose reflections."""
    page = await giving.home(visit.session, visit.person, visit.say)
    await listen(state, Theming.waiting, visit)
    return rewrite(query, visit, *page)


async def taken(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """The sheet of a group; filled in, it may follow."""
    made = await giving.given(visit.session, visit.person, number(args, 0), visit.code_key, visit.say, visit.now)
    await listen(state, Theming.waiting, visit)
    return in_private(query, visit, [made])


async def compare(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """The next sheet is a second coder's."""
    words = await giving.second(visit.session, visit.person, word(args, 0), visit.say)
    await listen(state, Theming.second, visit, first=word(args, 0))
    return in_private(query, visit, [message(visit.user_id, words)])


async def sent(_message: Message, visit: Visit, state: FSMContext, file: Upload) -> Answer:
    """A filled sheet; a better one may follow."""
    first = str((await state.get_data()).get("first", ""))
    return await giving.sent(visit.session, visit.person, file, first)


async def _came(answer: dict[str, Any], data: dict[str, Any], visit: Visit) -> Answer:
    """The file has been fetched."""
    first = str(data.get("first", ""))
    return await giving.came(visit.session, visit.person, answer, first, visit.say, visit.now)


ANSWERS = {giving.CAME: _came}
