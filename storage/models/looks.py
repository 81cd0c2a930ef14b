"""Who looked at what of others, and who has gone: rows about rows, without a word of what stood in them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key


class Look(Base):
    """Somebody opened, or was handed, something personal of another person or of a group."""

    __tablename__ = "looks"
    __table_args__ = (Index("ix_looks_of_id_at", "of_id", "at"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    reader_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    reader_code: Mapped[str | None] = mapped_column(String(12))  # of a reader who had themselves deleted: drawn by lot
    of_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))  # None: a whole group's
    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(16))  # community.looks.Kind
    door: Mapped[str] = mapped_column(String(12))  # community.looks.Door


class Departure(Base):
    """Somebody had their data deleted, or withdrew: what a backup from before must be told when it comes back.

    The mark is a hash of a row that is no more; it leads to somebody only beside the backup that still has the row.
    """

    __tablename__ = "departures"

    mark: Mapped[str] = mapped_column(String(64), primary_key=True)
    what: Mapped[str] = mapped_column(String(12), primary_key=True)  # forgotten, withdrew
    at: Mapped[datetime] = mapped_column(index=True)
