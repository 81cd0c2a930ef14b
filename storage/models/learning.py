"""A group's programme, the prompts it got, and what teachers made of them."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key


class Enrolment(Base):
    """A group follows a pack; `position` is the lesson that comes next (0 is the first)."""

    __tablename__ = "enrolments"
    __table_args__ = (Index("ix_enrolments_next_at", "next_at"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), index=True)
    pack: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    position: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]  # None: finished or stopped
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class Delivery(Base):
    """One lesson to one group on one day."""

    __tablename__ = "deliveries"
    __table_args__ = (UniqueConstraint("group_id", "pack", "lesson"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"))
    pack: Mapped[str] = mapped_column(String(64))
    lesson: Mapped[str] = mapped_column(String(64))
    day: Mapped[date]  # the group's local date
    letter_key: Mapped[str] = mapped_column(String(96), unique=True)
    due_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    tg_chat_id: Mapped[int | None] = mapped_column(BigInteger)
    tg_message_id: Mapped[int | None] = mapped_column(BigInteger)
    shown: Mapped[str | None] = mapped_column(String(64))  # the counts the prompt shows now, "tried/reflected/of"


class Trial(Base):
    """A teacher tried the lesson in class ("Sudah saya coba")."""

    __tablename__ = "trials"
    __table_args__ = (UniqueConstraint("delivery_id", "person_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    pupils_did: Mapped[str | None] = mapped_column(Text)


class Reflection(Base):
    """What a teacher thought afterwards; who may read it is part of it (I7)."""

    __tablename__ = "reflections"
    __table_args__ = (Index("ix_reflections_delivery_id_person_id", "delivery_id", "person_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    audience: Mapped[str] = mapped_column(String(8))  # me, coach, group
    audience_at: Mapped[datetime | None]  # when that reader was chosen; None: as it was written
    medium: Mapped[str] = mapped_column(String(8))  # text, voice
    text: Mapped[str | None] = mapped_column(Text)
    file_id: Mapped[str | None] = mapped_column(String(255))
    seconds: Mapped[int | None]  # length of a voice note
    tg_message_id: Mapped[int | None] = mapped_column(BigInteger)  # in the group, when it was given there
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]


class Question(Base):
    """Something a teacher asks about a lesson, of the group or of the coach."""

    __tablename__ = "questions"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    audience: Mapped[str] = mapped_column(String(8))  # coach, group
    text: Mapped[str] = mapped_column(Text)
    letter_key: Mapped[str | None] = mapped_column(String(96))  # where it was posted
    created_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
