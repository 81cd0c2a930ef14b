"""The rest of the morning's letter, and all of it when it is asked for."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from handlers.filters import InGroup, InPrivate, Pressed
from handlers.rewriting import number, rewrite
from handlers.start import elsewhere
from handlers.visiting import Answer, Visit
from reports import mornings
from storage.letters import message as letter


def router() -> Router:
    door = Router(name="today")
    command = Command("siapa", "who", ignore_case=True)
    door.message.register(asked, InPrivate(), command)
    door.message.register(elsewhere, InGroup(), command)
    door.callback_query.register(rest, InPrivate(), Pressed("today"))
    door.callback_query.register(hour, InPrivate(), Pressed("todayat"))
    return door


async def asked(_message: Message, visit: Visit) -> Answer:
    """Who needs me now?"""
    words, rows = await mornings.asked(visit.session, visit.person, visit.say, visit.now)
    return letter(visit.chat_id, words, buttons=rows)


async def rest(_query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The lines that did not fit, as they stand now."""
    words, rows = await mornings.asked(visit.session, visit.person, visit.say, visit.now, number(args, 0))
    return letter(visit.chat_id, words, buttons=rows)


async def hour(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """At which hour the letter comes, or not at all."""
    chosen = number(args, 0) if args else None
    return rewrite(query, visit, *await mornings.hour(visit.session, visit.person, visit.say, visit.now, chosen))
