"""Who may do what with a work plan: one table of side and act, and the seat asked before everything else (I8)."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import exists, select

from coaching import seats, workflows
from coaching.refusals import Gone
from coaching.rights import Side
from community import people
from community.refusals import NeedsConsent, NotAllowed
from community.roles import Role
from storage.database import Session
from storage.models import Cycle, CycleMember, CycleStep, Person, WorkflowVersion, WorkPlan


class PlanAct(StrEnum):
    SEE = "see"
    EDIT = "edit"  # rows, by hand or by a sheet
    TAKE_OUT = "take_out"  # as a sheet
    PRINT = "print"  # as a paper, with what the teacher ticks
    ASK = "ask"  # the principal to confirm it
    CONFIRM = "confirm"


class PlanSide(StrEnum):
    OWNER = "owner"
    COACH = "coach"  # of the cycle it came from, once the teacher has ended the step that makes it
    PRINCIPAL = "principal"  # of the plan's group, once the teacher has asked them


ALLOWED: dict[PlanAct, frozenset[PlanSide]] = {
    PlanAct.SEE: frozenset(PlanSide),
    PlanAct.EDIT: frozenset({PlanSide.OWNER}),
    PlanAct.TAKE_OUT: frozenset({PlanSide.OWNER}),
    PlanAct.PRINT: frozenset({PlanSide.OWNER}),
    PlanAct.ASK: frozenset({PlanSide.OWNER}),
    PlanAct.CONFIRM: frozenset({PlanSide.PRINCIPAL}),
}
# Who enters what an activity counts for at their school.
KEEPS_CATALOGUE = frozenset({Role.FACILITATOR, Role.PRINCIPAL})
CONFIRMS = frozenset({Role.PRINCIPAL})
SHOWN = 20  # plans that wait for one person's word


def may(side: PlanSide | None, act: PlanAct) -> bool:
    """Does that side (None: nobody to this plan) have this cell of the table?"""
    return side in ALLOWED[act]


@dataclass(frozen=True, slots=True)
class PlanSeat:
    """A person before a plan, and as what."""

    person: Person
    plan: WorkPlan
    sides: frozenset[PlanSide]

    @property
    def is_owner(self) -> bool:
        return PlanSide.OWNER in self.sides


async def take(session: Session, person: Person | None, plan_id: int, act: PlanAct) -> PlanSeat:
    """The person before that plan, if one of their sides may do that. Raises NeedsConsent, Gone, NotAllowed."""
    if person is None or person.consented_at is None:
        raise NeedsConsent
    plan = await session.get(WorkPlan, plan_id, populate_existing=True)
    sides = await _sides(session, person, plan) if plan is not None else frozenset()
    if plan is None or not sides:
        raise Gone
    if not any(may(one, act) for one in sides):
        raise NotAllowed
    return PlanSeat(person, plan, sides)


async def _sides(session: Session, person: Person, plan: WorkPlan) -> frozenset[PlanSide]:
    if plan.person_id == person.id:
        return frozenset({PlanSide.OWNER})  # nobody confirms their own
    found = set()
    if plan.cycle_id is not None and await _coaches(session, person, plan.cycle_id):
        found.add(PlanSide.COACH)
    if plan.asked_at is not None and plan.group_id is not None:
        roles = await people.roles_in(session, person.id, plan.group_id)
        found |= {PlanSide.PRINCIPAL} if not CONFIRMS.isdisjoint(roles) else set()
    return frozenset(found)


async def _coaches(session: Session, person: Person, cycle_id: int) -> bool:
    """Does the person sit on the coach's side, and has the teacher handed the plan on?"""
    row = await session.execute(
        select(Cycle, WorkflowVersion)
        .join(WorkflowVersion, WorkflowVersion.id == Cycle.version_id)
        .join(CycleMember, CycleMember.cycle_id == Cycle.id)
        .where(Cycle.id == cycle_id, Cycle.state != "stopped", CycleMember.person_id == person.id)
        .where(CycleMember.side == str(Side.COACH), CycleMember.until.is_(None), exists().where(seats.holds_role()))
    )
    found = row.first()
    if found is None:
        return False
    making = [step.id for step in workflows.of(found[1]).steps if "plan" in step.needs]
    handed_on = exists().where(
        CycleStep.cycle_id == cycle_id, CycleStep.step.in_(making), CycleStep.coachee_done_at.is_not(None)
    )
    return bool(await session.scalar(select(handed_on)))


async def coaches(session: Session, plan: WorkPlan) -> list[Person]:
    """Who reads the plan once its step is handed on: the coaches of the cycle it came from."""
    found = await session.scalars(
        select(Person)
        .join(CycleMember, CycleMember.person_id == Person.id)
        .join(Cycle, Cycle.id == CycleMember.cycle_id)
        .where(Cycle.id == plan.cycle_id, Cycle.state != "stopped", CycleMember.side == str(Side.COACH))
        .where(CycleMember.until.is_(None), Person.consented_at.is_not(None), exists().where(seats.holds_role()))
        .order_by(CycleMember.id)
    )
    return list(found)


async def principals(session: Session, plan: WorkPlan) -> list[Person]:
    """Who could confirm the plan: principals of its group who agreed and can be written to, the owner left out."""
    if plan.group_id is None:
        return []
    found = await people.with_role(session, plan.group_id, CONFIRMS)
    return [
        one
        for one in found
        if one.id != plan.person_id and one.consented_at is not None and one.reachable and one.tg_user_id is not None
    ]


async def waiting(session: Session, person: Person) -> list[tuple[WorkPlan, Person]]:
    """Plans whose owners have asked and that this person could confirm, with the owner; the longest waiting first."""
    groups = [one.id for one in await people.groups_of(session, person.id, CONFIRMS)]
    found = await session.execute(
        select(WorkPlan, Person)
        .join(Person, Person.id == WorkPlan.person_id)
        .where(WorkPlan.group_id.in_(groups), WorkPlan.asked_at.is_not(None), WorkPlan.confirmed_at.is_(None))
        .where(WorkPlan.person_id != person.id, Person.consented_at.is_not(None))
        .order_by(WorkPlan.asked_at, WorkPlan.id)
        .limit(SHOWN)
    )
    return [(one[0], one[1]) for one in found]


async def keeps_catalogue_of(session: Session, person: Person, school_id: int) -> bool:
    """May the person say what activities count for at that school?"""
    groups = await people.groups_of(session, person.id, KEEPS_CATALOGUE)
    return any(one.school_id == school_id for one in groups)
