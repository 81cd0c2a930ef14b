"""What the clock would bring is called off: this once, or altogether where the button says so."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update

from community import calendar
from community.calendar import SchoolCalendar
from community.schedule import Coming
from learning import agenda, copies, pair_weeks, pairs, partners, programmes, pulses, synthesis, turns
from learning.agenda import ASK, POST
from learning.coming import SEEN
from learning.surveys import weekly
from storage.bulk import among
from storage.database import Session
from storage.models import Group, Person, ProgrammeEvent
from storage.outbox import call_off as call_debts_off

TURNS = {called: name for name, called in SEEN.items()}
DEBTS = frozenset({"mine", "ask", "met", "remind", "survey"})  # letters to the person alone
ACTIONS = frozenset({"skip", "copy", "unpair", "event", *TURNS, *DEBTS})


async def call_off(session: Session, person: Person, one: Coming, now: datetime) -> bool:
    """``one`` is of the person's own list (learning.coming), which holds their rights. False where it is too late."""
    if one.action in TURNS:
        return await _skip_turn(session, one)
    if one.action in DEBTS:
        await call_debts_off(session, one.debts, person.id, now)
    elif one.action == "event":
        return await _untold(session, one.ids, now)
    elif one.action == "copy":
        await copies.choose(session, person, one.number, False)
    elif one.action == "unpair":
        await partners.choose(session, person, False)
    else:
        await programmes.postpone(session, person, one.number, now)
    return True


async def _skip_turn(session: Session, one: Coming) -> bool:
    """The turn is left out this once; the one after it is when it would be anyway."""
    name, group = TURNS[one.action], one.groups[0]
    days = (await calendar.calendars_of(session, {group.school_id}))[group.school_id]
    moment = await _after(session, name, group, days, one.at)
    return await turns.skip(session, name, group.id, one.at, moment)


async def _after(
    session: Session, name: str, group: Group, days: SchoolCalendar, seen: datetime
) -> datetime | None:  # fmt: skip
    if name == pairs.NAME:
        return pair_weeks.forms_after(days, seen, group.prompt_time, group.zone)
    if name == pulses.NAME:
        return pulses.next_after(days, seen, group.zone, pulses.EVERY)
    if name == weekly.NAME:
        return weekly.next_after(days, seen, group.zone)
    if name in {ASK, POST}:
        meeting = await agenda.meeting_of(session, group)
        return agenda.following(name, meeting, days, group.zone, seen) if meeting is not None else None
    return synthesis.next_after(days, seen, group.zone)


async def _untold(session: Session, ids: Sequence[int], now: datetime) -> bool:
    """Nobody is written to about these events; in /program they stay open, and can still be done."""
    found = await session.scalars(
        update(ProgrammeEvent)
        .where(among(session, ProgrammeEvent.id, ids), ProgrammeEvent.told_at.is_(None))
        .values(told_at=now)
        .returning(ProgrammeEvent.id)
        .execution_options(synchronize_session=False)
    )
    return bool(found.all())
