"""/berkas: invitation, attendance list, minutes and reports, seen in the chat first and then sent as files."""

from collections.abc import Callable
from typing import Any

from aiogram import Router
from aiogram.filters import Command, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from community.refusals import NeedsConsent
from handlers.filters import InGroup, InPrivate, Pressed
from handlers.giving import Recently, listen, recent
from handlers.rewriting import number, rewrite, word
from handlers.setup import Words
from handlers.start import elsewhere
from handlers.visiting import Answer, Visit
from reports.papers import desk, signing
from reports.papers.making import Desk, Subject
from storage.letters import message as letter


class Papers(StatesGroup):
    """The next words fill a paper, or are how it is signed; what was signed for this once is remembered with it."""

    words = State()
    hand = State()


def router() -> Router:
    door = Router(name="papers")
    command = Command("berkas", "papers", ignore_case=True)
    door.message.register(start, InPrivate(), command)
    door.message.register(elsewhere, InGroup(), command)
    door.message.register(typed, InPrivate(), StateFilter(Papers.words), Recently(), Words())
    door.message.register(signed, InPrivate(), StateFilter(Papers.hand), Recently(), Words())
    taps: dict[str, Callable[..., Any]] = {
        "pap": of_group, "papof": of_what, "papsee": seen, "papget": got, "papask": asking, "papsig": sign,
        "papsigkeep": kept, "papsigdrop": dropped,
    }  # fmt: skip
    for name, handler in taps.items():
        door.callback_query.register(handler, InPrivate(), Pressed(name))
    return door


async def start(_message: Message, visit: Visit, state: FSMContext) -> Answer:
    """Which paper?"""
    await state.clear()
    words, rows = await desk.start(visit.session, visit.person, visit.say)
    return letter(visit.chat_id, words, buttons=rows)


async def of_group(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """The papers of one group."""
    await state.clear()
    return rewrite(query, visit, *await desk.of_group(visit.session, visit.person, number(args, 0), visit.say))


async def of_what(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Which meeting, month or observation?"""
    page = await desk.of_what(visit.session, visit.person, word(args, 0), number(args, 1), visit.say, visit.now)
    return rewrite(query, visit, *page)


def _subject(args: list[str]) -> Subject:
    return desk.subject(word(args, 0), number(args, 1), number(args, 2))


async def _desk(visit: Visit, state: FSMContext) -> Desk:
    """Who makes the paper, with the signature they typed for it not long ago."""
    if visit.person is None:
        raise NeedsConsent
    data = await state.get_data()
    return Desk(
        visit.session, visit.person, visit.say, visit.now, data.get("signature") if recent(data, visit) else None
    )


async def _listen(state: FSMContext, to: State, visit: Visit, args: list[str], field: str = "") -> None:
    """The next words are for this paper; a signature that was typed stays."""
    said = (await state.get_data()).get("signature")
    await listen(state, to, visit, paper=args[:3], field=field, signature=said)


async def seen(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """How it will look."""
    await state.set_state(None)
    return rewrite(query, visit, *await desk.preview(await _desk(visit, state), _subject(args)))


async def got(_query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """The files; with them goes the signature that was meant for them alone."""
    drafts = await desk.letters(await _desk(visit, state), _subject(args), word(args, 3))
    await state.clear()
    return drafts


async def asking(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """What to write."""
    page = await desk.asking(await _desk(visit, state), _subject(args[1:]), word(args, 0))
    await _listen(state, Papers.words, visit, args[1:], word(args, 0))
    return rewrite(query, visit, *page)


async def typed(message: Message, visit: Visit, state: FSMContext) -> Answer:
    """It was written: the paper once more, with it."""
    data = await state.get_data()
    here = await _desk(visit, state)
    words, rows = await desk.typed(here, _subject(data["paper"]), data["field"], message.text or "")
    await state.set_state(None)
    return letter(visit.chat_id, words, buttons=rows)


async def sign(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Who signs?"""
    page = await desk.signing_page(await _desk(visit, state), _subject(args))
    await _listen(state, Papers.hand, visit, args)
    return rewrite(query, visit, *page)


async def signed(message: Message, visit: Visit, state: FSMContext) -> Answer:
    """Name, office, perhaps a NIP and a town: for this paper alone, or kept?"""
    hand = signing.read(message.text or "")
    await state.update_data(signature=hand.plain())
    await state.set_state(None)
    words, rows = desk.signed_page(hand, _subject((await state.get_data())["paper"]), visit.say)
    return letter(visit.chat_id, words, buttons=rows)


async def kept(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Simpan untuk berikutnya."""
    here = await _desk(visit, state)
    await signing.keep(visit.session, visit.person, here.said or {}, visit.now)
    return rewrite(query, visit, *await desk.preview(here, _subject(args), visit.say("papers.sign.kept")))


async def dropped(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Hapus tanda tangan."""
    await signing.drop(visit.session, visit.person)
    await state.clear()
    page = await desk.preview(await _desk(visit, state), _subject(args), visit.say("papers.sign.dropped"))
    return rewrite(query, visit, *page)
