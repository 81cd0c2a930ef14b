"""What was planned and what took place, by its rhythm; and how soon answers came."""

from collections.abc import Collection, Sequence
from statistics import median
from typing import Any

from sqlalchemy import case, func, select

from reports import answer_times
from reports.answer_times import LEAST_ANSWERS, LEAST_PEOPLE, PairTime
from reports.dashboard.values import Look
from reports.figures.sums import Tell, added
from reports.figures.values import Figure, careful, hidden, missing, share
from storage.bulk import among
from storage.database import Session
from storage.models import CoachingSession, Delivery, HandIn, Meeting, ProgrammeEvent


async def planned(session: Session, look: Look) -> Tell:
    """Of what was due by now in that time, how much took place: meetings, visits, sessions, lessons, the programme.

    What was cancelled was planned; what was moved is planned once, at its new time. Sessions of two are told
    carefully: it is known who they are.
    """
    period = (look.since, look.until)
    held, there = CoachingSession.state == "held", CoachingSession.state.in_(("agreed", "held", "cancelled"))
    times = (CoachingSession.group_id, CoachingSession.starts_at, held, there)
    meetings = await _due(session, look, Meeting.group_id, Meeting.starts_at, Meeting.state == "held")
    visits = await _due(session, look, *times, CoachingSession.series_id.is_not(None))
    talks = await _due(session, look, *times, CoachingSession.series_id.is_(None))
    lessons = await _due(session, look, Delivery.group_id, Delivery.due_at, Delivery.delivered_at.is_not(None))
    done = ProgrammeEvent.done_at.is_not(None)
    events = await _due(session, look, ProgrammeEvent.group_id, ProgrammeEvent.due_at, done)

    def tell(ids: Collection[int]) -> tuple[Figure, ...]:
        return (
            share("rhythm.meetings", *added(meetings, ids), period),
            share("rhythm.visits", *added(visits, ids), period),
            careful("rhythm.sessions", *added(talks, ids), period),
            share("rhythm.lessons", *added(lessons, ids), period),
            share("rhythm.programme", *added(events, ids), period),
        )

    return tell


async def _due(
    session: Session, look: Look, group_id: Any, at: Any, done: Any, *where: Any
) -> dict[int, tuple[int, int]]:
    """By group, how many rows of that time are done, of how many that were due by now."""
    rows = await session.execute(
        select(group_id, func.coalesce(func.sum(case((done, 1), else_=0)), 0), func.count())
        .where(
            among(session, group_id, [one.id for one in look.groups]), at >= look.since,
            at < min(look.until, look.now), *where,
        )
        .group_by(group_id)
    )  # fmt: skip
    return {number: (int(took_place), due) for number, took_place, due in rows}


async def feedback(session: Session, look: Look) -> Tell:
    """The median working hours to an answer by pair of roles, and worksheets that were in time, of all groups.

    Ten queries or so, however many groups there are.
    """
    found = await answer_times.of_groups(session, look.groups, min(look.now, look.until), look.since)
    timely = await _in_time(session, look)

    def tell(ids: Collection[int]) -> tuple[Figure, ...]:
        parts = zip(*(found[number].pairs for number in ids), strict=True)
        in_time = careful("feedback.in_time", *added(timely, ids), (look.since, look.until))
        return (*[_pair(each, look) for each in parts], in_time)

    return tell


def _pair(parts: Sequence[PairTime], look: Look) -> Figure:
    key, period = f"feedback.{parts[0].to}-{parts[0].by}", (look.since, look.until)
    hours = [each for one in parts for each in one.hours]
    asked, people = sum(one.asked for one in parts), sum(one.people for one in parts)
    if not hours:
        return missing(key, "hours", "computed", period)
    if len(hours) < LEAST_ANSWERS or people < LEAST_PEOPLE:
        return hidden(key, "hours", "computed", period)
    return Figure(key, median(hours), "hours", "computed", period, len(hours), asked)


async def _in_time(session: Session, look: Look) -> dict[int, tuple[int, int]]:
    """By group, how many worksheets were in time, of how many."""
    rows = await session.execute(
        select(Delivery.group_id, func.coalesce(func.sum(case((HandIn.late.is_(False), 1), else_=0)), 0), func.count())
        .select_from(HandIn)
        .join(Delivery, Delivery.id == HandIn.delivery_id)
        .where(
            among(session, Delivery.group_id, [one.id for one in look.groups]), HandIn.handed_at >= look.since,
            HandIn.handed_at < look.until,
        )
        .group_by(Delivery.group_id)
    )  # fmt: skip
    return {number: (int(timely), handed) for number, timely, handed in rows}
