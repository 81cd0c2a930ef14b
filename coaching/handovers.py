"""Another coach takes over, or stands in for a while; notes go along only if the teacher opens them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select, update

from coaching import commitments, history, holders, letters, pauses, releasing, seat_letters, seats, workflows
from coaching.refusals import Gone, NotNow
from coaching.rights import ROLES, Act, Side
from coaching.seats import RUNNING, Seat
from community import people
from community.refusals import NeedsConsent, NotAllowed
from storage.database import Session
from storage.models import Commitment, Cycle, CycleMember, Group, Person, WorkflowVersion

AT_ONCE = 200
WAIT = ("coach", "group")  # cycles that can go on with another coach; of two colleagues neither is replaced


async def candidates(session: Session, person: Person | None, cycle_id: int) -> list[Person]:
    """Who could take the coach's seat or stand in: others of the group with a role for it, who have agreed."""
    seat = await seats.take(session, person, cycle_id, Act.HAND_OVER)
    sitting = {one.id for row, one in await seats.others(session, seat) if row.side != Side.STAND_IN}
    sitting.add(seat.person.id)
    there = await people.with_role(session, seat.group.id, ROLES[seat.workflow.between][Side.COACH])
    return [one for one in there if one.id not in sitting and one.consented_at is not None]


async def hand_over(session: Session, person: Person | None, cycle_id: int, to_id: int, now: datetime) -> Seat:
    """The coach's seat goes to a colleague at once; the one who gives it up reads nothing any more.

    The new coach sees dates and promises, and the notes written from now on. What was said before was said to
    another: only the teacher opens it. What the coach before had promised, and when the two were to meet, falls with
    the seat, and the teacher is told. Raises NeedsConsent, Gone, NotAllowed, NotNow.
    """
    seat = await seats.take(session, person, cycle_id, Act.HAND_OVER)
    if seat.cycle.state not in ("active", "paused"):
        raise NotNow
    found = next((one for one in await candidates(session, person, cycle_id) if one.id == to_id), None)
    if found is None:
        raise Gone
    fallen = await commitments.fall(session, seat.cycle, seat.person, now)
    await _leave(session, cycle_id, Side.COACH, now)
    await _leave(session, cycle_id, Side.STAND_IN, now)
    await seats.sit(session, seat.cycle, found, Side.COACH, now)
    line = await history.write(session, seat.cycle, "handed_over", person, now)
    await seat_letters.handed_over(session, seat, found, fallen, line.id, now)
    await releasing.let_go(session, seat.cycle, seat.group, "handed", now)
    return seat


async def stand_in(session: Session, person: Person | None, cycle_id: int, to_id: int, now: datetime) -> Seat:
    """A colleague keeps an eye on dates and promises while the coach is away; notes stay closed to them."""
    seat = await seats.take(session, person, cycle_id, Act.NAME_STAND_IN)
    found = next((one for one in await candidates(session, person, cycle_id) if one.id == to_id), None)
    if found is None:
        raise Gone
    await _leave(session, cycle_id, Side.STAND_IN, now)
    await seats.sit(session, seat.cycle, found, Side.STAND_IN, now)
    line = await history.write(session, seat.cycle, "stand_in", person, now)
    await letters.told(session, seat, "stand_in", line.id, now, to=found.name)
    await seat_letters.stands_in(session, seat, found, line.id, now)
    return seat


async def back(session: Session, person: Person | None, cycle_id: int, now: datetime) -> Seat:
    """The coach is back: nobody stands in any more."""
    seat = await seats.take(session, person, cycle_id, Act.NAME_STAND_IN)
    await _leave(session, cycle_id, Side.STAND_IN, now)
    await history.write(session, seat.cycle, "back", person, now)
    return seat


async def open_notes(session: Session, person: Person | None, cycle_id: int, now: datetime) -> Seat:
    """The teacher opens what they themselves and their coach wrote for both before, to the coach of today.

    A group's makers cannot: it is not one person's to give.
    """
    seat = await seats.take(session, person, cycle_id, Act.OPEN_NOTES)
    if seat.is_group:
        raise NotAllowed
    await session.execute(
        update(CycleMember)
        .where(CycleMember.cycle_id == cycle_id, CycleMember.side == str(Side.COACH), CycleMember.until.is_(None))
        .values(reads_since=seat.cycle.started_at)
        .execution_options(synchronize_session=False)
    )
    line = await history.write(session, seat.cycle, "opened_notes", person, now)
    await letters.told(session, seat, "opened_notes", line.id, now)
    return seat


async def _leave(session: Session, cycle_id: int, side: Side, now: datetime) -> None:
    await session.execute(
        update(CycleMember)
        .where(CycleMember.cycle_id == cycle_id, CycleMember.side == str(side), CycleMember.until.is_(None))
        .values(until=now)
        .execution_options(synchronize_session=False)
    )


async def vacate_due(session: Session, now: datetime) -> int:
    """Seats whose holder lost the role, left the group or withdrew fall free; gives how many cycles that were.

    A cycle without its coach rests until somebody of the group takes the seat: those who could are told, and the
    teacher is. A change of principal is such a case. A cycle without its teacher, or between colleagues, ends.
    """
    rows = await session.execute(
        select(CycleMember, Cycle, Group, WorkflowVersion, Person)
        .join(Cycle, Cycle.id == CycleMember.cycle_id)
        .join(Group, Group.id == Cycle.group_id)
        .join(WorkflowVersion, WorkflowVersion.id == Cycle.version_id)
        .join(Person, Person.id == CycleMember.person_id)
        .where(CycleMember.until.is_(None), Cycle.state.in_(RUNNING), ~exists().where(seats.fits_role()))
        .order_by(CycleMember.id)
        .limit(AT_ONCE)
    )
    found = rows.all()
    for member, cycle, group, version, person in found:
        member.until = now
        seat = Seat(person, cycle, group, workflows.of(version), Side(member.side), member)
        await session.flush()
        await holders.release(session, cycle, person, now)
        fallen = await commitments.fall(session, cycle, person, now)
        if await seats.others(session, seat, seat.side) or seat.side is Side.STAND_IN:
            continue
        await _without(session, seat, fallen, now)
    return len(found) + await _abandoned(session, now)


async def _without(session: Session, seat: Seat, fallen: Sequence[Commitment], now: datetime) -> None:
    """Nobody sits on that side any more: a coach's seat waits for another, anything else is over."""
    rests = seat.side is Side.COACH and seat.cycle.between in WAIT and seat.cycle.state != "offered"
    line = await history.write(session, seat.cycle, "vacated", None, now, side=str(seat.side))
    if rests:
        await _rest(session, seat.cycle)
        await seat_letters.fell_free(
            session, seat.cycle, seat.group, seat.workflow, seat.person, fallen, line.id, now
        )  # fmt: skip
    else:
        await letters.told(session, seat, "vacated_coachee", line.id, now)  # before the end: who is asked is told, too
        await pauses.end(session, seat.cycle, now)
    await releasing.let_go(session, seat.cycle, seat.group, "rests" if rests else "ended", now)


async def _rest(session: Session, cycle: Cycle) -> None:
    cycle.state, cycle.paused_until = "paused", None
    await session.flush()


async def _abandoned(session: Session, now: datetime) -> int:
    """Cycles whose coach has been deleted, seat and all: they rest, too, and nobody is named; gives how many."""
    rows = await session.execute(
        select(Cycle, Group, WorkflowVersion)
        .join(Group, Group.id == Cycle.group_id)
        .join(WorkflowVersion, WorkflowVersion.id == Cycle.version_id)
        .where(Cycle.state == "active", Cycle.between.in_(WAIT), ~_has_coach())
        .order_by(Cycle.id)
        .limit(AT_ONCE)
    )
    found = rows.all()
    for cycle, group, version in found:
        await _rest(session, cycle)
        line = await history.write(session, cycle, "vacated", None, now, side=str(Side.COACH))
        await seat_letters.fell_free(session, cycle, group, workflows.of(version), None, (), line.id, now)
        await releasing.let_go(session, cycle, group, "rests", now)
    return len(found)


def _has_coach() -> ColumnElement[bool]:
    return exists().where(
        CycleMember.cycle_id == Cycle.id, CycleMember.side == str(Side.COACH), CycleMember.until.is_(None)
    )


async def free_seats(session: Session, person: Person | None, group_id: int) -> list[Cycle]:
    """Cycles of a group that have no coach any more, for whoever could sit there. Raises NeedsConsent, NotAllowed.

    Those in which the person is the one who is accompanied are left out.
    """
    if person is None or person.consented_at is None:
        raise NeedsConsent
    roles = await people.roles_in(session, person.id, group_id)
    able = [between for between in WAIT if not roles.isdisjoint(ROLES[between][Side.COACH])]
    if not able:
        raise NotAllowed
    own = exists().where(
        CycleMember.cycle_id == Cycle.id, CycleMember.person_id == person.id, CycleMember.until.is_(None),
        CycleMember.side == str(Side.COACHEE),
    )  # fmt: skip
    found = await session.scalars(
        select(Cycle)
        .where(Cycle.group_id == group_id, Cycle.state == "paused", Cycle.between.in_(able), ~_has_coach(), ~own)
        .order_by(Cycle.id)
    )
    return list(found)


async def take_seat(session: Session, person: Person | None, group_id: int, cycle_id: int, now: datetime) -> Seat:
    """Somebody with a role for it takes the free seat of a coach. Raises NeedsConsent, NotAllowed, Gone."""
    cycle = next((one for one in await free_seats(session, person, group_id) if one.id == cycle_id), None)
    if cycle is None or person is None:
        raise Gone
    # The cycle's row is held: of two who tap at once, one finds it taken.
    await session.execute(select(Cycle.id).where(Cycle.id == cycle_id).with_for_update())
    if cycle not in await free_seats(session, person, group_id):
        raise Gone
    await seats.sit(session, cycle, person, Side.COACH, now)
    seat = await seats.take(session, person, cycle_id, Act.SEE)
    line = await history.write(session, cycle, "took_over", person, now)
    await letters.told(session, seat, "took_over", line.id, now)
    return seat
