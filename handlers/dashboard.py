"""`/dasbor`: the dashboard, opened within Telegram or in a browser; in a group, the way to the private chat."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from handlers.filters import InGroup, InPrivate, Pressed
from handlers.start import elsewhere
from handlers.visiting import Answer, Visit
from reports.dashboard import opening


def router() -> Router:
    made = Router(name="dashboard")
    asked = Command("dasbor", "dashboard", ignore_case=True)
    made.message.register(dashboard, asked, InPrivate())
    made.message.register(elsewhere, asked, InGroup())
    made.callback_query.register(in_a_browser, InPrivate(), Pressed("dashlink"))
    return made


async def dashboard(_message: Message, visit: Visit) -> Answer:
    where = opening.Where(visit.pages, visit.in_telegram)
    return await opening.offered(visit.session, visit.person, where, visit.say, visit.now)


async def in_a_browser(_query: CallbackQuery, visit: Visit) -> Answer:
    """A link for another screen than this one."""
    where = opening.Where(visit.pages, visit.in_telegram)
    return await opening.linked(visit.session, visit.person, where, visit.say, visit.now)
