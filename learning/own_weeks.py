"""What one person is told once a week, of all their groups: when it is next, claimed by one clock, wanted or not."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, exists, select, update

from community import calendar, leaves, rights
from community.calendar import SchoolCalendar
from community.rights import Action
from learning import weeks
from learning.due import evening
from storage.bulk import among, insert_rows
from storage.database import Session
from storage.models import Group, Membership, Person, PersonTurn

# What waits in the groups one leads; figures for principals and Dinas; a pengampu's mentors.
LEADS, COUNTS, GUIDES = "week", "counts", "mentors"
ACTIONS = {LEADS: Action.SEE_WEEK, COUNTS: Action.SEE_COUNTS, GUIDES: Action.SEE_MENTORS}
# Lessons are over, and the first meeting of the week is still to come.
WALLS = {LEADS: "14:00", COUNTS: "14:30", GUIDES: "14:15"}
AT_ONCE = 200


@dataclass(slots=True)
class Turn:
    """Somebody whose moment has come, with the groups it is about."""

    person: Person
    name: str
    due_at: datetime
    groups: list[Group] = field(default_factory=list)
    days: SchoolCalendar = field(default_factory=calendar.of)  # of the first group's school
    schools: Mapping[int | None, SchoolCalendar] = field(default_factory=dict)  # of every group's
    away: bool = False

    @property
    def zone(self) -> str:
        return self.person.zone or self.groups[0].zone

    @property
    def day(self) -> date:
        """The local date it is due on."""
        return calendar.local_day(self.due_at, self.zone)

    @property
    def not_after(self) -> datetime:
        """When quiet hours begin that day."""
        return evening(self.days, self.day, self.zone)

    def reaches(self, now: datetime) -> bool:
        """Can it be said now, on the day it was meant for, to somebody who is here and reads?"""
        person = self.person
        reads = person.tg_user_id is not None and person.reachable and person.consented_at is not None
        today = calendar.local_day(now, self.zone) == self.day
        timely = today and self.days.is_open(self.day) and not self.days.is_quiet(now, self.zone)
        return reads and timely and now < self.not_after and not self.away

    def following(self, now: datetime) -> datetime:
        """The first school day of a week to come; of this one, where today has become a day off."""
        if not self.days.is_open(calendar.local_day(now, self.zone)):
            return again(self.days, now, self.name, self.zone)
        return weeks.opens_after(self.days, now, WALLS[self.name], self.zone)


def again(days: SchoolCalendar, now: datetime, name: str, zone: str) -> datetime:
    """The next school day of the same week, else the first one of a later week."""
    try:
        moment = days.moment_after(now, WALLS[name], zone, prompt=False)
    except ValueError:
        return now + timedelta(weeks=1)
    same = weeks.first_day(days, calendar.local_day(moment, zone)) == weeks.first_day(
        days, calendar.local_day(now, zone)
    )
    return moment if same else weeks.opens_after(days, now, WALLS[name], zone)


def _holds(name: str) -> tuple[Any, ...]:
    """A role it is for, in an active group."""
    roles = [str(role) for role in rights.ALLOWED[ACTIONS[name]]]
    return Membership.role.in_(roles), Membership.until.is_(None), Group.state == "active"


async def begin(session: Session, name: str, now: datetime) -> int:
    """Who has just got such a role gets a first moment; one that was switched off stays so. Gives how many."""
    known = exists().where(PersonTurn.person_id == Membership.person_id, PersonTurn.name == name)
    rows = await session.execute(
        select(Membership.person_id, Person.zone, Group.zone, Group.school_id)
        .join(Person, Person.id == Membership.person_id)
        .join(Group, Group.id == Membership.group_id)
        .where(*_holds(name), Person.consented_at.is_not(None), ~known)
        .order_by(Group.id.desc(), Membership.person_id)
        .limit(AT_ONCE)
    )
    new = {number: (own or zone, school_id) for number, own, zone, school_id in rows}  # the first group's stand last
    if not new:
        return 0
    days = await calendar.calendars_of(session, {school_id for _, school_id in new.values()})
    moments = {
        number: weeks.opens_after(days[school_id], now, WALLS[name], zone) for number, (zone, school_id) in new.items()
    }
    begun = [{"person_id": number, "name": name, "next_at": at} for number, at in moments.items()]
    await insert_rows(session, PersonTurn, begun, unique=["person_id", "name"])
    return len(new)


async def claimed(session: Session, name: str, now: datetime) -> list[Turn]:
    """Who is due, at most AT_ONCE, locked until the transaction ends; each gets their next moment. Six queries or so.

    Who holds no such role any more is not looked at again.
    """
    rows = await session.execute(
        select(Person, PersonTurn.next_at)
        .join(PersonTurn, PersonTurn.person_id == Person.id)
        .where(PersonTurn.name == name, PersonTurn.next_at <= now)
        .order_by(PersonTurn.next_at, Person.id)
        .limit(AT_ONCE)
        .with_for_update(of=PersonTurn, skip_locked=True)
    )
    due = {person.id: Turn(person, name, at or now) for person, at in rows}
    if not due:
        return []
    for number, groups in (await groups_of(session, name, list(due))).items():
        due[number].groups = groups
    found = [turn for turn in due.values() if turn.groups]
    days = await calendar.calendars_of(session, {group.school_id for turn in found for group in turn.groups})
    by_day: dict[date, list[int]] = defaultdict(list)
    for turn in found:
        turn.days, turn.schools = days[turn.groups[0].school_id], days
        by_day[turn.day].append(turn.person.id)
    away = {number for day, numbers in by_day.items() for number in await leaves.away(session, numbers, day)}
    for turn in found:
        turn.away = turn.person.id in away
    await _move_on(session, name, found, set(due) - {turn.person.id for turn in found}, now)
    return found


async def _move_on(session: Session, name: str, found: Sequence[Turn], gone: set[int], now: datetime) -> None:
    together: dict[datetime, list[int]] = defaultdict(list)
    for turn in found:
        together[turn.following(now)].append(turn.person.id)
    for moment, numbers in together.items():
        await session.execute(
            update(PersonTurn)
            .where(among(session, PersonTurn.person_id, numbers), PersonTurn.name == name)
            .values(next_at=moment)
            .execution_options(synchronize_session=False)
        )
    if gone:
        await session.execute(
            delete(PersonTurn)
            .where(among(session, PersonTurn.person_id, list(gone)), PersonTurn.name == name)
            .execution_options(synchronize_session=False)
        )


async def groups_of(session: Session, name: str, person_ids: Sequence[int]) -> dict[int, list[Group]]:
    """The active groups in which each of these people holds a role it is for, the oldest first; one query."""
    rows = await session.execute(
        select(Membership.person_id, Group)
        .join(Group, Group.id == Membership.group_id)
        .where(among(session, Membership.person_id, person_ids), *_holds(name))
        .order_by(Group.id)
    )
    found: dict[int, dict[int, Group]] = defaultdict(dict)
    for number, group in rows:
        found[number][group.id] = group  # a principal can be of the Dinas, too
    return {number: list(groups.values()) for number, groups in found.items()}


async def of_person(session: Session, person_id: int) -> dict[str, datetime | None]:
    """When each is next; None: not wanted. What has not begun is not there. One query."""
    rows = await session.execute(select(PersonTurn.name, PersonTurn.next_at).where(PersonTurn.person_id == person_id))
    return {row.name: row.next_at for row in rows}


async def skip(session: Session, name: str, person_id: int, seen: datetime, zone: str, days: SchoolCalendar) -> bool:
    """The one due at ``seen`` is left out; False where it went out meanwhile."""
    moved = await session.scalar(
        update(PersonTurn)
        .where(PersonTurn.person_id == person_id, PersonTurn.name == name, PersonTurn.next_at == seen)
        .values(next_at=weeks.opens_after(days, seen, WALLS[name], zone))
        .returning(PersonTurn.person_id)
        .execution_options(synchronize_session=False)
    )
    return moved is not None


async def switch(session: Session, name: str, person: Person, on: bool, now: datetime) -> None:
    """From now on, or not any more until it is switched on again. For who has no such role nothing happens."""
    groups = (await groups_of(session, name, [person.id])).get(person.id)
    if not groups:
        return
    days = (await calendar.calendars_of(session, {groups[0].school_id}))[groups[0].school_id]
    at = weeks.opens_after(days, now, WALLS[name], person.zone or groups[0].zone) if on else None
    row = {"person_id": person.id, "name": name, "next_at": at}
    await insert_rows(session, PersonTurn, [row], unique=["person_id", "name"], update=["next_at"])


async def copy_of(session: Session, person: Person) -> dict[str, Any]:
    """When the person's weekly letters are next, as plain JSON; None: not wanted."""
    found = await of_person(session, person.id)
    return {"weekly_letters": {name: at.isoformat() if at else None for name, at in sorted(found.items())}}
