"""What a pengampu knows of the mentors assigned to them: whom they accompany, what waits, how soon they answer.

For the pengampu alone. A mentor reads under /pendampingan that, and what, their pengampu is told.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import func, select

from community import assignments, calendar, consultations, interactions, leaves, tallies
from community.assignments import GUIDES, MENTORS
from community.calendar import SchoolCalendar, local_day
from community.carrying import MENTOR
from community.interactions import Asked
from learning import answer_times
from reports.silence import silent
from storage.bulk import among
from storage.database import Session
from storage.models import Assignment, CycleEvent, Group, Person

LOOKS_BACK = timedelta(weeks=4)  # for how soon somebody answers
LEAST = 3  # answers of which a middle is told
SILENT_AFTER = 10  # school days without a sign
WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class MentorWeek:
    """One mentor: how many teachers, what waits for them and for how many school days, how soon they answer.

    `hours` are the working hours of their answers of four weeks; `lately` how many of those fell into this week;
    `silent_for` school days without a sign, 0 where there was one; `quiet` how many of their teachers have fallen
    silent.
    """

    mentor: Person
    teachers: int
    waiting: int
    oldest: int
    hours: Sequence[float]
    lately: int
    silent_for: int
    quiet: int

    @property
    def median(self) -> float | None:
        return median(self.hours) if len(self.hours) >= LEAST else None

    @property
    def is_news(self) -> bool:
        return bool(self.waiting or self.silent_for or self.quiet or self.lately)


@dataclass(frozen=True, slots=True)
class GroupMentors:
    """The mentors of a group, in the order of their names, each with the pengampu assigned to them."""

    group: Group
    weeks: Sequence[tuple[int, MentorWeek]]

    def of(self, pengampu_id: int) -> list[MentorWeek]:
        """Those assigned to this pengampu."""
        return [week for guide, week in self.weeks if guide == pengampu_id]


async def gather(session: Session, group: Group, now: datetime) -> GroupMentors:
    """All mentors of a group who have a pengampu; a fixed number of queries. Nobody in Model 1."""
    here = await assignments.standing(session, group)
    guided = [one for one in here.holders[GUIDES.of] if one.id in here.set[GUIDES]]
    if GUIDES not in here.links or not guided:
        return GroupMentors(group, ())
    days = (await calendar.calendars_of(session, {group.school_id}))[group.school_id]
    since = now - LOOKS_BACK
    asked = [
        *(await interactions.questions(session, [group.id], since, now))[group.id],
        *(await answer_times.hand_ins(session, [group.id], since, now))[group.id],
    ]
    waits = await _waiting(session, group, now)
    quiet = {one.id for one in await silent(session, group, now, but=0)}
    last = await _signs(session, group, [one.id for one in guided])
    away = await leaves.away(session, list(last), local_day(now, group.zone))
    at = _Moment(days, group.zone, now)
    weeks = []
    for one in guided:
        theirs = {of for of, by in here.set[MENTORS].items() if by == one.id}
        silent_for = 0 if one.id in away else at.days_since(last[one.id])
        week = MentorWeek(
            one, len(theirs), *_waits_for(waits, theirs, at), *_answers(asked, one.id, at),
            silent_for if silent_for >= SILENT_AFTER else 0, len(quiet & theirs),
        )  # fmt: skip
        weeks.append((here.set[GUIDES][one.id], week))
    return GroupMentors(group, weeks)


@dataclass(frozen=True, slots=True)
class _Moment:
    """Now, by a school's calendar and clock."""

    days: SchoolCalendar
    zone: str
    now: datetime

    def days_since(self, at: datetime) -> int:
        """Whole school days between the day of that moment and today."""
        first, last = local_day(at, self.zone) + timedelta(days=1), local_day(self.now, self.zone) - timedelta(days=1)
        return self.days.working_days_between(first, last)


async def _waiting(session: Session, group: Group, now: datetime) -> list[tuple[int, datetime]]:
    """Who waits, and since when: questions that were brought to a mentor, worksheets that nobody answered."""
    found = [
        (one.asker.id, one.row.asked_at)
        for one in await consultations.open_in(session, [group.id])
        if one.row.stage > MENTOR
    ]
    sheets = (await answer_times.hand_ins(session, [group.id], group.added_at, now))[group.id]
    return found + [(one.asker, one.at) for one in sheets if one.answered_at is None]


def _waits_for(waits: Sequence[tuple[int, datetime]], theirs: Collection[int], at: _Moment) -> tuple[int, int]:
    """How many, and the oldest in school days."""
    moments = [moment for asker, moment in waits if asker in theirs]
    return len(moments), at.days_since(min(moments)) if moments else 0


def _answers(asked: Sequence[Asked], mentor_id: int, at: _Moment) -> tuple[list[float], int]:
    done = [(one, one.answered_at) for one in asked if one.answerer == mentor_id and one.answered_at is not None]
    hours = [calendar.working_hours_between(at.days, one.at, moment, at.zone) for one, moment in done]
    return sorted(hours), sum(moment > at.now - WEEK for _, moment in done)


async def _signs(session: Session, group: Group, mentor_ids: Sequence[int]) -> Mapping[int, datetime]:
    """The last sign of each: something said or answered in the group, an act in coaching; else when it began."""
    began = await session.execute(
        select(Assignment.of_id, Assignment.since)
        .where(Assignment.group_id == group.id, Assignment.of_role == str(GUIDES.of), Assignment.until.is_(None))
        .where(among(session, Assignment.of_id, mentor_ids))
    )
    coached = await session.execute(
        select(CycleEvent.person_id, func.max(CycleEvent.at))
        .where(among(session, CycleEvent.person_id, mentor_ids))
        .group_by(CycleEvent.person_id)
    )
    found: dict[int, datetime] = {}
    for one in (
        began, coached, (await tallies.last_said(session, group.id, mentor_ids)).items(),
        (await answer_times.last_answered(session, group.id, mentor_ids)).items(),
    ):  # fmt: skip
        for person, moment in one:
            if person is not None:
                found[person] = max(moment, found.get(person, moment))
    return found
