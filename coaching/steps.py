"""Steps: opened with a due date in working days, ended side by side, and what follows."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select, update

from coaching import due, evidence, following, history, letters, needs, releasing, seats
from coaching.refusals import Gone, NotNow
from coaching.rights import Act, Side
from coaching.seats import Seat
from community import calendar
from community.calendar import local_day
from community.refusals import Refusal
from content.workflows import END, Step
from storage.database import Session
from storage.models import CycleNote, CycleStep, Person


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a cycle stands for one person: the opened step and what it asks of whom."""

    seat: Seat
    step: Step
    row: CycleStep
    is_again: bool = False  # it has just been done, and an answer led to it once more

    @property
    def number(self) -> int:
        """Which step it is, from 1."""
        return self.seat.workflow.steps.index(self.step) + 1

    @property
    def owes(self) -> list[Side]:
        """Whose part is still open, the coach first."""
        done = {Side.COACH: self.row.coach_done_at, Side.COACHEE: self.row.coachee_done_at}
        return [side for side in sides_of(self.step) if done[side] is None]

    @property
    def is_mine(self) -> bool:
        """Something is still to be done by this person; of makers it is the holder, where the step has one."""
        return self.seat.side in self.owes and is_with(self.row, self.seat.side, self.seat.person.id)

    def is_late(self, today: date) -> bool:
        return self.row.done_at is None and self.row.due_on < today


def sides_of(step: Step) -> tuple[Side, ...]:
    """Who acts at a step, the coach first."""
    return (Side.COACH, Side.COACHEE) if step.by == "both" else (Side(step.by),)


def is_with(row: CycleStep, side: Side, person_id: int) -> bool:
    """Does the part of that side lie with this person? The makers' lies with the holder, where the step has one."""
    return side is not Side.COACHEE or row.holder_id in (None, person_id)


def can_be_held(found: Standing) -> bool:
    """A step of a group's cycle, as long as its makers' part is open."""
    return found.seat.is_group and Side.COACHEE in found.owes


async def begin(session: Session, seat: Seat, now: datetime) -> CycleStep:
    """The cycle's step is opened: due after so many working days of the group's school."""
    step = seat.workflow.step(seat.cycle.step)
    if step is None:
        raise Gone
    days = (await calendar.calendars_of(session, {seat.group.school_id}))[seat.group.school_id]
    row = CycleStep(
        cycle_id=seat.cycle.id, step=step.id, opened_at=now,
        due_on=due.after_working_days(days, local_day(now, seat.group.zone), step.days),
    )  # fmt: skip
    row.remind_at = due.first_reminder(days, row.due_on, seat.group.zone, now)
    session.add(row)
    await session.flush()
    await history.write(session, seat.cycle, "opened", None, now, due=row.due_on.isoformat())
    return row


async def standing(session: Session, seat: Seat) -> Standing | None:
    """The step that is open now; None in a cycle that is offered, closed or stopped."""
    row = await session.scalar(
        select(CycleStep)
        .where(CycleStep.cycle_id == seat.cycle.id, CycleStep.step == seat.cycle.step, CycleStep.done_at.is_(None))
        .order_by(CycleStep.id.desc())
        .limit(1)
    )
    step = seat.workflow.step(seat.cycle.step)
    return Standing(seat, step, row) if row is not None and step is not None else None


async def at(session: Session, person: Person | None, cycle_id: int, act: Act) -> Standing:
    """Where a running cycle stands, for somebody who may do that. Raises NeedsConsent, Gone, NotAllowed, NotNow."""
    seat = await seats.take(session, person, cycle_id, act)
    found = await standing(session, seat) if seat.cycle.state == "active" else None
    if found is None:
        raise NotNow
    return found


async def end(session: Session, person: Person | None, cycle_id: int, step_row: int, now: datetime) -> Standing | None:
    """The person's part of the step is done; with the last part the next step opens. None: the cycle is closed.

    ``step_row`` is the opened step the button stood under: an old button ends nothing.
    Raises NeedsConsent, Gone, NotAllowed, NotNow, and Lacking with what is still to do.
    """
    found = await at(session, person, cycle_id, Act.END_STEP)
    if found.row.id != step_row or found.seat.side not in found.owes:
        raise NotNow
    if not found.is_mine:
        raise NotNow("boards.not_yours")
    missing = await needs.lacking(session, found.seat, found.step, found.row)
    waits_for_other = missing == ["their_promise"] and len(found.owes) > 1
    if missing and not waits_for_other:
        raise Lacking(missing)
    await _mark(session, found, now)
    await history.write(session, found.seat.cycle, "part_done", person, now, side=str(found.seat.side))
    if found.owes:
        await letters.your_turn(session, found, now)
        return found
    return await _onward(session, found, now)


class Lacking(Refusal):
    """Something must still exist before this part of the step is done; ``missing`` names what."""

    def __init__(self, missing: list[str]) -> None:
        self.missing = missing
        super().__init__(f"coaching.lacks.{missing[0]}")


async def _mark(session: Session, found: Standing, now: datetime) -> None:
    column = CycleStep.coach_done_at if found.seat.side is Side.COACH else CycleStep.coachee_done_at
    claimed = await session.scalar(
        update(CycleStep)
        .where(CycleStep.id == found.row.id, column.is_(None), CycleStep.done_at.is_(None))
        .values({column: now})
        .returning(CycleStep.id)
        .execution_options(synchronize_session=False)
    )
    if claimed is None:
        raise NotNow
    await session.refresh(found.row)


async def _onward(session: Session, found: Standing, now: datetime) -> Standing | None:
    """All parts are done: the step ends, and the one that the answers lead to opens."""
    seat = found.seat
    found.row.done_at, found.row.remind_at = now, None
    await history.write(session, seat.cycle, "step_done", None, now)
    leads_to = await _leads_to(session, found)
    if leads_to == END:
        await _close(session, seat, now)
        return None
    seat.cycle.step = leads_to
    await begin(session, seat, now)
    fresh = await standing(session, seat)
    if fresh is None:
        return None
    fresh = replace(fresh, is_again=leads_to == found.step.id)
    await letters.next_step(session, fresh, now)
    return fresh


async def _leads_to(session: Session, found: Standing) -> str:
    taps = await session.execute(
        select(CycleNote.ask, CycleNote.text).where(CycleNote.step_id == found.row.id, CycleNote.medium == "tap")
    )
    given = {(ask, one) for ask, said in taps for one in (said or "").split(",")}
    fitting = next((one.to for one in found.step.branches if (one.ask, one.answer) in given), None)
    return fitting or found.seat.workflow.onward(found.step)


async def _close(session: Session, seat: Seat, now: datetime) -> None:
    """The last step is done. Promises of both sides stand beyond it; without them it would not have come so far."""
    seat.cycle.state, seat.cycle.ended_at = "closed", now
    await evidence.forget_pupils(session, seat.cycle.id)
    await history.write(session, seat.cycle, "closed", None, now)
    on = await following.ways(session, seat)
    await letters.closed(session, seat, now, rows=lambda say: following.buttons(seat, on, say))
    await releasing.let_go(session, seat.cycle, seat.group, "ended", now)
