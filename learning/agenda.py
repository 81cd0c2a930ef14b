"""The weekly meeting of a group that follows a programme clock: its day and hour, and when its agenda is prepared."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select

from community import budget, calendar, people, rights
from community.calendar import SchoolCalendar
from community.refusals import NotAllowed, Refusal
from community.rights import Action
from community.roles import Role
from content import courses
from learning import course_events, turns
from learning.course_days import month_of
from storage.bulk import among
from storage.database import Session
from storage.models import Group, GroupTurn, Person, Programme

# Rows of GroupTurn. The first one is the setting itself: day of the week and hour are those of its moment.
NAME, ASK, POST = "agenda", "agenda_ask", "agenda_post"
ASK_WALL, POST_WALL = "14:30", "07:00"
HOURS = ("08:00", "10:00", "11:00", "12:30", "13:00", "13:30", "14:00", "15:00")
_WEEKS = 60  # longer than any holidays


@dataclass(frozen=True, slots=True)
class Meeting:
    """When a group meets: every week on this day (Monday is 0) at this wall time."""

    weekday: int
    wall: str


@dataclass(frozen=True, slots=True)
class Dated:
    """One meeting: the Monday of its week, its day and moment, and when it is prepared and posted (None: not)."""

    week: date
    day: date
    at: datetime
    ask_at: datetime | None
    post_at: datetime


def dates(meeting: Meeting, days: SchoolCalendar, zone: str, since: date) -> Iterator[Dated]:
    """The meetings from the week of ``since`` on. One on a day off comes on the next school day of its seven days."""
    nominal = budget.monday(since) - timedelta(days=7 - meeting.weekday)
    for _ in range(_WEEKS):
        day = next((one for ahead in range(7) if days.is_open(one := nominal + timedelta(days=ahead))), None)
        if day is not None:
            eve = next((one for back in range(1, 8) if days.is_open(one := day - timedelta(days=back))), None)
            yield Dated(
                week=budget.monday(nominal), day=day, at=days.moment_on(day, meeting.wall, zone, prompt=False),
                ask_at=days.moment_on(eve, ASK_WALL, zone, prompt=False) if eve else None,
                post_at=days.moment_on(day, POST_WALL, zone, prompt=False),
            )  # fmt: skip
        nominal += timedelta(days=7)


def following(name: str, meeting: Meeting, days: SchoolCalendar, zone: str, now: datetime) -> datetime | None:
    """When teachers are asked next (ASK), or an agenda is posted next (POST); None where there is no school."""
    for one in dates(meeting, days, zone, calendar.local_day(now, zone)):
        moment = one.ask_at if name == ASK else one.post_at
        if moment is not None and moment > now:
            return moment
    return None


def falling(name: str, meeting: Meeting, days: SchoolCalendar, zone: str, day: date) -> Dated | None:
    """The meeting about which teachers are asked (ASK), or whose agenda is posted (POST), on that day."""
    for one in dates(meeting, days, zone, day):
        moment = one.ask_at if name == ASK else one.post_at
        if moment is not None and calendar.local_day(moment, zone) == day:
            return one
        if one.day > day + timedelta(days=14):
            break
    return None


def upcoming(meeting: Meeting, days: SchoolCalendar, zone: str, now: datetime) -> Dated | None:
    """The next meeting that has not begun."""
    return next((one for one in dates(meeting, days, zone, calendar.local_day(now, zone)) if one.at > now), None)


def has_agenda(programme: Programme | None, day: date) -> bool:
    """Does the course bring a meeting in the month of that day?"""
    course = courses.house().get(programme.clock or "") if programme else None
    return programme is not None and course is not None and course.meets_in(month_of(programme.started_on, day))


def _read(moment: datetime, zone: str) -> Meeting:
    there = moment.astimezone(ZoneInfo(zone))
    return Meeting(there.weekday(), f"{there:%H:%M}")


async def meetings(session: Session, groups: Sequence[Group]) -> dict[int, Meeting]:
    """The meeting of each group that has set one; one query."""
    zones: Mapping[int, str] = {group.id: group.zone for group in groups}
    rows = await session.execute(
        select(GroupTurn.group_id, GroupTurn.next_at).where(
            among(session, GroupTurn.group_id, list(zones)), GroupTurn.name == NAME, GroupTurn.next_at.is_not(None)
        )
    )
    return {group_id: _read(moment, zones[group_id]) for group_id, moment in rows if moment is not None}


async def meeting_of(session: Session, group: Group) -> Meeting | None:
    """When this group meets; None where nobody has said so."""
    return (await meetings(session, [group])).get(group.id)


async def weekdays(session: Session, person: Person | None, group_id: int) -> list[int]:
    """The days of the week on which the group's school has lessons. Raises NeedsConsent, NotAllowed."""
    _, days = await _led(session, person, group_id)
    return [number for number, name in enumerate(calendar.DAYS) if name in days.workdays.split(",")]


async def _led(session: Session, person: Person | None, group_id: int) -> tuple[Group, SchoolCalendar]:
    await rights.require(session, person, Action.SET_UP, group_id)
    group = await session.get(Group, group_id)
    if group is None or group.state != "active":
        raise NotAllowed
    return group, (await calendar.calendars_of(session, {group.school_id}))[group.school_id]


async def meet(
    session: Session, person: Person | None, group_id: int, weekday: int, hour: int, now: datetime
) -> None:  # fmt: skip
    """The group meets on that day of the week at HOURS[hour]; an agenda is prepared from the next meeting on.

    So do those of the person's groups in the same programme for which nothing is set yet.

    Raises NeedsConsent, NotAllowed, and a Refusal for a day or an hour that is not offered.
    """
    group, days = await _led(session, person, group_id)
    if weekday not in await weekdays(session, person, group_id) or not 0 <= hour < len(HOURS):
        raise Refusal("course.not_possible")
    programme = (await course_events.running(session, [group_id])).get(group_id)
    if programme is None or person is None:
        raise Refusal("course.not_possible")
    meeting = Meeting(weekday, HOURS[hour])
    await _keep(session, group, days, meeting, now)
    for other, theirs in await _without(session, person, programme):
        if calendar.DAYS[weekday] in theirs.workdays.split(","):
            await _keep(session, other, theirs, meeting, now)


async def _without(session: Session, person: Person, programme: Programme) -> list[tuple[Group, SchoolCalendar]]:
    """The person's groups in that programme for which no meeting is set yet."""
    roles = [role for role in Role if rights.may({role}, Action.SET_UP)]
    mine = [group for group in await people.groups_of(session, person.id, roles) if group.state == "active"]
    follows = await course_events.running(session, [group.id for group in mine])
    known = await meetings(session, mine)
    days = await calendar.calendars_of(session, {group.school_id for group in mine})
    return [
        (group, days[group.school_id])
        for group in mine
        if group.id not in known and group.id in follows and follows[group.id].id == programme.id
    ]


async def _keep(session: Session, group: Group, days: SchoolCalendar, meeting: Meeting, now: datetime) -> None:
    monday = budget.monday(calendar.local_day(now, group.zone))
    wall = time.fromisoformat(meeting.wall)
    kept = datetime.combine(monday + timedelta(days=meeting.weekday), wall, ZoneInfo(group.zone))
    await turns.switch(session, NAME, group.id, kept)
    for name in (ASK, POST):
        await turns.switch(session, name, group.id, following(name, meeting, days, group.zone, now))


async def meet_no_more(session: Session, person: Person | None, group_id: int) -> None:
    """No agendas for this group. Raises NeedsConsent, NotAllowed."""
    await _led(session, person, group_id)
    await stop(session, [group_id])


async def stop(session: Session, group_ids: Sequence[int]) -> None:
    """No agendas for these groups, and no meeting day any more."""
    await session.execute(
        delete(GroupTurn)
        .where(among(session, GroupTurn.group_id, group_ids), GroupTurn.name.in_((NAME, ASK, POST)))
        .execution_options(synchronize_session=False)
    )
