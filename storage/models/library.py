"""What a group has shared and found out together, the words by which it is found, and who said yes to being kept."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key

WORD = 40


class LibraryEntry(Base):
    """A link or a file of a group's talk, or a question with its answer; it outlives the message's text."""

    __tablename__ = "library_entries"
    __table_args__ = (
        UniqueConstraint("message_id", "place"),
        Index("ix_library_entries_indexed_id", "indexed", "id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), index=True)
    chat_id: Mapped[int] = mapped_column(ForeignKey("group_chats.id", ondelete="CASCADE"))
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"))
    tg_message_id: Mapped[int] = mapped_column(BigInteger)
    place: Mapped[int] = mapped_column(default=0)  # a message may carry a file and links; an answer has its own
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)  # shared or asked
    answerer_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(8))  # link, file, answer
    title: Mapped[str] = mapped_column(String(200))
    url: Mapped[str | None] = mapped_column(String(512))  # canonical
    file_id: Mapped[str | None] = mapped_column(String(255))  # None: the message is copied instead
    file_kind: Mapped[str | None] = mapped_column(String(16))  # document, audio
    subject: Mapped[str | None] = mapped_column(String(24))  # keys of content/library
    grade: Mapped[str | None] = mapped_column(String(8))  # 1 to 12, fase a to f, tk
    material: Mapped[str | None] = mapped_column(String(24))
    question: Mapped[str | None] = mapped_column(Text)
    answer: Mapped[str | None] = mapped_column(Text)
    shared_at: Mapped[datetime]
    gone_at: Mapped[datetime | None]  # Telegram could not bring the file any more
    indexed: Mapped[bool] = mapped_column(default=False)


class LibraryTerm(Base):
    """A word that an entry is found by; `=key` is a subject, a kind of material or a grade."""

    __tablename__ = "library_terms"

    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True)
    word: Mapped[str] = mapped_column(String(WORD), primary_key=True)
    entry_id: Mapped[int] = mapped_column(
        ForeignKey("library_entries.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class LibraryWord(Base):
    """Each word of a group's library once: what a misspelt one is compared with."""

    __tablename__ = "library_words"

    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True)
    word: Mapped[str] = mapped_column(String(WORD), primary_key=True)
    size: Mapped[int]  # letters


class Solution(Base):
    """The message that solved a question, by who asked it; both taps make an entry of the two."""

    __tablename__ = "solutions"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultations.id", ondelete="CASCADE"), unique=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), index=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"), index=True)  # the answer
    asker_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    answerer_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    marked_at: Mapped[datetime]
    asker_at: Mapped[datetime | None]  # when they tapped "Simpan"
    answerer_at: Mapped[datetime | None]
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("library_entries.id", ondelete="CASCADE"), index=True)
