"""After trying: the signs that were seen, ticked in place, and a piece of evidence, for the teacher alone."""

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from handlers.bringing import Brings
from handlers.filters import InPrivate, Pressed, StartPayload
from handlers.giving import Recently, album_taken, listen
from handlers.rewriting import number
from handlers.visiting import Answer, Visit
from learning import checks, evidence
from learning.evidence import Pieces
from learning.sent import Sent
from storage import letters
from storage.letters import Draft, Policy, button


class Showing(StatesGroup):
    """The next message is a piece of evidence."""

    evidence = State()


def router() -> Router:
    door = Router(name="checks")
    door.callback_query.register(tick, InPrivate(), Pressed("check"))
    door.callback_query.register(begin, InPrivate(), Pressed("evid"))
    door.message.register(begin_by_link, InPrivate(), StartPayload("e"))
    door.message.register(keep, InPrivate(), StateFilter(Showing.evidence), Recently(), Brings())
    door.callback_query.register(see, InPrivate(), Pressed("evsee"))
    door.callback_query.register(remove, InPrivate(), Pressed("evdel"))
    return door


async def tick(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """A sign: seen, or not after all. The words stay, the buttons change."""
    found = await checks.toggle(visit.session, visit.person, number(args, 0), number(args, 1))
    if query.message is None:
        return None
    rows = checks.after_trying(found.delivery.id, found.lesson, found.seen, visit.say)
    keyboard = {"inline_keyboard": rows}
    params = {"chat_id": visit.chat_id, "message_id": query.message.message_id, "reply_markup": keyboard}
    return Draft("editMessageReplyMarkup", params, visit.chat_id, policy=Policy.REPEAT)


async def begin(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Kirim bukti: who sees it, and what stays out of it, before anything is sent."""
    return await _asked(await evidence.of_lesson(visit.session, visit.person, number(args, 0)), visit, state)


async def begin_by_link(_message: Message, visit: Visit, state: FSMContext, payload: str) -> Answer:
    """The same, by the link that led through consent."""
    return await _asked(await evidence.of_lesson(visit.session, visit.person, number([payload], 0)), visit, state)


async def _asked(found: Pieces, visit: Visit, state: FSMContext) -> Draft:
    await listen(state, Showing.evidence, visit, delivery=found.delivery.id)
    say, key = visit.say, found.delivery.id
    rows = [[button(say.plain("means.evidence.see"), f"evsee:{key}")]] if found.rows else []
    words = say("means.evidence.ask", title=found.lesson.text(say.language).title)
    return letters.message(visit.chat_id, words, buttons=rows)


async def keep(message: Message, visit: Visit, state: FSMContext, what: Sent) -> Answer:
    """A piece of evidence; words without a link are none, and the question stays open."""
    key = int((await state.get_data()).get("delivery", 0))
    n = await evidence.keep(visit.session, visit.person, key, what, visit.now)
    if n is None:
        return letters.message(visit.chat_id, visit.say("means.evidence.not_this"))
    await state.clear()
    await album_taken(message, state)
    rows = [[button(visit.say.plain("means.evidence.see"), f"evsee:{key}")]]
    return letters.message(visit.chat_id, visit.say("means.evidence.kept", n=n), buttons=rows)


async def see(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """One's own evidence, each piece with the way to delete it."""
    found = await evidence.of_lesson(visit.session, visit.person, number(args, 0))
    return evidence.letters(found, visit.chat_id, visit.say)


async def remove(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Hapus bukti ini: it is gone, and so is the message that showed it."""
    await evidence.remove(visit.session, visit.person, number(args, 0))
    gone = [letters.message(visit.chat_id, visit.say("means.evidence.removed"))]
    if query.message is not None:
        params = {"chat_id": visit.chat_id, "message_id": query.message.message_id}
        gone.append(Draft("deleteMessage", params, visit.chat_id, policy=Policy.REPEAT))
    return gone
