"""What this room keeps of a person: to be handed over, or to be deleted."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update

from coaching import (
    boards,
    letters,
    observed_belongings,
    parting,
    plan_belongings,
    session_belongings,
    spoken_promises,
)
from storage import outbox
from storage.database import Session
from storage.models import Commitment, Cycle, CycleEvent, CycleMember, CycleNote, CycleStep, Group, Letter, Person


async def copy_of(session: Session, person: Person) -> dict[str, Any]:
    """The cycles a person sat in, their notes and promises there, oldest first, as plain JSON."""
    seats = await session.execute(
        select(CycleMember, Cycle, Group.title)
        .join(Cycle, Cycle.id == CycleMember.cycle_id)
        .join(Group, Group.id == Cycle.group_id)
        .where(CycleMember.person_id == person.id)
        .order_by(CycleMember.id)
    )
    notes = await session.execute(
        select(CycleNote, CycleStep.step)
        .join(CycleStep, CycleStep.id == CycleNote.step_id)
        .where(CycleNote.person_id == person.id)
        .order_by(CycleNote.id)
    )
    promises = await session.scalars(
        select(Commitment).where(Commitment.person_id == person.id).order_by(Commitment.id)
    )
    lines = await session.scalars(select(CycleEvent).where(CycleEvent.person_id == person.id).order_by(CycleEvent.id))
    seen = ("side", "since", "until", "asked")
    written = ("cycle_id", "ask", "audience", "medium", "text", "file_id", "seconds", "shows_pupils", "created_at")
    return {
        "coaching_cycles": [
            {"cycle": cycle.id, "group": title, "state": cycle.state, "step": cycle.step, **_values(row, seen)}
            for row, cycle, title in seats
        ],
        "coaching_notes": [{"step": step, **_values(row, written)} for row, step in notes],
        "coaching_promises": [
            _values(
                row,
                ("cycle_id", "side", "text", "file_id", "seconds", "due_on", "created_at", "kept_at", "let_go_at"),
            )
            for row in promises
        ],
        "coaching_history": [_values(row, ("cycle_id", "what", "step", "at")) for row in lines],
        **await plan_belongings.copy_of(session, person),
        **await observed_belongings.copy_of(session, person),
        **await session_belongings.copy_of(session, person),
    }


def _values(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


async def forget(session: Session, person: Person, now: datetime) -> None:
    """Their notes, promises and seats go; a cycle of which they were the teacher goes as a whole.

    Of letters to the others that named them or carried their words nothing is left, and none is sent any more; a
    board in a group is written anew without them.
    """
    mine = select(CycleMember.cycle_id).where(CycleMember.person_id == person.id)
    numbers = list(await session.scalars(mine.distinct()))
    named = [Letter.key.startswith(f"{letters.FIRST}:{number}:", autoescape=True) for number in numbers]
    about = or_(Letter.key.startswith(f"{letters.FIRST}:") & (Letter.person_id == person.id), *named)
    await outbox.blank(session, about, now)
    await parting.cycles_end(session, person, now)
    await plan_belongings.forget(session, person, now)
    await observed_belongings.forget(session, person)
    await session_belongings.forget(session, person, now)
    taught = select(CycleMember.cycle_id).where(
        CycleMember.person_id == person.id, CycleMember.side == "coachee", CycleMember.until.is_(None)
    )
    whole = delete(Cycle).where(Cycle.id.in_(taught), Cycle.between != "group")
    await session.execute(whole.execution_options(synchronize_session=False))
    for table in (CycleNote, Commitment, CycleMember):
        await session.execute(
            delete(table).where(table.person_id == person.id).execution_options(synchronize_session=False)
        )
    shown = list(await session.scalars(select(Cycle).where(Cycle.id.in_(numbers), Cycle.board > 0)))
    links: tuple[tuple[Any, Any], ...] = ((CycleEvent, CycleEvent.person_id), (CycleStep, CycleStep.holder_id))
    for linked, column in links:
        await session.execute(
            update(linked).where(column == person.id).values({column: None})
            .execution_options(synchronize_session=False)
        )  # fmt: skip
    for cycle in shown:
        await boards.bring_up_to_date(session, cycle, now)


async def texts(session: Session, person: Person) -> list[str]:
    """The words the person wrote in cycles, by which letters that quote them are recognised."""
    notes = await session.scalars(
        select(CycleNote.text).where(CycleNote.person_id == person.id, CycleNote.text.is_not(None))
    )
    promises = await session.scalars(select(Commitment).where(Commitment.person_id == person.id))
    return [
        *(one for one in notes if one),
        *(one.text for one in promises if not spoken_promises.is_unnamed(one)),
        *await plan_belongings.texts(session, person),
        *await observed_belongings.texts(session, person),
        *await session_belongings.texts(session, person),
    ]
