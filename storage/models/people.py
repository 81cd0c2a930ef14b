"""People, what they agreed to, and the roles they hold."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key


class Person(Base):
    """Somebody who said yes, or a colleague without Telegram whom the facilitator listed."""

    __tablename__ = "people"
    __table_args__ = (
        Index(
            "ix_people_consent_told", "consent_told", sqlite_where=text("consented_at IS NOT NULL"),
            postgresql_where=text("consented_at IS NOT NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    tg_user_id: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    name: Mapped[str] = mapped_column(String(128))
    named_themselves: Mapped[bool] = mapped_column(default=False)  # not by Telegram's name
    address: Mapped[str | None] = mapped_column(String(16))  # Bapak, Ibu, …: asked, never guessed
    language: Mapped[str] = mapped_column(String(8), default="id")
    zone: Mapped[str | None] = mapped_column(String(64))  # None: the zone of the group
    prompt_time: Mapped[str | None] = mapped_column(String(5))  # wall time of their own prompts; None: the group's
    workdays: Mapped[str | None] = mapped_column(String(32))  # days of their own prompts; None: the school's
    recap_next_at: Mapped[datetime | None] = mapped_column(index=True)  # the next monthly recap
    consented_at: Mapped[datetime | None]  # None: silent, refused or withdrawn
    consent_told: Mapped[int | None]  # the newest text of the consent they read or were told of; None: not looked up
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


class Purpose(Base):
    """Whether somebody lets their data be used for one more thing than the consent names; no row is no."""

    __tablename__ = "purposes"
    __table_args__ = (UniqueConstraint("person_id", "purpose"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    purpose: Mapped[str] = mapped_column(String(12))  # community.purposes.PURPOSES
    agreed: Mapped[bool]
    text_version: Mapped[str] = mapped_column(String(16))
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
    pairs: Mapped[bool] = mapped_column(default=True)  # takes part in the weekly pairs
    private_copy: Mapped[bool] = mapped_column(default=False)  # gets the group's prompt in private as well
    caught_up_at: Mapped[datetime | None]  # prompts before this moment are not offered any more
    buddy_since: Mapped[datetime | None]  # a teacher who may be named to colleagues who would like company
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


class Readiness(Base):
    """What suits a teacher, by their own word (never inferred): seen by themselves, their coach and their buddy."""

    __tablename__ = "readiness"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    phone: Mapped[str | None] = mapped_column(String(8))  # own, shared
    signal: Mapped[str | None] = mapped_column(String(8))  # strong, weak
    mode: Mapped[str | None] = mapped_column(String(8))  # text, voice
    tools: Mapped[str | None] = mapped_column(String(8))  # none, some, many
    pace: Mapped[str | None] = mapped_column(String(8))  # slow, steady, fast
    updated_at: Mapped[datetime]


class Leave(Base):
    """Days on which a person is left out: prompts, pairs and denominators. No reason is asked."""

    __tablename__ = "leaves"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    first_day: Mapped[date]
    last_day: Mapped[date]
    created_at: Mapped[datetime]


class Posting(Base):
    """Where a person teaches in a school year: asked anew each year, the years before are kept."""

    __tablename__ = "postings"
    __table_args__ = (UniqueConstraint("person_id", "school_year"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    school_year: Mapped[str] = mapped_column(String(9))  # 2026/2027
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id", ondelete="SET NULL"), index=True)
    grade: Mapped[str | None] = mapped_column(String(32))
    new_schools: Mapped[int | None]  # how many schools nobody here knew they named for this year
    asked_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
