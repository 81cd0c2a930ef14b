"""What happened in a cycle, line by line. There is no way here, nor in the database, to change a line."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from coaching import boards
from storage.database import Session
from storage.models import Cycle, CycleEvent, Person


async def write(
    session: Session, cycle: Cycle, what: str, person: Person | None, now: datetime, **data: Any
) -> CycleEvent:
    """One more line: what was done at the step where the cycle stands, by whom (None: by the clock).

    ``data`` holds dates, sides and ids of steps; never anybody's words. A group's board shows it where it shows there.
    """
    line = CycleEvent(
        cycle_id=cycle.id,
        person_id=person.id if person else None,
        what=what,
        step=cycle.step,
        data=data or None,
        at=now,
    )
    session.add(line)
    await session.flush()
    if cycle.between == "group" and what in boards.SHOWS:
        await boards.bring_up_to_date(session, cycle, now)
    return line


async def of(session: Session, cycle: Cycle) -> Sequence[CycleEvent]:
    """Every line, oldest first."""
    found = await session.scalars(
        select(CycleEvent).where(CycleEvent.cycle_id == cycle.id).order_by(CycleEvent.at, CycleEvent.id)
    )
    return found.all()


async def with_names(session: Session, cycle: Cycle) -> list[tuple[CycleEvent, Person | None]]:
    """Every line and who did it: None for the clock, and for somebody who has left."""
    rows = await session.execute(
        select(CycleEvent, Person)
        .outerjoin(Person, Person.id == CycleEvent.person_id)
        .where(CycleEvent.cycle_id == cycle.id)
        .order_by(CycleEvent.at, CycleEvent.id)
    )
    return [(line, person) for line, person in rows]
