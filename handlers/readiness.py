"""/kesiapan: five taps about oneself, one's own hours, and for who accompanies teachers what those said."""

from aiogram import Router
from aiogram.filters import Command, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from community import own_hours, readiness
from handlers.filters import InGroup, InPrivate, Pressed
from handlers.giving import Recently, listen
from handlers.rewriting import number, rewrite, word
from handlers.setup import Words
from handlers.start import elsewhere
from handlers.visiting import Answer, Visit
from learning import own_hours as hours
from storage.letters import button
from storage.letters import message as letter


class OwnHours(StatesGroup):
    """The next words may be an hour."""

    typing = State()


def router() -> Router:
    door = Router(name="readiness")
    command = Command("kesiapan", "readiness", ignore_case=True)
    door.message.register(mine, InPrivate(), command)
    door.message.register(elsewhere, InGroup(), command)
    door.callback_query.register(answered, InPrivate(), Pressed("ready:join"))
    door.callback_query.register(enough, InPrivate(), Pressed("ready:enough"))
    door.callback_query.register(back, InPrivate(), Pressed("ready:page"))
    door.callback_query.register(ask, InPrivate(), Pressed("ready:ask"))
    door.callback_query.register(change, InPrivate(), Pressed("ready:set"))
    door.callback_query.register(show_hours, InPrivate(), Pressed("ready:hours"))
    for what, chosen in (("hour", choose_hour), ("day", choose_day), ("zone", choose_zone)):
        door.callback_query.register(chosen, InPrivate(), Pressed(f"ready:{what}"))
    door.message.register(typed_hour, InPrivate(), StateFilter(OwnHours.typing), Recently(), Words())
    door.callback_query.register(groups, InPrivate(), Pressed("ready:groups"))
    door.callback_query.register(teachers, InPrivate(), Pressed("ready:of"))
    return door


async def mine(_message: Message, visit: Visit) -> Answer:
    """What one said of oneself."""
    words, rows = await readiness.page(visit.session, visit.person, visit.say)
    return letter(visit.chat_id, words, buttons=rows)


async def answered(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """A tap at joining."""
    question, value = word(args, 0), word(args, 1)
    return rewrite(
        query, visit, *await readiness.said(visit.session, visit.person, question, value, visit.say, visit.now)
    )


async def enough(query: CallbackQuery, visit: Visit) -> Answer:
    """No more questions."""
    return rewrite(query, visit, *await readiness.thanks(visit.session, visit.person, visit.say))


async def back(query: CallbackQuery, visit: Visit, state: FSMContext) -> Answer:
    """Back to one's own answers."""
    if await state.get_state() == OwnHours.typing.state:
        await state.clear()
    return rewrite(query, visit, *await readiness.page(visit.session, visit.person, visit.say))


async def ask(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """One of the five, again."""
    return rewrite(query, visit, *await readiness.ask(visit.session, visit.person, word(args, 0), visit.say))


async def change(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Another answer."""
    question, value = word(args, 0), word(args, 1)
    return rewrite(
        query, visit, *await readiness.changed(visit.session, visit.person, question, value, visit.say, visit.now)
    )


async def show_hours(query: CallbackQuery, visit: Visit, state: FSMContext) -> Answer:
    """Jam dan hari saya; an hour may also be typed."""
    words, rows = await own_hours.page(visit.session, visit.person, visit.say)
    await listen(state, OwnHours.typing, visit)
    return rewrite(query, visit, words, rows)


async def choose_hour(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """An hour by button, or all as in the group."""
    return await _chosen(query, visit, "hour", word(args, 0))


async def choose_day(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """A weekday is added or taken off."""
    return await _chosen(query, visit, "day", word(args, 0))


async def choose_zone(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """A time zone."""
    return await _chosen(query, visit, "zone", word(args, 0))


async def _chosen(query: CallbackQuery, visit: Visit, what: str, value: str) -> Answer:
    wrong = await hours.choose(visit.session, visit.person, what, value, visit.now)
    return rewrite(query, visit, *await own_hours.page(visit.session, visit.person, visit.say, wrong))


async def typed_hour(message: Message, visit: Visit, state: FSMContext) -> Answer:
    """An hour in words; once it is understood, the next words are about something else."""
    wrong = await hours.choose(visit.session, visit.person, "hour", message.text or "", visit.now)
    if wrong is None:
        await state.clear()
    words, rows = await own_hours.page(visit.session, visit.person, visit.say, wrong)
    return letter(visit.chat_id, words, buttons=rows)


async def groups(query: CallbackQuery, visit: Visit) -> Answer:
    """Kesiapan guru: of which group?"""
    found = await readiness.companion_groups(visit.session, visit.person)
    if len(found) == 1:
        return await teachers(query, visit, [str(found[0].id)])
    rows = [[button(group.title[:48], f"ready:of:{group.id}")] for group in found[:90]]
    return letter(visit.chat_id, visit.say("readiness.which"), buttons=rows)


async def teachers(_query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """What the teachers of a group said, a line each."""
    where = number(args, 0), number(args, 1)
    words, rows = await readiness.teachers(visit.session, visit.person, *where, visit.say, visit.now)
    return letter(visit.chat_id, words, buttons=rows)
