"""The daily prompt: today's lesson again, "Sudah saya coba", and what the pupils did."""

from typing import Any

from aiogram import Router
from aiogram.filters import Command, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from handlers.filters import InGroup, InPrivate, Pressed, StartPayload
from handlers.giving import Gives, Recently, called_in_group, can_write_to, listen, private_of
from handlers.rewriting import number, rewrite
from handlers.visiting import Answer, Visit
from learning import deliveries, prompts, trials
from learning.notes import Note
from learning.trials import Tried
from storage import letters
from storage.letters import Draft, button, button_answer


class Telling(StatesGroup):
    """Asked what the pupils did."""

    pupils = State()


def router() -> Router:
    door = Router(name="lessons")
    asked = Command("hariini", "today", ignore_case=True)
    door.message.register(today, InPrivate(), asked)
    door.message.register(today_in_group, InGroup(), asked)
    door.callback_query.register(tried, Pressed("tried"))
    door.message.register(tried_after_consent, InPrivate(), StartPayload("t"))
    door.callback_query.register(will_tell, InPrivate(), Pressed("pupils"))
    door.callback_query.register(skip, InPrivate(), Pressed("skip"))
    door.message.register(told, InPrivate(), StateFilter(Telling.pupils), Recently(), Gives())
    return door


async def today(_message: Message, visit: Visit) -> Answer:
    """/hariini: the lesson again, in private."""
    is_today, found = await deliveries.today(visit.session, visit.person, visit.now)
    lessons = [(one.id, lesson) for one, _ in found if (lesson := deliveries.lesson_of(one)) is not None]
    say, chat = visit.say, visit.user_id
    drafts = [letters.message(chat, prompts.words(one, say), buttons=prompts.buttons(say, key)) for key, one in lessons]
    first = [] if is_today else [letters.message(chat, say("learning.today.none" if drafts else "learning.none_yet"))]
    return [*first, *drafts]


async def today_in_group(message: Message, visit: Visit) -> Answer:
    """The same, sent in a group."""
    drafts = await today(message, visit)
    return called_in_group(message, visit, drafts if isinstance(drafts, list) else [])


async def tried(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """The button under the prompt."""
    done = await trials.tried(visit.session, visit.person, number(args, 0), visit.now)
    toast = button_answer(query.id, visit.say.plain("learning.tried.kept" if done.new else "learning.tried.known"))
    if not done.new or not can_write_to(visit):
        return toast
    return [toast, await _pupils(done, visit, state)]


async def tried_after_consent(_message: Message, visit: Visit, state: FSMContext, payload: str) -> Answer:
    """The same, by the link that led through consent."""
    done = await trials.tried(visit.session, visit.person, number([payload], 0), visit.now)
    words = letters.message(visit.chat_id, visit.say("learning.tried.kept" if done.new else "learning.tried.known"))
    return [words, await _pupils(done, visit, state)] if done.new else words


async def _pupils(done: Tried, visit: Visit, state: FSMContext) -> Draft:
    """The one optional question. It does not break into another conversation: then the button begins it."""
    private = private_of(state, visit.user_id)
    if await private.get_state() in (None, Telling.pupils.state):
        await listen(private, Telling.pupils, visit, delivery=done.delivery.id)
    say = visit.say
    rows = [
        [button(say.plain("learning.button.tell"), f"pupils:{done.delivery.id}")],
        [button(say.plain("learning.button.skip"), "skip")],
    ]
    words = say("learning.pupils.ask", title=done.lesson.text(say.language).title)
    return letters.message(visit.user_id, words, buttons=rows)


async def will_tell(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """The next words are about the pupils."""
    await listen(state, Telling.pupils, visit, delivery=number(args, 0))
    return rewrite(query, visit, visit.say("learning.pupils.go_on"))


async def skip(query: CallbackQuery, visit: Visit, state: FSMContext) -> Answer:
    """The question was optional."""
    if await state.get_state() == Telling.pupils.state:
        await state.clear()
    return rewrite(query, visit, visit.say("learning.pupils.skipped"))


async def told(_message: Message, visit: Visit, state: FSMContext, note: Note) -> Answer:
    """What the pupils did, in writing."""
    if not note.text:
        return letters.message(visit.chat_id, visit.say("learning.text_only"))
    data = await state.get_data()
    await state.clear()
    await trials.pupils_did(visit.session, visit.person, int(data.get("delivery", 0)), note.text)
    return letters.message(visit.chat_id, visit.say("learning.pupils.kept"))


async def _delivered(answer: dict[str, Any], data: dict[str, Any], visit: Visit) -> Answer:
    """Telegram has the prompt."""
    result = answer["result"]
    if answer["ok"] and isinstance(result, dict):
        chat_id, message_id = int(result["chat"]["id"]), int(result["message_id"])
        await deliveries.arrived(visit.session, int(data["delivery"]), chat_id, message_id, visit.now)
    return None


ANSWERS = {"learning.prompt_delivered": _delivered}
