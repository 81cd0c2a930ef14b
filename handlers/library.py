"""/cari: what the group has shared and found out; /selesai: the answer that helped, kept when both agree."""

from typing import Any

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message

from community.library import bringing, searching, showing, solutions
from handlers.filters import InGroup, InPrivate, Pressed
from handlers.giving import can_write_to, doorway, in_private, thumb
from handlers.rewriting import number, rewrite
from handlers.visiting import Answer, Visit
from storage.letters import message as letter


def router() -> Router:
    door = Router(name="library")
    door.message.register(find, Command("cari", "find", ignore_case=True))
    door.callback_query.register(turn, Pressed("find"))
    door.callback_query.register(get, Pressed("libget"))
    door.callback_query.register(read, Pressed("libans"))
    solved = Command("selesai", "solved", ignore_case=True)
    door.message.register(mark, InGroup(), solved)
    door.message.register(not_here, InPrivate(), solved)
    door.callback_query.register(pick, InPrivate(), Pressed("libpick"))
    door.callback_query.register(none, InPrivate(), Pressed("libnone"))
    door.callback_query.register(save, InPrivate(), Pressed("libsave"))
    door.callback_query.register(take_back, InPrivate(), Pressed("libno"))
    return door


async def find(message: Message, command: CommandObject, visit: Visit) -> Answer:
    """What is asked for, after the command; in a group of that group alone."""
    words, rows = await _page(visit, command.args or "", 0)
    answered = None if visit.private else message.message_id
    return letter(visit.chat_id, words, buttons=rows, reply_to=answered, silent=not visit.private)


async def turn(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Another page, or a word that was meant."""
    return rewrite(query, visit, *await _page(visit, " ".join(args[1:]), number(args, 0)))


async def _page(visit: Visit, text: str, at: int) -> showing.Shown:
    here = None if visit.private else visit.group.id if visit.group else 0
    found = await searching.search(visit.session, visit.person, text, here)
    return showing.page(found, text, at, visit.say)


async def get(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Ambil: the file comes in private."""
    if not can_write_to(visit):
        return doorway(query, visit, "")
    return in_private(
        query, visit, [await bringing.file(visit.session, visit.person, number(args, 0), visit.user_id)]
    )  # fmt: skip


async def read(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Baca: a question with its answer."""
    if not can_write_to(visit):
        return doorway(query, visit, "")
    words, rows = await showing.answer(visit.session, visit.person, number(args, 0), visit.say)
    return in_private(query, visit, [letter(visit.user_id, words, buttons=rows or None)])


async def mark(message: Message, visit: Visit) -> Answer:
    """/selesai, in reply to the answer: a thumb, and both are asked in private."""
    answered = message.reply_to_message.message_id if message.reply_to_message else None
    asked = await solutions.marked_by_reply(visit.session, visit.person, visit.chat_id, answered, visit.now)
    return [thumb(message, visit), *asked]


async def not_here(_message: Message, visit: Visit) -> Answer:
    """The command belongs under the answer."""
    return letter(visit.chat_id, visit.say("library.in_the_group"))


async def pick(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """It was this answer."""
    asked = await solutions.picked(visit.session, visit.person, number(args, 0), number(args, 1), visit.now)
    return [rewrite(query, visit, visit.say("library.asked_both")), *asked]


async def none(query: CallbackQuery, visit: Visit) -> Answer:
    """None of those."""
    return rewrite(query, visit, visit.say("library.thanks"))


async def save(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Simpan, by one of the two."""
    kept = await solutions.save(visit.session, visit.person, number(args, 0), visit.now)
    words = visit.say("library.saved" if kept else "library.waits")
    return rewrite(query, visit, words, showing.may_take_back(number(args, 0), visit.say))


async def take_back(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Tidak usah, or Tarik kembali."""
    kept = await solutions.take_back(visit.session, visit.person, number(args, 0))
    return rewrite(query, visit, visit.say("library.taken_back" if kept else "library.not_saved"))


async def _brought(answer: dict[str, Any], data: dict[str, Any], visit: Visit) -> Answer:
    """What Telegram said of a file: one that is gone is told, and comes last from now on."""
    error = str(answer.get("error") or "")
    said = await bringing.brought(visit.session, int(data["entry"]), bool(answer.get("ok")), error, visit.now)
    return letter(visit.user_id, visit.say(said)) if said else None


ANSWERS = {bringing.BROUGHT: _brought}
