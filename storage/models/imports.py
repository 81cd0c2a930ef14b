"""Conversations from elsewhere that a group has taken in: people by a number, words only as long as they are kept."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key


class ImportSeries(Base):
    """All that one group has taken in. The secret turns a name into a key that nobody else can make of it."""

    __tablename__ = "import_series"

    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True)
    secret: Mapped[bytes]
    people: Mapped[int] = mapped_column(default=0)  # pseudonyms given so far; one that is gone is not given again
    baseline_at: Mapped[datetime | None]  # since when the group's report shows it as what was before


class Import(Base):
    """One export that somebody said yes to. What stands here is counts, and stays when the words have gone."""

    __tablename__ = "imports"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), index=True)
    imported_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    grammar: Mapped[str] = mapped_column(String(80))
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    messages: Mapped[int]
    people: Mapped[int]
    known: Mapped[int]  # messages that an import before had brought already, and that were not taken again
    not_understood: Mapped[int]
    figures: Mapped[dict[str, Any]]
    study: Mapped[str | None] = mapped_column(String(120))
    kept_until: Mapped[datetime]  # texts and messages; the counts stay
    counted_at: Mapped[datetime | None]  # when only counts were left
    created_at: Mapped[datetime]


class ImportedPerson(Base):
    """Somebody of an export by a number; who it is stands here only when the facilitator matched a member."""

    __tablename__ = "imported_people"
    __table_args__ = (UniqueConstraint("group_id", "key"), UniqueConstraint("group_id", "number"))

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(64))
    number: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    matched_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    matched_at: Mapped[datetime | None]


class ImportedMessage(Base):
    """A message of an export while its import keeps more than counts."""

    __tablename__ = "imported_messages"
    __table_args__ = (Index("ix_imported_messages_group_id_sent_at", "group_id", "sent_at"),)

    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)  # from 1, in the order of the export
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"))
    speaker_id: Mapped[int] = mapped_column(ForeignKey("imported_people.id", ondelete="CASCADE"), index=True)
    sent_at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(16))
    text: Mapped[str | None] = mapped_column(Text)
    label: Mapped[str] = mapped_column(String(16))
    secondary: Mapped[str | None] = mapped_column(String(16))
    confidence: Mapped[float]
    reason: Mapped[str] = mapped_column(String(64))
    mark: Mapped[int] = mapped_column(BigInteger)  # minute and words, keyed: the same message in two exports


class ImportedCount(Base):
    """How many messages of a local day were for what: all that is left of an import after its time."""

    __tablename__ = "imported_counts"

    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(String(16), primary_key=True)
    sure: Mapped[int] = mapped_column(primary_key=True)  # confidence in twentieths: the shares are corrected by it
    messages: Mapped[int]
