"""Kuis: Telegram's own quiz in the private chat, and what its answer leads to."""

from typing import Any

from aiogram import Router
from aiogram.types import CallbackQuery, Message, PollAnswer

from handlers.filters import InPrivate, Pressed, StartPayload
from handlers.giving import can_write_to, doorway, in_private
from handlers.rewriting import number
from handlers.visiting import Answer, Visit
from learning import quizzes
from learning.surveys import polls


def router() -> Router:
    door = Router(name="quizzes")
    door.callback_query.register(begin, Pressed("quiz"))
    door.message.register(begin_by_link, InPrivate(), StartPayload("k"))
    door.poll_answer.register(answered)
    return door


async def begin(query: CallbackQuery, visit: Visit, args: list[str]) -> Answer:
    """The button under the prompt."""
    if not can_write_to(visit):
        return doorway(query, visit, f"k{number(args, 0)}")
    asked = await quizzes.ask(visit.session, visit.person, number(args, 0))
    return in_private(query, visit, [quizzes.letter(asked, visit.user_id, visit.say)])


async def begin_by_link(_message: Message, visit: Visit, payload: str) -> Answer:
    """The button opened the private chat."""
    asked = await quizzes.ask(visit.session, visit.person, number([payload], 0))
    return quizzes.letter(asked, visit.user_id, visit.say)


async def answered(vote: PollAnswer, visit: Visit) -> Answer:
    """Somebody voted in a survey of the group, or answered a quiz; of other polls nothing is said here."""
    chosen = list(vote.option_ids)
    if await polls.voted(visit.session, visit.person, vote.poll_id, chosen, visit.now):
        return None
    return await quizzes.answered(visit.session, visit.person, vote.poll_id, chosen, visit.say, visit.now)


async def _sent(answer: dict[str, Any], data: dict[str, Any], visit: Visit) -> Answer:
    """Telegram has the quiz."""
    poll = answer["result"].get("poll") if answer["ok"] and isinstance(answer["result"], dict) else None
    if isinstance(poll, dict):
        await quizzes.arrived(visit.session, int(data["delivery"]), str(poll["id"]), visit.now)
    return None


ANSWERS = {"learning.quiz_sent": _sent}
