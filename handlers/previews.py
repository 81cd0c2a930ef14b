"""A pack before it goes out: lesson by lesson in the private chat, as teachers would see it."""

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.filters import InPrivate, Pressed
from handlers.rewriting import number, rewrite, word
from handlers.visiting import Answer, Visit
from learning import previewing
from storage import letters
from storage.letters import button_answer


def router() -> Router:
    door = Router(name="previews")
    for name, handler in (
        ("pv", page), ("pvmore", more), ("pvmedia", medium), ("pvquiz", quiz), ("pvno", nothing),
    ):  # fmt: skip
        door.callback_query.register(handler, InPrivate(), Pressed(name))
    return door


async def page(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """A lesson in place of the one before."""
    seen = await previewing.opened(visit.session, visit.person, word(args, 0))
    return rewrite(query, visit, *previewing.page(seen, number(args, 1), visit.say))


async def more(_query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Everything a lesson brings along, and what it says to whom."""
    seen = await previewing.opened(visit.session, visit.person, word(args, 0))
    found = previewing.extras(seen, number(args, 1), visit.say)
    return [letters.message(visit.chat_id, words) for words in found]


async def medium(_query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """A medium, as a tap will bring it."""
    seen = await previewing.opened(visit.session, visit.person, word(args, 0))
    return previewing.medium(seen, number(args, 1), number(args, 2), visit.chat_id, visit.say)


async def quiz(_query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The quiz, as Telegram will show it."""
    seen = await previewing.opened(visit.session, visit.person, word(args, 0))
    return previewing.quiz(seen, number(args, 1), visit.chat_id, visit.say)


async def nothing(query: CallbackQuery, visit: Visit) -> Answer:
    """What works only where teachers are."""
    return button_answer(query.id, visit.say.plain("means.pack.only_shown"))
