"""/konsultasi: questions without an answer; "sudah terjawab" by who asked; after how long one is carried on."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from community import carrying, consultations
from community.library import solutions
from handlers.filters import InGroup, InPrivate, Pressed
from handlers.giving import can_write_to
from handlers.rewriting import number, rewrite
from handlers.start import elsewhere
from handlers.visiting import Answer, Visit
from storage.letters import button_answer
from storage.letters import message as letter


def router() -> Router:
    door = Router(name="consultations")
    command = Command("konsultasi", "questions", ignore_case=True)
    door.message.register(listed, InPrivate(), command)
    door.message.register(elsewhere, InGroup(), command)
    door.callback_query.register(done, Pressed("consdone"))
    door.callback_query.register(not_yet, InPrivate(), Pressed("consnot"))
    door.callback_query.register(hours, InPrivate(), Pressed("conshours"))
    return door


async def listed(_message: Message, visit: Visit) -> Answer:
    """What waits in one's groups."""
    told = await carrying.page(visit.session, visit.person, visit.say)
    return [letter(visit.chat_id, words, buttons=rows) for words, rows in told]


async def done(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Answered. Who asked is asked whose answer it was, in private."""
    row = await consultations.settle(visit.session, visit.person, number(args, 0), visit.now)
    words, rows = await solutions.which(visit.session, visit.person, row, visit.say)
    if visit.private:
        return rewrite(query, visit, words, rows or None)
    thanks = button_answer(query.id, visit.say.plain("consultations.thanks"))
    return [thanks, letter(visit.user_id, words, buttons=rows)] if rows and can_write_to(visit) else thanks


async def not_yet(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """What was said was no answer."""
    await consultations.not_yet(visit.session, visit.person, number(args, 0))
    return rewrite(query, visit, visit.say("consultations.goes_on"))


async def hours(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """After how many working hours."""
    chosen = number(args, 1) if len(args) > 1 else None
    page = await carrying.hours_page(visit.session, visit.person, number(args, 0), chosen, visit.say)
    return rewrite(query, visit, *page)
