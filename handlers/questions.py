"""Tanya: a question about the prompt, for the group or for the coach, and the coach's answer."""

from typing import Any

from aiogram import Router
from aiogram.filters import Filter, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from community import people
from community.notes import Note, clipped
from handlers.filters import InPrivate, Pressed, StartPayload
from handlers.giving import Gives, Recently, can_write_to, doorway, in_private, listen, offers
from handlers.rewriting import number, rewrite, word
from handlers.visiting import Answer, Visit
from learning import questions, readers
from learning.questions import Asked, Invitation
from storage import letters
from storage.letters import Button, button


class Asking(StatesGroup):
    """The next words are a question, or the answer to one."""

    writing = State()
    answering = State()


class ReplyToQuestion(Filter):
    """A reply to a question that the assistant brought; the handler may take ``question_id``."""

    async def __call__(self, message: Message, visit: Visit) -> bool | dict[str, Any]:
        answered = message.reply_to_message
        if answered is None:
            return False
        found = await questions.by_message(visit.session, message.chat.id, answered.message_id)
        found = offers(message, "answer", visit) if found is None else found
        return {"question_id": found} if found is not None else False


def router() -> Router:
    door = Router(name="questions")
    door.callback_query.register(begin, Pressed("ask"))
    door.message.register(begin_by_link, InPrivate(), StartPayload("q"))
    door.callback_query.register(choose, InPrivate(), Pressed("askto"))
    door.message.register(answer_by_reply, InPrivate(), Gives(), ReplyToQuestion())
    door.message.register(ask, InPrivate(), StateFilter(Asking.writing), Recently(), Gives())
    door.callback_query.register(begin_answering, InPrivate(), Pressed("answer"))
    door.message.register(answer, InPrivate(), StateFilter(Asking.answering), Recently(), Gives())
    return door


async def begin(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The button under the prompt."""
    if not can_write_to(visit):
        return doorway(query, visit, f"q{number(args, 0)}")
    words, rows = _question(await questions.invite(visit.session, visit.person, number(args, 0)), visit)
    return in_private(query, visit, [letters.message(visit.user_id, words, buttons=rows)])


async def begin_by_link(_message: Message, visit: Visit, payload: str) -> Answer:
    """The button opened the private chat."""
    words, rows = _question(await questions.invite(visit.session, visit.person, number([payload], 0)), visit)
    return letters.message(visit.chat_id, words, buttons=rows)


def _question(found: Invitation, visit: Visit) -> tuple[str, list[list[Button]]]:
    """Whom to ask; nobody is offered who is not there."""
    say, key = visit.say, found.delivery.id
    rows = [[button(say.plain("learning.button.ask_group"), f"askto:{key}:group")]]
    if found.readers:
        label = say.plain("learning.button.ask_coach", names=readers.named(found.readers, say))
        rows.append([button(label[:64], f"askto:{key}:coach")])
    return say("learning.question.whom", title=found.lesson.text(say.language).title), rows


async def choose(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Whom; the next words are the question."""
    found = await questions.invite(visit.session, visit.person, number(args, 0), word(args, 1))
    await listen(state, Asking.writing, visit, delivery=found.delivery.id, audience=word(args, 1))
    reader = readers.audience_named(word(args, 1), found.readers, found.group.title, visit.say)
    return rewrite(query, visit, visit.say("learning.question.write", reader=reader))


async def ask(_message: Message, visit: Visit, state: FSMContext, note: Note) -> Answer:
    """The question itself."""
    if not note.text:
        return letters.message(visit.chat_id, visit.say("learning.text_only"))
    data = await state.get_data()
    await state.clear()
    delivery_id, audience = int(data.get("delivery", 0)), str(data.get("audience", ""))
    asked = await questions.ask(visit.session, visit.person, delivery_id, audience, note.text, visit.now)
    return letters.message(visit.chat_id, _asked(asked, visit))


def _asked(asked: Asked, visit: Visit) -> str:
    """Where the question is now."""
    if asked.question.audience == "group":
        return visit.say("learning.question.posted", group=asked.group.title)
    name = readers.named(asked.readers, visit.say)
    return visit.say("learning.question.told" if asked.told else "learning.question.in_digest", name=name)


async def begin_answering(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Jawab: the next words are the answer."""
    found, asker = await questions.still_open(visit.session, visit.person, number(args, 0), visit.say)
    await listen(state, Asking.answering, visit, question=found.id)
    words = visit.say("learning.question.answer_now", name=asker, words=clipped(found.text, 200))
    return letters.message(visit.chat_id, words)


async def answer(_message: Message, visit: Visit, state: FSMContext, note: Note) -> Answer:
    """The answer, after the button."""
    data = await state.get_data()
    await state.clear()
    return await answer_by_reply(_message, visit, note, int(data.get("question", 0)))


async def answer_by_reply(_message: Message, visit: Visit, note: Note, question_id: int) -> Answer:
    """The answer, as a reply to the question."""
    done = await questions.answer(visit.session, visit.person, question_id, note, visit.now)
    name = people.display(done.asker, visit.say)
    key = "learning.question.brought" if done.arrives else "learning.question.cannot_reach"
    return letters.message(visit.chat_id, visit.say(key, name=name))
