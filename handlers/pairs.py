"""/pasangan: this week's colleague, whether you met, in or out."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from handlers.filters import InGroup, InPrivate, Pressed
from handlers.giving import called_in_group
from handlers.rewriting import number, rewrite
from handlers.visiting import Answer, Visit
from learning import partners
from storage import letters


def router() -> Router:
    door = Router(name="pairs")
    asked = Command("pasangan", "pairs", ignore_case=True)
    door.message.register(page, InPrivate(), asked)
    door.message.register(page_in_group, InGroup(), asked)
    door.callback_query.register(met, InPrivate(), Pressed("pair:met"))
    door.callback_query.register(not_met, InPrivate(), Pressed("pair:not"))
    door.callback_query.register(leave, InPrivate(), Pressed("pair:out"))
    door.callback_query.register(join, InPrivate(), Pressed("pair:in"))
    return door


async def page(_message: Message, visit: Visit) -> Answer:
    """This week's colleague."""
    words, rows = await partners.page(visit.session, visit.person, visit.say, visit.now)
    return letters.message(visit.user_id, words, buttons=rows, key=f"pair:page:{visit.key}")


async def page_in_group(message: Message, visit: Visit) -> Answer:
    """The same, sent in a group."""
    words, rows = await partners.page(visit.session, visit.person, visit.say, visit.now)
    draft = letters.message(visit.user_id, words, buttons=rows, key=f"pair:page:{visit.key}")
    return called_in_group(message, visit, [draft])


async def met(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """We met."""
    return await _answered(query, visit, number(args, 0), True)


async def not_met(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Not yet."""
    return await _answered(query, visit, number(args, 0), False)


async def _answered(query: CallbackQuery, visit: Visit, pairing_id: int, said: bool) -> Answer:
    words, rows = await partners.met(visit.session, visit.person, pairing_id, said, visit.say, visit.now)
    return rewrite(query, visit, words, rows)


async def leave(query: CallbackQuery, visit: Visit) -> Answer:
    """Out of the pairs; this week's partner stays on the page."""
    return rewrite(query, visit, *await partners.take_part(visit.session, visit.person, False, visit.say, visit.now))


async def join(query: CallbackQuery, visit: Visit) -> Answer:
    """In again."""
    return rewrite(query, visit, *await partners.take_part(visit.session, visit.person, True, visit.say, visit.now))
