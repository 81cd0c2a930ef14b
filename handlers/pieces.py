"""Karya: a teacher shows a module, a medium or a lesson clip to the group, looks at others', takes it back."""

from typing import Any

from aiogram import Router
from aiogram.filters import Command, Filter, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from community import people
from community.notes import clipped
from content.texts import Texts
from handlers.filters import InGroup, InPrivate, Pressed
from handlers.giving import Recently, called_in_group, can_write_to, doorway, in_private, listen
from handlers.rewriting import number, rewrite, word
from handlers.visiting import Answer, Visit
from learning import exchange, pieces
from learning.pieces import Shown, Turn
from storage import letters
from storage.letters import Button, Draft, button
from storage.models import Piece

NAMES = ("karya", "piece")


class Showing(StatesGroup):
    """The next message is the piece, or words for the step that stands."""

    piece = State()
    words = State()


class Shows(Filter):
    """A file of a kind that can be shown, or words that are no command; the handler may take ``shown``."""

    async def __call__(self, message: Message) -> bool | dict[str, Any]:
        found = _shown(message)
        return {"shown": found} if found is not None else False


def _shown(message: Message) -> Shown | None:
    if message.photo:
        return Shown("photo", message.photo[-1].file_id)  # the largest comes last
    if message.animation is not None:
        return None
    for kind in ("video", "video_note", "audio", "voice", "document"):
        file = getattr(message, kind)
        if file is not None:
            film = kind == "document" and str(file.mime_type or "").startswith("video/")
            return Shown(kind, file.file_id, getattr(file, "duration", None), is_film=film)
    text = (message.text or "").strip()
    return Shown(text=text) if text and not text.startswith("/") else None


def router() -> Router:
    door = Router(name="pieces")
    asked = Command(*NAMES, ignore_case=True)
    door.message.register(begin, InPrivate(), asked)
    door.message.register(begin_in_group, InGroup(), asked)
    door.message.register(received, InPrivate(), StateFilter(Showing.piece), Recently(), Shows())
    door.message.register(said, InPrivate(), StateFilter(Showing.words), Recently(), Shows())
    door.callback_query.register(chosen, InPrivate(), Pressed("pc"))
    door.callback_query.register(before_removing, InPrivate(), Pressed("pcdel"))
    door.callback_query.register(remove, InPrivate(), Pressed("pcgone"))
    door.callback_query.register(stays, InPrivate(), Pressed("pcstay"))
    door.callback_query.register(look, Pressed("look"))
    return door


async def begin(message: Message, visit: Visit, state: FSMContext) -> Answer:
    """/karya: alone it asks for the piece; under a file it is the beginning, and what follows it the title."""
    shown = _shown(message)
    if shown is not None and message.caption:
        title = message.caption.partition(" ")[2]
        return await _asked(await pieces.begin(visit.session, visit.person, shown, title), visit, state)
    await pieces.groups_of(visit.session, visit.person)
    await listen(state, Showing.piece, visit)
    rows = [
        [button(_withdraw(one, visit.say), f"pcdel:{one.id}")] for one in await pieces.own(visit.session, visit.person)
    ]
    return letters.message(visit.user_id, visit.say("peers.piece.send"), buttons=rows)


def _withdraw(one: Piece, say: Texts) -> str:
    return say.plain("peers.button.withdraw", title=clipped(one.title, 40))


async def begin_in_group(message: Message, visit: Visit) -> Answer:
    """The same, sent in a group: it is continued in private."""
    await pieces.groups_of(visit.session, visit.person)
    return called_in_group(message, visit, [letters.message(visit.user_id, visit.say("peers.piece.here"))])


async def received(_message: Message, visit: Visit, state: FSMContext, shown: Shown) -> Answer:
    """The piece itself."""
    return await _asked(await pieces.begin(visit.session, visit.person, shown), visit, state)


async def said(message: Message, visit: Visit, state: FSMContext, shown: Shown) -> Answer:
    """A title, or criteria of one's own."""
    if shown.text is None:
        return letters.message(visit.chat_id, visit.say("learning.text_only"))
    drawer = (await state.get_data()).get("drawer", {})
    return await _asked(await pieces.typed(visit.session, visit.person, drawer, shown.text), visit, state)


async def chosen(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """A button of a step."""
    if await state.get_state() != Showing.words.state:
        return rewrite(query, visit, visit.say("peers.piece.over"))
    drawer = (await state.get_data()).get("drawer", {})
    turn = await pieces.chosen(visit.session, visit.person, drawer, word(args, 0), word(args, 1))
    return await _asked(turn, visit, state, query)


async def _asked(turn: Turn, visit: Visit, state: FSMContext, query: CallbackQuery | None = None) -> Answer:
    """The question that stands; after the last answer the piece is shown to the group."""
    if turn.step is None:
        await state.clear()
        words, rows = await _published(turn, visit)
    else:
        await listen(state, Showing.words, visit, drawer=turn.drawer)
        words = visit.say(f"peers.piece.ask.{turn.step}")
        rows = [[button(clipped(label, 60), f"pc:{turn.step}:{value}")] for value, label in turn.choices]
    return rewrite(query, visit, words, rows) if query else letters.message(visit.chat_id, words, buttons=rows)


async def _published(turn: Turn, visit: Visit) -> tuple[str, list[list[Button]]]:
    row, group = await pieces.publish(visit.session, visit.person, turn.drawer, visit.now)
    rows = [[button(_withdraw(row, visit.say), f"pcdel:{row.id}")]]
    return visit.say("peers.piece.published", title=row.title, group=group.title), rows


async def before_removing(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Tarik: asked once more, since it cannot be undone."""
    row = await pieces.mine(visit.session, visit.person, number(args, 0))
    say = visit.say
    keys = [
        button(say.plain("peers.button.really"), f"pcgone:{row.id}"),
        button(say.plain("common.no"), f"pcstay:{row.id}"),
    ]
    return rewrite(query, visit, say("peers.piece.really", title=row.title), [keys])


async def remove(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """It goes, in the group as well."""
    await pieces.withdraw(visit.session, visit.person, number(args, 0), visit.now)
    return rewrite(query, visit, visit.say("peers.piece.withdrawn"))


async def stays(query: CallbackQuery, visit: Visit) -> Answer:
    """Thought better of it."""
    return rewrite(query, visit, visit.say("peers.piece.stays"))


async def look(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Lihat: the piece in private, also one that was passed on from another group."""
    if not can_write_to(visit):
        return doorway(query, visit, "")
    row, owner = await exchange.open_piece(visit.session, visit.person, number(args, 0))
    return in_private(query, visit, [_alone(row, people.display(owner, visit.say) if owner else "", visit)])


def _alone(row: Piece, name: str, visit: Visit) -> Draft:
    kind = visit.say.plain(f"peers.piece.kind.{row.kind}")
    key = "peers.piece.of" if name else "peers.piece.without_name"
    blanks = {"kind": kind, "title": row.title} | ({"name": name} if name else {})
    return pieces.alone(row, visit.user_id, visit.say, visit.say(key, **blanks))
