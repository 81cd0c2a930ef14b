"""What becomes of letters by Telegram's answers to them, written down; of those that end at once in one commit."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from bot.answers import GROUP_GONE, PERSON_GONE, bound_to, kept_of, told
from bot.fetching import kept
from bot.line import Outcome, Reply
from community import arrivals, migration, people
from storage import post_office
from storage.database import Database, Session
from storage.models import Letter

UNSENT_PAUSE = 5.0  # seconds, more with each attempt


class Answered(NamedTuple):
    """A letter that is no longer under way, and when its answer came."""

    letter: Letter
    reply: Reply
    at: datetime


def pause(letter: Letter, reply: Reply) -> float | None:
    """Seconds that a letter which was not sent has to wait; None for one that has come to an end."""
    match reply.outcome:
        case Outcome.THROTTLED:
            return reply.retry_after
        case Outcome.UNSENT:
            return UNSENT_PAUSE * min(letter.attempts + 1, 12)
    return None


async def write_down(database: Database, bot_id: int, ended: Sequence[Answered]) -> None:
    """All of them or none."""
    plain: list[tuple[Letter, dict[str, Any] | None, datetime]] = []  # arrived, and nobody asked to be told
    others: list[Answered] = []
    for one in ended:
        if one.reply.outcome is Outcome.DELIVERED and not one.letter.then:
            plain.append((one.letter, kept_of(one.reply.result), one.at))
        else:
            others.append(one)
    async with database.writing() as session:
        await post_office.all_delivered(session, plain)
        for letter, reply, at in others:
            if await _settled(session, letter, reply, at) and letter.then:
                await _come_back(session, letter, reply, bot_id, at)


async def _come_back(session: Session, letter: Letter, reply: Reply, bot_id: int, at: datetime) -> None:
    result = await kept(session, letter, reply.result, at)
    answer: dict[str, Any] = {
        "ok": reply.outcome is Outcome.DELIVERED,
        "result": told(letter.method, result),
        "error": reply.words or None,
    }
    await post_office.come_back(session, letter, bot_id, answer, at)


async def _settled(session: Session, letter: Letter, reply: Reply, at: datetime) -> bool:
    """Write the outcome; True when the letter is done with and its answer may come back."""
    seconds = pause(letter, reply)
    if seconds is not None:
        # A chat waits as a whole (bot/throttle.py), so that its letters keep their order.
        due = letter.due_at if bound_to(letter) is not None else at + timedelta(seconds=seconds)
        await post_office.postpone(session, letter, due, reply.words)
        return False
    match reply.outcome:
        case Outcome.DELIVERED:
            return await post_office.delivered(session, letter, kept_of(reply.result), at)
        case Outcome.MIGRATED if letter.chat_id is not None and reply.migrated_to is not None:
            return await _moved(session, letter, letter.chat_id, reply, at)
        case Outcome.UNKNOWN:
            return not await post_office.unknown(session, letter, reply.words, at)
    await _note_refusal(session, letter, reply, at)
    return await post_office.refused(session, letter, reply.words, at)


async def _moved(session: Session, letter: Letter, chat_id: int, reply: Reply, at: datetime) -> bool:
    assert reply.migrated_to is not None
    moves = chat_id != reply.migrated_to  # an edit may be addressed anew, and its message be in the old
    if moves:
        await migration.migrated(session, chat_id, reply.migrated_to, at)
        await post_office.readdress(session, chat_id, reply.migrated_to)
    if not moves or post_office.speaks_of_a_message(letter):
        return await post_office.refused(session, letter, reply.words, at)
    await post_office.postpone(session, letter, letter.due_at, reply.words)
    return False


async def _note_refusal(session: Session, letter: Letter, reply: Reply, at: datetime) -> None:
    """Who cannot be reached is not written to again until they come back (Telegram's 403s)."""
    words, chat = reply.words, letter.chat_id
    if chat is None:
        return
    if chat > 0 and any(sign in words for sign in PERSON_GONE):
        await people.reach(session, chat, False)
    elif chat < 0 and any(sign in words for sign in GROUP_GONE):
        await arrivals.gone(session, chat, at)
