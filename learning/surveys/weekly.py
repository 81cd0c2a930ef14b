"""Confidence is asked each week where a facilitator wants it: opened by the clock, closed two school days later."""

from datetime import datetime, timedelta

from sqlalchemy import exists

from community import calendar
from community.calendar import SchoolCalendar
from content.instruments import house
from learning import turns
from learning.surveys import opening
from learning.turns import Turn
from storage.database import Session
from storage.models import Survey

NAME = "confidence"  # the turn and the instrument
WALL = "12:30"  # a break
FIRST_DAY = 2  # Wednesday: the week has something to tell, and two school days are left of it
OPEN_DAYS = 2
_WEEKS = 60  # longer than any holidays


async def ask_due(session: Session, now: datetime) -> int:
    """Open it in the groups whose moment has come, and set their next one; gives how many were dealt with.

    Not where one that somebody opened is still open, on a day that has become a holiday, or hours late. Who is asked
    in private has room in their week's budget; nobody is reminded of what comes again in a week.
    """
    due = await turns.claimed(session, NAME, now)
    if not due:
        return 0
    following = {one.group.id: next_after(one.days, now, one.group.zone) for one in due}
    await turns.move_on(session, NAME, following, now)
    for one in due:
        if one.is_time(now):
            await _open(session, one, now)
    return len(due)


def next_after(days: SchoolCalendar, now: datetime, zone: str) -> datetime:
    """The first school day from Wednesday on of this week or a later one, in the break, after ``now``."""
    today = calendar.local_day(now, zone)
    monday = today - timedelta(days=today.weekday())
    for week in range(_WEEKS):
        begins = monday + timedelta(weeks=week)
        open_days = [day for n in range(FIRST_DAY, 7) if days.is_open(day := begins + timedelta(days=n))]
        if open_days:
            moment = days.awake_after(days.moment_on(open_days[0], WALL, zone, prompt=False), zone)  # Friday prayer
            if moment > now:
                return moment
    return now + timedelta(weeks=1)


async def _open(session: Session, turn: Turn, now: datetime) -> None:
    group, instrument = turn.group, house()[NAME]
    open_one = exists().where(
        Survey.group_id == group.id, Survey.instrument == instrument.id, Survey.closed_at.is_(None)
    )
    if await session.scalar(open_one.select()):
        return
    survey = Survey(
        group_id=group.id, opened_by=None, instrument=instrument.id, content=instrument.to_json(), phase="once",
        way="private", anonymous=instrument.anonymous, opens_at=now,
        closes_at=await opening.closing(session, group, now, OPEN_DAYS), created_at=now,
    )  # fmt: skip
    session.add(survey)
    await session.flush()
    await opening.open_now(session, survey, group, now)
    survey.reminds_at = None
    await session.flush()
