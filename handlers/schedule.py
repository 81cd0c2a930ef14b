"""/jadwal: what is going to be sent, one group at a time if there are many, and one tap to call it off."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from handlers.filters import InGroup, InPrivate, Pressed
from handlers.rewriting import number, rewrite, word
from handlers.start import elsewhere
from handlers.visiting import Answer, Visit
from reports import schedule
from storage.letters import message as letter


def router() -> Router:
    door = Router(name="schedule")
    command = Command("jadwal", "schedule", ignore_case=True)
    door.message.register(listed, InPrivate(), command)
    door.message.register(elsewhere, InGroup(), command)
    door.callback_query.register(turned, InPrivate(), Pressed("sched:page"))
    door.callback_query.register(grouped, InPrivate(), Pressed("sched:groups"))
    door.callback_query.register(called_off, InPrivate(), Pressed("sched"))
    return door


async def listed(_message: Message, visit: Visit) -> Answer:
    """Everything that is pending for one."""
    words, rows = await schedule.page(visit.session, visit.person, visit.say, visit.now)
    return letter(visit.chat_id, words, buttons=rows)


async def turned(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Other lines, or those of one group."""
    return await _page(query, visit, number(args, 0), number(args, 1))


async def grouped(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Which group?"""
    return rewrite(query, visit, *await schedule.groups(visit.session, visit.person, visit.say, number(args, 0)))


async def called_off(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """It is not sent after all; the list as it is now."""
    action, (row, stamp, group, part) = word(args, 0), (number(args, at) for at in range(1, 5))
    await schedule.call_off(visit.session, visit.person, visit.say, visit.now, action, row, stamp, group)
    return await _page(query, visit, group, part)


async def _page(query: CallbackQuery, visit: Visit, group: int, part: int) -> Answer:
    found = await schedule.page(visit.session, visit.person, visit.say, visit.now, group, part)
    return rewrite(query, visit, *found)
