"""Running cycles as the morning reads them: columns, not whole rows, in a fixed number of questions for any number."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from coaching import workflows
from coaching.evidence import KINDS
from coaching.rights import Side
from content.workflows import Workflow
from storage.bulk import among
from storage.database import Session
from storage.models import (
    Commitment,
    Cycle,
    CycleEvent,
    CycleMember,
    CycleNote,
    CycleStep,
    Group,
    Person,
    WorkflowVersion,
)

GOOD = frozenset({"kept", "part_done"})


class Maker(NamedTuple):
    """Somebody on the other side, as far as they are named."""

    id: int
    name: str
    address: str | None


class StepRow(NamedTuple):
    """The open step: until when, and whether the coach's part is open."""

    step: str
    due_on: date
    coach_owes: bool
    holder_id: int | None = None  # of a group's makers the one it lies with


class Promise(NamedTuple):
    """A promise that stands, and whose it is."""

    person_id: int
    text: str
    due_on: date


@dataclass(slots=True)
class Running:
    """A running cycle as the digest reads it."""

    id: int
    group_id: int
    school_id: int | None
    zone: str
    workflow: Workflow
    started_at: datetime
    makers: list[Maker] = field(default_factory=list)
    step: StepRow | None = None
    promises: list[Promise] = field(default_factory=list)
    unseen: int = 0
    last_sign: datetime | None = None
    good: tuple[str, int] | None = None


async def read(session: Session, numbers: Collection[int], now: datetime) -> dict[int, Running]:
    """The cycles by their number, with everything a morning looks at; seven queries."""
    cycles = await _cycles(session, numbers)
    await _makers(session, cycles)
    await _steps(session, cycles)
    await _promises(session, cycles)
    await _evidence(session, cycles)
    await _signs(session, cycles, now)
    return cycles


async def _cycles(session: Session, numbers: Collection[int]) -> dict[int, Running]:
    columns = (Cycle.id, Cycle.group_id, Group.school_id, Group.zone, Cycle.version_id, Cycle.started_at)
    rows = (
        await session.execute(
            select(*columns)
            .join(Group, Group.id == Cycle.group_id)
            .where(among(session, Cycle.id, numbers), Group.state == "active")
        )
    ).all()
    versions = await session.scalars(
        select(WorkflowVersion).where(among(session, WorkflowVersion.id, {row.version_id for row in rows}))
    )
    known = {one.id: workflows.of(one) for one in versions}
    return {
        row.id: Running(row.id, row.group_id, row.school_id, row.zone, known[row.version_id], row.started_at)
        for row in rows
    }


async def _makers(session: Session, cycles: Mapping[int, Running]) -> None:
    rows = await session.execute(
        select(CycleMember.cycle_id, Person.id, Person.name, Person.address)
        .join(Person, Person.id == CycleMember.person_id)
        .where(among(session, CycleMember.cycle_id, cycles), CycleMember.until.is_(None))
        .where(CycleMember.side == str(Side.COACHEE), CycleMember.asked.is_(False), Person.consented_at.is_not(None))
        .order_by(CycleMember.id)
    )
    for number, person_id, name, address in rows:
        cycles[number].makers.append(Maker(person_id, name, address))


async def _steps(session: Session, cycles: Mapping[int, Running]) -> None:
    """The open step of each cycle: the newest that is not done."""
    rows = await session.execute(
        select(
            CycleStep.cycle_id, CycleStep.step, CycleStep.due_on, CycleStep.coach_done_at.is_(None), CycleStep.holder_id
        )
        .where(among(session, CycleStep.cycle_id, cycles), CycleStep.done_at.is_(None))
        .order_by(CycleStep.id)
    )
    for number, step, due_on, coach_owes, holder_id in rows:
        cycles[number].step = StepRow(step, due_on, coach_owes, holder_id)


async def _promises(session: Session, cycles: Mapping[int, Running]) -> None:
    rows = await session.execute(
        select(Commitment.cycle_id, Commitment.person_id, Commitment.text, Commitment.due_on)
        .where(among(session, Commitment.cycle_id, cycles))
        .where(Commitment.kept_at.is_(None), Commitment.let_go_at.is_(None))
        .order_by(Commitment.due_on, Commitment.id)
    )
    for number, person_id, text, due_on in rows:
        cycles[number].promises.append(Promise(person_id, text, due_on))


async def _evidence(session: Session, cycles: Mapping[int, Running]) -> None:
    """How many pieces for both the coach has not looked at; what was shown to another coach is closed and left out."""
    coach = aliased(CycleMember)
    rows = await session.execute(
        select(CycleNote.cycle_id, func.count(CycleNote.id.distinct()))
        .join(
            CycleMember,
            (CycleMember.cycle_id == CycleNote.cycle_id) & (CycleMember.person_id == CycleNote.person_id),
        )
        .join(coach, (coach.cycle_id == CycleNote.cycle_id) & (coach.side == str(Side.COACH)) & coach.until.is_(None))
        .where(among(session, CycleNote.cycle_id, cycles), CycleNote.medium.in_(KINDS))
        .where(CycleNote.audience_at >= coach.reads_since)
        .where(CycleNote.audience == "both", CycleNote.reviewed_at.is_(None))
        .where(CycleMember.side == str(Side.COACHEE))
        .group_by(CycleNote.cycle_id)
    )
    for number, unseen in rows:
        cycles[number].unseen = unseen


async def _signs(session: Session, cycles: Mapping[int, Running], now: datetime) -> None:
    """The last thing somebody on the other side did, and what went well since yesterday."""
    rows = await session.execute(
        select(CycleEvent.cycle_id, CycleEvent.what, func.max(CycleEvent.at))
        .join(
            CycleMember,
            (CycleMember.cycle_id == CycleEvent.cycle_id) & (CycleMember.person_id == CycleEvent.person_id),
        )
        .where(among(session, CycleEvent.cycle_id, cycles), CycleMember.side == str(Side.COACHEE))
        .group_by(CycleEvent.cycle_id, CycleEvent.what)
    )
    for number, what, at in rows:
        cycle = cycles[number]
        cycle.last_sign = max(cycle.last_sign or at, at)
        if what in GOOD and at > now - timedelta(days=1):
            cycle.good = (what, number)
