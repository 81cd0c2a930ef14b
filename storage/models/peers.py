"""What colleagues give each other: feedback, recognition, weekly pairs, what is worth passing on."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key


class Piece(Base):
    """A module, a medium or a lesson clip that a teacher shows to colleagues, with what they would like looked at."""

    __tablename__ = "pieces"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(8))  # module, medium, clip
    title: Mapped[str] = mapped_column(String(128))
    text: Mapped[str | None] = mapped_column(Text)
    file_kind: Mapped[str | None] = mapped_column(String(12))  # photo, document, video, video_note, audio, voice
    file_id: Mapped[str | None] = mapped_column(String(255))
    seconds: Mapped[int | None]
    criteria: Mapped[str] = mapped_column(String(140), default="")  # one or two, a line each
    wants_suggestion: Mapped[bool] = mapped_column(default=False)
    letter_key: Mapped[str | None] = mapped_column(String(96), index=True)  # where it stands in the group
    created_at: Mapped[datetime]


class Feedback(Base):
    """What a colleague gave: a strength, a question, a suggestion that was asked for, or recognition."""

    __tablename__ = "feedback"
    __table_args__ = (
        UniqueConstraint("group_id", "tg_message_id"),
        Index("ix_feedback_group_id_created_at", "group_id", "created_at"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"))
    giver_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    receiver_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    reflection_id: Mapped[int | None] = mapped_column(ForeignKey("reflections.id", ondelete="CASCADE"), index=True)
    piece_id: Mapped[int | None] = mapped_column(ForeignKey("pieces.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(12))  # reply, strength, question, suggestion, recognition
    criterion: Mapped[str | None] = mapped_column(String(70))
    medium: Mapped[str] = mapped_column(String(8))  # text, voice
    text: Mapped[str | None] = mapped_column(Text)
    file_id: Mapped[str | None] = mapped_column(String(255))
    seconds: Mapped[int | None]
    tg_message_id: Mapped[int | None] = mapped_column(BigInteger)  # of a reply in the group
    helped: Mapped[bool | None]  # what the receiver says of it
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]


class Pairing(Base):
    """Who meets whom in a week (from its Monday): people with the same pool, week and team number."""

    __tablename__ = "pairings"
    __table_args__ = (
        UniqueConstraint("person_id", "group_id", "week"),
        Index("ix_pairings_week_pool", "week", "pool"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    pool: Mapped[str] = mapped_column(String(32))  # "group:3", or "programme:2:0" where groups are mixed
    week: Mapped[date]
    team: Mapped[int]
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    gives_first: Mapped[bool] = mapped_column(default=False)  # balanced over the weeks
    met: Mapped[bool | None]
    answered_at: Mapped[datetime | None]
    stopped: Mapped[bool] = mapped_column(default=False)  # wants no messages passed on in this week


class Pulse(Base):
    """One anonymous question to a group; nothing is shown below five answers."""

    __tablename__ = "pulses"
    __table_args__ = (UniqueConstraint("group_id", "week"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"))
    week: Mapped[date]
    question: Mapped[str] = mapped_column(String(32))
    letter_key: Mapped[str] = mapped_column(String(96))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class PulseAnswer(Base):
    """An answer without its giver: the keyed fingerprint only keeps one person from answering twice."""

    __tablename__ = "pulse_answers"

    pulse_id: Mapped[int] = mapped_column(ForeignKey("pulses.id", ondelete="CASCADE"), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[int]  # 1 to 5


class Share(Base):
    """Something of one group that is worth passing on to the others of its programme."""

    __tablename__ = "shares"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programmes.id", ondelete="CASCADE"), index=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"), index=True)
    reflection_id: Mapped[int | None] = mapped_column(ForeignKey("reflections.id", ondelete="CASCADE"), index=True)
    piece_id: Mapped[int | None] = mapped_column(ForeignKey("pieces.id", ondelete="CASCADE"), index=True)
    marked_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    marked_at: Mapped[datetime]
    agreed_at: Mapped[datetime | None]  # the author's yes; until then only author and facilitator know of it
    named: Mapped[bool] = mapped_column(default=False)  # the author lets their name be told


class AgendaNote(Base):
    """What a teacher brings to the weekly meeting: pupils' work without names, and a strategy."""

    __tablename__ = "agenda_notes"
    __table_args__ = (Index("ix_agenda_notes_group_id_week", "group_id", "week"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    week: Mapped[date]
    part: Mapped[str] = mapped_column(String(12))  # mastered, not_yet, strategy
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
