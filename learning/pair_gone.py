"""Who has withdrawn from this week's pairs since they were formed: out, away, gone from the group, not reachable."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased

from community import calendar
from community.calendar import SchoolCalendar
from community.roles import Role
from learning import pair_weeks, pair_words, weeks
from storage.bulk import among
from storage.database import Session
from storage.models import Group, Leave, Letter, Membership, Pairing, Person

_LONGEST = timedelta(days=9)  # a school's week and the edges of zones
_DAY = timedelta(days=1)
Pools = dict[tuple[str, date], set[int]]


@dataclass(frozen=True, slots=True)
class _Suspect:
    """A pairing whose person may have withdrawn; `out` is certain, else there is a leave to be looked at."""

    row: Pairing
    group: Group
    out: bool


async def withdrawn(session: Session, now: datetime) -> Pools:
    """Of teams in which nobody said that they met: the people who will not come, by pool and week.

    Only in a week that is not over. One query where nobody is suspected, and four more where somebody is.
    """
    suspects = await _suspects(session, now)
    if not suspects:
        return {}
    days = await calendar.calendars_of(session, {one.group.school_id for one in suspects})
    suspects = [one for one in suspects if is_on(one.row.week, one.group, days[one.group.school_id], now)]
    on_leave = await _leaves(session, [one for one in suspects if not one.out])
    unsent = await pending(session, [one.row for one in suspects])
    found: Pools = defaultdict(set)
    for one in suspects:
        calm = days[one.group.school_id]
        if one.out or _away(on_leave[one.row.person_id], one.group, calm, now, first=one.row.id in unsent):
            found[one.row.pool, one.row.week].add(one.row.person_id)
    return dict(found)


def is_on(week: date, group: Group, days: SchoolCalendar, now: datetime) -> bool:
    """It is that week where the group is, and whether they met has not been asked yet."""
    today = calendar.local_day(now, group.zone)
    ends = pair_weeks.ends_at(days, today, group.zone)
    return week == pair_weeks.week_of(days, today) and ends is not None and now < ends


async def _suspects(session: Session, now: datetime) -> list[_Suspect]:
    today = now.date()
    away = exists().where(
        Leave.person_id == Pairing.person_id, Leave.last_day >= today - _DAY,
        Leave.first_day <= today + _DAY,
    )  # fmt: skip
    other = aliased(Pairing)
    met = exists().where(
        other.pool == Pairing.pool, other.week == Pairing.week, other.team == Pairing.team, other.met.is_(True)
    )
    rows = await session.execute(
        select(Pairing, Group, takes_part())
        .join(Person, Person.id == Pairing.person_id)
        .join(Group, Group.id == Pairing.group_id)
        .where(
            Pairing.week >= today - _LONGEST, Group.state == "active", ~met, or_(~takes_part(), away)
        )
        .order_by(Pairing.id)
    )  # fmt: skip
    return [_Suspect(row, group, not part) for row, group, part in rows]


def takes_part() -> ColumnElement[bool]:
    """Of a pairing with its person: who could be paired there still, leaves aside (pair_pools.members)."""
    mine, no = aliased(Membership), aliased(Membership)
    teaches = exists().where(
        mine.person_id == Pairing.person_id, mine.group_id == Pairing.group_id, mine.role == str(Role.TEACHER),
        mine.until.is_(None),
    )  # fmt: skip
    refused = exists().where(no.person_id == Pairing.person_id, no.until.is_(None), no.pairs.is_(False))
    here = (Person.consented_at.is_not(None), Person.reachable.is_(True), Person.tg_user_id.is_not(None))
    return and_(*here, teaches, ~refused)


async def _leaves(session: Session, suspects: Sequence[_Suspect]) -> Mapping[int, list[Leave]]:
    found: dict[int, list[Leave]] = defaultdict(list)
    if suspects:
        query = select(Leave).where(among(session, Leave.person_id, {one.row.person_id for one in suspects}))
        for leave in await session.scalars(query):
            found[leave.person_id].append(leave)
    return found


def _away(leaves: Sequence[Leave], group: Group, days: SchoolCalendar, now: datetime, *, first: bool) -> bool:
    """While the letter is to come (``first``) as when pairs are formed, away today; later, on every school day left."""
    today = calendar.local_day(now, group.zone)
    last = weeks.last_open(days, weeks.first_day(days, today))
    if last is None:
        return False
    ahead = [day for number in range((last - today).days + 1) if days.is_open(day := today + number * _DAY)]
    left = ahead[:1] if first else ahead
    return bool(left) and all(any(one.first_day <= day <= one.last_day for one in leaves) for day in left)


async def pending(session: Session, rows: Sequence[Pairing]) -> set[int]:
    """The pairings whose letter of the week has not left yet; one query."""
    keys = {pair_words.key(row.week, row.group_id, row.person_id): row.id for row in rows}
    query = select(Letter.key).where(Letter.key.in_(keys), Letter.state == "pending")
    return {keys[key] for key in await session.scalars(query)} if keys else set()
