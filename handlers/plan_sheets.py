"""A work plan as a sheet: taken out, sent in, looked at, and kept as a whole or not at all."""

from typing import Any

from aiogram import Router
from aiogram.filters import Command, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from coaching import plan_bringing, plan_pages, plans
from handlers.filters import InPrivate, Pressed, Uploads
from handlers.giving import Recently, listen
from handlers.rewriting import number, rewrite, word
from handlers.visiting import Answer, Visit
from storage.letters import Draft, Upload
from storage.letters import message as letter


class PlanSheet(StatesGroup):
    """The next file is a work plan."""

    waiting = State()


def router() -> Router:
    door = Router(name="plan_sheets")
    door.message.register(with_command, InPrivate(), Uploads(), Command("rhk", "plan", ignore_case=True))
    door.message.register(sheet, InPrivate(), StateFilter(PlanSheet.waiting), Recently(), Uploads())
    for name, handler in (("rhkout", out), ("rhkin", begin), ("rhkkeep", keep), ("rhkdrop", drop)):
        door.callback_query.register(handler, InPrivate(), Pressed(name))
    return door


async def out(_query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The plan as a sheet."""
    return await plan_bringing.taken_out(visit.session, visit.person, number(args, 0), visit.say, visit.now)


async def begin(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """How to send one."""
    page = await plan_bringing.begin(visit.session, visit.person, number(args, 0), visit.say)
    await listen(state, PlanSheet.waiting, visit, plan=number(args, 0))
    return rewrite(query, visit, *page)


async def sheet(_message: Message, visit: Visit, state: FSMContext, file: Upload) -> Answer:
    """A sheet came."""
    plan_id = (await state.get_data())["plan"]
    return await plan_bringing.sent(visit.session, visit.person, plan_id, file)


async def with_command(_message: Message, visit: Visit, file: Upload) -> Answer:
    """A sheet with /rhk written under it."""
    plan = await plans.mine(visit.session, visit.person, visit.now)
    return await plan_bringing.sent(visit.session, visit.person, plan.id, file)


async def keep(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Simpan."""
    await plan_bringing.keep(visit.session, visit.person, number(args, 0), word(args, 1), visit.say, visit.now)
    await state.clear()
    page = await plan_pages.home(visit.session, visit.person, visit.say, visit.now, visit.say("plans.sheet.kept"))
    return rewrite(query, visit, *page)


async def drop(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Tidak jadi."""
    await plan_bringing.drop(visit.session, visit.person, word(args, 0))
    await state.clear()
    return rewrite(query, visit, visit.say("plans.sheet.dropped"), [[plan_pages.tap(visit.say, "list", "rhk")]])


async def _came(answer: dict[str, Any], data: dict[str, Any], visit: Visit) -> Draft:
    """The file has been fetched."""
    words, rows = await plan_bringing.came(
        visit.session, visit.person, int(data["plan"]), answer, visit.say, visit.now
    )  # fmt: skip
    return letter(visit.chat_id, words, buttons=rows)


ANSWERS = {plan_bringing.CAME: _came}
