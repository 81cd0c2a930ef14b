"""Who can be paired this week, in which pool, and what is remembered of the weeks before; read for many at once."""

import zlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import combinations

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from community import leaves
from community.calendar import SchoolCalendar
from community.roles import Role
from content.lessons import Practice
from learning import matching
from learning.due import evening
from learning.matching import Candidate
from storage.bulk import among
from storage.database import Session
from storage.models import Group, Membership, Pairing, Person, Posting, School


@dataclass(frozen=True, slots=True)
class Going:
    """A group whose pairs are formed now; its letters go out at ``at``. ``week`` is its Monday."""

    group: Group
    days: SchoolCalendar
    at: datetime
    day: date
    week: date
    programme_id: int | None
    practice: Practice | None

    @property
    def not_after(self) -> datetime:
        """When quiet hours begin that day."""
        return evening(self.days, self.day, self.group.zone)


@dataclass(frozen=True, slots=True)
class Member:
    """A teacher who can be paired: they agreed, can be written to, take part, and are not away."""

    person: Person
    going: Going
    grade: str | None
    school_id: int | None


@dataclass(slots=True)
class Pool:
    """People among whom pairs are formed, and what is remembered of them."""

    name: str
    week: date
    members: list[Member]
    met: dict[frozenset[int], int] = field(default_factory=dict)  # weeks since two of them last met
    lead: dict[int, int] = field(default_factory=dict)
    began: set[int] = field(default_factory=set)  # gave first the last time

    def teams(self) -> list[list[Member]]:
        """This week's teams, who gives first at the beginning; the same whenever it is asked."""
        by_id = {one.person.id: one for one in self.members}
        people = [
            Candidate(number, one.grade, one.school_id, self.lead.get(number, 0), number in self.began)
            for number, one in by_id.items()
        ]
        seed = zlib.crc32(f"{self.name}@{self.week}".encode())
        return [[by_id[number] for number in team] for team in matching.teams(people, self.met, seed=seed)]


async def members(session: Session, going: Mapping[int, Going]) -> list[Member]:
    """Everybody of these groups who can be paired, each once, by group; queries: four, and one for each day.

    Somebody who teaches in several groups is paired in one of them, and not at all who said no in any. Whoever cannot
    be written to in private is left out, and named in nobody's letter.
    """
    no = aliased(Membership)
    refused = exists().where(no.person_id == Person.id, no.until.is_(None), no.pairs.is_(False))
    rows = await session.execute(
        select(Membership.group_id, Person)
        .join(Person, Person.id == Membership.person_id)
        .where(
            among(session, Membership.group_id, list(going)), Membership.role == str(Role.TEACHER),
            Membership.until.is_(None), Person.consented_at.is_not(None), Person.reachable.is_(True),
            Person.tg_user_id.is_not(None), ~refused,
        )
        .order_by(Membership.group_id, Person.id)
    )  # fmt: skip
    first: dict[int, tuple[Person, Going]] = {}
    for group_id, person in rows:
        first.setdefault(person.id, (person, going[group_id]))
    if not first:
        return []
    ids, weeks = list(first), {one.week for one in going.values()}
    paired = select(Pairing.person_id, Pairing.week).where(
        among(session, Pairing.person_id, ids), Pairing.week.in_(weeks)
    )
    taken = {(row.person_id, row.week) for row in await session.execute(paired)}
    away = {day: await leaves.away(session, ids, day) for day in {one.day for one in going.values()}}
    taught = await postings(session, ids)
    return [
        Member(person, here, taught[number][0], taught[number][1] or here.group.school_id)
        for number, (person, here) in first.items()
        if (number, here.week) not in taken and number not in away[here.day]
    ]


async def postings(session: Session, ids: Collection[int]) -> dict[int, tuple[str | None, int | None]]:
    """Grade and school of the last year that each person told of."""
    found: dict[int, tuple[str | None, int | None]] = defaultdict(lambda: (None, None))
    query = select(Posting.person_id, Posting.grade, Posting.school_id).where(
        among(session, Posting.person_id, ids), Posting.grade.is_not(None) | Posting.school_id.is_not(None)
    )
    for number, grade, school_id in await session.execute(query.order_by(Posting.school_year)):
        found[number] = (" ".join(grade.casefold().split()) if grade else None, school_id)
    return found


async def pools(session: Session, people: Sequence[Member]) -> list[Pool]:
    """A pool for each group; one or more for groups of one programme, schools mixed and neighbours together."""
    alone: dict[int, list[Member]] = defaultdict(list)
    mixed: dict[tuple[int, date], list[Member]] = defaultdict(list)
    for one in people:
        here = one.going
        if here.programme_id is None:
            alone[here.group.id].append(one)
        else:
            mixed[here.programme_id, here.week].append(one)
    for key, theirs in list(mixed.items()):
        if len({one.going.group.id for one in theirs}) == 1:
            alone[theirs[0].going.group.id] = mixed.pop(key)
    found = [Pool(f"group:{number}", theirs[0].going.week, theirs) for number, theirs in alone.items()]
    gugus = await _gugus(session, {one.school_id for theirs in mixed.values() for one in theirs})
    for (programme_id, week), theirs in mixed.items():
        row = sorted(theirs, key=lambda one: (gugus.get(one.school_id, ""), one.going.group.id, one.person.id))
        # Named after a group as well: it is claimed once a week, so that no two pools share a name.
        name = f"programme:{programme_id}:{min(one.going.group.id for one in row)}"
        found += [Pool(f"{name}:{part}", week, cut) for part, cut in enumerate(matching.cut(row))]
    return found


async def _gugus(session: Session, ids: Collection[int | None]) -> dict[int | None, str]:
    known = [number for number in ids if number is not None]
    rows = await session.execute(select(School.id, School.gugus).where(among(session, School.id, known)))
    return {row.id: row.gugus or "" for row in rows} if known else {}


async def remember(session: Session, found: Sequence[Pool]) -> None:
    """Who met whom and who gave first, in the weeks that count; one query."""
    pool_of = {one.person.id: pool for pool in found for one in pool.members}
    if not pool_of:
        return
    since = min(pool.week for pool in found) - timedelta(weeks=matching.MEMORY)
    rows = await session.execute(
        select(Pairing.pool, Pairing.week, Pairing.team, Pairing.person_id, Pairing.gives_first)
        .where(among(session, Pairing.person_id, list(pool_of)), Pairing.week >= since)
        .order_by(Pairing.week)
    )
    teams: dict[tuple[str, date, int], dict[int, bool]] = defaultdict(dict)
    for name, week, team, person_id, gives_first in rows:
        teams[name, week, team][person_id] = gives_first
    for (_, week, _), members_of in teams.items():
        for person_id, gives_first in members_of.items():
            pool = pool_of[person_id]
            pool.lead[person_id] = pool.lead.get(person_id, 0) + (max(len(members_of) - 1, 1) if gives_first else -1)
            (pool.began.add if gives_first else pool.began.discard)(person_id)
        for one, other in combinations(members_of, 2):
            if pool_of[one] is pool_of[other]:
                pool_of[one].met[frozenset((one, other))] = (pool_of[one].week - week).days // 7
