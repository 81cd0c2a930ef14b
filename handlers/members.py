"""/anggota: how many agreed, and the colleagues without Telegram."""

from aiogram import Router
from aiogram.filters import Command, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from community import members
from handlers.filters import InPrivate, Pressed, Uploads
from handlers.rewriting import number, rewrite
from handlers.setup import Words
from handlers.visiting import Answer, Visit
from learning import entrusted
from storage.letters import message as letter


class Members(StatesGroup):
    adding = State()


def router() -> Router:
    door = Router(name="members")
    door.message.register(listed, InPrivate(), ~Uploads(), Command("anggota", "members", ignore_case=True))
    door.callback_query.register(of_group, InPrivate(), Pressed("member:list"))
    door.callback_query.register(removed, InPrivate(), Pressed("member:remove"))
    door.callback_query.register(united, InPrivate(), Pressed("member:unite"))
    door.callback_query.register(adding, InPrivate(), Pressed("member:add"))
    door.message.register(added, InPrivate(), StateFilter(Members.adding), Words())
    return door


async def listed(_message: Message, visit: Visit) -> Answer:
    """The list of one's group."""
    return await members.choose(visit.session, visit.person, visit.chat_id, visit.say)


async def of_group(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The list of the chosen group."""
    return rewrite(query, visit, *await members.page(visit.session, number(args, 0), visit.person, visit.say))


async def removed(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """A tapped name leaves the list."""
    group_id = number(args, 0)
    await members.remove(visit.session, group_id, number(args, 1), visit.person)
    return rewrite(query, visit, *await members.page(visit.session, group_id, visit.person, visit.say))


async def united(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """A listed colleague who has joined becomes one person."""
    group_id = number(args, 0)
    joined = await entrusted.unite(visit.session, visit.person, group_id, number(args, 1))
    note = visit.say("roster.united", name=joined.name)
    return rewrite(query, visit, *await members.page(visit.session, group_id, visit.person, visit.say, note))


async def adding(_query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Names are asked for."""
    await members.page(visit.session, number(args, 0), visit.person, visit.say)  # refuses whoever may not
    await state.set_state(Members.adding)
    await state.set_data({"group": number(args, 0)})
    return letter(visit.chat_id, visit.say("community.members.how", most=members.MOST_AT_ONCE))


async def added(message: Message, visit: Visit, state: FSMContext) -> Answer:
    """The names, one a line."""
    group_id = int((await state.get_data()).get("group", 0))
    new = await members.add(visit.session, group_id, visit.person, message.text or "", visit.now)
    await state.clear()
    note = visit.say("community.members.added", count=new)
    words, rows = await members.page(visit.session, group_id, visit.person, visit.say, note)
    return letter(visit.chat_id, words, buttons=rows)
