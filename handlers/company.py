"""A buddy and whom they keep company: words or voice passed on, an end by a tap, and how often it is asked after."""

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from community import people
from community.notes import Note
from handlers.filters import InPrivate, Pressed
from handlers.giving import Gives, Recently, listen
from handlers.rewriting import number, rewrite, word
from handlers.visiting import Answer, Visit
from learning import company
from storage.letters import message


class Companies(StatesGroup):
    """The next words are for the buddy, or for whom they accompany."""

    saying = State()


def router() -> Router:
    door = Router(name="company")
    door.callback_query.register(begin, InPrivate(), Pressed("comp:say"))
    door.callback_query.register(stop, InPrivate(), Pressed("comp:stop"))
    door.callback_query.register(days, InPrivate(), Pressed("asg:buddy"))
    door.message.register(pass_on, InPrivate(), StateFilter(Companies.saying), Recently(), Gives())
    return door


async def begin(_query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Who hears it is named before anything is said."""
    other = await company.listens(visit.session, visit.person, number(args, 0), visit.now)
    await listen(state, Companies.saying, visit, company=number(args, 0))
    how = "voice" if word(args, 1) == "voice" else "text"
    return message(visit.user_id, visit.say(f"company.say_{how}", name=people.display(other, visit.say)))


async def pass_on(_message: Message, visit: Visit, state: FSMContext, note: Note) -> Answer:
    """The words, or the voice."""
    number_ = int((await state.get_data()).get("company", 0))
    await state.clear()
    other, later = await company.pass_on(visit.session, visit.person, number_, note, visit.key, visit.now)
    key = "later" if later else "brought"
    return message(visit.user_id, visit.say(f"company.{key}", name=people.display(other, visit.say)))


async def stop(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """No more of it; the other one is not told."""
    await company.stop(visit.session, visit.person, number(args, 0), visit.now)
    return rewrite(query, visit, visit.say("company.stopped"))


async def days(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """After how many school days who has a buddy is asked."""
    chosen = number(args, 1) if len(args) > 1 else None
    group = number(args, 0)
    page = await company.days_page(visit.session, visit.person, group, chosen, visit.say, visit.now)
    return rewrite(query, visit, *page)
