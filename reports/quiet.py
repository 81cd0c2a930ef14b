"""Who has gone quiet in a group, and for how long: for who leads it alone, so that somebody can say hello.

A sign is whatever somebody gave the group or a lesson. Days off and days of leave do not count, who is away today is
not quiet, and where nobody said anything and no lesson came it is the group that rests, not one of its people.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, literal, select, union_all

from community import calendar
from community.calendar import SchoolCalendar
from community.roles import Role
from storage.bulk import among
from storage.database import Session
from storage.models import (
    Delivery,
    Feedback,
    Group,
    Leave,
    Meeting,
    MeetingAttendance,
    Membership,
    Person,
    Piece,
    Question,
    Reflection,
    TalkCount,
    Trial,
)

AFTER, UNTIL = 10, 40  # school days: two weeks; after two months a letter each week says nothing new
LOOKS_BACK = timedelta(days=120)  # so many school days lie within it, holidays between two semesters included


@dataclass(frozen=True, slots=True)
class Quiet:
    """Somebody who teaches in the group and agreed, and for how many school days nothing was heard."""

    person: Person
    days: int


async def of_groups(
    session: Session, groups: Sequence[Group], days: Mapping[int | None, SchoolCalendar], now: datetime
) -> dict[int, list[Quiet]]:
    """By group, those who fell quiet last first: a word helps them most. Three queries, however many there are."""
    by_id = {group.id: group for group in groups}
    since = now - LOOKS_BACK
    teachers = (
        await session.execute(
            select(Membership.group_id, Membership.since, Person)
            .join(Person, Person.id == Membership.person_id)
            .where(
                among(session, Membership.group_id, list(by_id)), Membership.role == str(Role.TEACHER),
                Membership.until.is_(None), Person.consented_at.is_not(None),
            )
            .order_by(Person.name, Person.id)
        )
    ).all()  # fmt: skip
    signs, alive = await _signs(session, list(by_id), since)
    away = await _leaves(session, {person.id for _, _, person in teachers}, since.date())
    found: dict[int, list[Quiet]] = defaultdict(list)
    for group_id, joined, person in teachers:
        group = by_id[group_id]
        here, today = days[group.school_id], calendar.local_day(now, group.zone)
        if group_id not in alive or _silent_days(here, group, alive[group_id], today, ()) >= AFTER:
            continue
        # Who has just come, or agreed, is new, not quiet.
        last = max(signs.get((group_id, person.id), since), joined, person.consented_at or since)
        theirs = away.get(person.id, ())
        silent = _silent_days(here, group, last, today, theirs)
        if AFTER <= silent <= UNTIL and not any(first <= today <= end for first, end in theirs):
            found[group_id].append(Quiet(person, silent))
    return {number: sorted(them, key=lambda one: one.days) for number, them in found.items()}


def _silent_days(
    days: SchoolCalendar, group: Group, last: datetime, today: date, away: Collection[tuple[date, date]]
) -> int:
    """School days after the day of the last sign and before today, without those of leaves."""
    first, end = calendar.local_day(last, group.zone) + timedelta(days=1), today - timedelta(days=1)
    gone = ((max(first, begins), min(end, ends)) for begins, ends in away)
    return days.working_days_between(first, end) - sum(days.working_days_between(*both) for both in gone)


async def _signs(
    session: Session, group_ids: Sequence[int], since: datetime
) -> tuple[dict[tuple[int, int], datetime], dict[int, datetime]]:
    """The last sign of each person in each group, and the last thing that happened in a group at all."""

    def of_lesson(table: Any, at: Any) -> Select[Any]:
        here = select(Delivery.group_id, table.person_id, at.label("at")).join(
            Delivery, Delivery.id == table.delivery_id
        )
        return here.where(among(session, Delivery.group_id, group_ids), at >= since)

    def of_group(table: Any, person_id: Any, at: Any) -> Select[Any]:
        here = select(table.group_id, person_id.label("person_id"), at.label("at"))
        return here.where(among(session, table.group_id, group_ids), at >= since)

    were_there = (
        select(Meeting.group_id, MeetingAttendance.person_id, Meeting.starts_at.label("at"))
        .join(Meeting, Meeting.id == MeetingAttendance.meeting_id)
        .where(among(session, Meeting.group_id, group_ids), Meeting.starts_at >= since, MeetingAttendance.present)
    )
    nobody = literal(None, Person.id.type)
    acts = union_all(
        of_lesson(Trial, Trial.at), of_lesson(Reflection, Reflection.created_at),
        of_lesson(Question, Question.created_at), of_group(TalkCount, TalkCount.person_id, TalkCount.last_at),
        of_group(Feedback, Feedback.giver_id, Feedback.created_at),
        of_group(Piece, Piece.person_id, Piece.created_at), were_there,
        of_group(Delivery, nobody, Delivery.delivered_at),
    ).subquery()  # fmt: skip
    rows = await session.execute(
        select(acts.c.group_id, acts.c.person_id, func.max(acts.c.at)).group_by(acts.c.group_id, acts.c.person_id)
    )
    signs: dict[tuple[int, int], datetime] = {}
    alive: dict[int, datetime] = {}
    for group_id, person_id, at in rows:
        alive[group_id] = max(at, alive.get(group_id, at))
        if person_id is not None:
            signs[group_id, person_id] = at
    return signs, alive


async def _leaves(session: Session, person_ids: Collection[int], since: date) -> dict[int, list[tuple[date, date]]]:
    rows = await session.execute(
        select(Leave.person_id, Leave.first_day, Leave.last_day).where(
            among(session, Leave.person_id, person_ids), Leave.last_day >= since
        )
    )
    found: dict[int, list[tuple[date, date]]] = defaultdict(list)
    for number, first, last in rows:
        found[number].append((first, last))
    return found
