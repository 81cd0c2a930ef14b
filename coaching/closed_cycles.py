"""Cycles that have come to their end: found again, read back, and led on from."""

from coaching import seats
from coaching.rights import Act, may
from coaching.seats import Seat
from community import calendar
from community.calendar import local_day
from community.refusals import NeedsConsent
from content.texts import Texts
from storage.database import Session
from storage.letters import Button, button
from storage.models import Person

MOST = 12  # the newest ones


async def of_person(session: Session, person: Person) -> list[Seat]:
    """One's closed cycles, the newest first, as long as the role for the seat is held. One query."""
    found = await seats.of_person(session, person, ("closed",))
    mine = [one for one in found if may(one.side, Act.READ)]
    return sorted(mine, key=lambda one: (one.cycle.ended_at or one.cycle.started_at, one.cycle.id), reverse=True)


async def door(session: Session, person: Person, say: Texts) -> list[list[Button]]:
    """The way to them, where there are any."""
    there = await of_person(session, person)
    return [[button(say.plain("closed.button.door", n=len(there)), "cycold")]] if there else []


async def listed(session: Session, person: Person | None, say: Texts) -> tuple[str, list[list[Button]]]:
    """Each with the day on which it ended. Raises NeedsConsent."""
    if person is None or person.consented_at is None:
        raise NeedsConsent
    rows = []
    for seat in (await of_person(session, person))[:MOST]:
        ended = calendar.spoken(local_day(seat.cycle.ended_at or seat.cycle.started_at, seat.group.zone), say)
        label = say.plain("closed.button.one", workflow=seat.workflow.title.of(say.language), day=ended)
        rows.append([button(label[:60], f"cyc:{seat.cycle.id}")])
    return say("closed.list" if rows else "closed.none"), rows


async def before(session: Session, seat: Seat, say: Texts) -> list[list[Button]]:
    """The way to the notes of the cycle that this one goes on from, for whoever sat in it and still may."""
    found = await of_person(session, seat.person) if seat.cycle.follows_id is not None else []
    earlier = next((one for one in found if one.cycle.id == seat.cycle.follows_id), None)
    if earlier is None or not may(seat.side, Act.READ):
        return []
    label = say.plain("closed.button.before", workflow=earlier.workflow.title.of(say.language))
    return [[button(label[:60], f"cycnotes:{earlier.cycle.id}")]]
