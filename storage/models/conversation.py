"""What people who agreed wrote in their group, and what it was for."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key


class Message(Base):
    """A group message. The text goes after RETENTION_DAYS, the tag stays."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("chat_id", "tg_message_id"),
        Index("ix_messages_group_id_sent_at", "group_id", "sent_at"),
        # Who replied to a question: most messages answer nobody, and are not in it.
        Index(
            "ix_messages_chat_id_reply_to", "chat_id", "reply_to",
            sqlite_where=text("reply_to IS NOT NULL"), postgresql_where=text("reply_to IS NOT NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"))
    chat_id: Mapped[int] = mapped_column(ForeignKey("group_chats.id", ondelete="CASCADE"))
    tg_message_id: Mapped[int] = mapped_column(BigInteger)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    sent_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    reply_to: Mapped[int | None] = mapped_column(BigInteger)  # tg_message_id in the same chat
    kind: Mapped[str] = mapped_column(String(16))
    file_name: Mapped[str | None] = mapped_column(String(255))
    text: Mapped[str | None] = mapped_column(Text)
    label: Mapped[str] = mapped_column(String(16))
    secondary: Mapped[str | None] = mapped_column(String(16))
    confidence: Mapped[float]
    reason: Mapped[str] = mapped_column(String(64))  # a key of content/texts/*/tagging.toml
    evidence: Mapped[str | None] = mapped_column(String(200))  # the words that matched; goes with the text
    source: Mapped[str] = mapped_column(String(8), default="rule")  # rule, model, person
    tagged_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))


class TagCount(Base):
    """How many recorded messages of a group and a local day carry a tag; kept by community.daily_counts.

    The day comes last: what one group is asked for is read in the order of its tags, and needs no sorting.
    """

    __tablename__ = "tag_counts"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 — SQLAlchemy's own name

    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True)
    label: Mapped[str] = mapped_column(String(16), primary_key=True)
    sure: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)  # twentieths
    source: Mapped[str] = mapped_column(String(8), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    messages: Mapped[int]


class WeekCount(Base):
    """How many recorded messages of a group and a local week carry a label: `TagCount` summed up, in fewer rows."""

    __tablename__ = "week_counts"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 — SQLAlchemy's own name

    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)  # its Monday
    label: Mapped[str] = mapped_column(String(16), primary_key=True)
    messages: Mapped[int]


class TalkCount(Base):
    """How many messages somebody wrote in a group on a local day, and whom they answered; goes with either of the two.

    ``to_id`` is whose message they replied to, and the writer where they replied to nobody whose words are recorded.
    """

    __tablename__ = "talk_counts"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 — SQLAlchemy's own name

    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True)
    to_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    messages: Mapped[int]
    last_at: Mapped[datetime]


class TagReview(Base):
    """What one person said a message is for; gone with who wrote the message and with who looked at it."""

    __tablename__ = "tag_reviews"
    __table_args__ = (UniqueConstraint("message_id", "reviewer_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), index=True)
    message_id: Mapped[int] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    label: Mapped[str] = mapped_column(String(16))
    guess: Mapped[str | None] = mapped_column(String(16))  # the tagger's label; None where it is not known any more
    why: Mapped[str] = mapped_column(String(16))  # sample (drawn, and answered blind), uncertain, overruled
    at: Mapped[datetime]
    seen: Mapped[
        dict[str, Any] | None
    ]  # flags and probabilities of the standard model, no word; what a group's learns by


class GroupModel(Base):
    """What a group's reviewers changed about the standard model, as numbers; used only where it was better."""

    __tablename__ = "group_models"

    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), primary_key=True)
    made_of: Mapped[str] = mapped_column(String(120))  # the answers it was trained on: another night, others
    base: Mapped[str] = mapped_column(String(16))  # the standard model it corrects
    version: Mapped[str | None] = mapped_column(String(64), index=True)  # of the rows; None: the standard was as good
    rows: Mapped[dict[str, Any] | None]
    n: Mapped[int]
    before: Mapped[float | None]  # share of held-back answers that the standard model had right
    after: Mapped[float | None]
    at: Mapped[datetime]
