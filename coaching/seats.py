"""Who sits in a cycle, on which side; asked before everything else, so that a copied button opens nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select

from coaching import rights, workflows
from coaching.refusals import Gone
from coaching.rights import ROLES, Act, Side
from community.refusals import NeedsConsent, NotAllowed
from content.workflows import Workflow
from storage.database import Session
from storage.models import Cycle, CycleMember, Group, Membership, Person, WorkflowVersion

RUNNING = ("offered", "active", "paused")


@dataclass(frozen=True, slots=True)
class Seat:
    """A person in a cycle: everything a room needs to know before it does something for them."""

    person: Person
    cycle: Cycle
    group: Group
    workflow: Workflow
    side: Side
    row: CycleMember

    @property
    def is_group(self) -> bool:
        """Several makers share the other side."""
        return self.workflow.between == "group"


async def take(session: Session, person: Person | None, cycle_id: int, act: Act) -> Seat:
    """The person's seat, if its side may do that. Raises NeedsConsent, Gone without a seat, NotAllowed. One query."""
    if person is None or person.consented_at is None:
        raise NeedsConsent
    found = [one for one in await _seats(session, person, Cycle.id == cycle_id) if one.cycle.id == cycle_id]
    if not found:
        raise Gone
    able = next((one for one in found if rights.may(one.side, act)), None)
    if able is None:
        raise NotAllowed
    return able


async def of_person(session: Session, person: Person, states: Sequence[str] = RUNNING) -> list[Seat]:
    """Every seat the person holds in cycles of those states, the newest cycle last. One query."""
    return await _seats(session, person, Cycle.state.in_(states))


def holds_role() -> ColumnElement[bool]:
    """A role that fits the side, of somebody who has said yes: silence is no, also when the others have begun."""
    return and_(fits_role(), or_(CycleMember.asked.is_(False), Cycle.state == "offered"))


def fits_role() -> ColumnElement[bool]:
    """A role somebody holds in the cycle's group now, and that fits their side: who lost it, lost the seat with it."""
    fitting = [
        and_(Cycle.between == between, CycleMember.side == str(side), Membership.role.in_([str(one) for one in roles]))
        for between, sides in ROLES.items()
        for side, roles in sides.items()
    ]
    return and_(
        Membership.person_id == CycleMember.person_id,
        Membership.group_id == Cycle.group_id,
        Membership.until.is_(None),
        or_(*fitting),
    )


async def invited(session: Session, person: Person | None, cycle_id: int) -> Seat:
    """The seat somebody was asked to take, whether they have answered or not. Raises NeedsConsent, Gone."""
    if person is None or person.consented_at is None:
        raise NeedsConsent
    found = await _seats(session, person, Cycle.id == cycle_id, fits=fits_role())
    if not found:
        raise Gone
    return found[0]


async def _seats(
    session: Session, person: Person, *where: ColumnElement[bool], fits: ColumnElement[bool] | None = None
) -> list[Seat]:
    rows = await session.execute(
        select(CycleMember, Cycle, Group, WorkflowVersion)
        .join(Cycle, Cycle.id == CycleMember.cycle_id)
        .join(Group, Group.id == Cycle.group_id)
        .join(WorkflowVersion, WorkflowVersion.id == Cycle.version_id)
        .where(CycleMember.person_id == person.id, CycleMember.until.is_(None), Group.state != "left", *where)
        .where(exists().where(holds_role() if fits is None else fits))
        .order_by(Cycle.id, CycleMember.id)
        .execution_options(populate_existing=True)
    )
    return [
        Seat(person, cycle, group, workflows.of(version), Side(member.side), member)
        for member, cycle, group, version in rows
    ]


async def sitting(session: Session, cycle_id: int) -> list[tuple[CycleMember, Person]]:
    """Who sits in the cycle now and agrees, on whatever side; one query."""
    rows = await session.execute(
        select(CycleMember, Person)
        .join(Person, Person.id == CycleMember.person_id)
        .join(Cycle, Cycle.id == CycleMember.cycle_id)
        .where(CycleMember.cycle_id == cycle_id, CycleMember.until.is_(None), Person.consented_at.is_not(None))
        .where(exists().where(holds_role()))
        .order_by(CycleMember.id)
    )
    return [(row, person) for row, person in rows]


async def others(session: Session, seat: Seat, side: Side | None = None) -> list[tuple[CycleMember, Person]]:
    """Who else sits there now and agrees, on one side or on any; one query."""
    there = await sitting(session, seat.cycle.id)
    return [(row, one) for row, one in there if one.id != seat.person.id and (side is None or row.side == side)]


async def readers(session: Session, seat: Seat) -> list[Person]:
    """Who reads what this person says to both: the other seats that the table lets read."""
    return [person for row, person in await others(session, seat) if rights.reads(Side(row.side), "both")]


async def sit(
    session: Session, cycle: Cycle, person: Person, side: Side, now: datetime, *, asked: bool = False
) -> CycleMember:
    """The person takes a seat, or is ``asked`` to; notes from before now stay closed to them."""
    row = CycleMember(
        cycle_id=cycle.id, person_id=person.id, side=str(side), since=now, reads_since=now, asked=asked
    )  # fmt: skip
    session.add(row)
    await session.flush()
    return row
