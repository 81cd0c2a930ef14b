"""Who holds a step of a group's cycle: one maker who sees to it, taken up or passed on by a tap."""

from datetime import datetime

from sqlalchemy import update

from coaching import boards, history, letters, seats, steps
from coaching.refusals import Gone
from coaching.rights import Act, Side
from coaching.steps import Standing
from community import calendar, people
from content.texts import Texts
from storage.database import Session
from storage.letters import Button, button
from storage.models import Cycle, CycleStep, Person


async def makers(session: Session, found: Standing) -> list[Person]:
    """Who can hold the step: everybody on the makers' side, the asking one first."""
    others = [one for _, one in await seats.others(session, found.seat, Side.COACHEE)]
    return [found.seat.person, *others] if found.seat.side is Side.COACHEE else others


async def _at(session: Session, person: Person | None, cycle_id: int) -> Standing:
    """The open step, where the makers' part of it is still open. Raises NeedsConsent, Gone, NotAllowed, NotNow."""
    found = await steps.at(session, person, cycle_id, Act.HOLD)
    if not steps.can_be_held(found):
        raise Gone
    return found


async def page(
    session: Session, person: Person | None, cycle_id: int, say: Texts
) -> tuple[str, list[list[Button]]]:  # fmt: skip
    """Who is to hold the step? Raises as hold."""
    found = await _at(session, person, cycle_id)
    rows = list[list[Button]]()
    for one in await makers(session, found):
        mine = one.id == found.seat.person.id
        label = say.plain("boards.button.me") if mine else people.display(one, say)
        mark = "✓ " if one.id == found.row.holder_id else ""
        rows.append([button(f"{mark}{label}"[:60], f"cycheld:{cycle_id}:{found.row.id}:{one.id}")])
    rows.append([button(say.plain("coaching.button.back"), f"cyc:{cycle_id}")])
    return say("boards.who", step=found.step.title.of(say.language)), rows


async def hold(
    session: Session, person: Person | None, cycle_id: int, step_row: int, holder_id: int, now: datetime
) -> CycleStep:
    """That maker holds the open step from now on: reminded alone, and the one who says when the makers are done.

    Raises NeedsConsent, Gone for an old button, for somebody who makes nothing here or a step that is not the
    makers', NotAllowed, NotNow.
    """
    found = await _at(session, person, cycle_id)
    holder = next((one for one in await makers(session, found) if one.id == holder_id), None)
    if found.row.id != step_row or holder is None:
        raise Gone
    if found.row.holder_id == holder.id:
        return found.row
    found.row.holder_id = holder.id
    await session.flush()
    line = await history.write(session, found.seat.cycle, "held", holder, now)
    if holder.id != found.seat.person.id:
        await _tell(session, found, holder, line.id, now)
    return found.row


async def _tell(session: Session, found: Standing, holder: Person, number: int, now: datetime) -> None:
    say, seat = Texts(holder.language), found.seat
    words = say(
        "boards.yours", name=people.display(seat.person, say), step=found.step.title.of(holder.language),
        due=calendar.spoken(found.row.due_on, say),
    )  # fmt: skip
    key = letters.key(seat.cycle, "held", number, holder)
    await letters.send(session, seat.group, letters.to(holder, seat.group, seat.cycle, words, key, []), now)


async def line(session: Session, found: Standing, say: Texts) -> str:
    """Who holds the open step of a group's cycle, for its page; empty where nobody can."""
    if not steps.can_be_held(found):
        return ""
    holder = await session.get(Person, found.row.holder_id) if found.row.holder_id else None
    if holder is None:
        return say("boards.nobody")
    if holder.id == found.seat.person.id:
        return say("boards.mine")
    return say("boards.held", name=people.display(holder, say))


async def release(session: Session, cycle: Cycle, person: Person, now: datetime) -> None:
    """Who has left the cycle holds none of its open steps; then the others are reminded as before."""
    await session.execute(
        update(CycleStep)
        .where(CycleStep.cycle_id == cycle.id, CycleStep.holder_id == person.id, CycleStep.done_at.is_(None))
        .values(holder_id=None)
        .execution_options(synchronize_session="fetch")
    )
    if cycle.between == "group":
        await boards.bring_up_to_date(session, cycle, now)


async def show_board(session: Session, person: Person | None, cycle_id: int, now: datetime) -> None:
    """Whoever accompanies a group puts its board up in the group's chat. Raises NeedsConsent, Gone, NotAllowed."""
    seat = await seats.take(session, person, cycle_id, Act.SHOW_BOARD)
    if not seat.is_group or seat.cycle.state not in seats.RUNNING or seat.cycle.state == "offered":
        raise Gone
    await boards.put_up(session, seat, now)
