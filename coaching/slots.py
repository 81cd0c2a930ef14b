"""Times at which people can meet, and the booking of one: a quarter of an hour of a person can be taken once."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select

from coaching import free_periods
from coaching.free_periods import AFTERWARDS, HOURS, Free
from community import calendar, leaves
from community.calendar import SchoolCalendar, local_day
from community.refusals import Refusal
from storage.bulk import among
from storage.database import Session, insert
from storage.models import Booking, Group, Person

QUARTER = timedelta(minutes=15)
LENGTHS = (15, 30, 45, 60)
OFFERED = 3
AHEAD = 10  # school days that are looked at
FURTHEST = timedelta(days=60)
EARLIEST, LATEST = time(6, 0), time(17, 0)  # by the wall: never in the evening, whoever proposes it


def quarters(starts_at: datetime, minutes: int) -> list[datetime]:
    """The quarters of an hour that a session takes."""
    return [starts_at + n * QUARTER for n in range((minutes + 14) // 15)]


def is_daytime(days: SchoolCalendar, starts_at: datetime, minutes: int, zone: str) -> bool:
    """Does all of it lie in the daytime of one day, outside of quiet hours and the Friday prayer?"""
    here, ends = (
        starts_at.astimezone(ZoneInfo(zone)),
        (starts_at + timedelta(minutes=minutes)).astimezone(ZoneInfo(zone)),
    )
    within = here.date() == ends.date() and here.time() >= EARLIEST and ends.time() <= LATEST
    return within and not any(days.is_quiet(one, zone) for one in quarters(starts_at, minutes))


def checked(days: SchoolCalendar, starts_at: datetime, minutes: int, zone: str, now: datetime) -> datetime:
    """The moment, if people may meet then. Raises Refusal that says why not."""
    if not now < starts_at <= now + FURTHEST:
        raise Refusal("sessions.time.past")
    if starts_at.timestamp() % QUARTER.total_seconds():
        raise Refusal("sessions.time.quarter")
    if not is_daytime(days, starts_at, minutes, zone):
        raise Refusal("sessions.time.quiet")
    return starts_at


async def booked(
    session: Session, person_ids: Collection[int], first: datetime, last: datetime
) -> set[tuple[int, datetime]]:
    """Which quarters of these people are taken between two moments; one query."""
    rows = await session.execute(
        select(Booking.person_id, Booking.quarter).where(
            among(session, Booking.person_id, person_ids), Booking.quarter >= first, Booking.quarter < last
        )
    )
    return {(row.person_id, row.quarter) for row in rows}


async def common(
    session: Session, group: Group, persons: Sequence[Person], minutes: int, now: datetime, *, after: date | None = None
) -> list[datetime]:
    """Up to three moments at which all of them are free, on school days after that one (today, where not said).

    Hours of the school day come before those after it, and different days before the same.
    """
    days = (await calendar.calendars_of(session, {group.school_id}))[group.school_id]
    ahead = days.open_days_after(after or local_day(now, group.zone), AHEAD)
    if not ahead:
        return []
    free = await free_periods.of(session, [one.id for one in persons])
    ends = datetime.combine(ahead[-1], time(23), ZoneInfo(group.zone)).astimezone(UTC)
    taken = await booked(session, [one.id for one in persons], now, ends)
    found: list[tuple[bool, int, datetime]] = []
    for day in ahead:
        away = await leaves.away(session, [one.id for one in persons], day)
        if away:
            continue
        todays = [
            moment
            for hour in HOURS
            if (moment := _at(day, hour, group.zone)) > now and is_daytime(days, moment, minutes, group.zone)
            if all(_is_free(one, free[one.id], moment, minutes, group.zone, taken) for one in persons)
        ]
        found += [(_is_late(one, group.zone), n, one) for n, one in enumerate(todays)]
    return sorted(one for *_, one in sorted(found)[:OFFERED])


def _at(day: date, hour: int, zone: str) -> datetime:
    return datetime.combine(day, time(hour), ZoneInfo(zone)).astimezone(UTC)


def _is_late(moment: datetime, zone: str) -> bool:
    return moment.astimezone(ZoneInfo(zone)).hour in AFTERWARDS


def _is_free(
    person: Person, free: Free, moment: datetime, minutes: int, zone: str, taken: set[tuple[int, datetime]]
) -> bool:
    """Each by the wall where they are."""
    there = moment.astimezone(ZoneInfo(person.zone or zone))
    return (there.weekday(), there.hour) in free and not any(
        (person.id, one) in taken for one in quarters(moment, minutes)
    )


async def book(
    session: Session, session_id: int, person_ids: Collection[int], starts_at: datetime, minutes: int
) -> None:
    """Take the time of all of them at once. Raises Refusal where somebody is taken then, also by a tap of this moment.

    In one order for all, so that two that come at once wait for each other and do not lock each other out.
    """
    rows = [
        {"person_id": number, "quarter": quarter, "session_id": session_id}
        for number in sorted(set(person_ids))
        for quarter in quarters(starts_at, minutes)
    ]
    written = await session.scalars(
        insert(session, Booking).values(rows).on_conflict_do_nothing().returning(Booking.quarter)
    )
    if len(written.all()) < len(rows):
        raise Refusal("sessions.time.taken")


async def release(session: Session, session_id: int) -> None:
    """The time is everybody's own again."""
    await session.execute(
        delete(Booking).where(Booking.session_id == session_id).execution_options(synchronize_session=False)
    )
