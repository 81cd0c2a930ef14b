"""/paket: a facilitator's own packs, from the sample sheet to the day they are published."""

from typing import Any

from aiogram import Router
from aiogram.filters import Command, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from handlers.bringing import Brings
from handlers.filters import InGroup, InPrivate, Pressed, Uploads
from handlers.giving import Recently, called_in_group, listen, private_of
from handlers.rewriting import number, rewrite, word
from handlers.visiting import Answer, Visit
from learning import authoring, shelf
from learning.sent import Sent
from learning.shelf import Shown
from storage import letters
from storage.letters import Draft, Upload, button


class Authoring(StatesGroup):
    """The next file is a pack's sheet, or one of the media of a draft."""

    sheet = State()
    files = State()


def router() -> Router:
    door = Router(name="authoring")
    asked = Command("paket", "pack", ignore_case=True)
    door.message.register(show, InPrivate(), asked)
    door.message.register(show_in_group, InGroup(), asked)
    door.message.register(sheet, InPrivate(), StateFilter(Authoring.sheet), Recently(), Uploads())
    door.message.register(file, InPrivate(), StateFilter(Authoring.files), Recently(), Brings())
    for name, handler in (
        ("pkgrp", of_group), ("pktpl", template), ("pk", about), ("pksheet", its_sheet), ("pkfile", ask_files),
        ("pkask", really), ("pkpub", publish), ("pkret", retire),
    ):  # fmt: skip
        door.callback_query.register(handler, InPrivate(), Pressed(name))
    return door


async def show(_message: Message, visit: Visit, state: FSMContext) -> Answer:
    """The packs of the only group, or the question which."""
    return await _first(visit, state)


async def show_in_group(message: Message, visit: Visit, state: FSMContext) -> Answer:
    """The same, sent in a group."""
    return called_in_group(message, visit, [await _first(visit, private_of(state, visit.user_id))])


async def _first(visit: Visit, private: FSMContext) -> Draft:
    found = await authoring.groups(visit.session, visit.person)
    if len(found) == 1:
        words, rows = await _shelf(visit, private, found[0].id)
        return letters.message(visit.user_id, words, buttons=rows)
    rows = [[button(group.title[:48], f"pkgrp:{group.id}")] for group in found[:90]]
    return letters.message(visit.user_id, visit.say("means.pack.which_group"), buttons=rows)


async def _shelf(visit: Visit, private: FSMContext, group_id: int) -> Shown:
    """A group's packs; the next file is a sheet for it."""
    group, found = await authoring.shelf(visit.session, visit.person, group_id, visit.say.language)
    await listen(private, Authoring.sheet, visit, group=group.id)
    return shelf.listed(group, found, visit.say)


async def of_group(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """One of several groups."""
    return rewrite(query, visit, *await _shelf(visit, state, number(args, 0)))


async def template(_query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """The sample sheet, to be filled in and sent back."""
    draft = await shelf.template(visit.session, visit.person, number(args, 0), visit.chat_id, visit.say, visit.now)
    await listen(state, Authoring.sheet, visit, group=number(args, 0))
    return draft


async def sheet(_message: Message, visit: Visit, state: FSMContext, file: Upload) -> Answer:
    """A sheet: it is fetched, then read."""
    group_id = int((await state.get_data()).get("group", 0))
    fetching = await shelf.send_in(visit.session, visit.person, group_id, file)
    return [letters.message(visit.chat_id, visit.say("means.pack.reading")), fetching]


async def _came(answer: dict[str, Any], data: dict[str, Any], visit: Visit) -> Answer:
    """The sheet is here."""
    _, words, rows = await shelf.came(
        visit.session, visit.person, int(data["group"]), answer, visit.say, visit.now
    )  # fmt: skip
    return letters.message(visit.chat_id, words, buttons=rows)


async def about(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """One version; the next file is a new sheet of its group."""
    made = await authoring.opened(visit.session, visit.person, number(args, 0))
    await listen(state, Authoring.sheet, visit, group=made.group.id)
    return rewrite(query, visit, *shelf.about(made, visit.say))


async def its_sheet(_query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Its own sheet, to be changed and sent back."""
    return await shelf.its_sheet(visit.session, visit.person, number(args, 0), visit.chat_id, visit.say, visit.now)


async def ask_files(_query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Kirim berkasnya: the next files are media of this draft."""
    made = await authoring.opened(visit.session, visit.person, number(args, 0))
    await listen(state, Authoring.files, visit, version=made.row.id)
    return letters.message(visit.chat_id, shelf.waits_for(made, visit.say))


async def file(_message: Message, visit: Visit, state: FSMContext, what: Sent) -> Answer:
    """One of the media; when all are there, the draft is shown again."""
    key = int((await state.get_data()).get("version", 0))
    found = await authoring.give_file(visit.session, visit.person, key, what)
    words, rows = shelf.given(found, visit.say), None
    if found.kept and not found.made.missing:
        await listen(state, Authoring.sheet, visit, group=found.made.group.id)
        rows = shelf.about(found.made, visit.say)[1]
    return letters.message(visit.chat_id, words, buttons=rows)


async def really(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Before publishing or retiring."""
    made = await authoring.opened(visit.session, visit.person, number(args, 0))
    return rewrite(query, visit, *shelf.asked(made, word(args, 1), visit.say))


async def publish(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Ya, terbitkan."""
    made = await authoring.publish(visit.session, visit.person, number(args, 0))
    title, version = made.pack.title(visit.say.language), made.row.version
    words = visit.say("means.pack.published", title=title, version=version)
    return rewrite(query, visit, words, shelf.about(made, visit.say)[1])


async def retire(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Ya, tarik."""
    made = await authoring.retire(visit.session, visit.person, number(args, 0))
    return rewrite(query, visit, visit.say("means.pack.retired", title=made.pack.title(visit.say.language)))


ANSWERS = {shelf.CAME: _came}
