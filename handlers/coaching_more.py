"""What else there is to a cycle: promises, a pause, a step taken up again, another coach, its history, its end."""

from collections.abc import Callable
from typing import Any

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from coaching import commitments, handovers, managing, pages, spoken_promises
from community.notes import Note
from handlers.filters import InPrivate, Pressed
from handlers.giving import Gives, Recently, listen
from handlers.rewriting import number, rewrite, word
from handlers.setup import Words
from handlers.visiting import Answer, Visit
from storage.letters import button
from storage.letters import message as letter


class Promising(StatesGroup):
    """The next words are a promise (or its voice is), its title, or its day."""

    words = State()
    title = State()  # of one that was spoken
    day = State()


def router() -> Router:
    door = Router(name="coaching_more")
    door.message.register(worded, InPrivate(), StateFilter(Promising.words), Recently(), Gives())
    door.message.register(titled, InPrivate(), StateFilter(Promising.title), Recently(), Words())
    door.message.register(dated, InPrivate(), StateFilter(Promising.day), Recently(), Words())
    taps: dict[str, Callable[..., Any]] = {
        "cycprom": promise, "cycday": day_tapped, "cyckept": kept, "cycletgo": let_go, "cycmove": move,
        "cychear": hear, "cyctitle": title, "cycmore": more, "cycact": act, "cycto": to, "cychist": past,
    }  # fmt: skip
    for name, handler in taps.items():
        door.callback_query.register(handler, InPrivate(), Pressed(name))
    return door


async def _page(query: CallbackQuery, visit: Visit, cycle_id: int, note: str = "") -> Answer:
    page = await pages.of_cycle(visit.session, visit.person, cycle_id, visit.say, visit.now, note)
    return rewrite(query, visit, *page)


async def promise(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """What will you do?"""
    page = await managing.promising(visit.session, visit.person, number(args, 0), visit.say)
    await listen(state, Promising.words, visit, cycle=number(args, 0))
    return rewrite(query, visit, *page)


async def worded(_message: Message, visit: Visit, state: FSMContext, note: Note) -> Answer:
    """Until when?"""
    cycle = (await state.get_data())["cycle"]
    data, page = await managing.until_when(visit.session, visit.person, cycle, note, visit.say, visit.now)
    await listen(state, Promising.day, visit, **data)
    return letter(visit.chat_id, page[0], buttons=page[1])


async def title(query: CallbackQuery, visit: Visit, state: FSMContext) -> Answer:
    """Which words for a spoken promise?"""
    data = await state.get_data()
    told = managing.titling(data, visit.say)
    await listen(state, Promising.title, visit, **data)
    return rewrite(query, visit, told)


async def titled(message: Message, visit: Visit, state: FSMContext) -> Answer:
    """The words are here; until when?"""
    note = managing.voice_of(await state.get_data(), message.text)
    return await worded(message, visit, state, note)


async def hear(_query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """A promise in the voice in which it was given."""
    return await spoken_promises.hear(visit.session, visit.person, number(args, 0), visit.chat_id, visit.say, visit.now)


async def dated(message: Message, visit: Visit, state: FSMContext) -> Answer:
    """The day in words."""
    data = await state.get_data()
    day = managing.day_said(message.text or "", visit.zone, visit.now)
    await managing.promised(visit.session, visit.person, data, day, visit.now)
    await state.clear()
    page = await pages.of_cycle(
        visit.session, visit.person, data["cycle"], visit.say, visit.now, visit.say("coaching.promise.kept")
    )
    return letter(visit.chat_id, page[0], buttons=page[1])


async def day_tapped(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """The day by a tap."""
    data = await state.get_data()
    await managing.promised(visit.session, visit.person, data, managing.day_of(word(args, 0)), visit.now)
    await state.clear()
    return await _page(query, visit, data["cycle"], visit.say("coaching.promise.kept"))


async def kept(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Done as promised?"""
    return rewrite(query, visit, *await managing.of_promise(visit.session, visit.person, number(args, 0), visit.say))


async def let_go(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Done, or not to be done after all."""
    change = commitments.keep if word(args, 1) == "kept" else commitments.let_go
    row = await change(visit.session, visit.person, number(args, 0), visit.now)
    return await _page(query, visit, row.cycle_id, visit.say(f"coaching.promise.{word(args, 1) or 'let_go'}"))


async def move(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Another day for a promise."""
    row, page = await managing.moving(visit.session, visit.person, number(args, 0), visit.say, visit.now)
    await listen(state, Promising.day, visit, cycle=row.cycle_id, promise=row.id)
    return rewrite(query, visit, *page)


async def more(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Everything else that can be done."""
    return rewrite(query, visit, *await managing.more(visit.session, visit.person, number(args, 0), visit.say))


async def act(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Pause, go on, take up again, open notes, stop."""
    note = await managing.act(
        visit.session, visit.person, number(args, 0), word(args, 1), word(args, 2), visit.say, visit.now
    )
    return rewrite(query, visit, *note) if isinstance(note, tuple) else await _page(query, visit, number(args, 0), note)


async def to(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """To another coach for good, or for a while."""
    change = handovers.hand_over if word(args, 1) == "over" else handovers.stand_in
    await change(visit.session, visit.person, number(args, 0), number(args, 2), visit.now)
    if word(args, 1) == "over":
        return rewrite(query, visit, visit.say("coaching.more.handed_over"))
    return await _page(query, visit, number(args, 0), visit.say("coaching.more.stands_in"))


async def past(_query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """What happened, line by line."""
    *before, last = await pages.past(visit.session, visit.person, number(args, 0), visit.say)
    back = [[button(visit.say.plain("coaching.button.back"), f"cycmore:{number(args, 0)}")]]
    return [*(letter(visit.chat_id, one) for one in before), letter(visit.chat_id, last, buttons=back)]
