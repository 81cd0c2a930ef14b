"""What may follow upon a closed cycle: the next round of it, or the workflow that its own one names."""

from collections.abc import Sequence

from sqlalchemy import select

from coaching import offering
from coaching.rights import Side
from coaching.seats import Seat
from content.texts import Texts
from content.workflows import Workflow
from storage.database import Session
from storage.letters import Button, button
from storage.models import Cycle, WorkflowVersion

WAYS = ("round", "then")
Ways = Sequence[tuple[str, Workflow]]


def leads_to(workflow: Workflow, way: str) -> str | None:
    """The workflow that comes next on that way; None where this one does not name it."""
    if way == "round":
        return workflow.id if workflow.repeats else None
    return workflow.then if way == "then" else None


async def after(session: Session, cycle: Cycle) -> Sequence[tuple[Cycle, WorkflowVersion]]:
    """What followed upon this cycle and was not refused, the oldest first."""
    rows = await session.execute(
        select(Cycle, WorkflowVersion)
        .join(WorkflowVersion, WorkflowVersion.id == Cycle.version_id)
        .where(Cycle.follows_id == cycle.id, Cycle.state != "stopped")
        .order_by(Cycle.id)
    )
    return [(row, version) for row, version in rows]


async def ways(session: Session, seat: Seat) -> Ways:
    """Each way on from a closed cycle that its group may begin with, and that nobody has begun."""
    named = {way: name for way in WAYS if (name := leads_to(seat.workflow, way)) is not None}
    if seat.cycle.state != "closed" or seat.side is Side.STAND_IN or not named:
        return []
    able = {one.id: one for one in await offering.offered(session, seat.group)}
    begun = {version.workflow for _, version in await after(session, seat.cycle)}
    return [
        (way, able[name])
        for way, name in named.items()
        if name in able and name not in begun and able[name].between == seat.cycle.between
    ]


def buttons(seat: Seat, found: Ways, say: Texts) -> list[list[Button]]:
    """One button for each of them."""
    every = say.plain(f"rounds.every.{seat.workflow.repeats}") if seat.workflow.repeats else ""
    rows = []
    for way, workflow in found:
        label = say.plain(f"rounds.button.{way}", workflow=workflow.title.of(say.language), every=every)
        rows.append([button(label[:60], f"cycon:{seat.cycle.id}:{way}")])
    return rows
