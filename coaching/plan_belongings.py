"""What this room keeps of a person's work plans: to be handed over, or to be deleted."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update

from coaching.plan_reminders import KEY
from coaching.plans import FIELDS
from storage import outbox
from storage.database import Session
from storage.models import Letter, Person, PlanKind, PlanRow, WorkPlan

_WRITTEN = ("aim", "material", "challenge", "anticipation", "preparation", "support_source", "support_form", "result")


async def copy_of(session: Session, person: Person) -> dict[str, Any]:
    """The plans with their rows, the catalogue entries they made, and what they confirmed, as plain JSON."""
    rows = await session.execute(
        select(PlanRow, WorkPlan)
        .join(WorkPlan, WorkPlan.id == PlanRow.plan_id)
        .where(WorkPlan.person_id == person.id)
        .order_by(WorkPlan.id, PlanRow.number)
    )
    own = await session.scalars(select(WorkPlan).where(WorkPlan.person_id == person.id).order_by(WorkPlan.id))
    kinds = await session.scalars(select(PlanKind).where(PlanKind.created_by == person.id).order_by(PlanKind.id))
    confirmed = await session.execute(
        select(WorkPlan.period, WorkPlan.confirmed_at).where(WorkPlan.confirmed_by == person.id)
    )
    return {
        "work_plans": [
            {
                "period": plan.period, "without_points": plan.is_free, "created_at": plan.created_at.isoformat(),
                "asked_at": plan.asked_at.isoformat() if plan.asked_at else None,
                "confirmed_at": plan.confirmed_at.isoformat() if plan.confirmed_at else None,
            }
            for plan in own
        ],
        "plan_rows": [
            {
                "period": plan.period, "number": row.number, "kind": row.kind, "times": row.times,
                "remind_at": row.remind_at.isoformat() if row.remind_at else None,
                **{name: getattr(row, name) for name in FIELDS},
            }
            for row, plan in rows
        ],
        "plan_kinds": [{"entry": row.content, "created_at": row.created_at.isoformat()} for row in kinds],
        "plans_confirmed": [{"period": period, "at": at.isoformat() if at else None} for period, at in confirmed],
    }  # fmt: skip


async def forget(session: Session, person: Person, now: datetime) -> None:
    """Their plans go, and of letters to principals about them nothing is left. A school's catalogue stays, unsigned."""
    plans = list(await session.scalars(select(WorkPlan.id).where(WorkPlan.person_id == person.id)))
    named = [Letter.key.startswith(f"{KEY}:{number}:", autoescape=True) for number in plans]
    about = or_(Letter.key.startswith(f"{KEY}:") & (Letter.person_id == person.id), *named)
    await outbox.blank(session, about, now)
    await session.execute(
        delete(PlanRow).where(PlanRow.plan_id.in_(plans)).execution_options(synchronize_session=False)
    )
    await session.execute(
        delete(WorkPlan).where(WorkPlan.person_id == person.id).execution_options(synchronize_session=False)
    )
    links: tuple[tuple[Any, Any], ...] = ((WorkPlan, WorkPlan.confirmed_by), (PlanKind, PlanKind.created_by))
    for table, column in links:
        await session.execute(
            update(table).where(column == person.id).values({column: None})
            .execution_options(synchronize_session=False)
        )  # fmt: skip


async def texts(session: Session, person: Person) -> list[str]:
    """The words of their rows, by which letters that quote them are recognised."""
    rows = await session.scalars(
        select(PlanRow).join(WorkPlan, WorkPlan.id == PlanRow.plan_id).where(WorkPlan.person_id == person.id)
    )
    return [words for row in rows for name in _WRITTEN if (words := getattr(row, name))]
