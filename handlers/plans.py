"""/rhk: one's work plan row by row, the principal's confirmation, and the paper."""

from collections.abc import Callable
from typing import Any

from aiogram import Router
from aiogram.filters import Command, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from coaching import plan_checks, plan_pages, plans
from coaching.pages import Page
from coaching.plans import FIELDS
from community.refusals import NeedsConsent
from handlers.filters import InGroup, InPrivate, Pressed, Uploads
from handlers.giving import Recently, listen
from handlers.rewriting import number, rewrite, word
from handlers.setup import Words
from handlers.start import elsewhere
from handlers.visiting import Answer, Visit
from reports.papers import desk
from reports.papers.making import Desk, Kind, Subject
from storage.letters import message as letter


class Planning(StatesGroup):
    """The next words are a field of a row, or the result of a new one."""

    field = State()
    result = State()


def router() -> Router:
    door = Router(name="plans")
    command = Command("rhk", "plan", ignore_case=True)
    door.message.register(shown, InPrivate(), ~Uploads(), command)
    door.message.register(elsewhere, InGroup(), command)
    door.message.register(said, InPrivate(), StateFilter(Planning.field), Recently(), Words())
    door.message.register(named, InPrivate(), StateFilter(Planning.result), Recently(), Words())
    taps: dict[str, Callable[..., Any]] = {
        "rhk": opened, "rhkadd": adding, "rhkkind": chosen, "rhkown": own_words, "rhkrow": row, "rhkf": field,
        "rhkset": tapped, "rhkskip": skipped, "rhkdel": removed, "rhkfree": freed, "rhkask": asked, "rhksee": seen,
        "rhkyes": answered, "rhkof": of_cycle, "rhkpaper": paper,
    }  # fmt: skip
    for name, handler in taps.items():
        door.callback_query.register(handler, InPrivate(), Pressed(name))
    return door


async def shown(_message: Message, visit: Visit, state: FSMContext) -> Answer:
    """One's plan."""
    words, rows = await plan_pages.home(visit.session, visit.person, visit.say, visit.now)
    await state.clear()
    return letter(visit.chat_id, words, buttons=rows)


async def _home(query: CallbackQuery, visit: Visit, note: str = "") -> Answer:
    return rewrite(query, visit, *await plan_pages.home(visit.session, visit.person, visit.say, visit.now, note))


async def opened(query: CallbackQuery, visit: Visit, state: FSMContext) -> Answer:
    """The list of rows."""
    await state.clear()
    return await _home(query, visit)


async def adding(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Which activity?"""
    return rewrite(query, visit, *await plan_pages.kinds(visit.session, visit.person, number(args, 0), visit.say))


async def chosen(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """An activity of the catalogue: the row stands, and three questions follow."""
    made = await plans.add(visit.session, visit.person, number(args, 0), word(args, 1) or "-", "", visit.now)
    return rewrite(query, visit, *await _asks(visit, state, made.id, FIELDS.index("quantity"), chain=True))


async def own_words(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """What, in one's own words?"""
    await plan_pages.kinds(visit.session, visit.person, number(args, 0), visit.say)
    await listen(state, Planning.result, visit, plan=number(args, 0))
    return rewrite(query, visit, visit.say("plans.question.result"), [[plan_pages.tap(visit.say, "back", "rhk")]])


async def named(message: Message, visit: Visit, state: FSMContext) -> Answer:
    """The result of a new row, typed."""
    plan_id = (await state.get_data())["plan"]
    made = await plans.add(visit.session, visit.person, plan_id, "", message.text or "", visit.now)
    words, rows = await _asks(visit, state, made.id, FIELDS.index("quantity"), chain=True)
    return letter(visit.chat_id, words, buttons=rows)


async def _asks(visit: Visit, state: FSMContext, row_id: int, place: int, *, chain: bool) -> Page:
    page = await plan_pages.field(visit.session, visit.person, row_id, place, visit.say, chain=chain)
    await listen(state, Planning.field, visit, row=row_id, field=place, chain=chain)
    return page


async def row(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """One row."""
    await state.clear()
    return rewrite(query, visit, *await plan_pages.one_row(visit.session, visit.person, number(args, 0), visit.say))


async def field(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """One field of a row."""
    return rewrite(query, visit, *await _asks(visit, state, number(args, 0), number(args, 1), chain=False))


async def said(message: Message, visit: Visit, state: FSMContext) -> Answer:
    """A field in words."""
    data = await state.get_data()
    words, rows = await _kept(visit, state, data["row"], data["field"], message.text or "", chain=data["chain"])
    return letter(visit.chat_id, words, buttons=rows)


async def tapped(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """A field by tap."""
    row_id, place, chain, at = (number(args, n) for n in range(4))
    value = plan_pages.tapped(place, at, visit.say)
    return rewrite(query, visit, *await _kept(visit, state, row_id, place, value, chain=bool(chain)))


async def _kept(visit: Visit, state: FSMContext, row_id: int, place: int, words: str, *, chain: bool) -> Page:
    """What was given is kept; then the next question of a new row, or the row itself."""
    kept = await plans.change(visit.session, visit.person, row_id, FIELDS[place], words, visit.now)
    note = plan_pages.understood(kept, FIELDS[place], visit.say)
    return await _onward(visit, state, row_id, plan_pages.after(place) if chain else None, note)


async def _onward(visit: Visit, state: FSMContext, row_id: int, place: int | None, note: str) -> Page:
    if place is None:
        await state.clear()
        return await plan_pages.one_row(visit.session, visit.person, row_id, visit.say, note)
    words, rows = await _asks(visit, state, row_id, place, chain=True)
    return f"{note}\n\n{words}" if note else words, rows


async def skipped(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """The next question of a new row."""
    return rewrite(query, visit, *await _onward(visit, state, number(args, 0), plan_pages.after(number(args, 1)), ""))


async def removed(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """A row goes, after a second tap."""
    if word(args, 1) != "yes":
        return rewrite(query, visit, *await plan_pages.sure(visit.session, visit.person, number(args, 0), visit.say))
    await plans.remove(visit.session, visit.person, number(args, 0))
    return await _home(query, visit, visit.say("plans.removed"))


async def freed(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """With points or without."""
    free = word(args, 1) == "1"
    await plans.set_free(visit.session, visit.person, number(args, 0), free=free)
    return await _home(query, visit, visit.say("plans.now_free" if free else "plans.now_counted"))


async def asked(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The principal is asked to confirm."""
    await plan_checks.ask(visit.session, visit.person, number(args, 0), visit.now)
    return await _home(query, visit, visit.say("plans.confirm.sent"))


async def seen(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """A teacher's plan, as the principal or the coach sees it."""
    return rewrite(query, visit, *await plan_pages.seen(visit.session, visit.person, number(args, 0), visit.say))


async def answered(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The principal's answer."""
    agrees = word(args, 2) == "1"
    await plan_checks.confirm(
        visit.session, visit.person, number(args, 0), number(args, 1), agrees=agrees, now=visit.now
    )  # fmt: skip
    return rewrite(query, visit, visit.say("plans.confirm.done" if agrees else "plans.confirm.talk_done"))


async def of_cycle(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The plan that belongs to a cycle."""
    page = await plan_pages.of_cycle(visit.session, visit.person, number(args, 0), visit.say, visit.now)
    return rewrite(query, visit, *page)


async def paper(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """How it looks on paper, with what goes along still to be ticked."""
    if visit.person is None:
        raise NeedsConsent
    await state.clear()
    here = Desk(visit.session, visit.person, visit.say, visit.now)
    return rewrite(query, visit, *await desk.preview(here, Subject(Kind.PLAN, number(args, 0))))
