"""A group's programme, the prompts it got, and what teachers made of them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key


class Programme(Base):
    """What several groups, also of several schools, follow together; `clock` names the months' course it goes by."""

    __tablename__ = "programmes"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    title: Mapped[str] = mapped_column(String(128))
    clock: Mapped[str | None] = mapped_column(String(32))  # content/courses; None: lessons alone
    started_on: Mapped[date]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ProgrammeEvent(Base):
    """One thing on a group's programme clock: a stage, a survey, a visit, a week's agenda."""

    __tablename__ = "programme_events"
    __table_args__ = (
        UniqueConstraint("programme_id", "group_id", "name"),
        Index("ix_programme_events_due_at", "due_at"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programmes.id", ondelete="CASCADE"))
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(48))
    due_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))


class PackVersion(Base):
    """A pack as it stood when somebody began it: a running programme keeps its version."""

    __tablename__ = "pack_versions"
    __table_args__ = (UniqueConstraint("pack", "version"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    pack: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    status: Mapped[str] = mapped_column(String(12))  # draft, published, retired
    content: Mapped[dict[str, Any]]
    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), index=True)  # made for it
    created_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]


class Enrolment(Base):
    """A group (same day for all) or one person of it (own pace) follows a pack; `position` lessons have gone out."""

    __tablename__ = "enrolments"
    __table_args__ = (Index("ix_enrolments_due", "next_at", "group_id", "id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programmes.id", ondelete="SET NULL"), index=True)
    pack: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    position: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]  # None: finished or stopped
    told_skip: Mapped[date | None]  # the last day off that was announced
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class Delivery(Base):
    """One lesson to one group, or to one person at their own pace, on one day."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "lesson"),
        Index("ix_deliveries_group_id_day", "group_id", "day"),
        Index("ix_deliveries_remind_at", "remind_at"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    pack: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]
    lesson: Mapped[str] = mapped_column(String(64))
    minutes: Mapped[int] = mapped_column(default=0)  # of a teacher's time, for the week's budget
    talk: Mapped[bool | None]  # a short talk with one's coach is proposed after it
    day: Mapped[date]  # the group's local date
    letter_key: Mapped[str] = mapped_column(String(96), unique=True)
    due_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    tg_chat_id: Mapped[int | None] = mapped_column(BigInteger)
    tg_message_id: Mapped[int | None] = mapped_column(BigInteger)
    frame: Mapped[dict[str, Any] | None]  # what stands around the lesson's words: greeting, days off, review
    shown: Mapped[str | None] = mapped_column(String(64))  # the counts the prompt shows now, "tried/reflected/of"
    remind_at: Mapped[datetime | None]  # when those who have not answered are reminded next
    reminded: Mapped[int] = mapped_column(default=0)  # how often: at most twice


class Trial(Base):
    """A teacher tried the lesson in class ("Sudah saya coba")."""

    __tablename__ = "trials"
    __table_args__ = (UniqueConstraint("delivery_id", "person_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    pupils_did: Mapped[str | None] = mapped_column(Text)
    checks: Mapped[str | None] = mapped_column(String(32))  # the signs that were seen, by number: "0,2"


class Reflection(Base):
    """What a teacher thought afterwards; who may read it is part of it (I7)."""

    __tablename__ = "reflections"
    __table_args__ = (Index("ix_reflections_delivery_id_person_id", "delivery_id", "person_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(8), default="free")  # free, guided, goal, week
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))  # "titip"
    audience: Mapped[str] = mapped_column(String(8))  # me, coach, group
    audience_at: Mapped[datetime | None]  # when that reader was chosen; None: as it was written
    medium: Mapped[str] = mapped_column(String(8))  # text, voice, photo
    text: Mapped[str | None] = mapped_column(Text)
    parts: Mapped[dict[str, Any] | None]  # of a guided one: happened, pupils, shows, next
    file_id: Mapped[str | None] = mapped_column(String(255))
    seconds: Mapped[int | None]  # length of a voice note
    tg_message_id: Mapped[int | None] = mapped_column(BigInteger)  # in the group, when it was given there
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]


class Question(Base):
    """Something a teacher asks about a lesson, of the group or of the coach."""

    __tablename__ = "questions"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    audience: Mapped[str] = mapped_column(String(8))  # coach, group
    text: Mapped[str] = mapped_column(Text)
    letter_key: Mapped[str | None] = mapped_column(String(96))  # where it was posted
    created_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class LessonAnswer(Base):
    """What a teacher answered to a lesson's quiz or choice; branches go by it."""

    __tablename__ = "lesson_answers"
    __table_args__ = (UniqueConstraint("delivery_id", "person_id", "kind"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(8))  # quiz, choice
    value: Mapped[str] = mapped_column(String(32))  # the option's number, or the choice's id
    correct: Mapped[bool | None]
    at: Mapped[datetime]


class LessonPoll(Base):
    """Telegram's own quiz poll as it was sent: whose answer comes back under its id."""

    __tablename__ = "lesson_polls"

    poll_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"), index=True)
    sent_at: Mapped[datetime]


class HandIn(Base):
    """A worksheet handed in; the clock of its answer starts here."""

    __tablename__ = "hand_ins"
    __table_args__ = (UniqueConstraint("delivery_id", "person_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    medium: Mapped[str] = mapped_column(String(8))  # text, photo, document, voice
    text: Mapped[str | None] = mapped_column(Text)
    file_id: Mapped[str | None] = mapped_column(String(255))
    seconds: Mapped[int | None]  # length of a voice note
    late: Mapped[bool] = mapped_column(default=False)  # within the days of grace
    handed_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    answer: Mapped[str | None] = mapped_column(Text)
    answer_file_id: Mapped[str | None] = mapped_column(String(255))  # answered by voice; `answer` stood under it
    answer_seconds: Mapped[int | None]


class Evidence(Base):
    """A photo, a file or a link that shows what was tried; one piece of it belongs to being finished."""

    __tablename__ = "evidence"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    medium: Mapped[str] = mapped_column(String(8))  # photo, document, link, voice, video
    file_id: Mapped[str | None] = mapped_column(String(255))
    text: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]


class Certificate(Base):
    """Somebody finished a pack: tried and reflected, with evidence."""

    __tablename__ = "certificates"
    __table_args__ = (UniqueConstraint("person_id", "enrolment_id"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id", ondelete="CASCADE"), index=True)
    number: Mapped[str] = mapped_column(String(32), unique=True)
    code: Mapped[str | None] = mapped_column(String(16), unique=True)  # opens its check; None: never printed with one
    hours: Mapped[float]
    issued_at: Mapped[datetime]


class Attention(Base):
    """What the assistant sent one person in private in a week (from its Monday), and the minutes it cost them."""

    __tablename__ = "attention"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    week: Mapped[date] = mapped_column(primary_key=True)
    messages: Mapped[int] = mapped_column(default=0)
    minutes: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)  # messages that were not sent because the budget was used up


class MediaFile(Base):
    """A file of a pack that Telegram has already: sent again by its id."""

    __tablename__ = "media_files"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)  # SHA-256 of the file
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    file_id: Mapped[str] = mapped_column(String(255))
    kept_at: Mapped[datetime]
