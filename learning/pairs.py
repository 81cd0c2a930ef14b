"""Weekly pairs by the clock: formed on the first school day of the week, told to each in private."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, select

from community import budget, calendar
from community.calendar import SchoolCalendar
from content.lessons import Pack, Practice
from content.packs import UnknownPack
from content.texts import Texts
from learning import pair_pools, pair_weeks, pair_words, turns, versions
from learning.due import evening
from learning.pair_pools import Going, Member, Pool
from learning.pair_words import Partner
from learning.turns import Turn
from storage.bulk import among, insert_rows
from storage.database import Session
from storage.letters import Draft
from storage.models import Enrolment, Group, GroupTurn, Pairing
from storage.outbox import post_many

NAME, ASKS = "pairs", "pairs_asked"
WALL = "06:30"  # of a group that has just begun: its own hour counts from the first week on
MINUTES = 15  # to look in on each other, to ask, and to name a strength
SAME_DAY = timedelta(hours=18)


async def form_due(session: Session, now: datetime) -> int:
    """Form the pairs of groups that are due and write to each of them; gives how many groups were dealt with.

    Queries: a fixed number for up to turns.AT_ONCE groups, and one for each moment that some of them share. Groups of
    one programme are mixed: with the first of them those come along whose moment is later that day, each in its hour.
    """
    begun = await turns.begin(
        session, NAME, lambda days, zone: pair_weeks.forms_after(days, now, WALL, zone), _follows_a_pack()
    )
    due = await turns.claimed(session, NAME, now)
    if not due:
        return begun
    follows = await followed(session, [one.group.id for one in due])
    going = {one.group.id: found for one in due if (found := _going(one, follows, now)) is not None}
    settled = {one.group.id for one in due if one.group.id in going or one.group.id not in follows}
    await turns.move_on(session, NAME, {one.group.id: _next(one, one.group.id in settled, now) for one in due}, now)
    going |= await _later_today(session, going, now)
    await _form(session, going, now)
    return begun + len(due)


@dataclass(frozen=True, slots=True)
class Followed:
    """What a group follows: one of several of a programme, or by itself."""

    programme_id: int | None
    practice: Practice | None


def _follows_a_pack() -> object:
    return exists().where(Enrolment.group_id == Group.id, Enrolment.person_id.is_(None), Enrolment.next_at.is_not(None))


async def followed(session: Session, group_ids: Sequence[int]) -> dict[int, Followed]:
    """The groups that follow a pack at the moment, with this week's practice; two queries."""
    rows = (await session.execute(
        select(Enrolment.group_id, Enrolment.pack, Enrolment.version, Enrolment.position, Enrolment.programme_id)
        .where(
            among(session, Enrolment.group_id, group_ids), Enrolment.person_id.is_(None),
            Enrolment.next_at.is_not(None),
        )
        .order_by(Enrolment.id)
    )).all()  # fmt: skip
    packs = await versions.known(session, {(row.pack, row.version) for row in rows})
    return {
        row.group_id: Followed(row.programme_id, practice_of(packs.get((row.pack, row.version)), row.position))
        for row in rows
    }


def practice_of(pack: Pack | None, position: int) -> Practice | None:
    """What the coming days are about, when ``position`` lessons have gone out; None where it is not known."""
    if pack is None or not pack.lessons:
        return None
    today = pack.lessons[min(max(position, 1), len(pack.lessons)) - 1]
    tomorrow = pack.lessons[min(max(position, 1), len(pack.lessons) - 1)]
    try:
        # A practice whose last day this is has its week behind it.
        return pack.practice((tomorrow if today.step == "reflect" else today).practice)
    except UnknownPack:
        return None


def _going(one: Turn, follows: Mapping[int, Followed], now: datetime) -> Going | None:
    """None for a group whose moment is not now: it follows nothing, it is a day off, night, or still too early."""
    days, zone, today = one.days, one.group.zone, calendar.local_day(now, one.group.zone)
    moment = pair_weeks.forms_at(days, today, one.group.prompt_time, zone)
    if one.group.id not in follows or moment is None or now < moment:
        return None
    if not days.is_open(today) or days.is_quiet(now, zone) or now >= evening(days, today, zone):
        return None
    return _on(one.group, days, now, follows[one.group.id])


def _on(group: Group, days: SchoolCalendar, at: datetime, follows: Followed) -> Going:
    day = calendar.local_day(at, group.zone)
    week = pair_weeks.week_of(days, day)
    return Going(group, days, at, day, week, follows.programme_id, follows.practice)


def _next(one: Turn, settled: bool, now: datetime) -> datetime:
    """The coming week; where this week's moment is still to come, or was missed, later in this one."""
    days, wall, zone = one.days, one.group.prompt_time, one.group.zone
    moment = pair_weeks.forms_at(days, calendar.local_day(now, zone), wall, zone)
    if settled or moment is None or moment > now:
        return pair_weeks.forms_after(days, now, wall, zone)
    return pair_weeks.tries_again(days, now, wall, zone)


async def _later_today(session: Session, going: Mapping[int, Going], now: datetime) -> dict[int, Going]:
    """The other groups of the same programmes whose moment comes later on the same day of the same week."""
    found: dict[int, Going] = {}
    mixed = {one.programme_id for one in going.values() if one.programme_id is not None}
    if not mixed:
        return found
    rows = (await session.execute(
        select(Group, GroupTurn.next_at)
        .join(GroupTurn, GroupTurn.group_id == Group.id)
        .join(Enrolment, Enrolment.group_id == Group.id)
        .where(
            GroupTurn.name == NAME, GroupTurn.next_at > now, GroupTurn.next_at <= now + SAME_DAY,
            Enrolment.programme_id.in_(mixed), Enrolment.person_id.is_(None), Enrolment.next_at.is_not(None),
            Group.state == "active",
        )
        .order_by(Group.id)
        .limit(turns.AT_ONCE)
        .with_for_update(of=GroupTurn, skip_locked=True)
    )).all()  # fmt: skip
    follows = await followed(session, [group.id for group, _ in rows])
    days = await calendar.calendars_of(session, {group.school_id for group, _ in rows})
    with_them = {(one.programme_id, one.day, one.week) for one in going.values()}
    for group, at in rows:
        one = _on(group, days[group.school_id], at or now, follows[group.id])
        if (one.programme_id, one.day, one.week) in with_them and one.days.is_open(one.day):
            found[group.id] = one
    moments = {
        number: pair_weeks.forms_after(one.days, one.at, one.group.prompt_time, one.group.zone)
        for number, one in found.items()
    }
    await turns.move_on(session, NAME, moments, now + SAME_DAY)
    return found


async def _form(session: Session, going: Mapping[int, Going], now: datetime) -> None:
    """Pools, teams, a row for each person, and their letters; and when they will be asked whether they met."""
    people = await pair_pools.members(session, going)
    people = await _within_budget(session, await pair_pools.pools(session, people))
    pools = [one for one in await pair_pools.pools(session, people) if len(one.members) > 1]
    if not pools:
        return
    await pair_pools.remember(session, pools)
    teams: list[tuple[Pool, int, list[Member]]] = []
    for pool in pools:
        teams += [(pool, number, team) for number, team in enumerate(pool.teams(), start=1)]
        await asyncio.sleep(0)  # thinking must not keep others from being answered
    ids = await _keep(session, teams)
    drafts = [letter(team, one, ids[one.person.id]) for _, _, team in teams for one in team if one.person.id in ids]
    await post_many(session, drafts, now)
    await _ask_later(session, going)


async def _within_budget(session: Session, pools: Sequence[Pool]) -> list[Member]:
    """Whoever has had enough this week is not paired: a partner who knows nothing of it would wait in vain."""
    asked = [one for pool in pools if len(pool.members) > 1 for one in pool.members]
    wants = [budget.Want(one.person.id, one.going.group.id, one.going.day, MINUTES) for one in asked]
    admitted = await budget.admit(session, wants)
    return [one for one in asked if one.person.id in admitted]


async def _keep(session: Session, teams: Sequence[tuple[Pool, int, list[Member]]]) -> dict[int, int]:
    """A row for each person; gives its number by person."""
    rows = [
        {
            "pool": pool.name, "week": pool.week, "team": number, "group_id": one.going.group.id,
            "person_id": one.person.id, "gives_first": place == 0, "stopped": False,
        }
        for pool, number, team in teams
        for place, one in enumerate(team)
    ]  # fmt: skip
    unique, returning = ("person_id", "group_id", "week"), ("person_id", "id")
    kept = await insert_rows(session, Pairing, rows, unique=unique, returning=returning)
    return {row.person_id: row.id for row in kept}


def letter(team: Sequence[Member], own: Member, pairing_id: int) -> Draft:
    """The letter of the week to ``own``; who gives first stands at the beginning of the team."""
    say, here = Texts(own.person.language), own.going
    partners = [Partner(one.person, one.going.group) for one in team if one is not own]
    first = None if team[0] is own else team[0].person
    return pair_words.letter(
        own.person, here.group.id, pair_words.week(partners, here.group.id, here.practice, first, say),
        [*pair_words.buttons(pairing_id, say, leave=False), *pair_words.reach(partners, here.group.id, pairing_id, say),
         *pair_words.way_out(say)],
        pair_words.key(here.week, here.group.id, own.person.id),
        here.at, here.not_after,
    )  # fmt: skip


async def _ask_later(session: Session, going: Mapping[int, Going]) -> None:
    by_group: dict[int, datetime] = defaultdict()
    for number, one in going.items():
        moment = pair_weeks.asks_at(one.days, one.day, one.group.zone)
        if moment is not None:
            by_group[number] = moment
    rows = [{"group_id": number, "name": ASKS, "next_at": moment} for number, moment in by_group.items()]
    await insert_rows(session, GroupTurn, rows, unique=["group_id", "name"], update=["next_at"])
