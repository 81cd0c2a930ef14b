"""Terpandu: four small questions in private, one message each, skipped or taken up again as it suits the teacher."""

from typing import Any

from aiogram import Router
from aiogram.filters import Filter, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from community import notes
from community.notes import Note
from handlers.filters import InPrivate, Pressed
from handlers.giving import Gives, Recently, calls, listen
from handlers.kept import changes, confirmation, going_on, stored, swept_away
from handlers.rewriting import number, rewrite, word
from handlers.visiting import Answer, Visit
from learning import guided, readers, reading, reflections
from learning.guided import Step
from storage import letters
from storage.letters import Draft, button


class Guiding(StatesGroup):
    """The next words answer a question, or replace a part of what is whole."""

    answering = State()
    changing = State()


class ReplyToQuestion(Filter):
    """A reply to one of the questions, also days later; the handler may take ``asked``: prompt, part, audience."""

    async def __call__(self, message: Message, visit: Visit) -> bool | dict[str, Any]:
        found = next((call for call in calls(message, "gskip", visit) if len(call) == 3), None)
        return {"asked": found} if found is not None else False


def router() -> Router:
    door = Router(name="guided")
    gives = Gives(photos=True, talk=False)
    door.callback_query.register(begin, InPrivate(), Pressed("guide"))
    door.callback_query.register(skip, InPrivate(), Pressed("gskip"))
    door.callback_query.register(later, InPrivate(), Pressed("glater"))
    door.message.register(answer_by_reply, InPrivate(), gives, ReplyToQuestion())
    door.message.register(answer, InPrivate(), StateFilter(Guiding.answering), Recently(), gives)
    door.callback_query.register(begin_changing, InPrivate(), Pressed("gpart"))
    door.message.register(keep_changed, InPrivate(), StateFilter(Guiding.changing), Recently(), gives)
    return door


async def begin(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """The button beside Refleksi: the first question, or the one where the teacher left off."""
    step = await guided.begin(visit.session, visit.person, number(args, 0), word(args, 1), visit.now)
    say = visit.say
    reader = readers.audience_named(step.audience, step.readers, step.group.title, say, step.heads)
    title = step.lesson.text(say.language).title
    words = say("journal.guided.begin" if step.fresh else "journal.guided.resumed", title=title, reader=reader)
    return [letters.message(visit.chat_id, words), *await _next(step, visit, state)]


async def _next(step: Step, visit: Visit, state: FSMContext) -> list[Draft]:
    """The open question; or, when there is none, the whole read back."""
    if step.part is None:
        await state.clear()
        return _read_back(step, visit)
    key, part, say = step.delivery.id, step.part, visit.say
    await listen(state, Guiding.answering, visit, delivery=key, part=part, audience=step.audience)
    if part == guided.MORE:
        words = say("journal.guided.follow_up", question=say.plain(f"journal.guided.again.{step.about}"))
    else:
        words = say("journal.guided.ask", n=step.number, question=say.plain(f"journal.guided.question.{part}"))
    row = [button(say.plain("learning.button.skip"), f"gskip:{key}:{part}:{step.audience}")]
    row.append(button(say.plain("journal.button.later"), f"glater:{key}"))
    return [letters.message(visit.chat_id, words, buttons=[row])]


def _read_back(step: Step, visit: Visit) -> list[Draft]:
    """One text with its reader; on a shared phone the way to open it."""
    if step.kept is None:
        return [letters.message(visit.chat_id, visit.say("journal.guided.nothing"))]
    words, rows = confirmation(step.kept, visit)
    if step.discreet:
        return [letters.message(visit.chat_id, f"{words}\n\n{visit.say('journal.shared.written')}", buttons=rows)]
    row = step.kept.reflection
    *before, last = notes.packed([*reading.blocks(row, visit.say), words])
    drafts = [letters.message(visit.chat_id, one) for one in before]
    return [*drafts, letters.message(visit.chat_id, last, buttons=changes(row.id, visit))]


async def answer(message: Message, visit: Visit, state: FSMContext, note: Note) -> Answer:
    """Words or a voice note."""
    data = await state.get_data()
    asked = [str(data.get(name, "")) for name in ("delivery", "part", "audience")]
    return await answer_by_reply(message, visit, state, note, asked)


async def answer_by_reply(message: Message, visit: Visit, state: FSMContext, note: Note, asked: list[str]) -> Answer:
    """The same, as a reply to the question."""
    if note.photo:
        return letters.message(visit.chat_id, visit.say("journal.guided.no_photo"))
    step = await guided.answer(
        visit.session, visit.person, number(asked, 0), word(asked, 1), word(asked, 2), note, visit.now
    )
    swept = swept_away(message, visit) if step.discreet else []
    return [*await _next(step, visit, state), *swept]


async def skip(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Lewati."""
    part, audience = word(args, 1), word(args, 2)
    step = await guided.skip(visit.session, visit.person, number(args, 0), part, audience, visit.now)
    return await _next(step, visit, state)


async def later(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Nanti saja: what has been answered stays, as the teacher's own."""
    if await state.get_state() == Guiding.answering.state:
        await state.clear()
    return rewrite(query, visit, visit.say("journal.guided.later"), going_on(number(args, 0), visit))


async def begin_changing(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Ubah, one part of a guided reflection."""
    found = await reflections.show(visit.session, visit.person, number(args, 0))
    part = guided.part_of(found.reflection, word(args, 1))
    await listen(state, Guiding.changing, visit, reflection=found.reflection.id, part=part)
    name = visit.say.plain(f"journal.guided.part.{part}")
    return rewrite(query, visit, visit.say("journal.guided.rewrite", part=name))


async def keep_changed(message: Message, visit: Visit, state: FSMContext, note: Note) -> Answer:
    """The new words of that part."""
    if note.photo:
        return letters.message(visit.chat_id, visit.say("journal.guided.no_photo"))
    data = await state.get_data()
    await state.clear()
    key, part = int(data.get("reflection", 0)), str(data.get("part", ""))
    return stored(await guided.change(visit.session, visit.person, key, part, note, visit.now), message, visit)
