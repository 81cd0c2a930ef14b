"""Surveys that were opened in a group, who was asked, and what was answered: with a person, or without one."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Json, Key


class Survey(Base):
    """An instrument asked in a group: planned, open, closed. It keeps the instrument as it was."""

    __tablename__ = "surveys"
    __table_args__ = (
        Index("ix_surveys_group_id_instrument", "group_id", "instrument"),
        Index("ix_surveys_closed_at_opens_at", "closed_at", "opens_at"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"))
    opened_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    instrument: Mapped[str] = mapped_column(String(24))
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    phase: Mapped[str] = mapped_column(String(8))  # start, end, once
    way: Mapped[str] = mapped_column(String(8))  # private, poll, buttons
    anonymous: Mapped[bool]
    opens_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    reminds_at: Mapped[datetime | None]  # None: reminded, or never
    closes_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    poll_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]


class SurveySeat(Base):
    """Somebody who is asked, and whether they have answered. When, and in which order, is written nowhere."""

    __tablename__ = "survey_seats"

    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True)
    answered: Mapped[bool] = mapped_column(default=False)


class SurveyAnswer(Base):
    """One person's answer to one item: ``{"is": value}``, or ``{}`` where they passed over it."""

    __tablename__ = "survey_answers"

    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True)
    item: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[dict[str, Any]] = mapped_column(Json)


class UnnamedAnswer(Base):
    """The same without a person. While the survey is open, ``mark`` is a keyed fingerprint, so that its giver alone can
    change it; once it is closed the rows are written anew, in no order, under numbers that mean nothing."""

    __tablename__ = "survey_unnamed"
    # Without SQLite's hidden row numbers: they would tell in which order people answered.
    __table_args__ = ({"sqlite_with_rowid": False},)

    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id", ondelete="CASCADE"), primary_key=True)
    mark: Mapped[str] = mapped_column(String(64), primary_key=True)
    item: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[dict[str, Any]] = mapped_column(Json)
