"""Pilihan saya: a question without right or wrong, answered by a tap in the private chat."""

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from handlers.filters import InPrivate, Pressed, StartPayload
from handlers.giving import can_write_to, doorway, in_private
from handlers.rewriting import number, rewrite
from handlers.visiting import Answer, Visit
from learning import choices
from learning.choices import Asked
from storage import letters
from storage.letters import Draft


def router() -> Router:
    door = Router(name="choices")
    door.callback_query.register(begin, Pressed("choose"))
    door.message.register(begin_by_link, InPrivate(), StartPayload("c"))
    door.callback_query.register(choose, InPrivate(), Pressed("chose"))
    return door


async def begin(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The button under the prompt."""
    if not can_write_to(visit):
        return doorway(query, visit, f"c{number(args, 0)}")
    asked = await choices.ask(visit.session, visit.person, number(args, 0))
    return in_private(query, visit, [_question(asked, visit)])


async def begin_by_link(_message: Message, visit: Visit, payload: str) -> Answer:
    """The button opened the private chat."""
    return _question(await choices.ask(visit.session, visit.person, number([payload], 0)), visit)


def _question(asked: Asked, visit: Visit) -> Draft:
    words, rows = choices.words(asked, visit.say)
    return letters.message(visit.user_id, words, buttons=rows)


async def choose(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """One of the options; the message shows it, and what it leads to."""
    asked = await choices.choose(visit.session, visit.person, number(args, 0), number(args, 1), visit.now)
    sides = await choices.side_lessons(visit.session, visit.person, asked, visit.say)
    return [rewrite(query, visit, *choices.words(asked, visit.say)), *sides]
