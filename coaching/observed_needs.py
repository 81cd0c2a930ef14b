"""What a step needs of observations and modules: looked up for the opened step; opened again, it needs newer ones."""

from sqlalchemy import exists, select

from coaching import rubrics
from coaching.seats import Seat
from storage.database import Session
from storage.models import CycleStep, ModuleScore, ModuleVersion, Observation, RubricVersion


async def observation(session: Session, _seat: Seat, row: CycleStep) -> str | None:
    """An observation of this step, in which each has given scores."""
    given = exists().where(Observation.step_id == row.id, Observation.opened_at.is_not(None))
    return None if await session.scalar(select(given)) else "observation"


async def version(session: Session, _seat: Seat, row: CycleStep) -> str | None:
    """A version of the module that was kept at this step."""
    kept = exists().where(ModuleVersion.step_id == row.id)
    return None if await session.scalar(select(kept)) else "version"


async def criteria(session: Session, seat: Seat, row: CycleStep) -> str | None:
    """The newest version of the module is held against every criterion, at this step."""
    newest = (
        select(ModuleVersion.id)
        .where(ModuleVersion.cycle_id == seat.cycle.id)
        .order_by(ModuleVersion.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = await session.execute(
        select(RubricVersion.rubric, ModuleScore.criterion)
        .join(RubricVersion, RubricVersion.id == ModuleScore.rubric_id)
        .where(ModuleScore.version_id == newest, ModuleScore.step_id == row.id)
    )
    given = {(rubric, name) for rubric, name in rows}
    wanted = {(one.id, each.id) for one in rubrics.for_modules() for each in one.criteria}
    return None if wanted <= given else "criteria"
