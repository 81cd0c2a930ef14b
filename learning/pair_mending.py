"""When somebody withdraws from the week's pairs: who is left over joins others, and each is told once, without why."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import delete, null, or_, select, tuple_, update

from community import calendar
from content.texts import Texts
from learning import matching, pair_gone, pair_messages, pair_pools, pair_weeks, pair_words, pairs
from learning.matching import Candidate
from learning.pair_pools import Going, Member, Pool
from learning.pair_words import Partner
from storage.bulk import among
from storage.database import Session
from storage.letters import Draft, message
from storage.models import Group, Letter, Pairing, Person
from storage.outbox import post_many

Team = list[Pairing]
Costs = Mapping[frozenset[int], int]


@dataclass(slots=True)
class _Week:
    """One pool in one week: its teams as they stand, and what is known of their people."""

    name: str
    week: date
    rows: list[Pairing] = field(default_factory=list)
    people: dict[int, Person] = field(default_factory=dict)
    groups: dict[int, Group] = field(default_factory=dict)

    def teams(self) -> list[Team]:
        """Who gives first at the beginning of each."""
        found: dict[int, Team] = defaultdict(list)
        for row in sorted(self.rows, key=lambda one: (not one.gives_first, one.id)):
            found[row.team].append(row)
        return [found[number] for number in sorted(found)]


async def mend_due(session: Session, now: datetime) -> int:
    """Mend the teams of this week from which somebody has withdrawn; gives how many people withdrew.

    Letters that wait get new words, whoever has read theirs is told of the change. A team in which somebody said that
    they met stays as it is. Queries: one where nobody withdrew, else a fixed number and some for each pool.
    """
    return await _mend(session, await pair_gone.withdrawn(session, now), now)


async def without(session: Session, person: Person, now: datetime) -> None:
    """The same at once, for a person whose data is about to be deleted."""
    rows = await session.execute(
        select(Pairing, Group).join(Group, Group.id == Pairing.group_id).where(Pairing.person_id == person.id)
    )
    found = [(row, group) for row, group in rows]
    days = await calendar.calendars_of(session, {group.school_id for _, group in found})
    gone = {
        (row.pool, row.week): {person.id}
        for row, group in found
        if pair_gone.is_on(row.week, group, days[group.school_id], now)
    }
    await _mend(session, gone, now)


async def _mend(session: Session, gone: Mapping[tuple[str, date], set[int]], now: datetime) -> int:
    left = 0
    for one in await _weeks(session, gone):
        leaving = [row for row in one.rows if row.person_id in gone[one.name, one.week]]
        met = {row.team for row in one.rows if row.met}
        unsent = await pair_gone.pending(session, one.rows)
        await _call_off(session, leaving, now)
        one.rows = [row for row in one.rows if row not in leaving]
        members = await _members(session, one, now)
        lost = {row.team for row in leaving} - met
        changed = _together(one, lost, await _costs(session, one, members), unsent)
        await session.flush()
        await _tell(session, changed, members, unsent, now)
        left += len(leaving)
    return left


async def _weeks(session: Session, gone: Mapping[tuple[str, date], set[int]]) -> list[_Week]:
    """The pools with everybody in them, locked until the transaction ends; one query."""
    if not gone:
        return []
    rows = await session.execute(
        select(Pairing, Person, Group)
        .join(Person, Person.id == Pairing.person_id)
        .join(Group, Group.id == Pairing.group_id)
        .where(tuple_(Pairing.pool, Pairing.week).in_(list(gone)))
        .order_by(Pairing.id)
        .with_for_update(of=Pairing)
    )
    found = {key: _Week(*key) for key in gone}
    for row, person, group in rows:
        one = found[row.pool, row.week]
        one.rows.append(row)
        one.people[person.id], one.groups[group.id] = person, group
    return list(found.values())


async def _call_off(session: Session, leaving: Sequence[Pairing], now: datetime) -> None:
    """What still waits for those who withdrew is not sent."""
    if not leaving:
        return
    keys = [pair_words.key(row.week, row.group_id, row.person_id) for row in leaving]
    beginnings = [pair_words.key_anew(row.week, row.group_id, row.person_id) for row in leaving]
    await _drop(session, keys, beginnings, now)
    chats = select(Person.tg_user_id).where(among(session, Person.id, [row.person_id for row in leaving]))
    await pair_messages.not_brought(session, Letter.chat_id.in_(chats), now)
    ids = [row.id for row in leaving]
    gone = delete(Pairing).where(among(session, Pairing.id, ids))
    await session.execute(gone.execution_options(synchronize_session=False))


async def _drop(session: Session, keys: Sequence[str], beginnings: Sequence[str], now: datetime) -> None:
    these = or_(Letter.key.in_(keys), *(Letter.key.startswith(one, autoescape=True) for one in beginnings))
    await session.execute(
        update(Letter)
        .where(these, Letter.state == "pending")
        .values(state="dropped", error="the pair has changed", params=null(), finished_at=now)
        .execution_options(synchronize_session=False)
    )


async def _members(session: Session, one: _Week, now: datetime) -> dict[int, Member]:
    """Everybody who is left, as they are when pairs are formed."""
    days = await calendar.calendars_of(session, {group.school_id for group in one.groups.values()})
    follows = await pairs.followed(session, list(one.groups))
    taught = await pair_pools.postings(session, list(one.people))
    going: dict[int, Going] = {}
    for number, group in one.groups.items():
        today, known = calendar.local_day(now, group.zone), follows.get(number)
        practice = known.practice if known else None
        going[number] = Going(group, days[group.school_id], now, today, one.week, None, practice)
    return {
        row.person_id: Member(
            one.people[row.person_id], here, taught[row.person_id][0], taught[row.person_id][1] or here.group.school_id
        )
        for row in one.rows
        for here in [going[row.group_id]]
    }


async def _costs(session: Session, one: _Week, members: Mapping[int, Member]) -> Costs:
    """What any two of them would cost as a pair (matching.costs)."""
    pool = Pool(one.name, one.week, list(members.values()))
    await pair_pools.remember(session, [pool])
    people = [Candidate(number, member.grade, member.school_id) for number, member in members.items()]
    table = matching.costs(people, pool.met)
    return {
        frozenset((a.person_id, b.person_id)): table[left][right]
        for left, a in enumerate(people)
        for right, b in enumerate(people[:left])
    }


def _together(one: _Week, lost: Collection[int], costs: Costs, unsent: Collection[int]) -> list[Team]:
    """The teams that are new: those that ``lost`` somebody, and who is left over put together or into a pair."""
    teams = one.teams()
    changed = {team[0].team: team for team in teams if team[0].team in lost and len(team) > 1}
    alone = [team for team in teams if len(team) == 1 and not team[0].met]
    while len(alone) > 1:
        team = [*alone.pop(0), *alone.pop(0)]
        changed[team[0].team] = team
    for guest in alone:
        hosts = {team[0].team: team for team in teams} | changed
        chosen = _host(guest[0], list(hosts.values()), changed, costs, unsent)
        if chosen is not None:
            changed[chosen[0].team] = [*chosen, *guest]
        elif guest[0].team in lost:
            changed[guest[0].team] = guest
    for number, team in changed.items():
        for place, row in enumerate(team):
            row.team, row.gives_first = number, place == 0
    return list(changed.values())


def _host(
    guest: Pairing, teams: Sequence[Team], changed: Collection[int], costs: Costs, unsent: Collection[int]
) -> Team | None:  # fmt: skip
    """The pair that takes in who is left over: if possible one that hears of its week only now, then the cheapest."""
    free = [team for team in teams if len(team) == 2 and guest not in team and not any(row.met for row in team)]

    def dear(team: Team) -> tuple[int, int, int]:
        told_twice = 0 if team[0].team in changed else sum(row.id not in unsent for row in team)
        return told_twice, sum(costs[frozenset((guest.person_id, row.person_id))] for row in team), team[0].id

    return min(free, key=dear, default=None)


async def _tell(
    session: Session, changed: Sequence[Team], members: Mapping[int, Member], unsent: Collection[int], now: datetime
) -> None:  # fmt: skip
    """A letter that waits names the colleagues of now; whoever has theirs gets one more, when they are awake."""
    drafts: list[Draft] = []
    beginnings: list[str] = []
    for team in changed:
        together = [members[row.person_id] for row in team]
        for row in team:
            own = members[row.person_id]
            if row.id in unsent and await _rewritten(session, row, together, own):
                continue
            beginnings.append(pair_words.key_anew(row.week, row.group_id, row.person_id))
            drafts += _told(row, together, own, now)
    if beginnings:
        await _drop(session, [], beginnings, now)
    await post_many(session, drafts, now)


async def _rewritten(session: Session, row: Pairing, team: Sequence[Member], own: Member) -> bool:
    """False when the letter has just left."""
    if len(team) > 1:
        params = pairs.letter(team, own, row.id).params
    else:
        say = Texts(own.person.language)
        params = message(own.person.tg_user_id or 0, say("pairs.nobody"), silent=True).params
    key = pair_words.key(row.week, row.group_id, row.person_id)
    found = await session.scalar(
        update(Letter)
        .where(Letter.key == key, Letter.state == "pending")
        .values(params=params)
        .returning(Letter.id)
        .execution_options(synchronize_session=False)
    )
    return found is not None


def _told(row: Pairing, team: Sequence[Member], own: Member, now: datetime) -> list[Draft]:
    """At most one, and none where it would come after the week."""
    here, say = own.going, Texts(own.person.language)
    partners = [Partner(one.person, one.going.group) for one in team if one is not own]
    ends = pair_weeks.ends_at(here.days, here.day, here.group.zone)
    due_at = here.days.awake_after(now, own.person.zone or here.group.zone)
    if ends is None or due_at >= ends:
        return []
    words, rows = pair_words.anew(partners, row.group_id, row.id, row.met, say)
    key = pair_words.key_anew(row.week, row.group_id, row.person_id, [one.person.id for one in partners])
    return [pair_words.letter(own.person, row.group_id, words, rows, key, due_at, ends)]
