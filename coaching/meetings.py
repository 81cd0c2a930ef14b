"""Meetings of a group: planned ahead, led by everybody in turn, with agenda, minutes and who was there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update

from coaching import meeting_letters, slots
from coaching.refusals import Gone, NotNow
from coaching.rights import LEADS, MEETS, PLANS, Chair, Meet
from community import calendar, leaves, people
from community.calendar import local_day
from community.refusals import NeedsConsent, NotAllowed, Refusal
from community.roles import Role
from storage.database import Session, insert
from storage.models import Group, Meeting, MeetingAttendance, Person

MINUTES = 60  # that are kept free of evening and prayer
AHEAD = 5  # school days between an invitation and its meeting, where it can be chosen
LONGEST = {"agenda": 1000, "minutes": 3000}
MEMBERS = frozenset(Role) - {Role.AGENCY}


@dataclass(frozen=True, slots=True)
class Chaired:
    """A meeting, and what the person is to it."""

    person: Person
    row: Meeting
    group: Group
    chairs: frozenset[Chair]

    def may(self, act: Meet) -> bool:
        return not MEETS[act].isdisjoint(self.chairs)


def _agreed(person: Person | None) -> Person:
    if person is None or person.consented_at is None:
        raise NeedsConsent
    return person


async def take(session: Session, person: Person | None, meeting_id: int, act: Meet) -> Chaired:
    """A meeting of one of the person's groups. Raises NeedsConsent, Gone for any other, NotAllowed."""
    who = _agreed(person)
    row = await session.get(Meeting, meeting_id, populate_existing=True)
    group = await session.get(Group, row.group_id) if row is not None else None
    if row is None or group is None or group.state == "left":
        raise Gone
    roles = await people.roles_in(session, who.id, group.id)
    if roles.isdisjoint(MEMBERS):
        raise Gone
    chairs = {Chair.MEMBER} | ({Chair.PLANNER} if not roles.isdisjoint(PLANS) else set())
    chairs |= {Chair.LEADER} if row.leader_id == who.id else set()
    found = Chaired(who, row, group, frozenset(chairs))
    if not found.may(act):
        raise NotAllowed
    return found


async def groups(session: Session, person: Person | None) -> list[Group]:
    """The groups whose meetings the person goes to. Raises NeedsConsent, NotAllowed."""
    found = await people.groups_of(session, _agreed(person).id, MEMBERS)
    if not found:
        raise NotAllowed
    return found


async def _of(session: Session, person: Person | None, group_id: int, *, plans: bool = False) -> Group:
    who = _agreed(person)
    found = next((one for one in await people.groups_of(session, who.id, MEMBERS) if one.id == group_id), None)
    if found is None:
        raise Gone
    if plans and (await people.roles_in(session, who.id, group_id)).isdisjoint(PLANS):
        raise NotAllowed
    return found


async def may_plan(session: Session, person: Person, group_id: int) -> bool:
    """Does the person plan meetings of that group?"""
    return not (await people.roles_in(session, person.id, group_id)).isdisjoint(PLANS)


async def of_group(session: Session, person: Person | None, group_id: int) -> tuple[Group, Sequence[Meeting]]:
    """The group's meetings, the latest first. Raises NeedsConsent, Gone."""
    group = await _of(session, person, group_id)
    found = await session.scalars(
        select(Meeting).where(Meeting.group_id == group.id, Meeting.state != "cancelled")
        .order_by(Meeting.starts_at.desc(), Meeting.id.desc()).limit(6)
    )  # fmt: skip
    return group, found.all()


async def members(session: Session, group_id: int) -> list[Person]:
    """Who belongs to the group and agrees, by name."""
    return [one for one in await people.with_role(session, group_id, MEMBERS) if one.consented_at is not None]


async def rotation(session: Session, group: Group, day: date) -> list[Person]:
    """Who could lead a meeting on that day, whose turn it is first: who led least often, then longest ago."""
    there = [
        one
        for one in await people.with_role(session, group.id, LEADS)
        if one.consented_at is not None and one.reachable
    ]
    rows = await session.execute(
        select(Meeting.leader_id, func.count(), func.max(Meeting.starts_at))
        .where(Meeting.group_id == group.id, Meeting.state != "cancelled", Meeting.leader_id.is_not(None))
        .group_by(Meeting.leader_id)
    )
    led = {leader: (times, str(last)) for leader, times, last in rows}
    away = await leaves.away(session, [one.id for one in there], day)
    return sorted((one for one in there if one.id not in away), key=lambda one: (*led.get(one.id, (0, "")), one.name))


async def suggested(session: Session, group: Group, now: datetime) -> datetime | None:
    """The last meeting's day of the week and hour, far enough ahead for an invitation; None before the first."""
    last = await session.scalar(
        select(Meeting).where(Meeting.group_id == group.id, Meeting.state != "cancelled")
        .order_by(Meeting.starts_at.desc()).limit(1)
    )  # fmt: skip
    if last is None:
        return None
    days = (await calendar.calendars_of(session, {group.school_id}))[group.school_id]
    ahead = days.open_days_after(local_day(now, group.zone), AHEAD)
    there = last.starts_at.astimezone(ZoneInfo(group.zone))
    for n in range(1, 9):
        day = there.date() + timedelta(weeks=n)
        moment = _moment(day, there.time(), group.zone)
        if ahead and day >= ahead[-1] and days.is_open(day) and slots.is_daytime(days, moment, MINUTES, group.zone):
            return moment
    return None


def _moment(day: date, wall: time, zone: str) -> datetime:
    return datetime.combine(day, wall, ZoneInfo(zone)).astimezone(ZoneInfo("UTC"))


async def plan(session: Session, person: Person | None, group_id: int, starts_at: datetime, now: datetime) -> Chaired:
    """A meeting at that time; whoever's turn it is, is asked to lead it.

    Raises NeedsConsent, Gone, NotAllowed, and Refusal for a time at which nobody may be asked to meet, or when the
    group meets that day already.
    """
    group = await _of(session, person, group_id, plans=True)
    days = (await calendar.calendars_of(session, {group.school_id}))[group.school_id]
    slots.checked(days, starts_at, MINUTES, group.zone, now)
    if await meets_on(session, group, starts_at):
        raise Refusal("meetings.plan.twice")
    row = Meeting(
        group_id=group.id, starts_at=starts_at, planned_by=_agreed(person).id, created_at=now,
        remind_at=meeting_letters.first_word(days, starts_at, group.zone, now),
    )  # fmt: skip
    session.add(row)
    await session.flush()
    turn = next(iter(await rotation(session, group, local_day(starts_at, group.zone))), None)
    if turn is not None:
        await _ask(session, row, group, turn, now)
    await meeting_letters.invited(session, group, row, now)
    return await take(session, person, row.id, Meet.SEE)


async def meets_on(session: Session, group: Group, moment: datetime, besides: int = 0) -> bool:
    """Does the group meet on that day already, in another meeting than ``besides``?"""
    day, around = local_day(moment, group.zone), timedelta(hours=24)
    near = await session.scalars(
        select(Meeting.starts_at).where(
            Meeting.group_id == group.id, Meeting.state != "cancelled", Meeting.id != besides,
            Meeting.starts_at > moment - around, Meeting.starts_at < moment + around,
        )
    )  # fmt: skip
    return any(local_day(one, group.zone) == day for one in near)


async def _ask(session: Session, row: Meeting, group: Group, turn: Person, now: datetime) -> None:
    row.leader_id, row.leader_agreed_at = turn.id, None
    await session.flush()
    await meeting_letters.ask_to_lead(session, group, row, turn, now)


async def choose(session: Session, person: Person | None, meeting_id: int, leader_id: int, now: datetime) -> Chaired:
    """Somebody else is asked to lead. Raises NeedsConsent, Gone, NotAllowed, NotNow."""
    found = await planned(session, person, meeting_id, Meet.PLAN)
    turn = next((one for one in await rotation(session, found.group, _day(found)) if one.id == leader_id), None)
    if turn is None:
        raise Gone
    await _ask(session, found.row, found.group, turn, now)
    return found


def _day(found: Chaired) -> date:
    return local_day(found.row.starts_at, found.group.zone)


async def planned(session: Session, person: Person | None, meeting_id: int, act: Meet) -> Chaired:
    """As take, for a meeting that is still planned: NotNow for one that was held or cancelled."""
    found = await take(session, person, meeting_id, act)
    if found.row.state != "planned":
        raise NotNow
    return found


async def answer(session: Session, person: Person | None, meeting_id: int, yes: bool, now: datetime) -> Chaired:
    """Leads it, or not this time: then whoever planned it is told and asks the next one. Raises as planned."""
    found = await planned(session, person, meeting_id, Meet.LEAD)
    found.row.leader_agreed_at = now if yes else None
    if not yes:
        found.row.leader_id = None
    await session.flush()
    await meeting_letters.answered(session, found.group, found.row, found.person, yes, now)
    return await take(session, person, meeting_id, Meet.SEE)


async def write(
    session: Session, person: Person | None, meeting_id: int, what: str, words: str, now: datetime
) -> Chaired:
    """Its agenda, or its minutes once it has begun; the newest stands. Raises as take, NotNow, Refusal."""
    found = await take(session, person, meeting_id, Meet.WRITE)
    said = words.strip()
    if what not in LONGEST:
        raise Gone
    if not said or len(said) > LONGEST[what]:
        raise Refusal("meetings.write.words", most=LONGEST[what])
    if found.row.state == "cancelled" or (what == "minutes" and found.row.starts_at > now):
        raise NotNow
    if what == "agenda":
        found.row.agenda = said
    else:
        found.row.minutes, found.row.minutes_by = said, found.person.id
    await session.flush()
    return found


async def tick(session: Session, person: Person | None, meeting_id: int, who_id: int, now: datetime) -> Chaired:
    """Somebody was there, or was not after all. Raises as take, Gone for who is no member, NotNow before its time."""
    found = await take(session, person, meeting_id, Meet.WRITE)
    if found.row.state == "cancelled" or found.row.starts_at > now:
        raise NotNow
    if who_id not in {one.id for one in await members(session, found.group.id)}:
        raise Gone
    key = {"meeting_id": meeting_id, "person_id": who_id}
    changed = await session.scalar(
        update(MeetingAttendance).filter_by(**key).values(present=~MeetingAttendance.present)
        .returning(MeetingAttendance.id).execution_options(synchronize_session=False)
    )  # fmt: skip
    if changed is None:
        await session.execute(
            insert(session, MeetingAttendance).values(key | {"present": True}).on_conflict_do_nothing()
        )
    return found


async def present(session: Session, meeting_id: int) -> set[int]:
    """Who was there."""
    found = await session.scalars(
        select(MeetingAttendance.person_id).where(
            MeetingAttendance.meeting_id == meeting_id, MeetingAttendance.present.is_(True)
        )
    )
    return set(found)


async def close(session: Session, person: Person | None, meeting_id: int, now: datetime) -> Chaired:
    """It was held: those who were there are asked for the three signs, once. Raises as planned, Refusal for nobody."""
    found = await planned(session, person, meeting_id, Meet.WRITE)
    if found.row.starts_at > now:
        raise NotNow
    there = await present(session, meeting_id)
    if not there:
        raise Refusal("meetings.close.nobody")
    if found.row.leader_id is not None and found.row.leader_agreed_at is not None:
        # Who leads ticks the others and forgets themselves; who was unticked on purpose stays so.
        led = {"meeting_id": meeting_id, "person_id": found.row.leader_id, "present": True}
        await session.execute(insert(session, MeetingAttendance).values(led).on_conflict_do_nothing())
        there = await present(session, meeting_id)
    found.row.state, found.row.ended_at, found.row.remind_at = "held", now, None
    await session.flush()
    them = [one for one in await members(session, found.group.id) if one.id in there]
    await meeting_letters.ask_for_signs(session, found.group, found.row, them, now)
    return found
