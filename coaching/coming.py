"""What coaching is going to bring a person, for /jadwal: words about steps and promises, and what they agreed to."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from coaching import appointments, reminders, seats
from coaching.rights import Side
from coaching.seats import Seat
from coaching.steps import sides_of
from community import people
from community.calendar import local_day
from community.notes import clipped
from community.schedule import AHEAD, Coming, Viewer
from storage.bulk import among
from storage.database import Session
from storage.models import Commitment, Cycle, CycleMember, CycleStep, Person
from storage.outbox import called_off

ACTION = "coach"


async def gather(session: Session, viewer: Viewer) -> list[Coming]:
    """One's appointments, and the reminders of one's running cycles within AHEAD.

    Six queries, and one for somebody who is in no cycle.
    """
    found = await appointments.find(session, viewer)
    known = {place.group.id for place in viewer.places}
    seated = await seats.of_person(session, viewer.person, ("active",)) if found.is_seated else []
    mine = [one for one in seated if one.group.id in known]
    names = await _names(session, [one.cycle.id for one in mine], viewer) if mine else {}
    agreed = appointments.told(found, viewer, mine, names)
    return [*agreed, *(await _reminders(session, viewer, mine, names) if mine else [])]


async def _reminders(
    session: Session, viewer: Viewer, mine: Sequence[Seat], names: Mapping[int, str]
) -> list[Coming]:  # fmt: skip
    cycles = [one.cycle.id for one in mine]
    owed = [*await _rows(session, CycleStep, cycles, viewer), *await _rows(session, Commitment, cycles, viewer)]
    found = [
        told
        for seat in mine
        for row in owed
        if row.cycle_id == seat.cycle.id
        for told in _told(seat, row, names.get(seat.cycle.id, ""), viewer)
    ]
    off = await called_off(session, {debt for one in found for debt in one.debts})
    return [one for one in found if off.isdisjoint(one.debts)]


async def _names(session: Session, cycles: Sequence[int], viewer: Viewer) -> dict[int, str]:
    rows = await session.execute(
        select(CycleMember.cycle_id, Person)
        .join(Person, Person.id == CycleMember.person_id)
        .join(Cycle, Cycle.id == CycleMember.cycle_id)
        .where(among(session, CycleMember.cycle_id, cycles), CycleMember.until.is_(None))
        .where(CycleMember.person_id != viewer.person.id, CycleMember.side != str(Side.STAND_IN))
        .where(CycleMember.asked.is_(False))
        .order_by(CycleMember.id)
    )
    found: dict[int, list[str]] = {}
    for number, person in rows:
        found.setdefault(number, []).append(people.display(person, viewer.say))
    return {number: viewer.say.plain("coaching.and").join(names) for number, names in found.items()}


async def _rows(session: Session, table: Any, cycles: Sequence[int], viewer: Viewer) -> list[CycleStep | Commitment]:
    """Rows of either table that somebody is to be reminded of soon."""
    found = await session.scalars(
        select(table)
        .where(among(session, table.cycle_id, cycles), table.remind_at > viewer.now)
        .where(table.remind_at <= viewer.now + AHEAD)
        .order_by(table.id)
    )
    return list(found)


def _told(seat: Seat, row: CycleStep | Commitment, name: str, viewer: Viewer) -> Iterator[Coming]:
    """What the next word would be to this person, if it is one to them."""
    at = row.remind_at
    if at is None:
        return
    late = row.due_on < local_day(at, seat.group.zone)
    turn = max(row.reminded + 1, 2 if late else 1)
    kind = reminders.kind(row, _open(seat, row), seat.side, viewer.person.id, turn, late=late)
    if not kind:
        return
    step = seat.workflow.step(row.step) if isinstance(row, CycleStep) else None
    words = clipped(row.text, 40) if isinstance(row, Commitment) else step.title.of(viewer.say.language) if step else ""
    what = viewer.say.plain(f"schedule.coach.{kind.partition('_')[2]}", what=words, name=name)
    debt = reminders.debt(row, turn, viewer.person.id)
    yield Coming(at, viewer.zone(seat.group), what, ACTION, row.id, (seat.group,), debts=(debt,), waits_for_leave=True)


def _open(seat: Seat, row: CycleStep | Commitment) -> list[Side]:
    """Whose part is open, the coach first."""
    if isinstance(row, Commitment):
        return [Side(row.side)]
    step = seat.workflow.step(row.step)
    done = {Side.COACH: row.coach_done_at, Side.COACHEE: row.coachee_done_at}
    return [side for side in sides_of(step) if done[side] is None] if step is not None else []
