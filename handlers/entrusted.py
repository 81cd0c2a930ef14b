"""/titip: a facilitator writes down what a colleague said; which group, who, on what, and then the words."""

from aiogram import Router
from aiogram.filters import Command, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from community import people
from community.notes import Note, clipped
from handlers.filters import InGroup, InPrivate, Pressed
from handlers.giving import Gives, Recently, listen
from handlers.rewriting import number, rewrite
from handlers.start import elsewhere
from handlers.visiting import Answer, Visit
from learning import entrusted, readers
from learning.entrusted import Entrusted
from storage.letters import Button, button
from storage.letters import message as letter


class Entrusting(StatesGroup):
    """The next words are a colleague's."""

    writing = State()


def router() -> Router:
    door = Router(name="entrusted")
    command = Command("titip", "entrust", ignore_case=True)
    door.message.register(begin, InPrivate(), command)
    door.message.register(elsewhere, InGroup(), command)
    door.callback_query.register(of_group, InPrivate(), Pressed("titip:of"))
    door.callback_query.register(whose, InPrivate(), Pressed("titip:who"))
    door.callback_query.register(on_what, InPrivate(), Pressed("titip:on"))
    door.message.register(keep, InPrivate(), StateFilter(Entrusting.writing), Recently(), Gives())
    door.callback_query.register(show, InPrivate(), Pressed("titip:show"))
    door.callback_query.register(tried, InPrivate(), Pressed("titip:tried"))
    return door


async def begin(_message: Message, visit: Visit) -> Answer:
    """/titip: for whom, or first in which group."""
    found = await entrusted.groups(visit.session, visit.person)
    if len(found) == 1:
        words, rows = await _colleagues(found[0].id, visit)
        return letter(visit.chat_id, words, buttons=rows)
    rows = [[button(clipped(group.title, 48), f"titip:of:{group.id}")] for group in found[:90]]
    return letter(visit.chat_id, visit.say("sharing.entrusted.which"), buttons=rows)


async def of_group(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The group's teachers, those without Telegram first."""
    return rewrite(query, visit, *await _colleagues(number(args, 0), visit))


async def _colleagues(group_id: int, visit: Visit) -> tuple[str, list[list[Button]]]:
    found, say = await entrusted.colleagues(visit.session, visit.person, group_id), visit.say
    if not found:
        return say("sharing.entrusted.nobody"), []
    names = [(one.id, clipped(people.display(one, say), 30)) for one in found[:98]]
    keys = [button(name, f"titip:who:{group_id}:{person_id}") for person_id, name in names]
    return say("sharing.entrusted.who"), [keys[at : at + 2] for at in range(0, len(keys), 2)]


async def whose(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The last five prompts."""
    group_id, person_id = number(args, 0), number(args, 1)
    colleague, found = await entrusted.prompts(visit.session, visit.person, group_id, person_id)
    rows = [
        [button(clipped(f"{one.day.day}/{one.day.month} · {lesson.text(visit.say.language).title}", 60),
                f"titip:on:{group_id}:{person_id}:{one.id}")]
        for one, lesson in found
    ]  # fmt: skip
    words = "sharing.entrusted.on_what" if rows else "sharing.entrusted.no_prompt"
    return rewrite(query, visit, visit.say(words, name=people.display(colleague, visit.say)), rows)


async def on_what(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """The next words are the colleague's."""
    group_id, person_id, delivery_id = number(args, 0), number(args, 1), number(args, 2)
    colleague, lesson = await entrusted.question(visit.session, visit.person, group_id, person_id, delivery_id)
    await listen(state, Entrusting.writing, visit, group=group_id, colleague=person_id, delivery=delivery_id)
    text, name = lesson.text(visit.say.language), people.display(colleague, visit.say)
    return rewrite(query, visit, visit.say("sharing.entrusted.write", name=name, question=text.question))


async def keep(_message: Message, visit: Visit, state: FSMContext, note: Note) -> Answer:
    """The words."""
    if not note.text or note.file_id:
        return letter(visit.chat_id, visit.say("learning.text_only"))
    data = await state.get_data()
    await state.clear()
    group_id, person_id, delivery_id = (int(data.get(name, 0)) for name in ("group", "colleague", "delivery"))
    kept, letters = await entrusted.keep(
        visit.session, visit.person, group_id, person_id, delivery_id, note.text, visit.now
    )
    words, rows = _kept(kept, visit)
    return [letter(visit.chat_id, words, buttons=rows), *letters]


def _kept(kept: Entrusted, visit: Visit) -> tuple[str, list[list[Button]]]:
    """Stored, and what may be added: that the colleague agrees to being read, and has tried it in class."""
    say, name = visit.say, people.display(kept.colleague, visit.say)
    reader = readers.audience_named("group", [], kept.group.title, say, kept.heads)
    words = say("sharing.entrusted.kept", name=name, title=kept.lesson.text(say.language).title, reader=reader)
    return words, _to_add(kept, visit)


def _to_add(kept: Entrusted, visit: Visit) -> list[list[Button]]:
    """A button for each that has not been said yet."""
    open_ = {"agreed": entrusted.may_be_shown(kept.reflection), "has_tried": not kept.tried}
    name = clipped(people.display(kept.colleague, visit.say), 30)
    keys = {"agreed": "show", "has_tried": "tried"}
    return [
        [button(visit.say.plain(f"sharing.entrusted.{label}", name=name), f"titip:{key}:{kept.reflection.id}")]
        for label, key in keys.items()
        if open_[label]
    ]


async def show(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The colleague agreed."""
    shown = await entrusted.show(visit.session, visit.person, number(args, 0), visit.now)
    name = people.display(shown.colleague, visit.say)
    words = visit.say("sharing.entrusted.shown", name=name, group=shown.group.title)
    return rewrite(query, visit, words, _to_add(shown, visit))


async def tried(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The colleague has tried it in class."""
    found = await entrusted.tried(visit.session, visit.person, number(args, 0), visit.now)
    name = people.display(found.colleague, visit.say)
    title = found.lesson.text(visit.say.language).title
    words = visit.say("sharing.entrusted.counted", name=name, title=title)
    return rewrite(query, visit, words, _to_add(found, visit))
