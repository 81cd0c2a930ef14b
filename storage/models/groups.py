"""Schools, their groups, and the Telegram chats a group has lived in."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key


class School(Base):
    __tablename__ = "schools"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    name: Mapped[str] = mapped_column(String(128))
    zone: Mapped[str] = mapped_column(String(64))
    workdays: Mapped[str] = mapped_column(String(32), default="mon,tue,wed,thu,fri")
    policy_profile: Mapped[str] = mapped_column(String(24), default="ruang_gtk_2025")
    created_at: Mapped[datetime]


class Group(Base):
    """A group of teachers. Its Telegram chat may change (a group becomes a supergroup); this row stays."""

    __tablename__ = "groups"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id", ondelete="SET NULL"), index=True)
    title: Mapped[str] = mapped_column(String(128))
    state: Mapped[str] = mapped_column(String(16), default="waiting")  # waiting (commands only), active, left
    language: Mapped[str] = mapped_column(String(8), default="id")
    zone: Mapped[str] = mapped_column(String(64), default="Asia/Jakarta")
    prompt_time: Mapped[str] = mapped_column(String(5), default="06:30")  # wall time in the group's zone
    greeting: Mapped[str | None] = mapped_column(String(300))
    headcount: Mapped[int | None]  # members by Telegram's own count, the assistant left out
    bot_is_admin: Mapped[bool] = mapped_column(default=False)
    blind_told_at: Mapped[datetime | None]  # when the group was told that privacy mode keeps the assistant from reading
    added_at: Mapped[datetime]
    set_up_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]


class GroupChat(Base):
    """A Telegram chat id under which a group is or was known."""

    __tablename__ = "group_chats"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    tg_chat_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), index=True)
    current: Mapped[bool] = mapped_column(default=True)


class MessageCount(Base):
    """How many messages a group wrote on a local day, whoever wrote them: the anonymous count."""

    __tablename__ = "message_counts"
    __table_args__ = (UniqueConstraint("group_id", "day"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"))
    day: Mapped[date]
    messages: Mapped[int] = mapped_column(default=0)
