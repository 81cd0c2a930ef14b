"""When one person is told something that comes round: each morning, each week."""

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


class PersonTurn(Base):
    """When something that comes round every week is due for one person: the letter of who leads, the counts."""

    __tablename__ = "person_turns"
    __table_args__ = (Index("ix_person_turns_name_next_at", "name", "next_at"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(24), primary_key=True)
    next_at: Mapped[datetime | None]  # None: not wanted
