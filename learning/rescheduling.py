"""A calendar that has changed moves the next lessons: an hour in Ramadan, a day that is free again, a day off."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, func, or_, select, update

from community import calendar
from community.calendar import SchoolCalendar
from storage.database import Session
from storage.models import Delivery, Enrolment, Group, Person

Calendars = Mapping[int | None, SchoolCalendar]


async def reckoned_again(session: Session, before: Calendars, now: datetime) -> int:
    """Move the next lessons of these schools to where the calendar now has them; gives how many were moved.

    ``before`` are the calendars as they were. A lesson that stands elsewhere than they had it was put there on
    purpose, and stays. Few queries, and one for each moment that lessons move to.
    """
    after = await calendar.calendars_of(session, set(before)) if before else {}
    changed = [number for number, one in after.items() if one != before[number]]
    if not changed:
        return 0
    moved: dict[datetime, list[int]] = defaultdict(list)
    for row in await _running(session, changed, now):
        since = _since(row, now)
        old, new = (_moment(row, one[row.school_id], since) for one in (before, after))
        if new is not None and old == row.next_at != new:
            moved[new].append(row.id)
    for moment, ids in moved.items():
        await session.execute(
            update(Enrolment)
            .where(Enrolment.id.in_(ids), Enrolment.next_at > now)
            .values(next_at=moment)
            .execution_options(synchronize_session=False)
        )
    return sum(len(ids) for ids in moved.values())


async def _running(session: Session, school_ids: list[int | None], now: datetime) -> list[Row[Any]]:
    """Enrolments that wait for their next lesson, with the wall they go by and the day of their last prompt."""
    last = select(func.max(Delivery.day)).where(Delivery.enrolment_id == Enrolment.id).scalar_subquery()
    query = (
        select(
            Enrolment.id, Enrolment.next_at, Group.school_id, Person.workdays, last.label("last_day"),
            func.coalesce(Person.prompt_time, Group.prompt_time).label("wall"),
            func.coalesce(Person.zone, Group.zone).label("zone"),
        )
        .join(Group, Group.id == Enrolment.group_id)
        .outerjoin(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.next_at > now)
    )  # fmt: skip
    known = [number for number in school_ids if number is not None]
    theirs = or_(Group.school_id.in_(known), *([Group.school_id.is_(None)] if len(known) < len(school_ids) else []))
    rows: list[Any] = list((await session.execute(query.where(theirs))).all())
    return rows


def _since(row: Row[Any], now: datetime) -> datetime:
    """From when its next moment is looked for: a day that had its prompt gets no second one."""
    today = calendar.local_day(now, row.zone)
    if row.last_day != today:
        return now
    return datetime.combine(today, time.max, ZoneInfo(row.zone)).astimezone(UTC)


def _moment(row: Row[Any], days: SchoolCalendar, since: datetime) -> datetime | None:
    try:
        return days.with_week(row.workdays).moment_after(since, row.wall, row.zone)
    except ValueError:  # no school day in sight
        return None
