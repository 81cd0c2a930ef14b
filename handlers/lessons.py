"""The daily prompt: today's lesson and earlier ones again, "Sudah saya coba", and what the pupils did."""

from collections.abc import Sequence
from typing import Any

from aiogram import Router
from aiogram.filters import Command, StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from community.notes import Note
from content.texts import Texts
from handlers.filters import InGroup, InPrivate, Pressed, StartPayload
from handlers.giving import Gives, Recently, called_in_group, can_write_to, listen, private_of
from handlers.rewriting import number, rewrite
from handlers.visiting import Answer, Visit
from learning import branches, catching_up, checks, deliveries, prompts, trials
from learning.catching_up import Shown, Today
from learning.trials import Tried
from storage import letters
from storage.letters import Draft, button, button_answer


class Telling(StatesGroup):
    """Asked what the pupils did."""

    pupils = State()


def router() -> Router:
    door = Router(name="lessons")
    asked = Command("hariini", "today", ignore_case=True)
    door.message.register(today, InPrivate(), asked)
    door.message.register(today_in_group, InGroup(), asked)
    door.callback_query.register(again, InPrivate(), Pressed("again"))
    door.callback_query.register(skip_all, InPrivate(), Pressed("skipall"))
    door.callback_query.register(tried, Pressed("tried"))
    door.message.register(tried_after_consent, InPrivate(), StartPayload("t"))
    door.callback_query.register(will_tell, InPrivate(), Pressed("pupils"))
    door.callback_query.register(skip, InPrivate(), Pressed("skip"))
    door.message.register(told, InPrivate(), StateFilter(Telling.pupils), Recently(), Gives(talk=False))
    return door


async def today(_message: Message, visit: Visit) -> Answer:
    """/hariini: today's lesson, then at most three worth catching up with, in private."""
    return await _shown(await catching_up.today(visit.session, visit.person, visit.now), visit)


async def _shown(found: Today, visit: Visit) -> list[Draft]:
    say, chat = visit.say, visit.user_id
    drafts = await _lessons(found.today, visit)
    if found.last is not None:
        drafts = [letters.message(chat, say("learning.today.none")), *await _lessons([found.last], visit)]
    elif not drafts and not found.earlier:
        drafts = [letters.message(chat, say("learning.none_yet"))]
    if found.earlier:
        rows = [[button(_titled(one, say)[:60], f"again:{one.delivery.id}")] for one in found.earlier]
        rows.append([button(say.plain("learning.button.skip_all"), "skipall:0")])
        drafts.append(letters.message(chat, say("learning.today.earlier"), buttons=rows))
    return drafts


async def _lessons(shown: Sequence[Shown], visit: Visit) -> list[Draft]:
    """Prompts as this person reads them, each with what it says to them alone."""
    reader = visit.person.id if visit.person else 0
    found = await branches.asides_for(visit.session, [(reader, one.delivery.id, one.lesson) for one in shown])
    drafts = []
    for one in shown:
        words, rows = prompts.words(one.lesson, visit.say), prompts.buttons(visit.say, one.delivery.id, one.lesson)
        if aside := found.get((reader, one.delivery.id)):
            words, rows = f"{words}\n\n{aside.html}", rows + aside.rows
        drafts.append(letters.message(visit.user_id, words, buttons=rows))
    return drafts


def _titled(one: Shown, say: Texts) -> str:
    return f"{one.delivery.day.day}/{one.delivery.day.month} · {one.lesson.text(say.language).title}"


async def today_in_group(message: Message, visit: Visit) -> Answer:
    """The same, sent in a group."""
    found = await catching_up.today(visit.session, visit.person, visit.now)
    return called_in_group(message, visit, await _shown(found, visit))


async def again(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """One of those that may be caught up with."""
    return await _lessons([await catching_up.again(visit.session, visit.person, number(args, 0))], visit)


async def skip_all(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """Lewati semua: what came until now is let go."""
    await catching_up.skip_all(visit.session, visit.person, number(args, 0) or None, visit.now)
    return rewrite(query, visit, visit.say("learning.today.skipped_all"))


async def tried(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """The button under the prompt."""
    done = await trials.tried(visit.session, visit.person, number(args, 0), visit.now)
    toast = button_answer(query.id, visit.say.plain("learning.tried.kept" if done.new else "learning.tried.known"))
    if not can_write_to(visit) or not (done.new or done.lesson.checks):
        return toast
    return [toast, await (_pupils(done, visit, state) if done.new else _signs(done, visit))]


async def tried_after_consent(_message: Message, visit: Visit, state: FSMContext, payload: str) -> Answer:
    """The same, by the link that led through consent."""
    done = await trials.tried(visit.session, visit.person, number([payload], 0), visit.now)
    words = letters.message(visit.chat_id, visit.say("learning.tried.kept" if done.new else "learning.tried.known"))
    return [words, await _pupils(done, visit, state)] if done.new else words


async def _pupils(done: Tried, visit: Visit, state: FSMContext) -> Draft:
    """The one optional question. It does not break into another conversation: then the button begins it."""
    private = private_of(state, visit.user_id)
    if await private.get_state() in (None, Telling.pupils.state):
        await listen(private, Telling.pupils, visit, delivery=done.delivery.id)
    say, rows = visit.say, checks.after_trying(done.delivery.id, done.lesson, (), visit.say)
    words = [say("learning.pupils.ask", title=done.lesson.text(say.language).title), *checks.ask(done.lesson, say)]
    return letters.message(visit.user_id, "\n\n".join(words), buttons=rows)


async def _signs(done: Tried, visit: Visit) -> Draft:
    """Tapped once more: the signs as they stand, which may still change."""
    found = await checks.of(visit.session, visit.person, done.delivery.id)
    rows = checks.after_trying(found.delivery.id, found.lesson, found.seen, visit.say)
    words = visit.say("means.check.again", title=found.lesson.text(visit.say.language).title)
    return letters.message(visit.user_id, words, buttons=rows)


async def will_tell(query: CallbackQuery, visit: Visit, state: FSMContext, args: list[str]) -> Answer:
    """The next words are about the pupils."""
    await listen(state, Telling.pupils, visit, delivery=number(args, 0))
    return rewrite(query, visit, visit.say("learning.pupils.go_on"))


async def skip(query: CallbackQuery, visit: Visit, state: FSMContext) -> Answer:
    """The question was optional."""
    if await state.get_state() == Telling.pupils.state:
        await state.clear()
    return rewrite(query, visit, visit.say("learning.pupils.skipped"))


async def told(_message: Message, visit: Visit, state: FSMContext, note: Note) -> Answer:
    """What the pupils did, in writing."""
    if not note.text:
        return letters.message(visit.chat_id, visit.say("learning.text_only"))
    data = await state.get_data()
    await state.clear()
    await trials.pupils_did(visit.session, visit.person, int(data.get("delivery", 0)), note.text)
    return letters.message(visit.chat_id, visit.say("learning.pupils.kept"))


async def _delivered(answer: dict[str, Any], data: dict[str, Any], visit: Visit) -> Answer:
    """Telegram has the prompt."""
    result = answer["result"]
    if answer["ok"] and isinstance(result, dict):
        chat_id, message_id = int(result["chat"]["id"]), int(result["message_id"])
        await deliveries.arrived(visit.session, int(data["delivery"]), chat_id, message_id, visit.now)
    return None


ANSWERS = {"learning.prompt_delivered": _delivered}
