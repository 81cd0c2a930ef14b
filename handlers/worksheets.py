"""Lembar kerja: shown and handed in, in private; answered by who accompanies, with words or a voice note."""

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from community import people
from community.notes import Note
from handlers.bringing import Brings
from handlers.filters import InPrivate, Pressed, StartPayload
from handlers.giving import Gives, Recently, album_taken, can_write_to, doorway, in_private, listen, private_of
from handlers.rewriting import number
from handlers.visiting import Answer, Visit
from learning import hand_ins, worksheets
from learning.sent import Sent
from learning.worksheets import Handed, Sheet
from storage import letters
from storage.letters import Draft


class Handing(StatesGroup):
    """The next message is a worksheet, or the answer to one."""

    worksheet = State()
    answering = State()


def router() -> Router:
    door = Router(name="worksheets")
    door.callback_query.register(begin, Pressed("sheet"))
    door.message.register(begin_by_link, InPrivate(), StartPayload("w"))
    door.message.register(hand_in, InPrivate(), StateFilter(Handing.worksheet), Recently(), Brings())
    door.callback_query.register(begin_answering, InPrivate(), Pressed("wsans"))
    door.message.register(answer, InPrivate(), StateFilter(Handing.answering), Recently(), Gives())
    return door


async def begin(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """The button under the prompt."""
    if not can_write_to(visit):
        return doorway(query, visit, f"w{number(args, 0)}")
    sheet = await worksheets.show(visit.session, visit.person, number(args, 0), visit.now)
    return in_private(query, visit, await _sheet(sheet, visit, private_of(state, visit.user_id)))


async def begin_by_link(_message: Message, visit: Visit, state: FSMContext, payload: str) -> Answer:
    """The button opened the private chat."""
    sheet = await worksheets.show(visit.session, visit.person, number([payload], 0), visit.now)
    return await _sheet(sheet, visit, state)


async def _sheet(sheet: Sheet, visit: Visit, private: FSMContext) -> list[Draft]:
    """The worksheet, with a spoken answer to it; while it is taken, the next message is what the teacher made of it."""
    if sheet.open and (sheet.row is None or sheet.row.answered_at is None):
        await listen(private, Handing.worksheet, visit, delivery=sheet.delivery.id)
    words, rows = worksheets.words(sheet, visit.say)
    heard = worksheets.spoken(sheet, visit.user_id, visit.say, visit.key)
    return [letters.message(visit.user_id, words, buttons=rows), *heard]


async def hand_in(message: Message, visit: Visit, state: FSMContext, what: Sent) -> Answer:
    """What the teacher made of it, in one message; of several sent together the first is taken."""
    if what.medium not in worksheets.MEDIA:
        return letters.message(visit.chat_id, visit.say("means.sheet.not_this"))
    data = await state.get_data()
    await state.clear()
    done = await worksheets.hand_in(visit.session, visit.person, int(data.get("delivery", 0)), what, visit.now)
    return _thanks(done, visit, album=await album_taken(message, state))


def _thanks(done: Handed, visit: Visit, *, album: bool) -> Draft:
    words, rows = worksheets.thanks(done, visit.say)
    if album and done.row is not None:
        words = f"{words}\n\n{visit.say('means.sheet.one_of_album')}"
    return letters.message(visit.chat_id, words, buttons=rows)


async def begin_answering(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """The button in /ringkasan: what was handed in; while it waits, the next message is the answer."""
    found = await hand_ins.opened(visit.session, visit.person, number(args, 0), visit.now)
    shown = hand_ins.letter(found, visit.chat_id, visit.say, visit.key)
    if not found.waits:
        return shown
    await listen(state, Handing.answering, visit, hand_in=found.row.id)
    name = people.display(found.teacher, visit.say)
    write = letters.message(visit.chat_id, visit.say("means.sheet_answer.write", name=name))
    return [shown, write]


async def answer(_message: Message, visit: Visit, state: FSMContext, note: Note) -> Answer:
    """The answer itself."""
    data = await state.get_data()
    await state.clear()
    key = int(data.get("hand_in", 0))
    found, arrives = await hand_ins.answer(visit.session, visit.person, key, note, visit.say, visit.now)
    name = people.display(found.teacher, visit.say)
    return letters.message(visit.chat_id, visit.say(f"means.sheet_answer.{'told' if arrives else 'kept'}", name=name))
