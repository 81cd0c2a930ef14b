"""/anggota, "Unggah daftar": a sheet of members comes in, is looked at, and is applied."""

from dataclasses import asdict
from typing import Any

from aiogram import Router
from aiogram.filters import Command, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from community import roster_talk
from handlers import menu
from handlers.filters import InPrivate, Pressed, Uploads
from handlers.giving import Recently, listen
from handlers.rewriting import number, rewrite, word
from handlers.visiting import Answer, Visit
from storage.letters import Draft, Upload, button
from storage.letters import message as letter


class Roster(StatesGroup):
    """The next file is a list of members: of the group, or of one that is still to be named."""

    waiting = State()


def router() -> Router:
    door = Router(name="roster")
    door.message.register(with_command, InPrivate(), Uploads(), Command("anggota", "members", ignore_case=True))
    door.message.register(sheet, InPrivate(), StateFilter(Roster.waiting), Recently(), Uploads())
    door.callback_query.register(of_group, InPrivate(), Pressed("roster:of"))
    door.callback_query.register(sample, InPrivate(), Pressed("roster:sample"))
    door.callback_query.register(apply, InPrivate(), Pressed("roster:apply"))
    door.callback_query.register(drop, InPrivate(), Pressed("roster:drop"))
    return door


async def of_group(_query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """The group is chosen: its sheet is asked for, or is already here."""
    group_id, before = number(args, 0), await state.get_data()
    words, rows = await roster_talk.begin(visit.session, visit.person, group_id, visit.say)
    await listen(state, Roster.waiting, visit, group=group_id)
    if "file" in before:
        return await roster_talk.sent(visit.session, visit.person, group_id, Upload(**before["file"]))
    return letter(visit.chat_id, words, buttons=rows)


async def sample(_query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """An empty sheet to fill in."""
    return await roster_talk.sample(visit.session, visit.person, number(args, 0), visit.chat_id, visit.say, visit.now)


async def sheet(message: Message, visit: Visit, state: FSMContext, file: Upload) -> Answer:
    """The sheet, after it was asked for."""
    group_id = int((await state.get_data()).get("group", 0))
    if not group_id:
        return await with_command(message, visit, state, file)
    return await roster_talk.sent(visit.session, visit.person, group_id, file)


async def with_command(_message: Message, visit: Visit, state: FSMContext, file: Upload) -> Answer:
    """A sheet with /anggota written under it."""
    groups = await roster_talk.groups_for(visit.session, visit.person)
    only = groups[0].id if len(groups) == 1 else 0
    await listen(state, Roster.waiting, visit, group=only, **({} if only else {"file": asdict(file)}))
    if only:
        return await roster_talk.sent(visit.session, visit.person, only, file)
    rows = [[button(group.title[:48], f"roster:of:{group.id}")] for group in groups[:90]]
    return letter(visit.chat_id, visit.say("roster.which"), buttons=rows)


async def apply(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Simpan."""
    group_id, digest = number(args, 0), word(args, 1)
    done = await roster_talk.applied(
        visit.session, visit.person, group_id, digest, visit.say, visit.now, is_owner=visit.is_owner
    )
    await state.clear()
    menus = [menu.private(one.tg_user_id or 0, roles, one.language) for one, roles in done.gained]
    return [rewrite(query, visit, done.words, done.rows), *done.letters, *menus]


async def drop(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Tidak jadi."""
    await roster_talk.dropped(visit.session, visit.person, word(args, 0))
    await state.clear()
    return rewrite(query, visit, visit.say("roster.dropped"))


async def _came(answer: dict[str, Any], data: dict[str, Any], visit: Visit) -> Draft:
    """The file has been fetched."""
    words, rows = await roster_talk.came(
        visit.session, visit.person, int(data["group"]), answer, visit.say, visit.now, is_owner=visit.is_owner
    )
    return letter(visit.chat_id, words, buttons=rows)


ANSWERS = {roster_talk.CAME: _came}
