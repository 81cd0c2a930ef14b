"""A group's meeting is moved or called off, with a reason that the group reads; or it did not take place after all."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import update

from coaching import meeting_letters, meetings, sessions, slots
from coaching.meetings import MINUTES, Chaired
from coaching.refusals import NotNow
from coaching.rights import Meet
from community import calendar
from community.calendar import local_day
from community.refusals import Refusal
from storage.database import Session
from storage.models import Meeting, Person

REASONS = ("duty", "class")  # to be tapped; who is ill says so themselves, if at all: a group reads this
OFFERED = 3
LOOKED_AT = 21  # days


async def to_come(session: Session, person: Person | None, meeting_id: int, now: datetime) -> Chaired:
    """A meeting that the person may move or call off. Raises NeedsConsent, Gone, NotAllowed, NotNow once it began."""
    found = await meetings.planned(session, person, meeting_id, Meet.CALL_OFF)
    if found.row.starts_at <= now:
        raise NotNow
    return found


async def times(session: Session, found: Chaired, now: datetime) -> Sequence[datetime]:
    """The same hour on the next school days on which the group does not meet yet, up to three."""
    group, days = found.group, (await calendar.calendars_of(session, {found.group.school_id}))[found.group.school_id]
    hours = (found.row.starts_at + timedelta(days=n) for n in range(1, LOOKED_AT))
    fitting: list[datetime] = []
    for one in hours:
        open_day = days.is_open(local_day(one, group.zone)) and slots.is_daytime(days, one, MINUTES, group.zone)
        if open_day and one > now and not await meetings.meets_on(session, group, one):
            fitting.append(one)
        if len(fitting) == OFFERED:
            break
    return fitting


async def checked(session: Session, found: Chaired, starts_at: datetime, now: datetime) -> datetime:
    """The moment, if the group may meet then. Raises Refusal that says why not."""
    days = (await calendar.calendars_of(session, {found.group.school_id}))[found.group.school_id]
    slots.checked(days, starts_at, MINUTES, found.group.zone, now)
    if await meetings.meets_on(session, found.group, starts_at, besides=found.row.id):
        raise Refusal("meetings.plan.twice")
    return starts_at


async def move(
    session: Session, person: Person | None, meeting_id: int, starts_at: datetime, reason: str, now: datetime
) -> Chaired:
    """To another time; the group reads why, who leads it is told. Raises as to_come, checked, Refusal for no reason."""
    found = await to_come(session, person, meeting_id, now)
    row, why, before = found.row, sessions.reasoned(reason), found.row.starts_at
    await checked(session, found, starts_at, now)
    days = (await calendar.calendars_of(session, {found.group.school_id}))[found.group.school_id]
    remind_at = meeting_letters.first_word(days, starts_at, found.group.zone, now)
    moved = await session.scalar(
        update(Meeting)
        .where(Meeting.id == row.id, Meeting.state == "planned", Meeting.starts_at == before)
        .values(starts_at=starts_at, remind_at=remind_at, reminded=0)
        .returning(Meeting.id)
        .execution_options(synchronize_session=False)
    )
    await session.refresh(row)
    if moved is None:
        raise NotNow  # somebody else has just moved it
    await meeting_letters.moved(session, found.group, row, found.person, before, why, now)
    return found


async def call_off(session: Session, person: Person | None, meeting_id: int, reason: str, now: datetime) -> Chaired:
    """It does not take place; the group reads why. Raises as to_come, Refusal for no reason."""
    found = await to_come(session, person, meeting_id, now)
    row, why = found.row, sessions.reasoned(reason)
    row.state, row.ended_at, row.remind_at = "cancelled", now, None
    await session.flush()
    await meeting_letters.called_off(session, found.group, row, found.person, why, now)
    return found


async def not_held(session: Session, person: Person | None, meeting_id: int, now: datetime) -> Chaired:
    """It did not take place; nobody needs to be told. Raises NeedsConsent, Gone, NotAllowed, NotNow before its time."""
    found = await meetings.planned(session, person, meeting_id, Meet.WRITE)
    if found.row.starts_at > now:
        raise NotNow
    found.row.state, found.row.ended_at, found.row.remind_at = "cancelled", now, None
    await session.flush()
    return found
