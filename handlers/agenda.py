"""What a teacher brings to the weekly meeting: a tap on one of three buttons, then one sentence."""

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from community import calendar
from community.notes import Note
from handlers.filters import InPrivate, Pressed
from handlers.giving import Gives, Recently, listen
from handlers.rewriting import number, word
from handlers.visiting import Answer, Visit
from learning import agenda_notes
from storage import letters


class Bringing(StatesGroup):
    """The next words go into the agenda."""

    writing = State()


def router() -> Router:
    door = Router(name="agenda")
    door.callback_query.register(ask, InPrivate(), Pressed("agnote"))
    door.message.register(keep, InPrivate(), StateFilter(Bringing.writing), Recently(), Gives(talk=False))
    return door


async def ask(_query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """What is asked for, and who reads it."""
    found = await agenda_notes.invite(visit.session, visit.person, number(args, 0), word(args, 1), visit.now)
    await listen(state, Bringing.writing, visit, group=found.group.id, part=found.part)
    part = visit.say.plain(f"course.agenda.question.{found.part}")
    return letters.message(visit.user_id, visit.say("course.agenda.ask_part", part=part))


async def keep(_message: Message, visit: Visit, state: FSMContext, note: Note) -> Answer:
    """The sentence itself; what looks like pupils' names is asked about once, and not stored."""
    data, words = await state.get_data(), note.text or ""
    group_id, part, sure = int(data.get("group", 0)), str(data.get("part", "")), data.get("warned") is True
    found = await agenda_notes.keep(visit.session, visit.person, group_id, part, words, visit.now, sure=sure)
    if found is None:
        await listen(state, Bringing.writing, visit, group=group_id, part=part, warned=True)
        return letters.message(visit.user_id, visit.say("course.agenda.names"))
    await state.clear()
    day = calendar.spoken(found.meeting.day, visit.say)
    return letters.message(visit.user_id, visit.say("course.agenda.kept", day=day))
