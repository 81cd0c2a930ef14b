"""Updates in, letters out, and where each conversation stands."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key


class Arrival(Base):
    """An update as it came, until it is done; its id stays 48 h to recognise a duplicate."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("bot_id", "update_id"),
        Index(
            "ix_inbox_waiting",
            "id",
            sqlite_where=text("state = 'new'"),
            postgresql_where=text("state = 'new'"),
        ),
        # What stands before an update in its own queue, for several processes that work on one inbox.
        Index(
            "ix_inbox_queue",
            "queue",
            "id",
            sqlite_where=text("state = 'new'"),
            postgresql_where=text("state = 'new'"),
        ),
        {"sqlite_autoincrement": True},  # ids name visits and answers: a deleted row's must not come again
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    bot_id: Mapped[int] = mapped_column(BigInteger)
    update_id: Mapped[int] = mapped_column(BigInteger)  # negative: an answer of Telegram to a letter of ours
    queue: Mapped[str] = mapped_column(String(64))  # what keeps its order: "chat:-100…", "user:…"
    lane: Mapped[str] = mapped_column(String(8))  # listen, talk, both
    state: Mapped[str] = mapped_column(String(8), default="new")  # new, done, failed, odd
    attempts: Mapped[int] = mapped_column(default=0)
    raw: Mapped[dict[str, Any] | None]
    error: Mapped[str | None] = mapped_column(String(200))
    received_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class Letter(Base):
    """Something owed to somebody. The key is unique: owed twice is sent once (I3)."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_waiting",
            "lane",
            "due_at",
            sqlite_where=text("state in ('pending', 'sending')"),
            postgresql_where=text("state in ('pending', 'sending')"),
        ),
        # Those of the last two days: what has just been sent, and whose words are to go.
        Index(
            "ix_outbox_settled",
            "finished_at",
            sqlite_where=text("params is not null"),
            postgresql_where=text("params is not null"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    key: Mapped[str] = mapped_column(String(96), unique=True)
    chat_id: Mapped[int | None] = mapped_column(BigInteger)
    lane: Mapped[int]  # storage.letters.Lane
    policy: Mapped[str] = mapped_column(String(8))  # storage.letters.Policy
    method: Mapped[str] = mapped_column(String(64))
    params: Mapped[dict[str, Any] | None]  # None once it is done with and must not be kept
    edits: Mapped[str | None] = mapped_column(String(96))  # key of the letter whose message this one changes
    then: Mapped[str | None] = mapped_column(String(48))  # the answer comes back to the inbox under this name
    then_data: Mapped[dict[str, Any] | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id", ondelete="SET NULL"))
    forgets: Mapped[bool] = mapped_column(
        default=False
    )  # to somebody who has not agreed: addressee goes with the outcome
    state: Mapped[str] = mapped_column(String(12), default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    unknowns: Mapped[int] = mapped_column(default=0)  # times nobody could say whether it arrived
    leased_until: Mapped[datetime | None]
    due_at: Mapped[datetime]
    not_after: Mapped[datetime | None]
    result: Mapped[dict[str, Any] | None]
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class Attachment(Base):
    """Bytes that a letter carries, named by their SHA-256."""

    __tablename__ = "attachments"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(128))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]


class ConversationState(Base):
    """Where a conversation stands: aiogram's storage key, all six fields (absent ones are 0 or '')."""

    __tablename__ = "conversation_states"

    bot_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    thread_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=0)
    business_connection_id: Mapped[str] = mapped_column(String(128), primary_key=True, default="")
    destiny: Mapped[str] = mapped_column(String(32), primary_key=True, default="default")
    state: Mapped[str | None] = mapped_column(String(128))
    data: Mapped[dict[str, Any] | None]
    updated_at: Mapped[datetime | None]


class BotAccount(Base):
    """What Telegram says of the bot itself (getMe), asked at every start."""

    __tablename__ = "bots"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    username: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(128))
    reads_all: Mapped[bool] = mapped_column(default=False)  # getMe.can_read_all_group_messages
    asked_at: Mapped[datetime]
