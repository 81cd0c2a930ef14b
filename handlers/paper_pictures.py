"""Pictures for papers: the letterhead of a group, and photos of a meeting."""

from datetime import timedelta
from typing import Any

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from handlers.filters import InPrivate, Pictured, Pressed
from handlers.giving import Recently, listen
from handlers.rewriting import number, rewrite, word
from handlers.setup import Words
from handlers.visiting import Answer, Visit
from reports.papers import desk, letterheads, photos
from storage.letters import Draft, Upload
from storage.letters import message as letter

_AT_ONCE = timedelta(minutes=30)  # a photo that comes later is about something else


class PaperPicture(StatesGroup):
    """The next words or the next picture are a letterhead; the next pictures are photos of a meeting."""

    letterhead = State()
    photos = State()


def router() -> Router:
    door = Router(name="paper_pictures")
    for handler, given in ((lines, Words()), (head_sent, Pictured())):
        door.message.register(handler, InPrivate(), StateFilter(PaperPicture.letterhead), Recently(), given)
    soon = Recently(_AT_ONCE)
    door.message.register(photo_sent, InPrivate(), StateFilter(PaperPicture.photos), soon, Pictured())
    for name, tapped in (
        ("papkop", letterhead), ("papkopdel", no_letterhead), ("papfoto", ask), ("pappup", answered),
        ("papfotodel", no_photo),
    ):  # fmt: skip
        door.callback_query.register(tapped, InPrivate(), Pressed(name))
    return door


async def letterhead(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """The letterhead of a group, and how to bring one; somebody may have come from a paper that lacks it."""
    paper = desk.subject(word(args, 1), number(args, 2), number(args, 3)).data if word(args, 1) else ""
    page = await letterheads.page(visit.session, visit.person, number(args, 0), visit.say, paper=paper)
    said = (await state.get_data()).get("signature") if paper else None
    await listen(state, PaperPicture.letterhead, visit, group=number(args, 0), paper=paper, signature=said)
    return rewrite(query, visit, *page)


async def lines(message: Message, visit: Visit, state: FSMContext) -> Answer:
    """It was typed."""
    data = await state.get_data()
    page = await letterheads.typed(
        visit.session, visit.person, data["group"], message.text or "", visit.say, visit.now, data.get("paper") or ""
    )
    await state.set_state(None)  # how the paper is signed is remembered
    return letter(visit.chat_id, page[0], buttons=page[1])


async def head_sent(_message: Message, visit: Visit, state: FSMContext, file: Upload) -> Answer:
    """It came as a picture; what is written next is not a letterhead."""
    data = await state.get_data()
    draft = await letterheads.sent(visit.session, visit.person, data["group"], file, data.get("paper") or "")
    await state.set_state(None)
    return draft


async def no_letterhead(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Hapus kop surat."""
    await state.clear()
    return rewrite(query, visit, *await letterheads.drop(visit.session, visit.person, number(args, 0), visit.say))


async def ask(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Photos of a meeting, one by one."""
    page = await photos.ask(visit.session, visit.person, number(args, 0), visit.say)
    await listen(state, PaperPicture.photos, visit, meeting=number(args, 0))
    return rewrite(query, visit, *page)


async def photo_sent(_message: Message, visit: Visit, state: FSMContext, file: Upload) -> Answer:
    """One of them."""
    return await photos.sent(visit.session, visit.person, (await state.get_data())["meeting"], file)


async def answered(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Is there a pupil in it?"""
    shows = word(args, 2) != "0"
    page = await photos.answered(
        visit.session, visit.person, number(args, 0), word(args, 1), shows, visit.say, visit.now
    )
    return rewrite(query, visit, *page)


async def no_photo(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Hapus foto ini."""
    return rewrite(query, visit, *await photos.drop(visit.session, visit.person, number(args, 0), visit.say))


async def _head_came(answer: dict[str, Any], data: dict[str, Any], visit: Visit) -> Draft:
    """The picture of a letterhead has been fetched."""
    group_id = int(data["group"])
    paper = str(data.get("paper") or "")
    words, rows = await letterheads.came(visit.session, visit.person, group_id, answer, visit.say, visit.now, paper)
    return letter(visit.chat_id, words, buttons=rows)


async def _photo_came(answer: dict[str, Any], data: dict[str, Any], visit: Visit) -> Draft:
    """A photo has been fetched."""
    words, rows = await photos.came(visit.session, visit.person, int(data["meeting"]), answer, visit.say)
    return letter(visit.chat_id, words, buttons=rows)


ANSWERS = {letterheads.CAME: _head_came, photos.CAME: _photo_came}
