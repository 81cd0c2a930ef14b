"""/libur: days a school is off, in one tap or typed; for owners, what the whole country goes by."""

from aiogram import Router
from aiogram.filters import Command, CommandObject, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from community import calendar
from community.calendar import decrees, pages
from community.calendar.pages import Page
from handlers.filters import InGroup, InPrivate, Pressed
from handlers.giving import Recently, listen
from handlers.rewriting import number, rewrite, word
from handlers.setup import Words
from handlers.start import elsewhere
from handlers.visiting import Answer, Visit
from learning import rescheduling
from storage.letters import message as letter


class Holidays(StatesGroup):
    writing = State()


def router() -> Router:
    door = Router(name="holidays")
    door.message.register(asked, InPrivate(), Command("libur", "holiday", ignore_case=True))
    door.message.register(elsewhere, InGroup(), Command("libur", "holiday", ignore_case=True))
    door.callback_query.register(of_group, InPrivate(), Pressed("off:of"))
    door.callback_query.register(today_or_tomorrow, InPrivate(), Pressed("off:day"))
    door.callback_query.register(removed, InPrivate(), Pressed("off:remove"))
    door.callback_query.register(writing, InPrivate(), Pressed("off:write"))
    door.callback_query.register(ramadan, InPrivate(), Pressed("off:ramadan"))
    door.callback_query.register(hour, InPrivate(), Pressed("off:hour"))
    door.callback_query.register(provinces, InPrivate(), Pressed("off:province"))
    door.callback_query.register(province, InPrivate(), Pressed("off:prov"))
    door.callback_query.register(nation, InPrivate(), Pressed("off:nation"))
    door.callback_query.register(taken_back, InPrivate(), Pressed("off:lift"))
    door.message.register(written, InPrivate(), StateFilter(Holidays.writing), Recently(), Words())
    return door


async def asked(_message: Message, visit: Visit, command: CommandObject) -> Answer:
    """The command, bare or with days behind it."""
    who, said = (visit.person, visit.is_owner), command.args or ""
    return await _said(visit, await decrees.asked(visit.session, *who, said, visit.zone, visit.say, visit.now))


async def _said(visit: Visit, found: Page) -> Answer:
    """A page as a message of its own; a calendar that has changed moves the lessons along."""
    await rescheduling.reckoned_again(visit.session, found.before, visit.now)
    return letter(visit.chat_id, found.html, buttons=found.buttons)


async def _shown(query: CallbackQuery, visit: Visit, found: Page) -> Answer:
    """The same, in the place of the message that was tapped."""
    await rescheduling.reckoned_again(visit.session, found.before, visit.now)
    return rewrite(query, visit, found.html, found.buttons)


async def of_group(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The school was chosen."""
    found = await pages.of_group(visit.session, visit.person, number(args, 0), args[1:], visit.say, visit.now)
    return await _shown(query, visit, found)


async def today_or_tomorrow(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """One tap: that day is off."""
    found = await pages.tapped(visit.session, visit.person, number(args, 0), word(args, 1), visit.say, visit.now)
    return await _shown(query, visit, found)


async def removed(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """A mark is taken away."""
    found = await pages.removed(visit.session, visit.person, number(args, 0), number(args, 1), visit.say, visit.now)
    return await _shown(query, visit, found)


async def writing(_query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Days are asked for."""
    await pages.page(visit.session, visit.person, number(args, 0), visit.say, visit.now)  # refuses whoever may not
    await listen(state, Holidays.writing, visit, group=number(args, 0))
    return letter(visit.chat_id, visit.say("calendar.off.how"))


async def written(message: Message, visit: Visit, state: FSMContext) -> Answer:
    """The days, as people write them."""
    group_id, said = int((await state.get_data()).get("group", 0)), message.text or ""
    found = await pages.typed(visit.session, visit.person, group_id, said, visit.say, visit.now)
    await state.clear()
    return await _said(visit, found)


async def ramadan(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """At what hour prompts come in Ramadan."""
    return await _shown(query, visit, await pages.ramadan(visit.session, visit.person, number(args, 0), visit.say))


async def hour(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The hour was chosen."""
    found = await pages.at_hour(visit.session, visit.person, number(args, 0), word(args, 1), visit.say, visit.now)
    return await _shown(query, visit, found)


async def provinces(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Which province the school is in."""
    return await _shown(query, visit, await pages.provinces(visit.session, visit.person, number(args, 0), visit.say))


async def province(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The province was chosen."""
    found = await pages.in_province(visit.session, visit.person, number(args, 0), word(args, 1), visit.say, visit.now)
    return await _shown(query, visit, found)


async def nation(query: CallbackQuery, visit: Visit) -> Answer:
    """What owners set."""
    today = calendar.local_day(visit.now, visit.zone)
    return await _shown(query, visit, await decrees.page(visit.session, visit.is_owner, today, visit.say))


async def taken_back(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """What an owner set is no longer so."""
    who, key = visit.is_owner, number(args, 0)
    found = await decrees.taken_back(visit.session, who, key, visit.zone, visit.say, visit.now)
    return await _shown(query, visit, found)
