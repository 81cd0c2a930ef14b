"""One question asked in the group itself: Telegram's poll, or buttons, where nobody sees what another chose."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from community.refusals import Refusal
from content.instruments import Item
from learning.refusals import Gone
from learning.surveys import answers
from learning.surveys import rights as who
from storage.database import Session
from storage.models import LessonPoll, Letter, Person, Survey

_STILL_UNKNOWN = timedelta(days=1)


async def arrived(session: Session, survey_id: int, poll_id: str) -> None:
    """Telegram has the poll: votes under its id answer this survey."""
    await session.execute(
        update(Survey)
        .where(Survey.id == survey_id, Survey.poll_id.is_(None))
        .values(poll_id=poll_id)
        .execution_options(synchronize_session=False)
    )


async def voted(session: Session, person: Person | None, poll_id: str, options: list[int], now: datetime) -> bool:
    """A vote, a changed one, or one taken back (no options). False: the poll is none of ours.

    Who has not agreed, is not of the group or votes too late counts nowhere; Telegram asks for no answer, so nobody is
    told.
    """
    survey_id = await _survey_of(session, poll_id, now)
    if survey_id is None:
        return False
    try:
        person, survey, instrument = await who.answering(session, person, survey_id)
    except Refusal:
        return True
    item = instrument.items[0]
    if not options:
        await answers.drop(session, survey, person)
        return True
    try:
        chosen = [_value(item, at) for at in options]
        value = answers.fitting(instrument, item, chosen if item.several else chosen[0])
    except (Gone, IndexError):
        return True
    await answers.keep(session, survey, person, "", item.id, value)
    await answers.seat(session, survey, person, answered=True)
    return True


def _value(item: Item, at: int) -> int | str:
    """The level (from 1) or the option behind a place in the poll. Raises IndexError for one that is not there."""
    return item.options[at].id if item.kind == "choice" else at + 1


async def _survey_of(session: Session, poll_id: str, now: datetime) -> int | None:
    """The survey of a poll; None when it is none of ours.

    A vote can overtake the news of its own poll, and where Telegram's answer was lost that news never comes: then the
    letter says what it was.
    """
    known = await session.scalar(select(Survey.id).where(Survey.poll_id == poll_id))
    if known is not None:
        return known
    if await session.get(LessonPoll, poll_id) is not None:
        return None  # a quiz of a lesson
    polls = (Letter.method == "sendPoll", or_(Letter.key.startswith("survey:"), Letter.key.startswith("quiz:")))
    key = await session.scalar(
        select(Letter.key).where(*polls, Letter.result["poll_id"].as_string() == poll_id).limit(1)
    )
    if key is None:
        doubtful = or_(Letter.state == "sending", Letter.unknowns > 0)
        query = select(Letter.key).where(*polls, doubtful, Letter.created_at > now - _STILL_UNKNOWN)
        found = set(await session.scalars(query))
        key = found.pop() if len(found) == 1 else ""  # of two polls in doubt, quizzes among them, it could be either
    if not key.startswith("survey:"):
        return None
    number = int(key.split(":")[1])
    await arrived(session, number, poll_id)
    return number


async def tapped(session: Session, person: Person | None, fingerprint: str, survey_id: int, level: int) -> None:
    """A button under the question in the group, kept as any answer of this survey. Raises as rights.answering, Gone."""
    person, survey, instrument = await who.answering(session, person, survey_id)
    item = instrument.items[0]
    if survey.way != "buttons":
        raise Gone
    chosen = level if item.kind == "likert" else item.options[level - 1].id if 1 <= level <= len(item.options) else ""
    value = answers.fitting(instrument, item, chosen)
    await answers.keep(session, survey, person, fingerprint, item.id, value)
    await answers.seat(session, survey, person, answered=True)
