"""Visits to a school that come round every fortnight: asked for by the clock, announced five working days ahead."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, exists, select

from coaching import due, free_periods, seats, session_times, slots, visit_letters, visits
from coaching.free_periods import AFTERWARDS
from coaching.refusals import Gone
from coaching.rights import ACCOMPANIES, Side
from community import calendar, leaves, people
from community.calendar import SchoolCalendar, local_day
from community.refusals import NeedsConsent, NotAllowed, Refusal
from community.roles import Role
from storage.database import Session
from storage.models import (
    CoachingSession,
    Cycle,
    CycleMember,
    FreePeriod,
    Group,
    Person,
    SessionSeat,
    SessionSeries,
    WorkflowVersion,
)

FORTNIGHT = 14
MINUTES = 60
NOTICE = 5  # working days between the invitation and the visit
AT_ONCE = 50
OFFERED = 3  # hours to choose from
SETTLED = timedelta(days=1)  # since the cycle began, before visits are proposed
SLIPS = 7  # days within which a visit finds another one: then at least a week is left before the next
HOSTS = frozenset({Role.PRINCIPAL, Role.FACILITATOR})


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
    starts = _first(days, group, who, (weekday, hour), now)
    row = SessionSeries(
        group_id=group.id, person_id=who.id, every_days=FORTNIGHT, minutes=MINUTES, starts_at=starts, created_at=now,
        next_at=announced_at(days, starts, group.zone),
    )  # fmt: skip
    session.add(row)
    await session.flush()
    return row


def _first(days: SchoolCalendar, group: Group, who: Person, at: tuple[int, int], now: datetime) -> datetime:
    """The first visit at that weekday and hour, far enough ahead to be announced."""
    weekday, hour = at
    ahead = days.open_days_after(local_day(now, group.zone), NOTICE)
    day = ahead[-1] if ahead else local_day(now, group.zone)
    day += timedelta(days=(weekday - day.weekday()) % 7)
    return datetime.combine(day, time(hour), ZoneInfo(who.zone or group.zone)).astimezone(UTC)


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
        await visits.call_off(session, person, number, "none", now)
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
    open_days = _open_days(series, group, days)
    found = await _when(session, series, open_days, group.zone, visitor, hosts)
    if found is None:
        if open_days:  # else school is closed, and nobody waits for a visit
            await visit_letters.not_found(session, group, series, visitor, days, now)
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


def _open_days(series: SessionSeries, group: Group, days: SchoolCalendar) -> list[datetime]:
    """The visit's hour on its own day and on the school days soon after."""
    hours = (series.starts_at + timedelta(days=n) for n in range(SLIPS))
    return [
        one
        for one in hours
        if days.is_open(local_day(one, group.zone)) and slots.is_daytime(days, one, series.minutes, group.zone)
    ]


async def _when(
    session: Session, series: SessionSeries, open_days: Sequence[datetime], zone: str, visitor: Person,
    hosts: Sequence[Person],
) -> tuple[datetime, list[Person]] | None:  # fmt: skip
    """The first of these days on which visitor and one host are neither taken nor away; None: there is none.

    A host whose free hour it is comes before one who has not said so.
    """
    ids = [visitor.id, *(one.id for one in hosts)]
    known = await free_periods.of(session, ids)
    for starts in open_days:
        there = starts.astimezone(ZoneInfo(zone))
        ends = starts + timedelta(minutes=series.minutes)
        busy = {number for number, _ in await slots.booked(session, ids, starts, ends)}
        busy |= await leaves.away(session, ids, there.date())
        free = [one for one in hosts if one.id not in busy]
        free.sort(key=lambda one: (there.weekday(), there.hour) not in known[one.id])
        if visitor.id not in busy and (free or not hosts):
            return starts, [visitor, *free[:1]]
    return None


async def propose_due(session: Session, now: datetime) -> int:
    """Coaches whose workflow repeats every fortnight are asked, once for each group, at which free hour visits begin.

    Asked of who has said when they are free and never had such visits there; no answer is a no. Gives how many.
    """
    waits = _without_visits(now).subquery()
    rows = await session.execute(
        select(Person, Group)
        .join(waits, waits.c.person_id == Person.id)
        .join(Group, Group.id == waits.c.group_id)
        .order_by(Person.id, Group.id)
    )
    found = rows.all()
    days = await calendar.calendars_of(session, {group.school_id for _, group in found}) if found else {}
    free = await free_periods.of(session, {coach.id for coach, _ in found})
    for coach, group in found:
        first = {hour: _first(days[group.school_id], group, coach, hour, now) for hour in free[coach.id]}
        hours = sorted(first, key=lambda one: (one[1] in AFTERWARDS, first[one]))[:OFFERED]
        session.add(
            SessionSeries(
                group_id=group.id, person_id=coach.id, every_days=FORTNIGHT, minutes=MINUTES,
                starts_at=first[hours[0]], next_at=None, created_at=now,
            )
        )  # fmt: skip
        await visit_letters.proposed(session, group, coach, hours, days[group.school_id], now)
    await session.flush()
    return len(found)


def _without_visits(now: datetime) -> Select[int, int]:
    """Whom to ask, of which group: a proposal leaves a series behind that is not under way."""
    return (
        select(CycleMember.person_id, Cycle.group_id)
        .join(Cycle, Cycle.id == CycleMember.cycle_id)
        .join(Person, Person.id == CycleMember.person_id)
        .join(WorkflowVersion, WorkflowVersion.id == Cycle.version_id)
        .join(Group, Group.id == Cycle.group_id)
        .where(CycleMember.side == str(Side.COACH), CycleMember.until.is_(None), exists().where(seats.holds_role()))
        .where(Cycle.state == "active", Cycle.between == "coach", Cycle.started_at <= now - SETTLED)
        .where(WorkflowVersion.content["repeats"].as_string() == "fortnight", Group.state == "active")
        .where(Person.consented_at.is_not(None), Person.reachable, exists().where(FreePeriod.person_id == Person.id))
        .where(~exists().where(SessionSeries.group_id == Group.id, SessionSeries.person_id == Person.id))
        .distinct()
        .order_by(CycleMember.person_id, Cycle.group_id)
        .limit(AT_ONCE)
    )
