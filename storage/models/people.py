"""People, what they agreed to, and the roles they hold."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key


class Person(Base):
    """Somebody who said yes, or a colleague without Telegram whom the facilitator listed."""

    __tablename__ = "people"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    tg_user_id: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    name: Mapped[str] = mapped_column(String(128))
    address: Mapped[str | None] = mapped_column(String(16))  # Bapak, Ibu, …: asked, never guessed
    language: Mapped[str] = mapped_column(String(8), default="id")
    zone: Mapped[str | None] = mapped_column(String(64))  # None: the zone of the group
    consented_at: Mapped[datetime | None]  # None: silent, refused or withdrawn
    reachable: Mapped[bool] = mapped_column(default=False)  # has opened the private chat and not blocked it
    created_at: Mapped[datetime]


class Consent(Base):
    """One answer to the question of consent, kept as proof (UU 27/2022, articles 22 and 24)."""

    __tablename__ = "consents"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    agreed: Mapped[bool]
    text_version: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime]


class ConsentRequest(Base):
    """How often somebody was asked, by a keyed fingerprint: who they are is not stored."""

    __tablename__ = "consent_requests"

    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    times: Mapped[int] = mapped_column(default=0)
    declined: Mapped[bool] = mapped_column(default=False)
    last_at: Mapped[datetime]


class Membership(Base):
    """A person holds a role in a group; `until` is set when they leave."""

    __tablename__ = "memberships"
    __table_args__ = (
        UniqueConstraint("person_id", "group_id", "role"),
        Index("ix_memberships_group_id_role", "group_id", "role"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(24))  # community.roles.Role
    digest_next_at: Mapped[datetime | None]  # the coach's next digest of this group
    since: Mapped[datetime]
    until: Mapped[datetime | None]


class Invitation(Base):
    """A link that gives a role: reusable for teachers, single-use and expiring for every other role."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    token: Mapped[str] = mapped_column(String(48), unique=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(24))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
