"""What must exist before a step may end: required answers, and what a workflow's `needs` name."""

from collections.abc import Awaitable, Callable, Sequence

from sqlalchemy import exists, or_, select

from coaching import observed_needs, plan_checks
from coaching.rights import Side
from coaching.seats import Seat
from content.workflows import Ask, Need, Step
from storage.database import Session
from storage.models import CoachingSession, Commitment, CycleNote, CycleStep, SessionSeat

# A need that is not met, as the rest of a phrase's name: coaching.lacks.<need>.
Check = Callable[[Session, Seat, CycleStep], Awaitable[str | None]]


def asks_of(step: Step, side: Side) -> list[Ask]:
    """The questions of a step that this side answers."""
    return [one for one in step.asks if one.of in (str(side), "both")]


async def answered(session: Session, row: CycleStep, person_id: int, *, for_all: bool) -> set[str]:
    """Which questions of an opened step this person has answered; ``for_all``: or anybody, for everybody to read."""
    theirs = CycleNote.person_id == person_id
    query = select(CycleNote.ask).where(CycleNote.step_id == row.id, CycleNote.ask.is_not(None))
    return set(await session.scalars(query.where(or_(theirs, CycleNote.audience == "both") if for_all else theirs)))


async def open_asks(session: Session, seat: Seat, step: Step, row: CycleStep) -> list[Ask]:
    """The questions this person has not answered yet.

    In a group's cycle one maker answers for all, but for what a maker keeps to themselves.
    """
    given = await answered(session, row, seat.person.id, for_all=seat.is_group)
    return [one for one in asks_of(step, seat.side) if one.id not in given]


async def lacking(session: Session, seat: Seat, step: Step, row: CycleStep) -> list[str]:
    """What keeps the person from ending their part of the step, as names of phrases; empty: nothing does."""
    unanswered = [one for one in await open_asks(session, seat, step, row) if one.required]
    found = ["answers"] if unanswered else []
    for need in step.needs:
        missing = await CHECKS[need](session, seat, row)
        found += [missing] if missing else []
    return found


async def _commitments(session: Session, seat: Seat, row: CycleStep) -> str | None:
    """One dated promise of each side, given at this step and not let go: no session ends without it."""
    sides = await session.scalars(
        select(Commitment.side).where(Commitment.step_id == row.id, Commitment.let_go_at.is_(None))
    )
    given = set(sides)
    if seat.side not in given:
        return "own_promise"
    return None if {str(Side.COACH), str(Side.COACHEE)} <= given else "their_promise"


async def _evidence(session: Session, _seat: Seat, row: CycleStep) -> str | None:
    shown = exists().where(
        CycleNote.step_id == row.id, CycleNote.medium.in_(("photo", "document", "link")), CycleNote.audience == "both"
    )
    return None if await session.scalar(select(shown)) else "evidence"


async def _session(session: Session, _seat: Seat, row: CycleStep) -> str | None:
    """A session of this opening of the step: held, or agreed and by nobody said not to have taken place."""
    denied = exists().where(SessionSeat.session_id == CoachingSession.id, SessionSeat.met.is_(False))
    stands = exists().where(
        CoachingSession.step_id == row.id,
        (CoachingSession.state == "held") | ((CoachingSession.state == "agreed") & ~denied),
    )
    return None if await session.scalar(select(stands)) else "session"


CHECKS: dict[Need, Check] = {
    "commitments": _commitments, "evidence": _evidence, "session": _session,
    "plan": plan_checks.plan_needed, "support": plan_checks.support_needed,
    "observation": observed_needs.observation,
    "version": observed_needs.version,
    "criteria": observed_needs.criteria,
}  # fmt: skip


def unknown(needs: Sequence[Need]) -> list[Need]:
    """Needs that nothing here knows how to look up."""
    return [one for one in needs if one not in CHECKS]
