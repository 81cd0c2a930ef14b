"""/coaching: one's cycles, the open step, its questions by text, voice, photo or tap, and the end of one's part."""

from collections.abc import Callable
from typing import Any

from aiogram import Router
from aiogram.filters import Command, Filter, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from coaching import cycles, evidence, pages, reading_back, steps, talk
from coaching.cycle_notes import Given
from coaching.talk import Asking
from handlers.filters import InGroup, InPrivate, Pressed
from handlers.giving import Recently, listen
from handlers.kept import on_shared_phone, shown, shut, swept_away
from handlers.rewriting import number, rewrite, word
from handlers.start import elsewhere
from handlers.visiting import Answer, Visit
from storage.letters import Draft, button
from storage.letters import message as letter


class Answering(StatesGroup):
    """The next words or file answer a question of a step."""

    question = State()


class Answers(Filter):
    """Words, a voice, a photo, a file or a link that is no command; the handler may take ``given``."""

    async def __call__(self, message: Message) -> bool | dict[str, Given]:
        found = given(message)
        return {"given": found} if found is not None else False


def given(message: Message) -> Given | None:
    """What a message holds, as an answer; None for a command or what cannot be one."""
    if message.voice is not None:
        return Given("voice", message.caption, message.voice.file_id, message.voice.duration)
    if message.photo:
        return Given("photo", message.caption, message.photo[-1].file_id)  # the largest comes last
    if message.document is not None:
        return Given("document", message.caption or message.document.file_name, message.document.file_id)
    text = (message.text or "").strip()
    if not text or text.startswith("/"):
        return None
    is_link = text.startswith(("http://", "https://")) and len(text.split()) == 1
    return Given("link" if is_link else "text", text)


def router() -> Router:
    door = Router(name="coaching")
    command = Command("coaching", "coach", ignore_case=True)
    door.message.register(listed, InPrivate(), command)
    door.message.register(elsewhere, InGroup(), command)
    door.message.register(said, InPrivate(), StateFilter(Answering.question), Recently(), Answers())
    taps: dict[str, Callable[..., Any]] = {
        "cyc": opened, "cycyes": accepted, "cycno": declined, "cycask": asked, "cyctap": tapped, "cycend": ended,
        "cycshare": shared, "cycpup": pupils, "cycnotes": noted, "cycplay": played,
        "cycback": reviewed, "cycredo": redone,
    }  # fmt: skip
    for name, handler in taps.items():
        door.callback_query.register(handler, InPrivate(), Pressed(name))
    return door


async def listed(_message: Message, visit: Visit) -> Answer:
    """One's cycles."""
    words, rows = await pages.listed(visit.session, visit.person, visit.say, visit.now)
    return letter(visit.chat_id, words, buttons=rows)


async def _page(query: CallbackQuery, visit: Visit, cycle_id: int, note: str = "") -> Answer:
    page = await pages.of_cycle(visit.session, visit.person, cycle_id, visit.say, visit.now, note)
    return rewrite(query, visit, *page)


async def opened(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Where a cycle stands."""
    await state.clear()
    return await _page(query, visit, number(args, 0))


async def accepted(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Yes to an offer."""
    await cycles.answer(visit.session, visit.person, number(args, 0), True, visit.now)
    return await _page(query, visit, number(args, 0), visit.say("coaching.begin.yes"))


async def declined(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Not now."""
    await cycles.answer(visit.session, visit.person, number(args, 0), False, visit.now)
    return rewrite(query, visit, visit.say("coaching.begin.no"))


async def asked(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """The next question."""
    asking = await talk.ask(visit.session, visit.person, number(args, 0), visit.say, visit.now, skipped=number(args, 1))
    await _listen(asking, visit, state)
    return rewrite(query, visit, *asking.page)


async def _listen(asking: Asking, visit: Visit, state: FSMContext) -> None:
    if asking.ask is None:
        await state.clear()
        return
    await listen(state, Answering.question, visit, cycle=asking.cycle_id, row=asking.step_row, ask=asking.ask.id)


async def said(message: Message, visit: Visit, state: FSMContext, given: Given) -> Answer:
    """An answer in words, by voice, or a piece of evidence."""
    data = await state.get_data()
    asking = await talk.answered(
        visit.session, visit.person, data["cycle"], data["row"], data["ask"], given, visit.say, visit.now
    )
    await _listen(asking, visit, state)
    told = letter(visit.chat_id, asking.page[0], buttons=asking.page[1])
    return [told, *(swept_away(message, visit) if await on_shared_phone(visit) else [])]


async def tapped(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """An answer by tap."""
    cycle, row, place, option = (number(args, at) for at in range(4))
    asking = await talk.tapped(visit.session, visit.person, cycle, row, place, option, visit.say, visit.now)
    await _listen(asking, visit, state)
    return rewrite(query, visit, *asking.page)


async def ended(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """One's part of the step is done."""
    await state.clear()
    found = await steps.end(visit.session, visit.person, number(args, 0), number(args, 1), visit.now)
    onward = "again" if found is not None and found.is_again else "next"
    key = "closed" if found is None else "waits" if found.row.id == number(args, 1) else onward
    return await _page(query, visit, number(args, 0), visit.say(f"coaching.ended.{key}"))


async def shared(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Another reader for one's own answer."""
    asking = await talk.shared(visit.session, visit.person, number(args, 0), word(args, 1), visit.say, visit.now)
    await _listen(asking, visit, state)
    return rewrite(query, visit, *asking.page)


async def pupils(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Can a pupil be recognised in the evidence?"""
    row = await evidence.mark(visit.session, visit.person, number(args, 0), shows_pupils=word(args, 1) == "1")
    note = visit.say("coaching.ask.pupils" if row.shows_pupils else "coaching.ask.no_pupils")
    return await _page(query, visit, row.cycle_id, note)


async def noted(_query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """What was said, as far as one may read it, then voices and files; on a shared phone all of it goes again."""
    cycle, shared = number(args, 0), await on_shared_phone(visit)
    *before, last = await pages.notes(visit.session, visit.person, cycle, visit.say, visit.now)
    rows = [[button(visit.say.plain("coaching.button.back"), f"cyc:{cycle}")], *([[shut(visit)]] if shared else [])]
    told = [*(letter(visit.chat_id, one) for one in before), letter(visit.chat_id, last, buttons=rows)]
    files = await reading_back.play(visit.session, visit.person, cycle, visit.chat_id, visit.say, visit.now)
    return shown([*told, *files], shared, visit)


async def played(_query: CallbackQuery, visit: Visit, args: list[str]) -> list[Draft]:
    """Voices, photos and files, those of one step or of all."""
    cycle, skip, step = (number(args, at) for at in range(3))
    room = visit.session, visit.person, cycle, visit.chat_id, visit.say, visit.now
    drafts = await reading_back.play(*room, skip, step)
    return shown(drafts, await on_shared_phone(visit), visit)


async def reviewed(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """One's own answers of the step."""
    await state.clear()
    return rewrite(query, visit, *await reading_back.of_step(visit.session, visit.person, number(args, 0), visit.say))


async def redone(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """A question once more."""
    cycle, row, place = (number(args, at) for at in range(3))
    asking = await talk.again(visit.session, visit.person, cycle, row, place, visit.say)
    await _listen(asking, visit, state)
    return rewrite(query, visit, *asking.page)
