"""/privasi, "Perbaiki data saya" and "Siapa melihat data saya": one's own data put right, and who looked at it."""

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from community import corrections, joining
from community.refusals import NeedsConsent
from handlers.filters import InPrivate, Pressed
from handlers.giving import Recently, listen
from handlers.rewriting import rewrite
from handlers.setup import Words
from handlers.visiting import Answer, Visit
from storage.letters import message as letter


class Correcting(StatesGroup):
    """The next words are a name."""

    name = State()


def router() -> Router:
    door = Router(name="corrections")
    door.callback_query.register(page, InPrivate(), Pressed("fix:page"))
    door.callback_query.register(ask_name, InPrivate(), Pressed("fix:name"))
    door.callback_query.register(telegram, InPrivate(), Pressed("fix:telegram"))
    door.callback_query.register(address, InPrivate(), Pressed("fix:as"))
    door.callback_query.register(year, InPrivate(), Pressed("fix:year"))
    door.callback_query.register(back, InPrivate(), Pressed("fix:back"))
    door.callback_query.register(looked, InPrivate(), Pressed("looks"))
    door.message.register(named, InPrivate(), StateFilter(Correcting.name), Recently(), Words())
    return door


async def page(query: CallbackQuery, visit: Visit) -> Answer:
    """What is kept of oneself."""
    found = await corrections.page(visit.session, visit.person, visit.say, visit.zone, visit.now)
    return rewrite(query, visit, *found)


async def ask_name(query: CallbackQuery, visit: Visit, state: FSMContext) -> Answer:
    """Another name: the next words."""
    words = corrections.name_asked(visit.person, visit.say)
    await listen(state, Correcting.name, visit)
    return rewrite(query, visit, words)


async def named(message: Message, visit: Visit, state: FSMContext) -> Answer:
    """The name, typed."""
    words = await corrections.named(visit.session, visit.person, message.text or "", visit.say)
    await state.clear()
    return letter(visit.chat_id, words)


async def telegram(query: CallbackQuery, visit: Visit) -> Answer:
    """The name that Telegram shows."""
    words, question = await corrections.as_in_telegram(visit.session, visit.person, visit.say)
    return [rewrite(query, visit, words), question]


async def address(query: CallbackQuery, visit: Visit) -> Answer:
    """Bapak, Ibu and so on."""
    return rewrite(query, visit, *corrections.addressed(visit.person, visit.say))


async def year(query: CallbackQuery, visit: Visit) -> Answer:
    """Class and school."""
    found = await corrections.taught(visit.session, visit.person, visit.say, visit.zone, visit.now)
    return rewrite(query, visit, *found)


async def looked(query: CallbackQuery, visit: Visit) -> Answer:
    """Who looked at one's own."""
    return rewrite(query, visit, *await corrections.who_looked(visit.session, visit.person, visit.say, visit.zone))


async def back(query: CallbackQuery, visit: Visit) -> Answer:
    """The page of /privasi again."""
    if visit.person is None:
        raise NeedsConsent
    return rewrite(query, visit, *await joining.privacy(visit.session, visit.person, visit.say, visit.retention_days))
