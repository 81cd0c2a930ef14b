"""A conversation from elsewhere comes in: an export sent in private, a preview, and then a yes or a no."""

from dataclasses import replace
from typing import Any

from aiogram import Router
from aiogram.filters import Command, Filter, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from community import import_matching, import_talk, imported, imported_counts
from community.import_talk import Asked, remembered
from community.notes import Note
from handlers.filters import InPrivate, Pressed, Uploads
from handlers.giving import Gives, Recently, listen
from handlers.rewriting import number, rewrite, word
from handlers.visiting import Answer, Visit
from reports import import_results
from storage.letters import Draft, Upload, button
from storage.letters import message as letter


class Imports(StatesGroup):
    """The next file is an export; one is under way; the next words are about a study."""

    waiting = State()
    under_way = State()
    study = State()


class Exports(Filter):
    """A file that has the name of an export, though nothing was asked for."""

    async def __call__(self, message: Message) -> bool:
        name = (message.document.file_name or "") if message.document else ""
        return name.casefold().endswith((".txt", ".zip", ".json", ".html"))


def router() -> Router:
    door = Router(name="imports")
    command = Command("impor", "import", ignore_case=True)
    door.message.register(sheet, InPrivate(), Uploads(), command)
    door.message.register(page, InPrivate(), ~Uploads(), command)
    door.message.register(sheet, InPrivate(), StateFilter(Imports.waiting), Recently(), Uploads())
    door.message.register(sheet, InPrivate(), StateFilter(None, Imports), Uploads(), Exports())
    door.message.register(study, InPrivate(), StateFilter(Imports.study), Recently(), Gives())
    for name, handler in (
        ("imp:of", of_group), ("imp:order", order), ("imp:yes", yes), ("imp:no", no), ("imp:study", ask_study),
        ("imp:names", names), ("imp:who", who), ("imp:is", match), ("imp:undo", undo), ("imp:base", baseline),
        ("imp:ask", really), ("imp:drop", drop),
    ):  # fmt: skip
        door.callback_query.register(handler, InPrivate(), Pressed(name))
    return door


async def page(_message: Message, visit: Visit, state: FSMContext) -> Answer:
    """How to send an export, of the only group; else which group."""
    return await _page(visit, state, {})


async def _page(visit: Visit, state: FSMContext, data: dict[str, Any]) -> Draft:
    groups = await imported.groups_for(visit.session, visit.person)
    await listen(state, Imports.waiting, visit, group=groups[0].id if len(groups) == 1 else 0, **data)
    if len(groups) > 1:
        rows = [[button(group.title[:48], f"imp:of:{group.id}")] for group in groups[:90]]
        return letter(visit.chat_id, visit.say("imported.which"), buttons=rows)
    words, rows = await import_talk.page(visit.session, visit.person, groups[0].id, visit.say, visit.now)
    return letter(visit.chat_id, words, buttons=rows)


async def of_group(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """The group is chosen: its export is asked for, or is already here."""
    group_id, before = number(args, 0), await state.get_data()
    if "file" in before:
        return await _begin(visit, state, Asked(group_id, before["file"]))
    words, rows = await import_talk.page(visit.session, visit.person, group_id, visit.say, visit.now)
    await listen(state, Imports.waiting, visit, group=group_id)
    return rewrite(query, visit, words, rows)


async def sheet(_message: Message, visit: Visit, state: FSMContext, file: Upload) -> Answer:
    """The export itself, asked for or not."""
    group_id = int((await state.get_data()).get("group") or 0)
    groups = await imported.groups_for(visit.session, visit.person)
    if len(groups) > 1 and group_id not in {one.id for one in groups}:
        return await _page(visit, state, {"file": import_talk.known(file)})
    return await _begin(visit, state, Asked(group_id or groups[0].id, import_talk.known(file)))


async def _begin(visit: Visit, state: FSMContext, asked: Asked) -> list[Draft]:
    """Read it; what the conversation keeps is Telegram's id of the file."""
    reading = await import_talk.sent(visit.session, visit.person, asked)
    await listen(state, Imports.under_way, visit, **asked.plain())
    return [letter(visit.chat_id, visit.say("imported.reading")), reading]


async def order(_query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Day first, or month first."""
    asked = remembered(await state.get_data(), word(args, 1))
    return await _begin(visit, state, replace(asked, order="mdy" if word(args, 0) == "mdy" else "dmy"))


async def yes(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Ya, simpan. A second tap finds nothing under way."""
    asked = remembered(await state.get_data(), word(args, 0))
    keeping = await import_talk.confirmed(visit.session, visit.person, asked, visit.retention_days, visit.say)
    await state.clear()
    await state.set_data({"matching": asked.plain()})
    return [rewrite(query, visit, visit.say("imported.keeping")), keeping]


async def no(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Tidak."""
    remembered(await state.get_data(), word(args, 0))
    await state.clear()
    return rewrite(query, visit, visit.say("imported.dropped"))


async def ask_study(_query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """The words are to be kept for a study."""
    asked = remembered(await state.get_data(), word(args, 0))
    await listen(state, Imports.study, visit, **asked.plain())
    return letter(visit.chat_id, visit.say("imported.which_study"))


async def study(_message: Message, visit: Visit, state: FSMContext, note: Note) -> Answer:
    """Its name, and until when."""
    asked = remembered(await state.get_data())
    told = await import_talk.for_study(visit.session, visit.person, asked, note.text or "", visit.now)
    return await _begin(visit, state, told)


async def names(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Cocokkan nama: the file says them once more, or the next ones."""
    asked = remembered((await state.get_data()).get("matching") or {}, word(args, 0))
    return await import_talk.names(visit.session, visit.person, asked, number(args, 1))


async def who(_query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """One of the names: which member?"""
    words, rows = await import_matching.who(visit.session, visit.person, number(args, 0), visit.say)
    return letter(visit.chat_id, words, buttons=rows)


async def match(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """That member."""
    words, rows, told = await import_matching.matched(
        visit.session, visit.person, number(args, 0), number(args, 1), visit.say, visit.now
    )
    return [rewrite(query, visit, words, rows), *told]


async def undo(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Not them after all; also said by the member."""
    words, told = await import_matching.undone(visit.session, visit.person, number(args, 0), visit.say)
    return [rewrite(query, visit, words), *told]


async def baseline(_query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """What was before, in the group's report or not; a message of its own, for the result under the button stays."""
    on = word(args, 1) != "0"
    group = await imported_counts.take_as_baseline(visit.session, visit.person, number(args, 0), visit.now, on=on)
    said, other = ("on", "off") if on else ("off", "on")
    back = button(visit.say.plain(f"imported.baseline_{other}"), f"imp:base:{group.id}:{int(not on)}")
    return letter(visit.chat_id, visit.say(f"imported.baseline_is_{said}", group=group.title), buttons=[[back]])


async def really(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Before an import is deleted."""
    one = await imported.one_of(visit.session, visit.person, number(args, 0))
    rows = [[button(visit.say.plain("imported.remove_yes"), f"imp:drop:{one.id}")]]
    return rewrite(query, visit, visit.say("imported.remove_really", messages=one.messages), rows)


async def drop(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Hapus."""
    await imported.remove(visit.session, visit.person, number(args, 0))
    return rewrite(query, visit, visit.say("imported.removed"))


async def _looked(answer: dict[str, Any], data: dict[str, Any], visit: Visit) -> Draft:
    """The file has been read."""
    words, rows = await import_talk.looked(
        visit.session, visit.person, Asked(**data["asked"]), answer, visit.retention_days, visit.say, visit.now
    )
    return letter(visit.chat_id, words, buttons=rows)


async def _named(answer: dict[str, Any], data: dict[str, Any], visit: Visit) -> Draft:
    """The names are here."""
    asked = Asked(**data["asked"])
    return await import_matching.named(visit.session, visit.person, asked, answer, visit.chat_id, visit.say)


async def _kept(answer: dict[str, Any], data: dict[str, Any], visit: Visit) -> Answer:
    """It is stored: the result, with its files."""
    asked = Asked(**data["asked"])
    return await import_results.result(visit.session, visit.person, asked, answer, visit.chat_id, visit.say)


ANSWERS = {import_talk.LOOKED: _looked, import_talk.KEPT: _kept, import_talk.NAMED: _named}
