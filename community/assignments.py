"""Who accompanies whom in a group: Model 1 (pengampu, teachers) and Model 2 (pengampu, mentors, teachers).

A group without the setting goes by the roles that people hold in it. Assignments are kept with their history.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, aliased

from community import rights
from community.refusals import NotAllowed, Refusal
from community.rights import Action
from community.roles import Role
from storage.database import Session
from storage.models import Assignment, Group, Membership, Person

MODELS = (1, 2)


class Link(NamedTuple):
    """A kind of accompanying: who, and whom."""

    by: Role
    of: Role


LEADS, GUIDES, MENTORS = (
    Link(Role.COURSE_FACILITATOR, Role.TEACHER), Link(Role.COURSE_FACILITATOR, Role.MENTOR),
    Link(Role.MENTOR, Role.TEACHER),
)  # fmt: skip
LINKS: Mapping[int | None, tuple[Link, ...]] = {1: (LEADS,), 2: (GUIDES, MENTORS), None: ()}


@dataclass(frozen=True, slots=True)
class Standing:
    """A group, its model, who could accompany and be accompanied, and who does: by link and the accompanied's id."""

    group: Group
    model: int | None
    holders: Mapping[Role, Sequence[Person]]  # who may be reckoned with, by name
    set: Mapping[Link, Mapping[int, int]]

    @property
    def links(self) -> tuple[Link, ...]:
        return LINKS[self.model]

    def without(self, link: Link) -> list[Person]:
        """Whom nobody accompanies; who could only accompany themselves is not one of them."""
        guides = {one.id for one in self.holders[link.by]}
        return [one for one in self.holders[link.of] if one.id not in self.set[link] and guides - {one.id}]


def by_roles(roles: Collection[Role]) -> int | None:
    """The model that the roles people hold speak for: with mentors the second, with a pengampu alone the first."""
    if Role.MENTOR in roles:
        return 2
    return 1 if Role.COURSE_FACILITATOR in roles else None


def model_of(group: Group, roles: Collection[Role]) -> int | None:
    """The model a group goes by: the one that was set, else as the roles say."""
    return group.model if group.model in MODELS else by_roles(roles)


def holds(person_id: InstrumentedAttribute[int], role: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Somebody holds a role in the assignment's group; a colleague who was listed without Telegram does, too."""
    held, who = aliased(Membership), aliased(Person)
    return exists().where(
        held.person_id == person_id, held.group_id == Assignment.group_id, held.role == role, held.until.is_(None),
        who.id == held.person_id, or_(who.consented_at.is_not(None), who.tg_user_id.is_(None)),
    )  # fmt: skip


def stands() -> ColumnElement[bool]:
    """The assignment has not ended, and both hold their roles still."""
    both = and_(holds(Assignment.by_id, Assignment.by_role), holds(Assignment.of_id, Assignment.of_role))
    return and_(Assignment.until.is_(None), both)


async def standing(session: Session, group: Group) -> Standing:
    """How it stands in a group; two queries."""
    rows = await session.execute(
        select(Membership.role, Person)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.group_id == group.id, Membership.until.is_(None),
            Membership.role.in_([str(role) for role in (Role.COURSE_FACILITATOR, Role.MENTOR, Role.TEACHER)]),
            or_(Person.consented_at.is_not(None), Person.tg_user_id.is_(None)),
        )
        .order_by(Person.name, Person.id)
    )  # fmt: skip
    holders: dict[Role, list[Person]] = {Role.COURSE_FACILITATOR: [], Role.MENTOR: [], Role.TEACHER: []}
    for role, person in rows:
        holders[Role(role)].append(person)
    held = [role for role, there in holders.items() if there]
    found = await session.scalars(select(Assignment).where(Assignment.group_id == group.id, stands()))
    told: dict[Link, dict[int, int]] = {link: {} for link in (LEADS, GUIDES, MENTORS)}
    for row in found:
        told.get(Link(Role(row.by_role), Role(row.of_role)), {})[row.of_id] = row.by_id
    return Standing(group, model_of(group, held), holders, told)


async def model_in(session: Session, group: Group) -> int | None:
    """The model a group goes by; one query where it was not set."""
    if group.model in MODELS:
        return group.model
    roles = await session.scalars(
        select(Membership.role)
        .where(Membership.group_id == group.id, Membership.until.is_(None))
        .where(Membership.role.in_((str(Role.MENTOR), str(Role.COURSE_FACILITATOR))))
        .distinct()
    )
    return by_roles({Role(role) for role in roles})


async def companions(session: Session, group: Group, person_id: int) -> dict[Role, int]:
    """Who is assigned to somebody in a group, by role; in Model 2 the pengampu is their mentor's. 3 queries."""
    model = await model_in(session, group)
    if model is None:
        return {}
    own = await _of(session, group.id, person_id)
    if model == 1:
        return {Role.COURSE_FACILITATOR: own[LEADS]} if LEADS in own else {}
    found = {Role.MENTOR: own[MENTORS]} if MENTORS in own else {}
    guided = await _of(session, group.id, own[MENTORS]) if MENTORS in own else own
    if GUIDES in guided:
        found[Role.COURSE_FACILITATOR] = guided[GUIDES]
    return found


async def _of(session: Session, group_id: int, person_id: int) -> dict[Link, int]:
    rows = await session.scalars(
        select(Assignment).where(Assignment.group_id == group_id, Assignment.of_id == person_id, stands())
    )
    return {Link(Role(row.by_role), Role(row.of_role)): row.by_id for row in rows}


async def _led(session: Session, person: Person | None, group_id: int) -> Standing:
    """The group of who may assign, locked: two facilitators may tap at the same moment.

    Raises NeedsConsent, and a Refusal that says who sets it.
    """
    try:
        await rights.require(session, person, Action.ASSIGN, group_id)
    except NotAllowed:
        raise Refusal("assignments.facilitator_sets") from None
    group = await session.scalar(
        select(Group).where(Group.id == group_id).with_for_update().execution_options(populate_existing=True)
    )
    if group is None:
        raise NotAllowed
    return await standing(session, group)


async def choose_model(session: Session, person: Person | None, group_id: int, chosen: int) -> Group:
    """The group goes by Model 1 or 2; 0: by the roles people hold. What was assigned in the other model waits.

    Another number changes nothing (buttons can be forged). Raises NeedsConsent, Refusal.
    """
    group = (await _led(session, person, group_id)).group
    if chosen in (0, *MODELS):
        group.model = chosen or None
        await session.flush()
    return group


async def assign(
    session: Session, person: Person | None, group_id: int, link: Link, by_id: int, of_id: int, now: datetime
) -> None:
    """From now on one accompanies the other; tapped again, no more. Raises NeedsConsent, Refusal.

    People who do not hold the roles (any more), or one who would accompany themselves, change nothing.
    """
    here = await _led(session, person, group_id)
    able = link in here.links and by_id in {one.id for one in here.holders[link.by]}
    if person is None or not able or by_id == of_id or of_id not in {one.id for one in here.holders[link.of]}:
        return
    await end(session, Assignment.group_id == group_id, _is(link), Assignment.of_id == of_id, how="changed", now=now)
    if here.set[link].get(of_id) != by_id:
        await add(session, group_id, link, {of_id: by_id}, person.id, now)


async def share_out(session: Session, person: Person | None, group_id: int, now: datetime) -> int:
    """Who has nobody gets whoever accompanies fewest; who has somebody keeps them. Gives how many were assigned.

    People who have begun together stay together: an even number is worth less. Raises NeedsConsent, Refusal.
    """
    here, done = await _led(session, person, group_id), 0
    for link in here.links:
        shared = evenly(here, link)
        # A row that stands open though somebody lost their role would be in the way; the clock has not come by yet.
        left = Assignment.of_id.in_(list(shared))
        await end(session, Assignment.group_id == group_id, _is(link), left, how="gone", now=now)
        await add(session, group_id, link, shared, person.id if person else None, now)
        done += len(shared)
    return done


def evenly(here: Standing, link: Link) -> dict[int, int]:
    """Whom nobody accompanies, each with who accompanies fewest; among equals the first by name."""
    counted = Counter({one.id: 0 for one in here.holders[link.by]})
    counted.update(by for by in here.set[link].values() if by in counted)
    places = {one.id: at for at, one in enumerate(here.holders[link.by])}
    found: dict[int, int] = {}
    for one in here.without(link):
        able = (number for number in counted if number != one.id)
        by = min(able, key=lambda number: (counted[number], places[number]))
        found[one.id] = by
        counted[by] += 1
    return found


def _is(link: Link) -> ColumnElement[bool]:
    return and_(Assignment.by_role == str(link.by), Assignment.of_role == str(link.of))


async def end(session: Session, *where: ColumnElement[bool], how: str, now: datetime) -> None:
    """Assignments end and stay as history; ``how``: changed, gone, stopped."""
    await session.execute(
        update(Assignment)
        .where(Assignment.until.is_(None), *where)
        .values(until=now, ended=how, next_at=None)
        .execution_options(synchronize_session=False)
    )


async def add(
    session: Session, group_id: int, link: Link, pairs: Mapping[int, int], set_by: int | None, now: datetime,
    next_at: datetime | None = None,
) -> None:  # fmt: skip
    """Begin assignments, given by whom is accompanied."""
    session.add_all(
        Assignment(
            group_id=group_id, by_id=by, by_role=str(link.by), of_id=of, of_role=str(link.of), set_by=set_by,
            since=now, next_at=next_at,
        )
        for of, by in pairs.items()
    )  # fmt: skip
    await session.flush()


async def copy_of(session: Session, person: Person) -> list[dict[str, Any]]:
    """Whom the person accompanied and who accompanied them, without the other's name, oldest first; as plain JSON."""
    rows = await session.execute(
        select(Assignment, Group.title)
        .join(Group, Group.id == Assignment.group_id)
        .where(or_(Assignment.by_id == person.id, Assignment.of_id == person.id))
        .order_by(Assignment.since, Assignment.id)
    )
    return [
        {
            "group": title, "accompanied": row.of_id != person.id, "as": row.by_role, "of": row.of_role,
            "since": row.since.isoformat(), "until": row.until.isoformat() if row.until else None, "ended": row.ended,
            "next_call_at": row.next_at.isoformat() if row.next_at else None,
            "set_by_themselves": row.set_by == person.id,
        }
        for row, title in rows
    ]  # fmt: skip
