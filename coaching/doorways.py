"""Further ways from a cycle's page: to its observations, its module, and, once it is closed, to what may follow."""

from sqlalchemy import or_, select

from coaching import closed_cycles, following, steps
from coaching.rights import Act, may
from coaching.seats import Seat
from coaching.steps import Standing
from content.texts import Texts
from storage.database import Session
from storage.letters import Button, button
from storage.models import ModuleVersion, Observation


async def of(session: Session, seat: Seat, found: Standing | None, say: Texts) -> list[list[Button]]:
    """A button for each that is there or that the open step asks for."""
    number, rows = seat.cycle.id, list[list[Button]]()
    needed = found.step.needs if found is not None else ()
    if found is not None and steps.can_be_held(found) and may(seat.side, Act.HOLD):
        rows.append([button(say.plain("boards.button.holder"), f"cychold:{number}")])
    if seat.is_group and seat.cycle.state == "active" and may(seat.side, Act.SHOW_BOARD):
        rows.append([button(say.plain("boards.button.board"), f"cycboard:{number}")])
    if may(seat.side, Act.OBSERVE) and ("observation" in needed or await _has_observation(session, seat)):
        rows.append([button(say.plain("observations.button.door"), f"cycobs:{number}")])
    if may(seat.side, Act.MAKE) and (
        not {"version", "criteria"}.isdisjoint(needed) or await _has_module(session, seat)
    ):
        rows.append([button(say.plain("modules.button.door"), f"cycmod:{number}")])
    if may(seat.side, Act.READ) and any("plan" in step.needs for step in seat.workflow.steps):
        rows.append([button(say.plain("plans.button.of_cycle"), f"rhkof:{number}")])
    rows += await closed_cycles.before(session, seat, say)
    return rows + following.buttons(seat, await following.ways(session, seat), say)


async def _has_observation(session: Session, seat: Seat) -> bool:
    own = or_(Observation.observed_id == seat.person.id, Observation.observer_id == seat.person.id)
    query = select(Observation.id).where(Observation.cycle_id == seat.cycle.id, own).limit(1)
    return await session.scalar(query) is not None


async def _has_module(session: Session, seat: Seat) -> bool:
    query = select(ModuleVersion.id).where(ModuleVersion.cycle_id == seat.cycle.id).limit(1)
    return await session.scalar(query) is not None
