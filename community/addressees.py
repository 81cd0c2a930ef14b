"""Whom a broadcast goes to: the groups in which its sender may, or people of them, narrowed and counted."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from community.refusals import NeedsConsent, NotAllowed
from community.rights import ALLOWED, Action
from community.roles import Role
from content import packs
from storage.database import Session
from storage.models import Enrolment, Group, GroupChat, Membership, Person, Programme, School

GROUPS, PEOPLE = "groups", "people"
# How groups may be narrowed; the words for them stand in the texts.
WAYS = ("all", "group", "school", "gugus", "programme")
NAMED = 10  # up to so many groups are named one by one

Target = dict[str, Any]  # to: groups or people; by: one of WAYS; values: what was chosen; roles: of people


@dataclass(frozen=True, slots=True)
class Sender:
    """Who broadcasts; an owner (ADMIN_IDS) may in every group."""

    person: Person
    is_owner: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to narrow by. The token stands for the value in a button; ``chosen`` says whether it is taken."""

    token: str
    value: int | str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Count:
    """How many it would reach: groups, and people in them who are taken for teachers; or people by themselves.

    A teacher in two of the groups counts in both, as in the figures of each. ``names`` only up to ten groups.
    """

    groups: int
    people: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Addressee:
    """One chat to write to; ``number`` is the group's or the person's own id, by which the letter is known."""

    number: int
    tg_chat_id: int
    zone: str
    school_id: int | None


def sender(person: Person | None, is_owner: bool) -> Sender:
    """Somebody who may have something to send. Raises NeedsConsent for who has not agreed."""
    if person is None or person.consented_at is None or person.tg_user_id is None:
        raise NeedsConsent
    return Sender(person, is_owner)


def reach(by: Sender) -> ColumnElement[bool]:
    """Of a group: it is at work, and the sender may broadcast in it now."""
    if by.is_owner:
        return Group.state == "active"
    roles = [str(role) for role in ALLOWED[Action.BROADCAST]]
    held = select(Membership.group_id).where(
        Membership.person_id == by.person.id, Membership.until.is_(None), Membership.role.in_(roles)
    )
    return and_(Group.state == "active", Group.id.in_(held))


async def require_any(session: Session, by: Sender) -> None:
    """Raises NotAllowed for somebody who may broadcast in no group."""
    if await session.scalar(select(Group.id).where(reach(by)).limit(1)) is None:
        raise NotAllowed


def _running() -> ColumnElement[bool]:
    return Enrolment.finished_at.is_(None)


def _within(target: Target) -> ColumnElement[bool]:
    """Of a group: the sender chose it, by itself or by what it belongs to."""
    values = list(target.get("values") or ())
    match target.get("by", "all"):
        case "group":
            return Group.id.in_(values)
        case "school":
            return Group.school_id.in_(values)
        case "gugus":
            return Group.school_id.in_(select(School.id).where(School.gugus.in_(values)))
        case "programme":
            together = Enrolment.programme_id.in_([one for one in values if isinstance(one, int)])
            alone = Enrolment.programme_id.is_(None) & Enrolment.pack.in_(str(one) for one in values)
            return Group.id.in_(select(Enrolment.group_id).where(_running(), or_(together, alone)))
        case _:
            return Group.state == "active"


def _groups(by: Sender, target: Target) -> Any:
    return select(Group.id).where(reach(by), _within(target))


def _people(by: Sender, target: Target, after: int = 0, limit: int | None = None) -> Any:
    """The people of the chosen groups, each with one of those groups; only who agreed and can be written to.

    By their own number, from after ``after`` on: the next batch of many does not look at those before it.
    """
    chosen = (
        Membership.group_id.in_(_groups(by, target)),
        Membership.until.is_(None),
        Membership.role.in_(target.get("roles") or [str(role) for role in Role]),
    )
    return (
        select(Membership.person_id, func.min(Membership.group_id).label("group_id"))
        .join(Person, Person.id == Membership.person_id)
        .where(*chosen, Person.consented_at.is_not(None), Person.reachable, Person.tg_user_id.is_not(None))
        .where(Person.id != by.person.id, Membership.person_id > after)  # who sends it has it
        .group_by(Membership.person_id)
        .order_by(Membership.person_id)
        .limit(limit)
        .subquery()
    )


async def count(session: Session, by: Sender, target: Target) -> Count:
    """How many groups and teachers, or how many people; one query, for groups one more for their names."""
    if target.get("to") == PEOPLE:
        found = await session.scalar(select(func.count()).select_from(_people(by, target)))
        return Count(0, found or 0)
    here = _sizes(by, target)
    row = (await session.execute(select(func.count(), func.coalesce(func.sum(here.c.size), 0)).select_from(here))).one()
    titles = select(Group.title).where(reach(by), _within(target)).order_by(Group.title, Group.id).limit(NAMED)
    names = tuple(await session.scalars(titles)) if row[0] <= NAMED else ()
    return Count(int(row[0]), int(row[1]), names)


def _sizes(by: Sender, target: Target) -> Any:
    """Each chosen group with how many teachers are in its chat: what community.groups.teachers says of one, for all.

    Who is listed without Telegram gets no broadcast.
    """
    teaches = func.max(case((Membership.role == str(Role.TEACHER), 1), else_=0)).label("teaches")
    has_telegram = func.max(case((Person.tg_user_id.is_not(None), 1), else_=0)).label("has_telegram")
    members = (
        select(Membership.group_id, Membership.person_id, teaches, has_telegram)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.until.is_(None), Membership.role != str(Role.AGENCY))
        .where(Membership.group_id.in_(_groups(by, target)))
        .group_by(Membership.group_id, Membership.person_id)
        .subquery()
    )

    def number(teaches: int, has_telegram: int) -> Any:
        of = and_(members.c.teaches == teaches, members.c.has_telegram == has_telegram)
        return func.coalesce(func.sum(case((of, 1), else_=0)), 0)

    known, counted = number(1, 1), func.coalesce(Group.headcount, 0) - number(0, 1)
    size = case((counted > known, counted), else_=known)
    return (
        select(Group.id, size.label("size"))
        .outerjoin(members, members.c.group_id == Group.id)
        .where(reach(by), _within(target))
        .group_by(Group.id, Group.headcount)
        .subquery()
    )


async def batch(session: Session, by: Sender, target: Target, after: int, limit: int) -> list[Addressee]:
    """The next addressees by their own id, as they are now: rights, consent and chat are looked at anew; one query."""
    if target.get("to") == PEOPLE:
        via = _people(by, target, after, limit)
        query = (
            select(Person.id, Person.tg_user_id, func.coalesce(Person.zone, Group.zone), Group.school_id)
            .join(via, via.c.person_id == Person.id)
            .join(Group, Group.id == via.c.group_id)
            .order_by(Person.id)
        )
    else:
        chats = GroupChat.group_id == Group.id, GroupChat.current.is_(True)
        newest = select(func.max(GroupChat.id)).where(*chats).correlate(Group).scalar_subquery()
        query = (
            select(Group.id, GroupChat.tg_chat_id, Group.zone, Group.school_id)
            .join(GroupChat, GroupChat.id == newest)
            .where(reach(by), _within(target), Group.id > after)
            .order_by(Group.id)
        )
    found: Any = await session.execute(query.limit(limit))
    return [Addressee(*row) for row in found]


async def choices(session: Session, by: Sender, target: Target, way: str, language: str) -> list[Choice]:
    """What the sender may narrow by in this way, by name: groups, schools, clusters of schools or programmes."""
    taken = set(target.get("values") or ()) if target.get("by") == way else set()
    values = await _values(session, by, way, language)
    return [Choice(_token(value), value, label, value in taken) for value, label in values]


def _token(value: int | str) -> str:
    """Short enough for a button, whatever a cluster of schools is called; it is compared, never trusted."""
    return str(value) if isinstance(value, int) else f"{zlib.crc32(value.encode()):x}"


async def _values(session: Session, by: Sender, way: str, language: str) -> Sequence[tuple[int | str, str]]:
    mine = select(Group.school_id).where(reach(by))
    query: Any
    match way:
        case "group":
            query = select(Group.id, Group.title).where(reach(by)).order_by(Group.title, Group.id)
        case "school":
            query = select(School.id, School.name).where(School.id.in_(mine)).order_by(School.name, School.id)
        case "gugus":
            query = select(School.gugus, School.gugus).where(School.id.in_(mine), School.gugus.is_not(None)).distinct()
        case "programme":
            return await _programmes(session, by, language)
        case _:
            return []
    found = [(value, label) for value, label in await session.execute(query)]
    return sorted(found, key=lambda one: one[1].casefold()) if way == "gugus" else found


async def _programmes(session: Session, by: Sender, language: str) -> list[tuple[int | str, str]]:
    """Programmes that several groups follow together, and packs that a group follows for itself."""
    query = (
        select(Enrolment.programme_id, Programme.title, Enrolment.pack)
        .join(Group, Group.id == Enrolment.group_id)
        .outerjoin(Programme, Programme.id == Enrolment.programme_id)
        .where(reach(by), _running())
        .distinct()
    )
    found: dict[int | str, str] = {}
    for number, title, pack in await session.execute(query):
        found[pack if number is None else number] = _title(pack, language) if number is None else title
    return sorted(found.items(), key=lambda one: one[1].casefold())


def _title(pack: str, language: str) -> str:
    try:
        return packs.pack(pack).title(language)
    except (packs.UnknownPack, packs.BadPack):
        return pack


async def roles(session: Session, by: Sender, target: Target) -> dict[Role, int]:
    """Which roles people of the chosen groups hold, and how many hold each; in the order of the roles."""
    everybody = _people(by, target | {"roles": None})
    query = (
        select(Membership.role, func.count(Membership.person_id.distinct()))
        .join(everybody, everybody.c.person_id == Membership.person_id)
        .where(Membership.group_id.in_(_groups(by, target)), Membership.until.is_(None))
        .group_by(Membership.role)
    )
    held = {row[0]: row[1] for row in await session.execute(query)}
    return {role: held[str(role)] for role in Role if str(role) in held}


async def home(session: Session, by: Sender, target: Target) -> Addressee | None:
    """The first group of the target: by its school and zone the sender reckons the hours."""
    found = await batch(session, by, target | {"to": GROUPS}, 0, 1)
    return found[0] if found else None
