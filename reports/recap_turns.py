"""Whose turn for the monthly recap it is: where they teach, which month is told, and when it may be sent."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from community import calendar, leaves
from community.calendar import SchoolCalendar
from community.roles import Role
from storage.bulk import among
from storage.database import Session
from storage.models import Group, Membership, Person

WALL = "15:30"  # when school is over


@dataclass(frozen=True, slots=True)
class Turn:
    """A teacher whose moment has come, where they teach (by the group they have been in longest), and their month."""

    person: Person
    group: Group
    groups: tuple[Group, ...]  # this one and whichever else
    due_at: datetime
    days: SchoolCalendar
    zone: str
    today: date

    @property
    def first(self) -> date:
        """The first day of the month that is told about: the one before."""
        return (self.today.replace(day=1) - timedelta(days=1)).replace(day=1)

    @property
    def since(self) -> datetime:
        return _midnight(self.first, self.zone)

    @property
    def until(self) -> datetime:
        return _midnight(self.today.replace(day=1), self.zone)

    def next_month(self) -> datetime:
        """The first school day of the month to come."""
        ahead = (self.today.replace(day=1) + timedelta(days=32)).replace(day=1)
        return moment(self.days, _midnight(ahead, self.zone) - timedelta(seconds=1), self.zone)

    def is_time(self, now: datetime) -> bool:
        """Not on another day than planned, not on one that has become a holiday, not in quiet hours."""
        planned = calendar.local_day(self.due_at, self.zone) == self.today
        return planned and self.days.is_open(self.today) and not self.days.is_quiet(now, self.zone)


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def moment(days: SchoolCalendar, after: datetime, zone: str) -> datetime:
    """The next school day's afternoon; for a school without one in a month, so that the row stops nobody."""
    try:
        return days.moment_after(after, WALL, zone, prompt=False)
    except ValueError:
        return after + timedelta(days=30)


async def of_people(session: Session, found: Mapping[int, Person], now: datetime) -> dict[int, Turn]:
    """Where each of these people teaches; who teaches nowhere is left out. Three queries."""
    rows = await session.execute(
        select(Membership.person_id, Group)
        .join(Group, Group.id == Membership.group_id)
        .where(
            among(session, Membership.person_id, found), Membership.role == str(Role.TEACHER),
            Membership.until.is_(None), Group.state == "active",
        )
        .order_by(Membership.since, Group.id)
    )  # fmt: skip
    taught: dict[int, list[Group]] = defaultdict(list)
    for number, group in rows:
        taught[number].append(group)
    days = await calendar.calendars_of(session, {groups[0].school_id for groups in taught.values()})
    turns = {}
    for number, groups in taught.items():
        person, group = found[number], groups[0]
        zone = person.zone or group.zone
        turns[number] = Turn(
            person=person, group=group, groups=tuple(groups), due_at=person.recap_next_at or now,
            days=days[group.school_id], zone=zone, today=calendar.local_day(now, zone),
        )  # fmt: skip
    return turns


async def away(session: Session, turns: Sequence[Turn]) -> set[int]:
    """Who is on leave today; a query for each of the (at most two) days that it is somewhere."""
    by_day: dict[date, list[int]] = defaultdict(list)
    for one in turns:
        by_day[one.today].append(one.person.id)
    found: set[int] = set()
    for day, people in by_day.items():
        found |= await leaves.away(session, people, day)
    return found
