"""When a coach is told who needs them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base


class Morning(Base):
    """The hour of one who accompanies others, and the next time they are told who needs them."""

    __tablename__ = "mornings"
    __table_args__ = (Index("ix_mornings_next_at", "next_at"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    wall: Mapped[str] = mapped_column(String(5), default="06:45")  # wall time where they are
    next_at: Mapped[datetime | None]  # None: not wanted
