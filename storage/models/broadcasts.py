"""What a facilitator sends to many groups or people at once."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key


class Broadcast(Base):
    """One sending: what, to whom, when. Its ledger is the outbox, by the keys of its letters."""

    __tablename__ = "broadcasts"
    __table_args__ = (Index("ix_broadcasts_state_due_at", "state", "due_at"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    state: Mapped[str] = mapped_column(
        String(12), default="draft"
    )  # draft, scheduled, sending, sent, stopped, withdrawn
    content: Mapped[dict[str, Any] | None]  # the messages to copy, by chat and ids
    target: Mapped[dict[str, Any]]  # groups or people, and the narrowing by role, school, programme
    groups: Mapped[int] = mapped_column(default=0)  # as counted when it was confirmed
    people: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None]
    cursor: Mapped[int] = mapped_column(default=0)  # the last addressee that has a letter
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
