"""The tables of results below `/laporan`: words, a picture, files; of a group, a school, a gugus or a programme."""

from aiogram import Router
from aiogram.types import CallbackQuery

from handlers.filters import InPrivate, Pressed
from handlers.visiting import Answer, Visit
from reports.figures import pages


def router() -> Router:
    made = Router(name="results")
    made.callback_query.register(results, InPrivate(), Pressed("results"))
    return made


async def results(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    number = query.message.message_id if query.message else None
    return await pages.asked(visit.session, visit.person, args, visit.say, visit.now, number)
