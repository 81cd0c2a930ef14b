"""Schools, their groups, and the Telegram chats a group has lived in."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key


class School(Base):
    __tablename__ = "schools"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(128))
    zone: Mapped[str] = mapped_column(String(64))
    workdays: Mapped[str] = mapped_column(String(32), default="mon,tue,wed,thu,fri")
    policy_profile: Mapped[str] = mapped_column(String(24), default="ruang_gtk_2025")
    province: Mapped[str | None] = mapped_column(String(32))  # for the calendar of the province
    gugus: Mapped[str | None] = mapped_column(String(64))  # the cluster of neighbouring schools
    ramadan_time: Mapped[str | None] = mapped_column(String(5))  # wall time of prompts in Ramadan; None: the rule's
    created_at: Mapped[datetime]


class Group(Base):
    """A group of teachers. Its Telegram chat may change (a group becomes a supergroup); this row stays."""

    __tablename__ = "groups"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id", ondelete="SET NULL"), index=True)
    title: Mapped[str] = mapped_column(String(128))
    state: Mapped[str] = mapped_column(String(16), default="waiting")  # waiting (commands only), active, left
    language: Mapped[str] = mapped_column(String(8), default="id")
    zone: Mapped[str] = mapped_column(String(64), default="Asia/Jakarta")
    prompt_time: Mapped[str] = mapped_column(String(5), default="06:30")  # wall time in the group's zone
    greeting: Mapped[str | None] = mapped_column(String(300))
    headcount: Mapped[int | None]  # members by Telegram's own count, the assistant left out
    bot_is_admin: Mapped[bool] = mapped_column(default=False)
    budget_messages: Mapped[int] = mapped_column(default=20)  # that a person may get from us in a week
    budget_minutes: Mapped[int] = mapped_column(default=90)  # that they may cost a person in a week
    consult_hours: Mapped[int] = mapped_column(default=4)  # working hours until an open question is carried on
    model: Mapped[int | None]  # 1: pengampu lead teachers themselves, 2: through mentors; None: as the roles say
    buddy_days: Mapped[int] = mapped_column(default=10)  # school days between two calls of a buddy; 0: none
    blind_told_at: Mapped[datetime | None]  # when the group was told that privacy mode keeps the assistant from reading
    added_at: Mapped[datetime]
    set_up_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]


class GroupChat(Base):
    """A Telegram chat id under which a group is or was known."""

    __tablename__ = "group_chats"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    tg_chat_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), index=True)
    current: Mapped[bool] = mapped_column(default=True)


class MessageCount(Base):
    """How many messages a group wrote on a local day, whoever wrote them: the anonymous count."""

    __tablename__ = "message_counts"
    __table_args__ = (UniqueConstraint("group_id", "day"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"))
    day: Mapped[date]
    messages: Mapped[int] = mapped_column(default=0)


class GroupTurn(Base):
    """When something that comes round every week is due in a group: pairs, synthesis, agenda, pulse."""

    __tablename__ = "group_turns"
    __table_args__ = (Index("ix_group_turns_name_next_at", "name", "next_at"),)

    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(24), primary_key=True)
    next_at: Mapped[datetime | None]


class ReadinessCount(Base):
    """How many teachers of a group gave each answer about what suits them, by the Monday of a week.

    No person stands in it, and no number that would point at one or two (reports/readiness_history.py).
    """

    __tablename__ = "readiness_counts"

    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True)
    week: Mapped[date] = mapped_column(primary_key=True)
    question: Mapped[str] = mapped_column(String(8), primary_key=True)
    answer: Mapped[str] = mapped_column(String(8), primary_key=True)
    n: Mapped[int]


class CalendarDay(Base):
    """Days that a nation, a province or a school spends otherwise than the week says; the nearest scope wins."""

    __tablename__ = "calendar_days"
    __table_args__ = (Index("ix_calendar_days_last_day", "last_day"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    scope: Mapped[str] = mapped_column(String(8))  # nation, province, school
    province: Mapped[str | None] = mapped_column(String(32))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id", ondelete="CASCADE"), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    kind: Mapped[str] = mapped_column(String(16))  # closed, open, exam, report, orientation, ramadan, eid
    label: Mapped[str] = mapped_column(String(80), default="")
    created_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
