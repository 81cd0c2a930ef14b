"""When people of a cycle meet, and the meetings of a group: free periods, sessions, who came, what was written down."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key


class FreePeriod(Base):
    """An hour of the week in which somebody does not teach, by the wall where they are; said once, changed any time."""

    __tablename__ = "free_periods"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    weekday: Mapped[int] = mapped_column(primary_key=True)  # 0 is Monday
    hour: Mapped[int] = mapped_column(primary_key=True)  # 7: from 07.00 to 08.00


class SessionSeries(Base):
    """A visit to a group that comes round every so many days; the next one is announced at `next_at`."""

    __tablename__ = "session_series"
    __table_args__ = (Index("ix_session_series_next_at", "next_at"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)  # who visits
    every_days: Mapped[int] = mapped_column(default=14)
    minutes: Mapped[int]
    starts_at: Mapped[datetime]  # of the next visit, before a closed day moves it
    next_at: Mapped[datetime | None]  # None: ended
    created_at: Mapped[datetime]


class CoachingSession(Base):
    """One time at which people meet: offered (up to three times to choose from), agreed, moved, cancelled or held."""

    __tablename__ = "coaching_sessions"
    __table_args__ = (Index("ix_coaching_sessions_remind_at", "remind_at"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), index=True)
    cycle_id: Mapped[int | None] = mapped_column(ForeignKey("cycles.id", ondelete="CASCADE"), index=True)
    step_id: Mapped[int | None] = mapped_column(ForeignKey("cycle_steps.id", ondelete="CASCADE"), index=True)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("session_series.id", ondelete="SET NULL"), index=True)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("coaching_sessions.id", ondelete="SET NULL"), index=True)
    offered_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    state: Mapped[str] = mapped_column(String(10))
    mode: Mapped[str] = mapped_column(String(10), default="onsite")  # onsite, online, blended
    minutes: Mapped[int]
    slots: Mapped[dict[str, Any] | None]  # {"starts": [ISO moments in UTC]}
    starts_at: Mapped[datetime | None]  # None until a time is agreed
    place: Mapped[str | None] = mapped_column(String(200))  # a room, or a link
    reason: Mapped[str | None] = mapped_column(Text)  # why it was moved or cancelled: a word of ours, or their own
    version: Mapped[int] = mapped_column(default=0)  # of the calendar file
    remind_at: Mapped[datetime | None]  # the next word about it
    reminded: Mapped[int] = mapped_column(default=0)  # 1: the day before, 2: an hour before, 3: asked whether they met
    created_at: Mapped[datetime]
    agreed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class SessionSeat(Base):
    """Somebody of a session, on their side, and whether they met, by their own word."""

    __tablename__ = "session_seats"

    session_id: Mapped[int] = mapped_column(ForeignKey("coaching_sessions.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True)
    side: Mapped[str] = mapped_column(String(8))
    met: Mapped[bool | None]
    answered_at: Mapped[datetime | None]


class Booking(Base):
    """A quarter of an hour of somebody's time that is taken: the key itself keeps anybody from being booked twice."""

    __tablename__ = "bookings"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    quarter: Mapped[datetime] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("coaching_sessions.id", ondelete="CASCADE"), index=True)


class TalkProposal(Base):
    """After that lesson a short talk was proposed to the two of that cycle."""

    __tablename__ = "talk_proposals"

    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id", ondelete="CASCADE"), primary_key=True)
    delivery_id: Mapped[int] = mapped_column(
        ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    at: Mapped[datetime]


class Meeting(Base):
    """A meeting of a group: planned, held or cancelled; who leads it, its agenda, its minutes (notulen)."""

    __tablename__ = "meetings"
    __table_args__ = (Index("ix_meetings_remind_at", "remind_at"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), index=True)
    starts_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default="planned")
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    leader_agreed_at: Mapped[datetime | None]
    planned_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    agenda: Mapped[str | None] = mapped_column(Text)
    minutes: Mapped[str | None] = mapped_column(Text)
    minutes_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    remind_at: Mapped[datetime | None]  # the next word to who leads
    reminded: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class MeetingAttendance(Base):
    """Somebody was at a meeting; `signs` is what they saw of how it was led: "110", one digit a sign."""

    __tablename__ = "meeting_attendance"
    __table_args__ = (UniqueConstraint("meeting_id", "person_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    present: Mapped[bool]
    signs: Mapped[str | None] = mapped_column(String(8))
    seen: Mapped[str | None] = mapped_column(String(300))  # one line of what was seen
    scored_at: Mapped[datetime | None]


__all__ = [
    "Booking", "CoachingSession", "FreePeriod", "Meeting", "MeetingAttendance", "SessionSeat", "SessionSeries",
    "TalkProposal",
]  # fmt: skip
