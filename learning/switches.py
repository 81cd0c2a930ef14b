"""What comes by itself to a group and to who leads it (pairs, synthesis, pulse, …): on or off, and when next."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from community import calendar, rights
from community.calendar import SchoolCalendar
from community.refusals import NotAllowed
from community.rights import Action
from learning import agenda, own_weeks, pair_weeks, pairs, pulses, synthesis, turns
from learning.agenda import Meeting
from learning.refusals import Gone
from learning.surveys import weekly
from storage.database import Session
from storage.models import Group, GroupTurn, Person

Next = Callable[[SchoolCalendar, Group, datetime], datetime]

# When each comes next once it is switched on.
_NEXT: dict[str, Next] = {
    pairs.NAME: lambda days, group, now: pair_weeks.forms_after(days, now, group.prompt_time, group.zone),
    synthesis.NAME: lambda days, group, now: synthesis.next_after(days, now, group.zone),
    pulses.NAME: lambda days, group, now: pulses.next_after(days, now, group.zone, 1),
    weekly.NAME: lambda days, group, now: weekly.next_after(days, now, group.zone),
}
_ONLY_WHERE_WANTED = frozenset({weekly.NAME})  # off until somebody switches it on; the others begin by themselves
NAMES = (*_NEXT, agenda.NAME, own_weeks.LEADS)


@dataclass(frozen=True, slots=True)
class Switches:
    """One group: which turns are off, when the others come next (a turn that has not begun has no moment)."""

    group: Group
    off: frozenset[str]
    next_at: dict[str, datetime]
    meeting: Meeting | None


async def of_group(session: Session, person: Person | None, group_id: int) -> Switches:
    """As it stands. Raises NeedsConsent, NotAllowed for who does not facilitate the group."""
    group = await _led(session, person, group_id)
    rows = await session.execute(
        select(GroupTurn.name, GroupTurn.next_at).where(GroupTurn.group_id == group_id, GroupTurn.name.in_(_NEXT))
    )
    found = {row.name: row.next_at for row in rows}
    own = await own_weeks.of_person(session, person.id) if person is not None else {}
    found |= {name: at for name, at in own.items() if name == own_weeks.LEADS}  # of all their groups together
    meeting = await agenda.meeting_of(session, group)
    off = {name for name, at in found.items() if at is None} | ({agenda.NAME} if meeting is None else set())
    off |= _ONLY_WHERE_WANTED - found.keys()
    return Switches(group, frozenset(off), {name: at for name, at in found.items() if at is not None}, meeting)


async def _led(session: Session, person: Person | None, group_id: int) -> Group:
    await rights.require(session, person, Action.SET_UP, group_id)
    group = await session.get(Group, group_id)
    if group is None or group.state == "left":
        raise NotAllowed
    return group


async def switch(
    session: Session, person: Person | None, group_id: int, name: str, on: bool, now: datetime
) -> Switches:  # fmt: skip
    """One turn on or off from now on; what was sent or formed before stays. Gives how it stands then.

    Raises as of_group, and Gone for a turn that is not offered, the agenda's way on among them: it wants a day and an
    hour (agenda.meet).
    """
    group = await _led(session, person, group_id)
    if name == agenda.NAME and not on:
        await agenda.stop(session, [group_id])
    elif name == own_weeks.LEADS and person is not None:
        await own_weeks.switch(session, name, person, on, now)
    elif name in _NEXT:
        days = (await calendar.calendars_of(session, {group.school_id}))[group.school_id]
        await turns.switch(session, name, group_id, _NEXT[name](days, group, now) if on else None)
    else:
        raise Gone
    return await of_group(session, person, group_id)
