"""/pekan: what waits in the groups one leads, and last week's figures; the rest by a tap, on or off by another."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from handlers.filters import InGroup, InPrivate, Pressed
from handlers.rewriting import number, rewrite, word
from handlers.start import elsewhere
from handlers.visiting import Answer, Visit
from reports import week_pages
from storage.letters import message as letter


def router() -> Router:
    door = Router(name="week")
    command = Command("pekan", "week", ignore_case=True)
    door.message.register(asked, InPrivate(), command)
    door.message.register(elsewhere, InGroup(), command)
    door.callback_query.register(rest, InPrivate(), Pressed("wk"))
    door.callback_query.register(switched, InPrivate(), Pressed("wkset"))
    return door


async def asked(_message: Message, visit: Visit) -> Answer:
    """Both letters of the week, for whom they are."""
    return await week_pages.start(visit.session, visit.person, visit.say, visit.now)


async def rest(_query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The lines that did not fit, as they stand now; or one group of several."""
    group_id, first = number(args, 0), number(args, 1)
    words, rows = await week_pages.more(visit.session, visit.person, group_id, visit.say, visit.now, first)
    return letter(visit.chat_id, words, buttons=rows)


async def switched(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Every week, or only when asked."""
    on = number(args, 1) == 1
    words, rows = await week_pages.switch(visit.session, visit.person, word(args, 0), on, visit.say, visit.now)
    return rewrite(query, visit, words, rows)
