"""What was planned and what took place, by its rhythm; and how soon answers came."""

from collections.abc import Sequence
from statistics import median
from typing import Any

from sqlalchemy import case, func, select

from reports import answer_times
from reports.answer_times import LEAST_ANSWERS, LEAST_PEOPLE, PAIRS, PairTime
from reports.dashboard.values import Look
from reports.figures.values import Figure, careful, hidden, missing, share
from storage.bulk import among
from storage.database import Session
from storage.models import CoachingSession, Delivery, HandIn, Meeting, ProgrammeEvent


async def planned(session: Session, look: Look) -> tuple[Figure, ...]:
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
    return (
        share("rhythm.meetings", *meetings, period), share("rhythm.visits", *visits, period),
        careful("rhythm.sessions", *talks, period), share("rhythm.lessons", *lessons, period),
        share("rhythm.programme", *events, period),
    )  # fmt: skip


async def _due(session: Session, look: Look, group_id: Any, at: Any, done: Any, *where: Any) -> tuple[int, int]:
    """How many rows of that time are done, of how many that were due by now."""
    row = await session.execute(
        select(func.count(), func.coalesce(func.sum(case((done, 1), else_=0)), 0)).where(
            among(session, group_id, [one.id for one in look.groups]), at >= look.since,
            at < min(look.until, look.now), *where,
        )
    )  # fmt: skip
    due, took_place = row.one()
    return int(took_place), due


async def feedback(session: Session, look: Look) -> tuple[Figure, ...]:
    """The median working hours to an answer by pair of roles, and worksheets that were in time, of all groups."""
    found: dict[tuple[object, object], list[PairTime]] = {pair: [] for pair in PAIRS}
    for group in look.groups:
        times = await answer_times.gather(session, group, min(look.now, look.until), look.since)
        for one in times.pairs:
            found[one.to, one.by].append(one)
    return (*[_pair(parts, look) for parts in found.values() if parts], await _in_time(session, look))


def _pair(parts: Sequence[PairTime], look: Look) -> Figure:
    key, period = f"feedback.{parts[0].to}-{parts[0].by}", (look.since, look.until)
    hours = [each for one in parts for each in one.hours]
    asked, people = sum(one.asked for one in parts), sum(one.people for one in parts)
    if not hours:
        return missing(key, "hours", "computed", period)
    if len(hours) < LEAST_ANSWERS or people < LEAST_PEOPLE:
        return hidden(key, "hours", "computed", period)
    return Figure(key, median(hours), "hours", "computed", period, len(hours), asked)


async def _in_time(session: Session, look: Look) -> Figure:
    row = await session.execute(
        select(func.count(), func.coalesce(func.sum(case((HandIn.late.is_(False), 1), else_=0)), 0))
        .join(Delivery, Delivery.id == HandIn.delivery_id)
        .where(
            among(session, Delivery.group_id, [one.id for one in look.groups]), HandIn.handed_at >= look.since,
            HandIn.handed_at < look.until,
        )
    )  # fmt: skip
    handed, timely = row.one()
    return careful("feedback.in_time", int(timely), handed, (look.since, look.until))
