"""A cycle from first contact on: offered by one side, taken up by the other, and what both are told."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from coaching import history, letters, offering, seats, steps, workflows
from coaching.refusals import Gone, NotNow
from coaching.rights import ROLES, Side
from coaching.seats import Seat
from community import people
from community.refusals import NeedsConsent, NotAllowed, Refusal
from content.workflows import Workflow
from storage.database import Session
from storage.models import Cycle, CycleMember, Group, Person, WorkflowVersion

MOST_MAKERS = 12


async def partners(
    session: Session, person: Person | None, group_id: int, workflow: Workflow
) -> dict[Side, list[Person]]:
    """With whom the person may begin that workflow in the group: by the side the others would sit on.

    Raises NeedsConsent, NotAllowed for somebody whose role fits neither side.
    """
    if person is None or person.consented_at is None:
        raise NeedsConsent
    mine = await people.roles_in(session, person.id, group_id)
    fitting = ROLES[workflow.between]
    found: dict[Side, list[Person]] = {}
    for own, other in ((Side.COACH, Side.COACHEE), (Side.COACHEE, Side.COACH)):
        if own is Side.COACHEE and workflow.between != "coach":
            continue  # among colleagues one side is as good as the other; a group is gathered by who accompanies it
        if not fitting[own].isdisjoint(mine):
            there = await people.with_role(session, group_id, fitting[other])
            found[other] = [one for one in there if one.id != person.id and _can_be_asked(one)]
    if not found:
        raise NotAllowed
    return found


def _can_be_asked(person: Person) -> bool:
    return person.consented_at is not None and person.reachable and person.tg_user_id is not None


async def offer(
    session: Session, person: Person | None, group: Group, workflow_id: str, side: Side, with_ids: Sequence[int],
    now: datetime,
) -> Cycle:  # fmt: skip
    """Ask one colleague, or for a group's cycle several, to sit on ``side``; they get a letter with yes and no.

    Raises NeedsConsent, NotAllowed, Gone for a workflow or a colleague who cannot be asked, and Refusal where the
    same two are in such a cycle already.
    """
    version = await offering.keep(session, group, workflow_id, now)
    workflow = workflows.of(version)
    may_be = (await partners(session, person, group.id, workflow)).get(side, [])
    asked = [one for one in may_be if one.id in set(with_ids)]
    most = MOST_MAKERS if workflow.between == "group" else 1
    if person is None or not asked or len(asked) > most:
        raise Gone
    await _not_twice(session, person, asked, workflow, group)
    first = workflow.steps[0].id
    cycle = Cycle(
        version_id=version.id, group_id=group.id, between=workflow.between, state="offered", step=first, started_at=now
    )
    session.add(cycle)
    await session.flush()
    own = Side.COACH if side is Side.COACHEE else Side.COACHEE
    await seats.sit(session, cycle, person, own, now)
    for one in asked:
        await seats.sit(session, cycle, one, side, now, asked=True)
    await history.write(session, cycle, "offered", person, now, side=str(own))
    await letters.offered(session, cycle, workflow, group, person, asked, now)
    return cycle


async def _not_twice(
    session: Session, person: Person, asked: Sequence[Person], workflow: Workflow, group: Group
) -> None:
    theirs = (
        select(Cycle.id)
        .join(CycleMember, CycleMember.cycle_id == Cycle.id)
        .join(WorkflowVersion, WorkflowVersion.id == Cycle.version_id)
        .where(Cycle.group_id == group.id, Cycle.state.in_(seats.RUNNING), CycleMember.until.is_(None))
        .where(WorkflowVersion.workflow == workflow.id)
    )
    with_me = theirs.where(CycleMember.person_id == person.id)
    again = theirs.where(CycleMember.person_id.in_([one.id for one in asked]), Cycle.id.in_(with_me)).limit(1)
    if await session.scalar(again) is not None:
        raise Refusal("coaching.already", name=workflow.title.of(person.language))


async def answer(session: Session, person: Person | None, cycle_id: int, accepts: bool, now: datetime) -> Seat:
    """Yes or no to an offer. Once somebody sits on either side the first step opens; a no of the last one ends it.

    Raises NeedsConsent, Gone, and NotNow for what was answered already or for one's own offer.
    """
    seat = await seats.invited(session, person, cycle_id)
    line = (await history.of(session, seat.cycle))[0]
    said = {one.person_id for one in await history.of(session, seat.cycle) if one.what in ("accepted", "declined")}
    if seat.cycle.state not in ("offered", "active") or line.person_id == seat.person.id or seat.person.id in said:
        raise NotNow
    seat.row.asked = False
    if not accepts:
        seat.row.until = now
    await session.flush()
    await history.write(session, seat.cycle, "accepted" if accepts else "declined", person, now)
    if accepts and seat.cycle.state == "offered" and await _on_both_sides(session, seat.cycle):
        seat.cycle.state = "active"
        await steps.begin(session, seat, now)
    elif not accepts and seat.cycle.state == "offered" and not await _somebody_left(session, seat):
        seat.cycle.state, seat.cycle.ended_at = "stopped", now
    await session.flush()
    await letters.answered(session, seat, accepts, now)
    return seat


async def _on_both_sides(session: Session, cycle: Cycle) -> bool:
    """Of a round that a maker offers, a colleague's yes alone begins nothing: the facilitator has to be there."""
    there = await session.scalars(
        select(CycleMember.side)
        .where(CycleMember.cycle_id == cycle.id, CycleMember.until.is_(None), CycleMember.asked.is_(False))
        .distinct()
    )
    return {str(Side.COACH), str(Side.COACHEE)} <= set(there)


async def _somebody_left(session: Session, seat: Seat) -> bool:
    return bool(await seats.others(session, seat, seat.side))
