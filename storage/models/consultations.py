"""Questions about the work that were asked in a group, and how far they were carried."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key


class Consultation(Base):
    """A message that asks for advice: open until somebody answers or the asker says so; `stage` is whom it reached."""

    __tablename__ = "consultations"
    __table_args__ = (
        Index("ix_consultations_next_at", "next_at"),
        Index("ix_consultations_group_id_settled_at", "group_id", "settled_at"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"))
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    asked_at: Mapped[datetime]
    stage: Mapped[int] = mapped_column(default=0)  # 0 new, 1 peers are next, 2 the mentor, 3 the pengampu, 4 all asked
    next_at: Mapped[datetime | None]  # None: settled, or everybody was asked
    guessed_at: Mapped[datetime | None]  # when the asker was asked whether what was said is the answer
    post_id: Mapped[int | None] = mapped_column(BigInteger)  # Telegram's message that brought it before the group
    settled_at: Mapped[datetime | None]
    settled: Mapped[str | None] = mapped_column(String(8))  # reply, asker, tag
