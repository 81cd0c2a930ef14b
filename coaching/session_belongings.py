"""What sessions and meetings keep of a person: to be handed over, or to be deleted."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update

from coaching import parting
from coaching.meeting_letters import FIRST
from storage import outbox
from storage.database import Session
from storage.models import (
    Booking,
    CoachingSession,
    FreePeriod,
    Letter,
    Meeting,
    MeetingAttendance,
    Person,
    SessionSeat,
    SessionSeries,
)


async def copy_of(session: Session, person: Person) -> dict[str, Any]:
    """Free hours, sessions with what they said of them, visits, and meetings they led, wrote for or went to."""
    free = await session.scalars(
        select(FreePeriod).filter_by(person_id=person.id).order_by(FreePeriod.weekday, FreePeriod.hour)
    )
    seats = await session.execute(
        select(SessionSeat, CoachingSession)
        .join(CoachingSession, CoachingSession.id == SessionSeat.session_id)
        .where(SessionSeat.person_id == person.id)
        .order_by(SessionSeat.session_id)
    )
    series = await session.scalars(select(SessionSeries).filter_by(person_id=person.id).order_by(SessionSeries.id))
    there = await session.execute(
        select(MeetingAttendance, Meeting.starts_at)
        .join(Meeting, Meeting.id == MeetingAttendance.meeting_id)
        .where(MeetingAttendance.person_id == person.id)
        .order_by(MeetingAttendance.id)
    )
    led = await session.scalars(
        select(Meeting)
        .where(or_(Meeting.leader_id == person.id, Meeting.minutes_by == person.id, Meeting.planned_by == person.id))
        .order_by(Meeting.id)
    )
    return {
        "free_periods": [{"weekday": one.weekday, "hour": one.hour} for one in free],
        "coaching_sessions": [
            _values(one, ("state", "starts_at", "minutes", "mode", "place", "reason")) | _values(seat, ("side", "met"))
            for seat, one in seats
        ],
        "visits": [_values(one, ("every_days", "minutes", "starts_at")) for one in series],
        "meetings_attended": [
            {"starts_at": at.isoformat()} | _values(one, ("present", "signs", "seen", "scored_at")) for one, at in there
        ],
        "meetings": [
            _values(one, ("starts_at", "state", "agenda"))
            | {"led": one.leader_id == person.id, "minutes": one.minutes if one.minutes_by == person.id else None}
            for one in led
        ],
    }


def _values(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    found = {name: getattr(row, name) for name in names}
    return {name: one.isoformat() if isinstance(one, datetime) else one for name, one in found.items()}


async def texts(session: Session, person: Person) -> list[str]:
    """What they wrote here, by which a letter that quotes them is recognised."""
    lines = await session.scalars(select(MeetingAttendance.seen).where(MeetingAttendance.person_id == person.id))
    return [one for one in lines if one]


async def forget(session: Session, person: Person, now: datetime) -> None:
    """Their hours, seats and bookings go, and their reasons and places; a meeting stays without them.

    What they wrote as minutes goes with them, and letters about meetings that name them lose their words.
    """
    await parting.told(session, person, now)
    sat = select(SessionSeat.session_id).where(SessionSeat.person_id == person.id)
    theirs = or_(CoachingSession.id.in_(sat), CoachingSession.offered_by == person.id)
    upcoming = CoachingSession.state.in_(("offered", "agreed")) & theirs
    await _change(session, CoachingSession, upcoming, state="cancelled", remind_at=None, ended_at=now)
    await _change(session, CoachingSession, theirs, reason=None, place=None)
    await _change(session, CoachingSession, CoachingSession.offered_by == person.id, offered_by=None)
    gone = select(CoachingSession.id).where(CoachingSession.state == "cancelled")
    await session.execute(
        delete(Booking).where(Booking.session_id.in_(gone)).execution_options(synchronize_session=False)
    )
    await _letters(session, person, now)
    for table in (FreePeriod, Booking, SessionSeat, SessionSeries, MeetingAttendance):
        await session.execute(
            delete(table).where(table.person_id == person.id).execution_options(synchronize_session=False)
        )
    await _change(session, Meeting, Meeting.minutes_by == person.id, minutes=None, minutes_by=None)
    await _change(session, Meeting, Meeting.leader_id == person.id, leader_id=None, leader_agreed_at=None, agenda=None)
    await _change(session, Meeting, Meeting.planned_by == person.id, planned_by=None)


async def _letters(session: Session, person: Person, now: datetime) -> None:
    numbers = await session.scalars(
        select(Meeting.id).where(or_(Meeting.leader_id == person.id, Meeting.planned_by == person.id))
    )
    private = [Letter.key.startswith(f"{FIRST}:{number}:", autoescape=True) for number in numbers]
    about = or_(Letter.key.startswith(f"{FIRST}:") & (Letter.person_id == person.id), *private)
    await outbox.blank(session, about & Letter.person_id.is_not(None), now)


async def _change(session: Session, table: Any, where: Any, **values: Any) -> None:
    await session.execute(update(table).where(where).values(**values).execution_options(synchronize_session=False))
