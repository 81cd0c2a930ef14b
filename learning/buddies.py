"""Buddies: whoever has finished a cascading pack may be named to colleagues who would like company; they decide."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, or_, select, tuple_, update

from community import budget, calendar, leaves, people, readiness, rights
from community.calendar import SchoolCalendar
from community.refusals import NeedsConsent, NotAllowed, Refusal
from community.rights import Action
from community.roles import Role
from content.lessons import Pack
from content.texts import Texts
from learning import buddy_board, company, feedback, finishing, turns, versions
from learning.turns import Turn
from storage.bulk import among
from storage.database import Session
from storage.letters import Draft, Lane, button, message
from storage.models import (
    Delivery,
    Enrolment,
    Evidence,
    Group,
    HandIn,
    Letter,
    Membership,
    Person,
    Piece,
    Reflection,
    Trial,
)
from storage.outbox import post, post_many

NAME = "buddies"
WALL = "15:40"  # school is over
RECENT = timedelta(days=45)  # longer than any holidays: who finished before them is asked after them
MINUTES = 1
_TEACHER = str(Role.TEACHER)


@dataclass(frozen=True, slots=True)
class Said:
    """What became of an answer; `named`: the group reads the name now (there is room for buddy_board.NAMED)."""

    enrolment_id: int
    group: Group
    yes: bool
    named: bool


def key_of(enrolment_id: int, person_id: int) -> str:
    """The letter that asks; there is one, whatever is answered."""
    return f"buddy:{enrolment_id}:{person_id}"


async def ask_due(session: Session, now: datetime) -> int:
    """Ask, once a school day, who has finished a cascading pack and was not asked; each person once for a pack.

    Gives how many groups were dealt with. Queries: a fixed number for up to turns.AT_ONCE groups.
    """
    ended = or_(Membership.until.is_not(None), Membership.person_id.in_(_withdrawn()))
    await buddy_board.stand_down(session, ended, now)
    packs = await _cascading(session)
    if not packs:
        return 0
    follows = exists().where(Enrolment.group_id == Group.id, _among(packs))
    begun = await turns.begin(session, NAME, lambda days, zone: _next(days, now, zone), follows)
    due = await turns.claimed(session, NAME, now)
    if not due:
        return begun
    await turns.move_on(session, NAME, {one.group.id: _next(one.days, now, one.group.zone) for one in due}, now)
    await _ask(session, {one.group.id: one for one in due if one.is_time(now)}, packs, now)
    return begun + len(due)


def _withdrawn() -> Any:
    return select(Person.id).where(Person.consented_at.is_(None))


def _next(days: SchoolCalendar, now: datetime, zone: str) -> datetime:
    try:
        return days.moment_after(now, WALL, zone, prompt=False)
    except ValueError:
        return now + timedelta(days=7)


async def _cascading(session: Session) -> dict[versions.Key, Pack]:
    """The cascading packs that anybody follows or followed."""
    rows = await session.execute(select(Enrolment.pack, Enrolment.version).distinct())
    found = await versions.known(session, {(row.pack, row.version) for row in rows})
    return {key: pack for key, pack in found.items() if pack.cascade}


def _among(packs: Collection[versions.Key]) -> Any:
    return tuple_(Enrolment.pack, Enrolment.version).in_(list(packs))


async def _ask(session: Session, going: Mapping[int, Turn], packs: Mapping[versions.Key, Pack], now: datetime) -> None:
    """A private question for each who has finished, within their budget."""
    if not going:
        return
    acted = [
        exists().where(Delivery.enrolment_id == Enrolment.id, table.delivery_id == Delivery.id, at >= now - RECENT)
        for table, at in (
            (Trial, Trial.at), (Reflection, Reflection.created_at), (Evidence, Evidence.created_at),
            (HandIn, HandIn.handed_at),
        )
    ]  # fmt: skip
    acted.append(exists().where(Piece.group_id == Enrolment.group_id, Piece.created_at >= now - RECENT))
    rows = await session.scalars(
        select(Enrolment).where(among(session, Enrolment.group_id, going), _among(packs), or_(*acted))
    )
    enrolments = {row.id: row for row in rows}
    finished = await finishing.finished_among(session, enrolments) if enrolments else {}
    asked = await _unasked(session, enrolments, finished, going, now)
    wants = [
        budget.Want(person.id, row.group_id, calendar.local_day(now, going[row.group_id].group.zone), MINUTES)
        for row, person in asked
    ]
    admitted = await budget.admit(session, wants)
    drafts = [
        _question(row, person, going[row.group_id], packs[row.pack, row.version])
        for row, person in asked
        if person.id in admitted
    ]
    await post_many(session, drafts, now)


async def _unasked(
    session: Session, enrolments: Mapping[int, Enrolment], finished: Mapping[int, set[int]], going: Mapping[int, Turn],
    now: datetime,
) -> list[tuple[Enrolment, Person]]:  # fmt: skip
    """Who finished, teaches there, can be written to, is not away, was not asked and is no buddy already."""
    pairs = [(enrolments[number], person) for number, done in sorted(finished.items()) for person in sorted(done)]
    if not pairs:
        return []
    keys = [key_of(row.id, person) for row, person in pairs]
    before = set(await session.scalars(select(Letter.key).where(Letter.key.in_(keys))))
    rows = await session.execute(
        select(Membership.group_id, Person)
        .join(Person, Person.id == Membership.person_id)
        .where(
            among(session, Membership.group_id, going), Membership.role == _TEACHER, Membership.until.is_(None),
            Membership.buddy_since.is_(None), Person.consented_at.is_not(None), Person.reachable.is_(True),
            Person.tg_user_id.is_not(None), among(session, Person.id, {person for _, person in pairs}),
        )
    )  # fmt: skip
    here = {(group_id, person.id): person for group_id, person in rows}
    local = {group_id: calendar.local_day(now, one.group.zone) for group_id, one in going.items()}
    days = set(local.values())
    away = {day: await leaves.away(session, {number for _, number in here}, day) for day in days}
    found: dict[int, tuple[Enrolment, Person]] = {}  # a person is asked one thing at a time
    for row, number in pairs:
        person = here.get((row.group_id, number))
        if person and key_of(row.id, number) not in before and number not in away[local[row.group_id]]:
            found.setdefault(number, (row, person))
    return list(found.values())


def _question(row: Enrolment, person: Person, turn: Turn, pack: Pack) -> Draft:
    say = Texts(person.language)
    keys = [button(say.plain(f"finishing.buddy.{how}"), f"buddy:{row.id}:{how}") for how in ("yes", "no")]
    return message(
        person.tg_user_id or 0, say("finishing.buddy.ask", pack=pack.title(say.language), group=turn.group.title),
        buttons=[keys], key=key_of(row.id, person.id), lane=Lane.REMINDER, person_id=person.id,
        group_id=turn.group.id, not_after=turn.not_after,
    )  # fmt: skip


async def answer(session: Session, person: Person | None, enrolment_id: int, yes: bool, now: datetime) -> Said:
    """Their name may be offered in this group, or not (any more); both can be said again at any time.

    A yes holds for the group: they are named under every cascading pack they have finished there. Raises
    NeedsConsent, Gone, and NotAllowed for who has not finished it or does not teach there.
    """
    done = await finishing.progress(session, person, enrolment_id)
    if person is None:
        raise NeedsConsent
    await rights.require(session, person, Action.TRY, done.group.id)
    if not done.pack.cascade or (yes and not done.finished):
        raise NotAllowed
    # Two colleagues may say yes at the same moment: the group's row is the lock.
    await session.execute(select(Group.id).where(Group.id == done.group.id).with_for_update())
    theirs = (Membership.person_id == person.id, Membership.group_id == done.group.id, Membership.role == _TEACHER)
    if not yes:
        await buddy_board.stand_down(session, theirs[0] & theirs[1], now)
        return Said(enrolment_id, done.group, False, False)
    new = await session.scalar(
        update(Membership)
        .where(*theirs, Membership.until.is_(None), Membership.buddy_since.is_(None))
        .values(buddy_since=now)
        .returning(Membership.person_id)
        .execution_options(synchronize_session=False)
    )
    named = await buddy_board.show(session, done.group, done.pack, new, now)
    return Said(enrolment_id, done.group, True, person.id in named)


async def accompany(
    session: Session, person: Person | None, group_id: int, buddy_id: int, now: datetime
) -> tuple[str, Person]:
    """The buddy hears in private who would like company; gives the key of what the asker is told, and the buddy.

    Once a day for the same two. Raises NeedsConsent, NotAllowed, and a Refusal for who does not offer (any more).
    """
    await rights.require(session, person, Action.ASK, group_id)
    if person is None:
        raise NeedsConsent
    if buddy_id == person.id:
        raise Refusal("finishing.buddy.yourself")
    buddy = next((one for one in await _offering(session, group_id) if one.id == buddy_id), None)
    group = await session.get(Group, group_id)
    if buddy is None or group is None:
        raise Refusal("finishing.buddy.gone")
    if not buddy.reachable or buddy.tg_user_id is None:
        return "finishing.buddy.not_now", buddy
    say = Texts(buddy.language)
    parts = [say("finishing.buddy.asked", name=people.display(person, say), group=group.title)]
    parts += await _told_of(session, buddy, person, say, now)
    day = calendar.local_day(now, group.zone)
    together = await company.begin(session, person, buddy, group, now)
    rows = await company.keys(session, together, say, stop=False) if together else None
    new = await post(
        session,
        message(
            buddy.tg_user_id, "\n\n".join(parts), buttons=rows,
            key=f"accompany:{group.id}:{person.id}:{buddy.id}:{day}",
            person_id=person.id, group_id=group.id, due_at=await feedback.awake(session, group, buddy, now),
        ),
        now,
    )  # fmt: skip
    if not new:
        return "finishing.buddy.told_before", buddy
    return f"finishing.buddy.{'told_company' if together and group.buddy_days else 'told'}", buddy


async def _offering(session: Session, group_id: int) -> Sequence[Person]:
    query = (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.group_id == group_id, *buddy_board.OFFERS)
    )
    return (await session.scalars(query)).all()


async def _told_of(session: Session, buddy: Person, asker: Person, say: Texts, now: datetime) -> list[str]:
    """What the asker said about phone and pace, where the buddy may know it."""
    try:
        words = await readiness.summary(session, buddy, asker.id, say, now)
    except NotAllowed:
        return []
    return [say("finishing.buddy.readiness", name=people.display(asker, say), words=words)] if words else []


async def forget(session: Session, person: Person, now: datetime) -> None:
    """The person is named no more, in their groups' messages either."""
    await buddy_board.stand_down(session, Membership.person_id == person.id, now)
