"""Who chose another hour, other days or another zone gets the next lesson of their own pace by them."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select, update

from community import calendar, own_hours
from storage.database import Session
from storage.models import Delivery, Enrolment, Group, Person


async def choose(session: Session, person: Person | None, what: str, value: str, now: datetime) -> str | None:
    """As community.own_hours.choose; what the person follows at their own pace is moved along."""
    wrong = await own_hours.choose(session, person, what, value)
    if wrong is None and person is not None:
        await _move(session, person, now)
    return wrong


async def _move(session: Session, person: Person, now: datetime) -> None:
    rows = await session.execute(
        select(Enrolment.id, Enrolment.next_at, Group)
        .join(Group, Group.id == Enrolment.group_id)
        .where(Enrolment.person_id == person.id, Enrolment.next_at.is_not(None))
    )
    for enrolment_id, seen, group in rows.all():
        zone, wall = person.zone or group.zone, person.prompt_time or group.prompt_time
        days = (await calendar.calendars_of(session, {group.school_id}))[group.school_id].with_week(person.workdays)
        today, after = calendar.local_day(now, zone), now
        had_one = exists().where(Delivery.enrolment_id == enrolment_id, Delivery.day == today)
        if await session.scalar(select(had_one)):  # one lesson a day, also on the day on which the hour is moved
            after = datetime.combine(today, time.max, ZoneInfo(zone)).astimezone(UTC)
        try:
            moment = days.moment_after(after, wall, zone)
        except ValueError:
            continue
        await session.execute(
            update(Enrolment).where(Enrolment.id == enrolment_id, Enrolment.next_at == seen).values(next_at=moment)
        )
