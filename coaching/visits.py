"""One visit to a school: moved or called off with a reason by either side, and whether it took place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from coaching import free_periods, session_times, sessions, slots, visit_letters
from coaching.refusals import Gone, NotNow
from community import calendar, people
from community.calendar import SchoolCalendar, local_day
from community.refusals import NeedsConsent, Refusal
from storage.database import Session
from storage.models import CoachingSession, Group, Person, SessionSeat

FURTHEST = datetime(2100, 1, 1, tzinfo=UTC)  # what a button may say at most


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit, seen by somebody who is part of it."""

    row: CoachingSession
    group: Group
    person: Person
    seat: SessionSeat


async def take(session: Session, person: Person | None, session_id: int) -> Visit:
    """A visit the person is part of and whose group they still belong to. Raises NeedsConsent, Gone."""
    if person is None or person.consented_at is None:
        raise NeedsConsent
    row = await session.get(CoachingSession, session_id, populate_existing=True)
    seat = await session.get(SessionSeat, (session_id, person.id), populate_existing=True)
    if row is None or seat is None or row.cycle_id is not None:
        raise Gone
    group = next((one for one in await people.groups_of(session, person.id) if one.id == row.group_id), None)
    if group is None:
        raise Gone
    return Visit(row, group, person, seat)


async def still_to_come(session: Session, person: Person | None, session_id: int, now: datetime) -> Visit:
    """As take, for a visit that stands: NotNow for one that is off or has begun."""
    found = await take(session, person, session_id)
    if found.row.state != "agreed" or found.row.starts_at is None or found.row.starts_at <= now:
        raise NotNow
    return found


async def them(session: Session, session_id: int) -> Sequence[Person]:
    """Who is part of it."""
    found = await session.scalars(
        select(Person)
        .join(SessionSeat, SessionSeat.person_id == Person.id)
        .where(SessionSeat.session_id == session_id)
        .order_by(Person.id)
    )
    return found.all()


async def times(
    session: Session, person: Person | None, session_id: int, now: datetime
) -> tuple[Visit, list[datetime]]:
    """Up to three other times at which those whose free hours are known are free, and nobody is taken.

    Raises as still_to_come.
    """
    found = await still_to_come(session, person, session_id, now)
    everybody = await them(session, session_id)
    free = await free_periods.of(session, [one.id for one in everybody])
    known = [one for one in everybody if free[one.id]]
    proposed = await slots.common(session, found.group, known, found.row.minutes, now) if known else []
    ids, long = [one.id for one in everybody], timedelta(minutes=found.row.minutes)
    return found, [one for one in proposed if not await slots.booked(session, ids, one, one + long)]


async def checked(session: Session, found: Visit, starts_at: datetime, now: datetime) -> SchoolCalendar:
    """The calendar, if people may meet then, on a school day. Raises Refusal that says why not."""
    days = (await calendar.calendars_of(session, {found.group.school_id}))[found.group.school_id]
    slots.checked(days, min(starts_at, FURTHEST), found.row.minutes, found.group.zone, now)
    if not days.is_open(local_day(starts_at, found.group.zone)):
        raise Refusal("sessions.time.closed")
    return days


async def move(
    session: Session, person: Person | None, session_id: int, starts_at: datetime, reason: str, now: datetime
) -> Visit:
    """To a time at which nobody of it is taken; the others read why, calendars follow, the next visit comes as ever.

    Raises as still_to_come, and Refusal for no reason, a time at which nobody may be asked to meet, or a taken one.
    """
    found = await still_to_come(session, person, session_id, now)
    row, why = found.row, sessions.reasoned(reason)
    days = await checked(session, found, starts_at, now)
    before = row.starts_at
    remind_at, reminded = session_times.first_word(days, starts_at, row.minutes, found.group.zone, now)
    await _change(session, row, reason=why, starts_at=starts_at, remind_at=remind_at, reminded=reminded)
    await slots.release(session, row.id)
    ids = [one.id for one in await them(session, row.id)]
    await slots.book(session, row.id, ids, starts_at, row.minutes)
    await visit_letters.moved(session, found.group, row, found.person, before or now, now)
    return found


async def call_off(session: Session, person: Person | None, session_id: int, reason: str, now: datetime) -> Visit:
    """Not this time; the others read why, and the next one comes as ever. Raises as still_to_come, Refusal."""
    found = await still_to_come(session, person, session_id, now)
    row, why = found.row, sessions.reasoned(reason)
    await _change(session, row, state="cancelled", reason=None if why == "none" else why, ended_at=now, remind_at=None)
    await slots.release(session, row.id)
    await visit_letters.called_off(session, found.group, row, found.person, now)
    return found


async def _change(session: Session, row: CoachingSession, **values: Any) -> None:
    """Two taps at once: one of them is the one. Raises NotNow for the other."""
    changed = await session.scalar(
        update(CoachingSession)
        .where(CoachingSession.id == row.id, CoachingSession.state == "agreed", CoachingSession.version == row.version)
        .values(version=row.version + 1, **values)
        .returning(CoachingSession.id)
        .execution_options(synchronize_session=False)
    )
    await session.refresh(row)
    if changed is None:
        raise NotNow


async def met(session: Session, person: Person | None, session_id: int, yes: bool, now: datetime) -> Visit:
    """One side's word on whether it took place. Raises NeedsConsent, Gone, NotNow before its time."""
    found = await take(session, person, session_id)
    row = found.row
    if row.state not in ("agreed", "held") or row.starts_at is None or row.starts_at > now:
        raise NotNow
    found.seat.met, found.seat.answered_at = yes, now
    await session.flush()
    words = set(await session.scalars(select(SessionSeat.met).where(SessionSeat.session_id == row.id)))
    row.state = "held" if True in words and False not in words else "agreed"
    await session.flush()
    return found
