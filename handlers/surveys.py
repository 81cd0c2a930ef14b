"""/survei: surveys are opened, answered and read."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from aiogram import Router
from aiogram.filters import Command, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from handlers.filters import InGroup, InPrivate, Pressed, StartPayload
from handlers.giving import Gives, Recently, can_write_to, doorway, in_private, listen, private_of
from handlers.rewriting import number, rewrite, word
from handlers.setup import Words
from handlers.start import elsewhere
from handlers.visiting import Answer, Visit
from learning.surveys import asking, closing, opening, pages, polls
from learning.surveys.asking import Step
from reports import survey_results
from storage import letters
from storage.letters import button_answer


class Surveying(StatesGroup):
    """The next words answer a question, or say when a survey opens."""

    words = State()
    hour = State()


def router() -> Router:
    door = Router(name="surveys")
    command = Command("survei", "survey", ignore_case=True)
    door.message.register(start, InPrivate(), command)
    door.message.register(elsewhere, InGroup(), command)
    door.message.register(begin_by_link, InPrivate(), StartPayload("v"))
    door.message.register(written, InPrivate(), StateFilter(Surveying.words), Recently(), Words())
    door.message.register(spoken, InPrivate(), StateFilter(Surveying.words), Recently(), Gives())
    door.message.register(hour_said, InPrivate(), StateFilter(Surveying.hour), Recently(), Words())
    door.callback_query.register(begin, Pressed("svgo"))
    door.callback_query.register(tapped, Pressed("svb"))
    taps: dict[str, Callable[..., Any]] = {
        "svnew": asked, "svhour": hour, "svok": confirmed, "svno": left, "sv": opened, "svdrop": dropped,
        "svclose": closed, "svres": results, "svxlsx": workbook, "svq": shown, "sva": answered, "svskip": skipped,
    }  # fmt: skip
    for name, handler in taps.items():
        door.callback_query.register(handler, InPrivate(), Pressed(name))
    return door


async def start(_message: Message, visit: Visit, state: FSMContext) -> Answer:
    """What waits for an answer, and the surveys of one's groups."""
    await state.clear()
    words, rows = await pages.home(visit.session, visit.person, visit.say)
    return letters.message(visit.chat_id, words, buttons=rows)


async def asked(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """The next question on the way to a new survey."""
    await state.clear()
    return rewrite(query, visit, *await pages.wizard(visit.session, visit.person, args, visit.say, visit.now))


async def hour(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """When, in words."""
    await listen(state, Surveying.hour, visit, chosen=args)
    return rewrite(query, visit, visit.say("surveys.ask.hour"))


async def hour_said(message: Message, visit: Visit, state: FSMContext) -> Answer:
    """The hour that was typed."""
    chosen = (await state.get_data())["chosen"]
    said = message.text or ""
    words, rows = await pages.at_hour(visit.session, visit.person, chosen, said, visit.say, visit.now)
    await state.clear()
    return letters.message(visit.chat_id, words, buttons=rows)


async def confirmed(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Ya, buka."""
    return rewrite(query, visit, *await pages.opened(visit.session, visit.person, args, visit.say, visit.now))


async def left(query: CallbackQuery, visit: Visit) -> Answer:
    """Tidak jadi."""
    return rewrite(query, visit, visit.say("surveys.not_opened"))


async def opened(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """One survey."""
    return rewrite(query, visit, *await pages.of_survey(visit.session, visit.person, number(args, 0), visit.say))


async def dropped(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """A planned survey does not take place."""
    await opening.drop(visit.session, visit.person, number(args, 0))
    return rewrite(query, visit, visit.say("surveys.dropped"))


async def closed(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Tutup sekarang."""
    await closing.close(visit.session, visit.person, number(args, 0), visit.now)
    return await opened(query, visit, args)


async def results(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """What it came to."""
    words, rows = await survey_results.page(visit.session, visit.person, number(args, 0), visit.say)
    return in_private(query, visit, [letters.message(visit.user_id, words, buttons=rows)])


async def workbook(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The same as a file."""
    digest, caption = await survey_results.file(visit.session, visit.person, number(args, 0), visit.say, visit.now)
    return in_private(query, visit, [letters.document(visit.user_id, digest, caption)])


async def begin(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Jawab, in the group or under a letter."""
    if not can_write_to(visit):
        return doorway(query, visit, f"v{number(args, 0)}")
    await private_of(state, visit.user_id).clear()
    step = await asking.begin(visit.session, visit.person, visit.fingerprint, number(args, 0), visit.say)
    return in_private(query, visit, [letters.message(visit.user_id, step.html, buttons=step.rows)])


async def begin_by_link(_message: Message, visit: Visit, payload: str) -> Answer:
    """The button opened the private chat."""
    step = await asking.begin(visit.session, visit.person, visit.fingerprint, number([payload], 0), visit.say)
    return letters.message(visit.user_id, step.html, buttons=step.rows)


async def shown(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """A question."""
    place = (number(args, 0), number(args, 1))
    step = await asking.show(visit.session, visit.person, visit.fingerprint, *place, visit.say)
    return await _turned(query, visit, state, step, args)


async def answered(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """A level or an option."""
    chosen = number(args, 2) if word(args, 2).isdecimal() else -1
    place = (number(args, 0), number(args, 1))
    step = await asking.answer(visit.session, visit.person, visit.fingerprint, *place, chosen, visit.say)
    return await _turned(query, visit, state, step, args)


async def skipped(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """Lewati."""
    place = (number(args, 0), number(args, 1))
    step = await asking.skip(visit.session, visit.person, visit.fingerprint, *place, visit.say)
    return await _turned(query, visit, state, step, args)


async def written(message: Message, visit: Visit, state: FSMContext) -> Answer:
    """Words or a number."""
    data = await state.get_data()
    place, said = (int(data["survey"]), int(data["item"])), message.text or ""
    step = await asking.write(visit.session, visit.person, visit.fingerprint, *place, said, visit.say)
    await _listen(visit, state, step, place[0])
    return letters.message(visit.user_id, step.html, buttons=step.rows, forgets=step.unnamed)


async def spoken(_message: Message, visit: Visit) -> Answer:
    """A voice note: the question stands, and nothing else is made of it."""
    return letters.message(visit.user_id, visit.say("surveys.spoken"))


async def _turned(query: CallbackQuery, visit: Visit, state: FSMContext, step: Step, args: list[str]) -> Answer:
    await _listen(visit, state, step, number(args, 0))
    return replace(rewrite(query, visit, step.html, step.rows), forgets=step.unnamed)


async def _listen(visit: Visit, state: FSMContext, step: Step, survey_id: int) -> None:
    if step.listens < 0:
        await state.clear()
    else:
        await listen(state, Surveying.words, visit, survey=survey_id, item=step.listens)


async def tapped(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """A button under the question in the group: only who tapped sees that it was kept."""
    await polls.tapped(visit.session, visit.person, visit.fingerprint, number(args, 0), number(args, 1))
    return button_answer(query.id, visit.say.plain("surveys.kept"))


async def _poll_sent(answer: dict[str, Any], data: dict[str, Any], visit: Visit) -> Answer:
    """Telegram has the poll."""
    poll = answer["result"].get("poll") if answer["ok"] and isinstance(answer["result"], dict) else None
    if isinstance(poll, dict):
        await polls.arrived(visit.session, int(data["survey"]), str(poll["id"]))
    return None


ANSWERS = {"surveys.poll_sent": _poll_sent}
