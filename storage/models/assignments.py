"""Who accompanies whom in a group."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key

_HOLDS = text("until IS NULL")


class Assignment(Base):
    """One person accompanies another in a group, each in one role; `until` ends it, and the row stays."""

    __tablename__ = "assignments"
    __table_args__ = (
        # Each has one mentor, one pengampu and one buddy at a time.
        Index(
            "uq_assignments_one_of_a_role", "group_id", "of_id", "of_role", "by_role", unique=True,
            sqlite_where=_HOLDS, postgresql_where=_HOLDS,
        ),
        Index("ix_assignments_next_at", "next_at"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"))
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    by_role: Mapped[str] = mapped_column(String(24))  # mentor, course_facilitator; teacher: a buddy
    of_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    of_role: Mapped[str] = mapped_column(String(24))  # teacher, mentor
    set_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    ended: Mapped[str | None] = mapped_column(String(8))  # changed, gone, stopped
    next_at: Mapped[datetime | None]  # when a buddy's next call is
