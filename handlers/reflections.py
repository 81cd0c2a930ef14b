"""Refleksi: in private for a reader chosen beforehand, or as a reply to the prompt, in the group or in private."""

from collections.abc import Sequence
from typing import Any

from aiogram import Router
from aiogram.filters import Command, Filter, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from community.notes import Note, clipped
from content.lessons import Lesson
from handlers.filters import InGroup, InPrivate, Pressed, StartPayload
from handlers.giving import (
    Gives,
    Recently,
    RestOfAlbum,
    album_taken,
    called_in_group,
    can_write_to,
    doorway,
    in_private,
    listen,
    offers,
    private_of,
    recent,
    remember,
    thumb,
)
from handlers.kept import confirmation, reader_of, stored
from handlers.rewriting import number, rewrite, word
from handlers.visiting import Answer, Visit
from learning import deliveries, guided, own_talk, readers, reflections, versions
from learning.reflections import Invitation, Kept
from storage import letters
from storage.letters import Button, Draft, button
from storage.models import Delivery, Person


class Reflecting(StatesGroup):
    """The next words are a reflection, or replace one."""

    writing = State()
    rewriting = State()


class ReplyToPrompt(Filter):
    """A reply to a prompt, in its group, to a private copy or at one's own pace; the handler may take ``delivery``."""

    async def __call__(self, message: Message, visit: Visit) -> bool | dict[str, Any]:
        answered = message.reply_to_message
        if answered is None:
            return False
        found = await deliveries.by_message(visit.session, message.chat.id, answered.message_id)
        if found is None and (number := offers(message, "refl", visit)) is not None:
            group_id = visit.group.id if visit.group is not None else None
            found = await deliveries.of_group(visit.session, group_id, number)
        return {"delivery": found} if found is not None else False


def router() -> Router:
    door = Router(name="reflections")
    asked = Command("refleksi", "reflect", ignore_case=True)
    door.message.register(choose_prompt, InPrivate(), asked)
    door.message.register(choose_in_group, InGroup(), asked)
    door.callback_query.register(begin, Pressed("refl"))
    door.message.register(begin_by_link, InPrivate(), StartPayload("r"))
    door.callback_query.register(choose_reader, InPrivate(), Pressed("to"))
    gives = Gives(photos=True, talk=False)
    door.message.register(passed_over, RestOfAlbum())
    door.message.register(replied, InPrivate(), gives, ReplyToPrompt())
    door.message.register(keep, InPrivate(), StateFilter(Reflecting.writing), Recently(), gives)
    door.callback_query.register(begin_rewriting, InPrivate(), Pressed("redit"))
    door.callback_query.register(rewrite_all, InPrivate(), Pressed("rall"))
    door.message.register(keep_rewritten, InPrivate(), StateFilter(Reflecting.rewriting), Recently(), gives)
    door.callback_query.register(other_reader, InPrivate(), Pressed("rwho"))
    door.callback_query.register(readdress, InPrivate(), Pressed("raud"))
    door.callback_query.register(before_removing, InPrivate(), Pressed("rdel"))
    door.callback_query.register(remove, InPrivate(), Pressed("rgone"))
    door.callback_query.register(show_again, InPrivate(), Pressed("rstay"))
    door.message.register(heard, InGroup(), gives, ReplyToPrompt())
    door.edited_message.register(heard_again, InGroup(), gives, ReplyToPrompt())
    door.edited_message.register(edited, InPrivate(), Gives())
    return door


async def edited(_message: Message, visit: Visit) -> Answer:
    """Somebody rewrote a message in the private chat: what was kept of it stays, and they are told how to change it."""
    return letters.message(visit.chat_id, visit.say("learning.edits_unseen")) if visit.person else None


async def choose_prompt(_message: Message, visit: Visit) -> Answer:
    """/refleksi: late ones are welcome."""
    found = await deliveries.latest(visit.session, visit.person)
    lessons = await versions.lessons_of(visit.session, [one for one, _ in found])
    rows = [[button(_label(one, lessons[one.id], visit), f"refl:{one.id}")] for one, _ in found if one.id in lessons]
    told = await own_talk.lately(visit.session, visit.person, visit.say, visit.now) if rows else []
    words = [*told, visit.say("learning.which" if rows else "learning.none_yet")]
    return letters.message(visit.user_id, "\n\n".join(words), buttons=rows)


def _label(delivery: Delivery, lesson: Lesson, visit: Visit) -> str:
    return f"{delivery.day.day}/{delivery.day.month} · {lesson.text(visit.say.language).title}"


async def choose_in_group(message: Message, visit: Visit) -> Answer:
    """The same, sent in a group."""
    draft = await choose_prompt(message, visit)
    return called_in_group(message, visit, [draft] if isinstance(draft, Draft) else [])


async def begin(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """The button under the prompt, or in the list of /refleksi."""
    if not can_write_to(visit):
        return doorway(query, visit, f"r{number(args, 0)}")
    found = await reflections.invite(visit.session, visit.person, number(args, 0))
    private = private_of(state, visit.user_id)
    await listen(private, Reflecting.writing, visit, delivery=found.delivery.id, audience="me")
    words, rows = _question(found, visit)
    return in_private(query, visit, [letters.message(visit.user_id, words, buttons=rows)])


async def begin_by_link(_message: Message, visit: Visit, state: FSMContext, payload: str) -> Answer:
    """The button opened the private chat."""
    found = await reflections.invite(visit.session, visit.person, number([payload], 0))
    await listen(state, Reflecting.writing, visit, delivery=found.delivery.id, audience="me")
    words, rows = _question(found, visit)
    return letters.message(visit.chat_id, words, buttons=rows)


async def choose_reader(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Who shall read it, before it is written."""
    found = await reflections.invite(visit.session, visit.person, number(args, 0), word(args, 1))
    await listen(state, Reflecting.writing, visit, delivery=found.delivery.id, audience=word(args, 1))
    words, rows = _question(found, visit, word(args, 1))
    return rewrite(query, visit, words, rows)


def _question(found: Invitation, visit: Visit, chosen: str = "") -> tuple[str, list[list[Button]]]:
    """The question with its possible readers; written without choosing, only the writer reads it."""
    say, text, key = visit.say, found.lesson.text(visit.say.language), found.delivery.id
    reader = readers.audience_named(chosen or "me", found.readers, found.group.title, say, found.heads)
    last = say("learning.reflection.chosen" if chosen else "learning.reflection.choose", reader=reader)
    words = say("learning.reflection.ask", title=text.title, question=text.question)
    label = say.plain("journal.button.go_on" if found.begun else "journal.button.guided")
    beside = button(label, f"guide:{key}:{chosen}" if chosen else f"guide:{key}")
    rows = audience_buttons(found.readers, visit, f"to:{key}", chosen, found.heads)
    return f"{words}\n\n{last}", [*rows, [beside]]


def audience_buttons(
    found: list[readers.Reader], visit: Visit, data: str, chosen: str = "", heads: Sequence[Person] = ()
) -> list[list[Button]]:
    """A row for each audience there is, the most private first; the chosen one is marked, a principal is named."""
    say = visit.say
    labels = {"me": say.plain("learning.button.me"), "group": say.plain("learning.button.group")}
    if heads:
        labels["group"] = say.plain("learning.reflection.group_with", names=readers.heads_named(heads, say))
    if found:
        labels["coach"] = say.plain("learning.button.coach", names=readers.named(found, say))
    marked = {name: f"✓ {label}" if name == chosen else label for name, label in labels.items()}
    return [[button(clipped(marked[name], 64), f"{data}:{name}")] for name in readers.AUDIENCES if name in marked]


async def keep(message: Message, visit: Visit, state: FSMContext, note: Note) -> Answer:
    """The words themselves."""
    data = await state.get_data()
    await state.clear()
    return await _keep(message, visit, state, note, int(data.get("delivery", 0)), str(data.get("audience", "me")))


async def _keep(
    message: Message, visit: Visit, state: FSMContext, note: Note, delivery_id: int, audience: str
) -> Answer:
    found = await reflections.keep(visit.session, visit.person, delivery_id, audience, note, visit.now)
    album = await album_taken(message, state)
    await remember(state, visit, found.reflection.id)
    return stored(found, message, visit, *([visit.say("learning.reflection.first_photo")] if album else []))


async def replied(message: Message, visit: Visit, state: FSMContext, note: Note, delivery: Delivery) -> Answer:
    """A reply to the prompt in private: for oneself, unless another reader has just been chosen for it."""
    data = await state.get_data()
    asked = await state.get_state() == Reflecting.writing.state and data.get("delivery") == delivery.id
    if asked:
        await state.clear()
    audience = str(data.get("audience", "me")) if asked and recent(data, visit) else "me"
    return await _keep(message, visit, state, note, delivery.id, audience)


async def passed_over(_message: Message) -> Answer:
    """The other pictures of an album: one is kept, and that has been said."""
    return None


async def begin_rewriting(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Ubah: the next words replace the old ones; of a guided one, those of a part."""
    found = await reflections.show(visit.session, visit.person, number(args, 0))
    if found.reflection.kind == "guided":
        return letters.message(visit.chat_id, visit.say("journal.guided.which"), buttons=_parts(found, visit))
    return await _rewriting(found, visit, state)


def _parts(found: Kept, visit: Visit) -> list[list[Button]]:
    say, key = visit.say, found.reflection.id
    rows = [[button(say.plain(f"journal.guided.part.{name}"), f"gpart:{key}:{name}")] for name in guided.PARTS]
    return [*rows, [button(say.plain("journal.button.all"), f"rall:{key}")]]


async def _rewriting(found: Kept, visit: Visit, state: FSMContext) -> Answer:
    await listen(state, Reflecting.rewriting, visit, reflection=found.reflection.id)
    return letters.message(visit.chat_id, visit.say("learning.reflection.rewrite", reader=reader_of(found, visit)))


async def rewrite_all(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Semuanya: a guided one becomes one text."""
    return await _rewriting(await reflections.show(visit.session, visit.person, number(args, 0)), visit, state)


async def keep_rewritten(message: Message, visit: Visit, state: FSMContext, note: Note) -> Answer:
    """The new words."""
    data = await state.get_data()
    await state.clear()
    key = int(data.get("reflection", 0))
    return stored(await reflections.rewrite(visit.session, visit.person, key, note, visit.now), message, visit)


async def other_reader(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Ganti pembaca: who else?"""
    found = await reflections.show(visit.session, visit.person, number(args, 0))
    row = found.reflection
    rows = audience_buttons(found.readers, visit, f"raud:{row.id}", row.audience, found.heads)
    return rewrite(query, visit, visit.say("learning.reflection.other_reader"), rows)


async def readdress(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The other reader."""
    found = await reflections.address(visit.session, visit.person, number(args, 0), word(args, 1), visit.now)
    return rewrite(query, visit, *confirmation(found, visit))


async def before_removing(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Hapus: asked once more, since it cannot be undone."""
    found = await reflections.show(visit.session, visit.person, number(args, 0))
    say, key = visit.say, found.reflection.id
    row = [button(say.plain("learning.button.really"), f"rgone:{key}"), button(say.plain("common.no"), f"rstay:{key}")]
    return rewrite(query, visit, say("learning.reflection.really"), [row])


async def remove(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """It goes."""
    await reflections.remove(visit.session, visit.person, number(args, 0), visit.now)
    return rewrite(query, visit, visit.say("learning.reflection.removed"))


async def show_again(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Thought better of it."""
    found = await reflections.show(visit.session, visit.person, number(args, 0))
    return rewrite(query, visit, *confirmation(found, visit))


async def heard(message: Message, visit: Visit, state: FSMContext, note: Note, delivery: Delivery) -> Answer:
    """A reply to the prompt in the group."""
    kept = await reflections.heard_in_group(visit.session, visit.person, delivery, note, message.message_id, visit.now)
    if kept:
        await album_taken(message, state)
    return thumb(message, visit) if kept else None


async def heard_again(message: Message, visit: Visit, note: Note, delivery: Delivery) -> Answer:
    """That reply, edited."""
    await reflections.edited_in_group(visit.session, visit.person, delivery, note, message.message_id, visit.now)
    return None
