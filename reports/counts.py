"""The week of one's schools in figures, for principals and Dinas: how many, never who, and no word of any note.

Everything is summed over all groups of a reader before it is written: a line for each school beside a sum would give
away by subtraction what a school's own line keeps back.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, case, exists, func, or_, select

from community import answers, calendar
from community.calendar import SchoolCalendar
from community.roles import Role
from learning.kinds import REFLECTS
from storage.bulk import among
from storage.database import Session
from storage.models import (
    CoachingSession,
    Cycle,
    CycleStep,
    Delivery,
    Group,
    Membership,
    Person,
    Reflection,
    School,
    SessionSeat,
)


@dataclass(frozen=True, slots=True)
class Span:
    """Seven local days: [first, first + 7), and today, by which something is late."""

    first: date
    today: date
    zone: str

    @property
    def since(self) -> datetime:
        return self._midnight(self.first)

    @property
    def until(self) -> datetime:
        return self._midnight(self.first + timedelta(days=7))

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), ZoneInfo(self.zone)).astimezone(UTC)


@dataclass(slots=True)
class Counts:
    """What happened in a week in some groups, and where their coaching stands today."""

    span: Span
    schools: list[str] = field(default_factory=list)  # their names, of each once
    groups: int = 0
    open: int = 0  # cycles that run
    late: int = 0  # of those, with a step that is overdue
    closed: int = 0  # in the week
    sessions: int = 0  # times agreed for the week: of coach and teacher, and visits
    met: int = 0  # one said so, and nobody no
    not_met: int = 0  # one said no
    asked: int = 0  # questions in the week
    answer_hours: list[float] = field(default_factory=list)  # working hours to each answer
    reflections: int = 0
    reflected: int = 0  # so many teachers
    teachers: int = 0  # of so many who agreed, or are listed without Telegram

    @property
    def is_empty(self) -> bool:
        return not (self.open or self.closed or self.sessions or self.asked or self.reflections)

    @property
    def median_hours(self) -> float | None:
        return median(self.answer_hours) if self.answer_hours else None


async def gather(
    session: Session, readers: Mapping[int, Sequence[Group]], spans: Mapping[int, Span], now: datetime
) -> dict[int, Counts]:
    """Each reader's counts over their own groups; a fixed number of queries for all whose span is the same."""
    found = {number: Counts(spans[number], groups=len(groups)) for number, groups in readers.items()}
    everywhere = {group.id: group for groups in readers.values() for group in groups}
    await _schools(session, found, readers)
    days = await calendar.calendars_of(session, {group.school_id for group in everywhere.values()})
    for span in set(spans.values()):
        theirs = {number: groups for number, groups in readers.items() if spans[number] == span}
        ids = {group.id for groups in theirs.values() for group in groups}
        facts = _Facts(
            await _cycles(session, ids, span), await _sessions(session, ids, span),
            await answers.asked(session, ids, span.since, span.until), await _reflections(session, ids, span),
            await _teachers(session, ids),
        )  # fmt: skip
        for number, groups in theirs.items():
            _summed(found[number], {group.id: group for group in groups}, facts, days, now)
    return found


@dataclass(frozen=True, slots=True)
class _Facts:
    """What was read for one span, by group."""

    cycles: Mapping[int, tuple[int, int, int]]
    sessions: Mapping[int, tuple[int, int, int]]
    asked: Sequence[answers.Asked]
    reflections: Mapping[int, Mapping[int, int]]
    teachers: Mapping[int, Collection[int]]


def _summed(
    counts: Counts, groups: Mapping[int, Group], facts: _Facts, days: Mapping[int | None, SchoolCalendar],
    now: datetime,
) -> None:  # fmt: skip
    for number in groups:
        open_, late, closed = facts.cycles.get(number, (0, 0, 0))
        counts.open, counts.late, counts.closed = counts.open + open_, counts.late + late, counts.closed + closed
        agreed, met, not_met = facts.sessions.get(number, (0, 0, 0))
        counts.sessions, counts.met, counts.not_met = (
            counts.sessions + agreed, counts.met + met, counts.not_met + not_met,
        )  # fmt: skip
    for one in facts.asked:
        if one.group_id in groups:
            group = groups[one.group_id]
            counts.asked += 1
            if one.answered_at is not None and one.answered_at <= now:
                here = days[group.school_id]
                counts.answer_hours.append(calendar.working_hours_between(here, one.at, one.answered_at, group.zone))
    # Somebody who teaches in two of the groups is one teacher.
    teachers = {person for number in groups for person in facts.teachers.get(number, ())}
    gave = [pair for number in groups for pair in facts.reflections.get(number, {}).items() if pair[0] in teachers]
    counts.teachers, counts.reflected = len(teachers), len({person for person, _ in gave})
    counts.reflections = sum(number for _, number in gave)


async def _schools(session: Session, found: Mapping[int, Counts], readers: Mapping[int, Sequence[Group]]) -> None:
    ids = {group.school_id for groups in readers.values() for group in groups if group.school_id is not None}
    rows = await session.execute(select(School.id, School.name).where(among(session, School.id, ids)))
    names = {row.id: row.name for row in rows}
    for number, groups in readers.items():
        known = {group.school_id: names[group.school_id] for group in groups if group.school_id in names}
        found[number].schools = sorted(known.values())


async def _cycles(session: Session, ids: Collection[int], span: Span) -> dict[int, tuple[int, int, int]]:
    overdue = exists().where(
        CycleStep.cycle_id == Cycle.id, CycleStep.done_at.is_(None), CycleStep.step == Cycle.step,
        CycleStep.due_on < span.today,
    )  # fmt: skip
    runs = Cycle.state == "active"
    ended = and_(Cycle.state == "closed", Cycle.ended_at >= span.since, Cycle.ended_at < span.until)
    rows = await session.execute(
        select(Cycle.group_id, _many(runs), _many(and_(runs, overdue)), _many(ended))
        .where(among(session, Cycle.group_id, ids), or_(runs, ended))
        .group_by(Cycle.group_id)
    )
    return {number: (open_, late, closed) for number, open_, late, closed in rows}


def _many(where: Any) -> Any:
    return func.sum(case((where, 1), else_=0))


async def _sessions(session: Session, ids: Collection[int], span: Span) -> dict[int, tuple[int, int, int]]:
    """Agreed, held, and those of which a side said that it was not: a moved or cancelled time is none."""
    no = exists().where(SessionSeat.session_id == CoachingSession.id, SessionSeat.met.is_(False))
    rows = await session.execute(
        select(CoachingSession.group_id, func.count(), _many(CoachingSession.state == "held"), _many(no))
        .where(
            among(session, CoachingSession.group_id, ids), CoachingSession.state.in_(("agreed", "held")),
            CoachingSession.starts_at >= span.since, CoachingSession.starts_at < span.until,
        )
        .group_by(CoachingSession.group_id)
    )  # fmt: skip
    return {number: (agreed, met, not_met) for number, agreed, met, not_met in rows}


async def _reflections(session: Session, ids: Collection[int], span: Span) -> dict[int, dict[int, int]]:
    rows = await session.execute(
        select(Delivery.group_id, Reflection.person_id, func.count())
        .join(Delivery, Delivery.id == Reflection.delivery_id)
        .where(
            among(session, Delivery.group_id, ids), Reflection.kind.in_(REFLECTS),
            Reflection.created_at >= span.since, Reflection.created_at < span.until,
        )
        .group_by(Delivery.group_id, Reflection.person_id)
    )  # fmt: skip
    found: dict[int, dict[int, int]] = {}
    for number, person, times in rows:
        found.setdefault(number, {})[person] = times
    return found


async def _teachers(session: Session, ids: Collection[int]) -> dict[int, set[int]]:
    rows = await session.execute(
        select(Membership.group_id, Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            among(session, Membership.group_id, ids), Membership.role == str(Role.TEACHER),
            Membership.until.is_(None), or_(Person.consented_at.is_not(None), Person.tg_user_id.is_(None)),
        )
    )  # fmt: skip
    found: dict[int, set[int]] = {}
    for number, person in rows:
        found.setdefault(number, set()).add(person)
    return found
