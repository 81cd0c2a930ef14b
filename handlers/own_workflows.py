"""/coaching, "Alur milik sekolah": a workflow of the school's own comes in as a file, and goes again. And going on."""

from typing import Any

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from coaching import own_workflows, pages, rounds
from handlers.filters import InPrivate, Pressed, Uploads
from handlers.giving import Recently, listen
from handlers.rewriting import number, rewrite, word
from handlers.visiting import Answer, Visit
from storage.letters import Draft, Upload
from storage.letters import message as letter


class Bringing(StatesGroup):
    """The next file is a workflow."""

    file = State()


def router() -> Router:
    door = Router(name="own_workflows")
    door.message.register(sent, InPrivate(), StateFilter(Bringing.file), Recently(), Uploads())
    door.callback_query.register(which, InPrivate(), Pressed("owns"))
    door.callback_query.register(listed, InPrivate(), Pressed("own"))
    door.callback_query.register(asked, InPrivate(), Pressed("ownnew"))
    door.callback_query.register(withdrawn, InPrivate(), Pressed("ownoff"))
    door.callback_query.register(gone_on, InPrivate(), Pressed("cycon"))
    return door


async def which(query: CallbackQuery, visit: Visit) -> Answer:
    """Of which school?"""
    return rewrite(query, visit, *await own_workflows.which(visit.session, visit.person, visit.say))


async def listed(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """What the school has brought."""
    return rewrite(query, visit, *await own_workflows.page(visit.session, visit.person, number(args, 0), visit.say))


async def asked(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Send the file."""
    page = await own_workflows.asked(visit.session, visit.person, number(args, 0), visit.say)
    await listen(state, Bringing.file, visit, school=number(args, 0))
    return rewrite(query, visit, *page)


async def sent(_message: Message, visit: Visit, state: FSMContext, file: Upload) -> Answer:
    """The file."""
    school = (await state.get_data())["school"]
    return await own_workflows.sent(visit.session, visit.person, school, file)


async def withdrawn(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Not offered any more."""
    return rewrite(query, visit, *await own_workflows.withdraw(visit.session, visit.person, number(args, 0), visit.say))


async def gone_on(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The next round, or the workflow that follows."""
    cycle = await rounds.go_on(visit.session, visit.person, number(args, 0), word(args, 1), visit.now)
    note = visit.say("coaching.begin.asked" if cycle.state == "offered" else "coaching.begin.yes")
    page = await pages.of_cycle(visit.session, visit.person, cycle.id, visit.say, visit.now, note)
    return rewrite(query, visit, *page)


async def _came(answer: dict[str, Any], data: dict[str, Any], visit: Visit) -> Draft:
    """The file has been fetched."""
    school = int(data["school"])
    words, rows = await own_workflows.came(visit.session, visit.person, answer, school, visit.say, visit.now)
    return letter(visit.chat_id, words, buttons=rows)


ANSWERS = {own_workflows.CAME: _came}
