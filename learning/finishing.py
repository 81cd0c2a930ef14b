"""Finished: in every practice of a pack something tried and something reflected on, and over the pack one evidence."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import exists, or_, select

from community.refusals import NeedsConsent, NotAllowed
from community.roles import Role
from content.lessons import Pack, Practice, UnknownPack
from learning import versions
from learning.kinds import REFLECTS
from learning.refusals import Gone
from storage.bulk import among
from storage.database import Session
from storage.models import Delivery, Enrolment, Evidence, Group, HandIn, Membership, Person, Piece, Reflection, Trial

MOST = 8  # packs that somebody is shown, the newest first


@dataclass(frozen=True, slots=True)
class Practised:
    """One practice, which is one week, as somebody went through it: ids of lessons, in the order of the pack."""

    practice: Practice
    tried: tuple[str, ...]
    reflected: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """Of "tried" and "reflected", what has not happened in it."""
        found = {"tried": self.tried, "reflected": self.reflected}
        return tuple(name for name, lessons in found.items() if not lessons)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one person is in one enrolment. `minutes` are those of the lessons tried or reflected on."""

    enrolment: Enrolment
    group: Group
    pack: Pack
    person_id: int
    practices: tuple[Practised, ...]
    evidence: int  # pieces of evidence and worksheets handed in
    pieces: int  # shown in the group since it began
    minutes: int
    first_at: datetime | None  # of their own acts
    last_at: datetime | None

    @property
    def has_evidence(self) -> bool:
        return self.evidence + self.pieces > 0

    @property
    def finished(self) -> bool:
        """The rule: late acts count like all others."""
        return self.has_evidence and not any(one.missing for one in self.practices)

    @property
    def tried(self) -> int:
        """How many lessons."""
        return sum(len(one.tried) for one in self.practices)

    @property
    def reflected(self) -> int:
        """How many lessons."""
        return sum(len(one.reflected) for one in self.practices)

    @property
    def begun(self) -> bool:
        """The person did anything at all in it."""
        return self.first_at is not None


@dataclass(slots=True)
class _Acts:
    tried: set[str] = field(default_factory=set)
    reflected: set[str] = field(default_factory=set)
    evidence: int = 0
    pieces: int = 0
    moments: list[datetime] = field(default_factory=list)


Key = tuple[int, int]  # enrolment and person


async def progress(session: Session, person: Person | None, enrolment_id: int) -> Progress:
    """How far the person is. Raises NeedsConsent, Gone, and NotAllowed for what is not theirs."""
    if person is None:
        raise NeedsConsent
    query = select(Enrolment).where(Enrolment.id == enrolment_id)
    enrolment = await session.scalar(query)
    if enrolment is None:
        raise Gone
    if await session.scalar(query.where(_theirs(person.id))) is None:
        raise NotAllowed
    found = await _measured(session, [enrolment], person.id)
    if not found:
        raise Gone
    return found[0]


async def of_person(session: Session, person: Person | None) -> list[Progress]:
    """Every pack the person goes or went through, at most MOST, the newest first; a fixed number of queries.

    What a group followed before they did anything in it is not theirs. Raises NeedsConsent.
    """
    if person is None:
        raise NeedsConsent
    query = select(Enrolment).where(_theirs(person.id)).order_by(Enrolment.started_at.desc(), Enrolment.id.desc())
    found = await _measured(session, (await session.scalars(query.limit(3 * MOST))).all(), person.id)
    return [one for one in found if one.begun or one.enrolment.finished_at is None][:MOST]


def _theirs(person_id: int) -> Any:
    """Their own, those of the groups they teach in, and those in which they did something before they left."""
    teaches = select(Membership.group_id).where(
        Membership.person_id == person_id, Membership.role == str(Role.TEACHER), Membership.until.is_(None)
    )
    acted = [
        exists().where(Delivery.enrolment_id == Enrolment.id, table.delivery_id == Delivery.id, own == person_id)
        for table, own in ((Trial, Trial.person_id), (Reflection, Reflection.person_id))
    ]
    of_group = Enrolment.person_id.is_(None)
    return or_(Enrolment.person_id == person_id, of_group & or_(Enrolment.group_id.in_(teaches), *acted))


async def _measured(session: Session, enrolments: Sequence[Enrolment], person_id: int) -> list[Progress]:
    ids = [one.id for one in enrolments]
    acts = await _acts(session, ids, person_id)
    packs = await versions.known(session, {(one.pack, one.version) for one in enrolments})
    query = select(Group).where(among(session, Group.id, {one.group_id for one in enrolments}))
    groups = {group.id: group for group in await session.scalars(query)} if enrolments else {}
    return [
        _progress(one, groups[one.group_id], packs[one.pack, one.version], person_id, acts[one.id, person_id])
        for one in enrolments
        if (one.pack, one.version) in packs
    ]


def _progress(enrolment: Enrolment, group: Group, pack: Pack, person_id: int, acts: _Acts) -> Progress:
    known = {lesson.id: lesson for lesson in (*pack.lessons, *pack.side)}
    return Progress(
        enrolment=enrolment, group=group, pack=pack, person_id=person_id, practices=_practised(pack, acts),
        evidence=acts.evidence, pieces=acts.pieces,
        minutes=sum(known[one].minutes for one in acts.tried | acts.reflected if one in known),
        first_at=min(acts.moments, default=None), last_at=max(acts.moments, default=None),
    )  # fmt: skip


def _practised(pack: Pack, acts: _Acts) -> tuple[Practised, ...]:
    """A side lesson belongs to its practice like the others."""
    lessons = (*pack.lessons, *pack.side)

    def within(practice: Practice, done: set[str]) -> tuple[str, ...]:
        return tuple(one.id for one in lessons if one.practice == practice.id and one.id in done)

    return tuple(Practised(one, within(one, acts.tried), within(one, acts.reflected)) for one in pack.practices)


async def finished_among(session: Session, enrolment_ids: Collection[int]) -> dict[int, set[int]]:
    """Who has finished each of these enrolments, by their numbers; seven queries, however many there are."""
    query = select(Enrolment.id, Enrolment.pack, Enrolment.version).where(among(session, Enrolment.id, enrolment_ids))
    rows = (await session.execute(query)).all()
    packs = await versions.known(session, {(row.pack, row.version) for row in rows})
    acts = await _acts(session, [row.id for row in rows])
    found: dict[int, set[int]] = {row.id: set() for row in rows}
    pack_of = {row.id: packs.get((row.pack, row.version)) for row in rows}
    for (enrolment_id, person_id), done in acts.items():
        pack = pack_of[enrolment_id]
        proven = pack is not None and bool(done.evidence + done.pieces)
        if pack is not None and proven and not any(one.missing for one in _practised(pack, done)):
            found[enrolment_id].add(person_id)
    return found


async def _acts(session: Session, enrolment_ids: Collection[int], person_id: int | None = None) -> dict[Key, _Acts]:
    """What each person (or one) did in these enrolments; five queries."""
    found: dict[Key, _Acts] = defaultdict(_Acts)
    if not enrolment_ids:
        return found
    for table, at in (
        (Trial, Trial.at), (Reflection, Reflection.created_at), (Evidence, Evidence.created_at),
        (HandIn, HandIn.handed_at),
    ):  # fmt: skip
        query = (
            select(Delivery.enrolment_id, table.person_id, Delivery.lesson, at)
            .join(Delivery, Delivery.id == table.delivery_id)
            .where(among(session, Delivery.enrolment_id, enrolment_ids))
        )
        query = query.where(Reflection.kind.in_(REFLECTS)) if table is Reflection else query
        query = query.where(table.person_id == person_id) if person_id is not None else query
        for enrolment_id, by, lesson, moment in await session.execute(query):
            _note(found[enrolment_id, by], table, lesson, moment)
    shown = (
        select(Enrolment.id, Piece.person_id, Piece.created_at)
        .join(Piece, (Piece.group_id == Enrolment.group_id) & (Piece.created_at >= Enrolment.started_at))
        .where(
            among(session, Enrolment.id, enrolment_ids),
            or_(Enrolment.person_id.is_(None), Enrolment.person_id == Piece.person_id),
        )
    )
    shown = shown.where(Piece.person_id == person_id) if person_id is not None else shown
    for enrolment_id, by, _ in await session.execute(shown):
        found[enrolment_id, by].pieces += 1  # a piece is of the group: alone it does not begin a pack
    return found


def _note(acts: _Acts, table: Any, lesson: str, moment: datetime) -> None:
    acts.moments.append(moment)
    if table is Trial:
        acts.tried.add(lesson)
    elif table is Reflection:
        acts.reflected.add(lesson)
    else:
        acts.evidence += 1


def lesson_title(pack: Pack, lesson_id: str, language: str) -> str:
    """The lesson's title, or its id where the pack has lost it."""
    try:
        return pack.lesson(lesson_id).text(language).title
    except UnknownPack:
        return lesson_id
