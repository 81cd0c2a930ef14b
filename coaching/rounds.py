"""Going on after a closed cycle: one tap of either side asks the others, and a tap of theirs is a yes."""

from datetime import datetime

from sqlalchemy import select

from coaching import cycles, following, history, letters, offering, seats, workflows
from coaching.refusals import Gone, NotNow
from coaching.rights import ROLES, Act, Side
from coaching.seats import Seat
from community import people
from storage.database import Session
from storage.models import Cycle, CycleMember, Person


async def go_on(session: Session, person: Person | None, cycle_id: int, way: str, now: datetime) -> Cycle:
    """The next cycle is offered to the others of this one; where they have offered it already, it is a yes.

    Raises NeedsConsent, Gone for a way that is not there, NotAllowed, NotNow before the end or for one's own offer.
    """
    seat = await seats.take(session, person, cycle_id, Act.GO_ON)
    if seat.cycle.state != "closed":
        raise NotNow
    name = following.leads_to(seat.workflow, way) if way in following.WAYS else None
    if name is None:
        raise Gone
    # The cycle's row is held: of two who tap at once, the second one finds what the first has offered.
    await session.execute(select(Cycle.id).where(Cycle.id == cycle_id).with_for_update())
    standing = next(
        (row for row, version in await following.after(session, seat.cycle) if version.workflow == name), None
    )
    if standing is not None:
        await cycles.answer(session, seat.person, standing.id, True, now)
        return standing
    return await _offer(session, seat, name, now)


async def _offer(session: Session, seat: Seat, name: str, now: datetime) -> Cycle:
    version = await offering.keep(session, seat.group, name, now)
    workflow = workflows.of(version)
    if workflow.between != seat.cycle.between:
        raise Gone
    asked = await _still_fit(session, seat)
    if not asked:
        raise Gone
    cycle = Cycle(
        version_id=version.id, group_id=seat.group.id, between=workflow.between, state="offered",
        step=workflow.steps[0].id, started_at=now, follows_id=seat.cycle.id,
    )  # fmt: skip
    session.add(cycle)
    await session.flush()
    await seats.sit(session, cycle, seat.person, seat.side, now)
    for row, one in asked:
        await seats.sit(session, cycle, one, Side(row.side), now, asked=True)
    await history.write(session, cycle, "offered", seat.person, now, side=str(seat.side), follows=seat.cycle.id)
    await letters.offered(session, cycle, workflow, seat.group, seat.person, [one for _, one in asked], now)
    return cycle


async def _still_fit(session: Session, seat: Seat) -> list[tuple[CycleMember, Person]]:
    """The others, on the sides where they sat and may still sit; none, where the other side is nobody's any more."""
    fitting = ROLES[seat.cycle.between]
    there = []
    for row, one in await seats.others(session, seat):
        if row.side == Side.STAND_IN or not one.reachable or one.tg_user_id is None:
            continue
        if not fitting[Side(row.side)].isdisjoint(await people.roles_in(session, one.id, seat.group.id)):
            there.append((row, one))
    return there if any(row.side != seat.side for row, _ in there) else []
