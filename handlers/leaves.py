"""/cuti: days without prompts for oneself, tapped or typed; also "tunda", until a day."""

from aiogram import Router
from aiogram.filters import Command, CommandObject, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from community import leaves
from handlers.filters import InGroup, InPrivate, Pressed
from handlers.giving import Recently, listen
from handlers.rewriting import number, rewrite, word
from handlers.setup import Words
from handlers.start import elsewhere
from handlers.visiting import Answer, Visit
from storage.letters import message as letter


class Leaves(StatesGroup):
    writing = State()


def router() -> Router:
    door = Router(name="leaves")
    door.message.register(asked, InPrivate(), Command("cuti", "leave", ignore_case=True))
    door.message.register(snoozed, InPrivate(), Command("tunda", "snooze", ignore_case=True))
    door.message.register(elsewhere, InGroup(), Command("cuti", "leave", "tunda", "snooze", ignore_case=True))
    door.callback_query.register(added, InPrivate(), Pressed("leave:add"))
    door.callback_query.register(cancelled, InPrivate(), Pressed("leave:cancel"))
    door.callback_query.register(writing, InPrivate(), Pressed("leave:write"))
    door.message.register(written, InPrivate(), StateFilter(Leaves.writing), Recently(), Words())
    return door


async def asked(_message: Message, visit: Visit, command: CommandObject) -> Answer:
    """The command, bare or with days behind it."""
    return await _said(visit, command.args or "")


async def snoozed(_message: Message, visit: Visit, command: CommandObject) -> Answer:
    """/tunda Senin: nothing until then."""
    return await _said(visit, f"tunda sampai {command.args}" if command.args else "")


async def _said(visit: Visit, said: str) -> Answer:
    session, person = visit.session, visit.person
    if said:
        html, rows = await leaves.typed(session, person, said, visit.zone, visit.say, visit.now)
    else:
        html, rows = await leaves.page(session, person, visit.zone, visit.say, visit.now)
    return letter(visit.chat_id, html, buttons=rows)


async def added(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """One of the usual lengths."""
    days = word(args, 0), word(args, 1)
    found = await leaves.tapped(visit.session, visit.person, *days, visit.zone, visit.say, visit.now)
    return rewrite(query, visit, *found)


async def cancelled(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Here again."""
    key = number(args, 0)
    found = await leaves.cancelled(visit.session, visit.person, key, visit.zone, visit.say, visit.now)
    return rewrite(query, visit, *found)


async def writing(_query: CallbackQuery, visit: Visit, state: FSMContext) -> Answer:
    """Days are asked for."""
    await listen(state, Leaves.writing, visit)
    return letter(visit.chat_id, visit.say("calendar.leave.how"))


async def written(message: Message, visit: Visit, state: FSMContext) -> Answer:
    """The days, as people write them."""
    answer = await _said(visit, message.text or "")
    await state.clear()
    return answer
