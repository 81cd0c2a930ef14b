"""/jadwal: what is going to be sent, and one tap to call it off."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from community import recalls, schedule
from handlers.filters import InGroup, InPrivate, Pressed
from handlers.ledger import me
from handlers.rewriting import number, rewrite
from handlers.start import elsewhere
from handlers.visiting import Answer, Visit
from learning import programmes
from storage.letters import message as letter


def router() -> Router:
    door = Router(name="schedule")
    command = Command("jadwal", "schedule", ignore_case=True)
    door.message.register(listed, InPrivate(), command)
    door.message.register(elsewhere, InGroup(), command)
    door.callback_query.register(dropped, InPrivate(), Pressed("sched:drop"))
    door.callback_query.register(stopped, InPrivate(), Pressed("sched:stop"))
    door.callback_query.register(skipped, InPrivate(), Pressed("sched:skip"))
    return door


async def listed(_message: Message, visit: Visit) -> Answer:
    """Everything that is pending for one."""
    words, rows = await schedule.page(visit.session, visit.person, visit.say, visit.now)
    return letter(visit.chat_id, words, buttons=rows)


async def _listed_again(query: CallbackQuery, visit: Visit) -> Answer:
    return rewrite(query, visit, *await schedule.page(visit.session, visit.person, visit.say, visit.now))


async def dropped(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """A letter is not sent after all."""
    await schedule.call_off(visit.session, visit.person, number(args, 0), visit.now)
    return await _listed_again(query, visit)


async def stopped(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """A broadcast is stopped."""
    await recalls.stop(visit.session, me(visit), number(args, 0), visit.now)
    return await _listed_again(query, visit)


async def skipped(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The next lesson comes a school day later."""
    await programmes.postpone(visit.session, visit.person, number(args, 0), visit.now)
    return await _listed_again(query, visit)
