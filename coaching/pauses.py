"""A cycle rests, goes on, takes up a step again, or is given up; every time both sides are told."""

from datetime import datetime, timedelta

from sqlalchemy import exists, select, update

from coaching import due, evidence, history, letters, releasing, seats, steps, workflows
from coaching.refusals import Gone, NotNow
from coaching.rights import Act, Side
from coaching.seats import Seat
from community import calendar
from community.calendar import local_day
from content.workflows import END
from storage.database import Session
from storage.models import Commitment, Cycle, CycleMember, CycleStep, Group, Person, WorkflowVersion

AT_ONCE = 200


async def pause(session: Session, person: Person | None, cycle_id: int, days: int, now: datetime) -> Seat:
    """Nothing is due and nobody is reminded for so many days (0: until somebody takes it up). Raises NotNow."""
    seat = await seats.take(session, person, cycle_id, Act.PAUSE)
    if seat.cycle.state != "active":
        raise NotNow
    until = local_day(now, seat.group.zone) + timedelta(days=days) if days else None
    seat.cycle.state, seat.cycle.paused_until = "paused", until
    await session.flush()
    line = await history.write(session, seat.cycle, "paused", person, now, until=until.isoformat() if until else None)
    await letters.told(session, seat, "paused", line.id, now)
    await releasing.let_go(session, seat.cycle, seat.group, "rests", now)
    return seat


async def resume(session: Session, person: Person | None, cycle_id: int, now: datetime) -> Seat:
    """It goes on where it stood; the open step and the promises get the days that the pause took. Raises NotNow."""
    seat = await seats.take(session, person, cycle_id, Act.PAUSE)
    if seat.cycle.state != "paused":
        raise NotNow
    await take_up(session, seat, now)
    line = await history.write(session, seat.cycle, "resumed", person, now)
    await letters.told(session, seat, "resumed", line.id, now)
    return seat


async def wake_due(session: Session, now: datetime) -> int:
    """Cycles whose pause is over go on, and both sides are told; gives how many. One that lost its coach waits."""
    rows = await session.execute(
        select(Cycle, Group, WorkflowVersion, CycleMember, Person)
        .join(Group, Group.id == Cycle.group_id)
        .join(WorkflowVersion, WorkflowVersion.id == Cycle.version_id)
        .join(CycleMember, CycleMember.cycle_id == Cycle.id)
        .join(Person, Person.id == CycleMember.person_id)
        .where(Cycle.state == "paused", Cycle.paused_until <= now.date(), CycleMember.side == str(Side.COACH))
        .where(CycleMember.until.is_(None), exists().where(seats.holds_role()))
        .order_by(Cycle.id)
        .limit(AT_ONCE)
    )
    found = rows.all()
    for cycle, group, version, member, person in found:
        if cycle.paused_until is None or cycle.paused_until > local_day(now, group.zone):
            continue
        seat = Seat(person, cycle, group, workflows.of(version), Side.COACH, member)
        await take_up(session, seat, now)
        line = await history.write(session, cycle, "resumed", None, now)
        await letters.woken(session, seat, line.id, now)
    return len(found)


async def take_up(session: Session, seat: Seat, now: datetime) -> None:
    """The cycle runs again: what fell due in the pause is due a few days from now."""
    seat.cycle.state, seat.cycle.paused_until = "active", None
    await session.flush()
    days = (await calendar.calendars_of(session, {seat.group.school_id}))[seat.group.school_id]
    today = local_day(now, seat.group.zone)
    earliest = due.after_working_days(days, today, _BREATH)
    open_steps = await session.scalars(
        select(CycleStep).where(CycleStep.cycle_id == seat.cycle.id, CycleStep.done_at.is_(None))
    )
    promises = await session.scalars(
        select(Commitment).where(
            Commitment.cycle_id == seat.cycle.id, Commitment.kept_at.is_(None), Commitment.let_go_at.is_(None)
        )
    )
    rows: list[CycleStep | Commitment] = [*open_steps, *promises]
    for row in rows:
        row.due_on, row.reminded = max(row.due_on, earliest), 0
        row.remind_at = due.first_reminder(days, row.due_on, seat.group.zone, now)
    await session.flush()


_BREATH = 3  # working days to find one's feet again after a pause


async def reopen(session: Session, person: Person | None, cycle_id: int, step: str, now: datetime) -> Seat:
    """An earlier step is taken up again, also of a closed cycle; what was said there stays readable.

    Raises NeedsConsent, Gone for a step that was never done, NotAllowed, NotNow while it is paused or offered.
    """
    seat = await seats.take(session, person, cycle_id, Act.REOPEN)
    if seat.cycle.state not in ("active", "closed"):
        raise NotNow
    done = await session.scalar(
        select(CycleStep.id).where(
            CycleStep.cycle_id == cycle_id, CycleStep.step == step, CycleStep.done_at.is_not(None)
        ).limit(1)
    )  # fmt: skip
    if done is None or step == END or seat.workflow.step(step) is None:
        raise Gone
    await session.execute(
        update(CycleStep)
        .where(CycleStep.cycle_id == cycle_id, CycleStep.done_at.is_(None))
        .values(done_at=now, remind_at=None)
        .execution_options(synchronize_session=False)
    )
    seat.cycle.state, seat.cycle.ended_at, seat.cycle.step = "active", None, step
    await session.flush()
    line = await history.write(session, seat.cycle, "reopened", person, now)
    await steps.begin(session, seat, now)
    fresh = await steps.standing(session, seat)
    blanks = {"step": fresh.step.title.of(seat.person.language)} if fresh else {}
    await letters.told(session, seat, "reopened", line.id, now, **blanks)
    return seat


async def stop(session: Session, person: Person | None, cycle_id: int, now: datetime) -> Seat:
    """The cycle is given up, without a reason asked; its notes stay with those who wrote and read them."""
    seat = await seats.take(session, person, cycle_id, Act.STOP)
    if seat.cycle.state not in seats.RUNNING:
        raise NotNow
    await end(session, seat.cycle, now)
    line = await history.write(session, seat.cycle, "stopped", person, now)
    await letters.told(session, seat, "stopped", line.id, now)
    await releasing.let_go(session, seat.cycle, seat.group, "ended", now)
    return seat


async def end(session: Session, cycle: Cycle, now: datetime) -> None:
    """The cycle is over before its last step: nothing is due any more, and pictures with pupils go."""
    await end_reminders(session, cycle.id)
    await evidence.forget_pupils(session, cycle.id)
    cycle.state, cycle.ended_at = "stopped", now
    await session.flush()


async def end_reminders(session: Session, cycle_id: int) -> None:
    """Nobody is reminded of anything in this cycle any more."""
    for table in (CycleStep, Commitment):
        await session.execute(
            update(table)
            .where(table.cycle_id == cycle_id)
            .values(remind_at=None)
            .execution_options(synchronize_session=False)
        )
