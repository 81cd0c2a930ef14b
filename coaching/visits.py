"""Visits to a school that come round every fortnight: announced five working days ahead, called off with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from coaching import due, free_periods, session_times, sessions, slots, visit_letters
from coaching.refusals import Gone, NotNow
from coaching.rights import ACCOMPANIES, Side
from community import calendar, people
from community.calendar import SchoolCalendar, local_day
from community.refusals import NeedsConsent, NotAllowed, Refusal
from community.roles import Role
from storage.database import Session
from storage.models import CoachingSession, Group, Person, SessionSeat, SessionSeries

FORTNIGHT = 14
MINUTES = 60
NOTICE = 5  # working days between the invitation and the visit
AT_ONCE = 50
LATER = 5  # school days by which a visit may slip where everybody is taken
HOSTS = frozenset({Role.PRINCIPAL, Role.FACILITATOR})


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit, seen by somebody who is part of it."""

    row: CoachingSession
    group: Group
    person: Person
    seat: SessionSeat


async def _group(session: Session, person: Person | None, group_id: int) -> tuple[Person, Group]:
    if person is None or person.consented_at is None:
        raise NeedsConsent
    found = next((one for one in await people.groups_of(session, person.id) if one.id == group_id), None)
    if found is None:
        raise Gone
    if (await people.roles_in(session, person.id, group_id)).isdisjoint(ACCOMPANIES):
        raise NotAllowed
    return person, found


async def of_group(session: Session, person: Person | None, group_id: int) -> tuple[Group, Sequence[SessionSeries]]:
    """The series of visits one makes to a group oneself. Raises NeedsConsent, Gone, NotAllowed."""
    who, group = await _group(session, person, group_id)
    found = await session.scalars(
        select(SessionSeries)
        .where(
            SessionSeries.group_id == group.id, SessionSeries.person_id == who.id, SessionSeries.next_at.is_not(None)
        )
        .order_by(SessionSeries.id)
    )
    return group, found.all()


async def begin(
    session: Session, person: Person | None, group_id: int, weekday: int, hour: int, now: datetime
) -> SessionSeries:
    """From now on a visit every fortnight, at one of one's own free hours.

    Raises NeedsConsent, Gone for an hour that is not free, NotAllowed, Refusal where there is a series already.
    """
    who, group = await _group(session, person, group_id)
    if (weekday, hour) not in (await free_periods.of(session, [who.id]))[who.id]:
        raise Gone
    if (await of_group(session, who, group_id))[1]:
        raise Refusal("sessions.series.already")
    days = (await calendar.calendars_of(session, {group.school_id}))[group.school_id]
    ahead = days.open_days_after(local_day(now, group.zone), NOTICE)
    day = ahead[-1] if ahead else local_day(now, group.zone)
    zone = who.zone or group.zone
    day += timedelta(days=(weekday - day.weekday()) % 7)
    starts = datetime.combine(day, time(hour), ZoneInfo(zone)).astimezone(UTC)
    row = SessionSeries(
        group_id=group.id, person_id=who.id, every_days=FORTNIGHT, minutes=MINUTES, starts_at=starts, created_at=now,
        next_at=announced_at(days, starts, group.zone),
    )  # fmt: skip
    session.add(row)
    await session.flush()
    return row


def announced_at(days: SchoolCalendar, starts_at: datetime, zone: str) -> datetime:
    """The afternoon five working days before."""
    day, open_days = local_day(starts_at, zone), 0
    for _ in range(60):
        day -= timedelta(days=1)
        open_days += days.is_open(day)
        if open_days == NOTICE:
            break
    return days.moment_on(day, due.REMINDS_AT, zone, prompt=False)


async def end(session: Session, person: Person | None, series_id: int, now: datetime) -> Group:
    """No more visits; what was announced is called off. Raises NeedsConsent, Gone, NotAllowed."""
    row = await session.get(SessionSeries, series_id, populate_existing=True)
    if row is None or person is None or row.person_id != person.id or row.next_at is None:
        raise Gone
    _, group = await _group(session, person, row.group_id)
    row.next_at = None
    coming = await session.scalars(
        select(CoachingSession.id).where(
            CoachingSession.series_id == row.id, CoachingSession.state == "agreed", CoachingSession.starts_at > now
        )
    )
    for number in coming.all():
        await call_off(session, person, number, "none", now)
    await session.flush()
    return group


async def announce_due(session: Session, now: datetime) -> int:
    """The next visit of each series whose time has come; gives how many series were looked at."""
    rows = await session.execute(
        select(SessionSeries, Group, Person)
        .join(Group, Group.id == SessionSeries.group_id)
        .join(Person, Person.id == SessionSeries.person_id)
        .where(SessionSeries.next_at <= now)
        .order_by(SessionSeries.next_at, SessionSeries.id)
        .limit(AT_ONCE)
        .with_for_update(of=SessionSeries, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    found = rows.all()
    days = await calendar.calendars_of(session, {group.school_id for _, group, _ in found}) if found else {}
    for row, group, visitor in found:
        here = days[group.school_id]
        held = await people.roles_in(session, visitor.id, group.id)
        if group.state == "left" or visitor.consented_at is None or held.isdisjoint(ACCOMPANIES):
            row.next_at = None
            continue
        if row.starts_at > now:
            await _announce(session, row, group, visitor, here, now)
        row.starts_at += timedelta(days=row.every_days)
        row.next_at = max(announced_at(here, row.starts_at, group.zone), now + timedelta(minutes=1))
    await session.flush()
    return len(found)


async def _announce(
    session: Session, series: SessionSeries, group: Group, visitor: Person, days: SchoolCalendar, now: datetime
) -> None:
    able = [one for one in await people.with_role(session, group.id, HOSTS) if one.id != visitor.id and one.reachable]
    hosts = [one for one in able if one.consented_at is not None]
    found = await _when(session, series, group, days, visitor, hosts)
    if found is None:
        return
    starts, them = found
    row = CoachingSession(
        group_id=group.id, series_id=series.id, offered_by=visitor.id, state="agreed", minutes=series.minutes,
        starts_at=starts, created_at=now, agreed_at=now,
    )  # fmt: skip
    row.remind_at, row.reminded = session_times.first_word(days, starts, series.minutes, group.zone, now)
    session.add(row)
    await session.flush()
    await slots.book(session, row.id, [one.id for one in them], starts, series.minutes)
    for one in them:
        side = Side.COACH if one.id == visitor.id else Side.COACHEE
        session.add(SessionSeat(session_id=row.id, person_id=one.id, side=str(side)))
    await session.flush()
    await visit_letters.announced(session, group, row, visitor, them, days, now)


async def _when(
    session: Session, series: SessionSeries, group: Group, days: SchoolCalendar, visitor: Person, hosts: list[Person]
) -> tuple[datetime, list[Person]] | None:
    """The day, or a school day soon after, on which visitor and one host are not taken; None: neither one."""
    first: date = local_day(series.starts_at, group.zone)
    for n in range(LATER + FORTNIGHT):
        starts = series.starts_at + timedelta(days=n)
        if not days.is_open(first + timedelta(days=n)) or not slots.is_daytime(
            days, starts, series.minutes, group.zone
        ):
            continue
        ids = [visitor.id, *(one.id for one in hosts)]
        ends = starts + timedelta(minutes=series.minutes)
        taken = {number for number, _ in await slots.booked(session, ids, starts, ends)}
        free = [one for one in hosts if one.id not in taken]
        if visitor.id not in taken and (free or not hosts):
            return starts, [visitor, *free[:1]]
    return None


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


async def call_off(session: Session, person: Person | None, session_id: int, reason: str, now: datetime) -> Visit:
    """Not this time; the others read why, and the next one comes as ever. Raises as take, NotNow, Refusal."""
    found = await take(session, person, session_id)
    row, why = found.row, sessions.reasoned(reason)
    if row.state != "agreed" or row.starts_at is None or row.starts_at <= now:
        raise NotNow
    row.state, row.reason, row.ended_at, row.remind_at = "cancelled", None if why == "none" else why, now, None
    row.version += 1
    await slots.release(session, row.id)
    await session.flush()
    await visit_letters.called_off(session, found.group, row, found.person, now)
    return found


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
