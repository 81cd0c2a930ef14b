"""Coaching cycles: who is in them, where they stand, what was said, promised and done."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key


class WorkflowVersion(Base):
    """A workflow as it stood when a cycle began with it: a cycle outlives changes of the file."""

    __tablename__ = "workflow_versions"
    __table_args__ = (UniqueConstraint("workflow", "digest"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    workflow: Mapped[str] = mapped_column(String(32))
    digest: Mapped[str] = mapped_column(String(64))  # of the content
    content: Mapped[dict[str, Any]]
    school_id: Mapped[int | None] = mapped_column(ForeignKey("schools.id", ondelete="CASCADE"), index=True)  # its own
    offered: Mapped[bool] = mapped_column(default=False)  # a school's own that may be begun with
    created_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]


class Cycle(Base):
    """One coaching cycle within a group: active, paused, closed or stopped; `step` is where it stands."""

    __tablename__ = "cycles"
    __table_args__ = (Index("ix_cycles_group_id_state", "group_id", "state"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("workflow_versions.id"), index=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id", ondelete="CASCADE"))
    between: Mapped[str] = mapped_column(String(10))  # as its workflow says: coach, colleagues, group
    state: Mapped[str] = mapped_column(String(8))
    step: Mapped[str] = mapped_column(String(40))
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("cycles.id", ondelete="SET NULL"), index=True)  # before
    board: Mapped[int] = mapped_column(default=0)  # how often a group's board was put up; the newest is kept up
    started_at: Mapped[datetime]
    paused_until: Mapped[date | None]  # None in a pause: until somebody takes it up again
    ended_at: Mapped[datetime | None]


class CycleMember(Base):
    """A side of a cycle and who holds it, from `since` to `until`: coach, coachee (of a group several), stand_in."""

    __tablename__ = "cycle_members"
    __table_args__ = (Index("ix_cycle_members_person_id_until", "person_id", "until"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    side: Mapped[str] = mapped_column(String(8))
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    reads_since: Mapped[datetime]  # notes from before were meant for another; a coachee may open them
    asked: Mapped[bool] = mapped_column(default=False)  # and has not answered yet: no seat in a cycle that runs


class CycleStep(Base):
    """A step that was opened: until when it is due, who has done their part, who holds it in a group's cycle."""

    __tablename__ = "cycle_steps"
    __table_args__ = (Index("ix_cycle_steps_remind_at", "remind_at"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id", ondelete="CASCADE"), index=True)
    step: Mapped[str] = mapped_column(String(40))
    opened_at: Mapped[datetime]
    due_on: Mapped[date]
    coach_done_at: Mapped[datetime | None]
    coachee_done_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    remind_at: Mapped[datetime | None]
    reminded: Mapped[int] = mapped_column(default=0)


class CycleNote(Base):
    """What somebody said or showed at a step; `audience` is me (its writer alone) or both (all of the cycle)."""

    __tablename__ = "cycle_notes"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id", ondelete="CASCADE"), index=True)
    step_id: Mapped[int] = mapped_column(ForeignKey("cycle_steps.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    ask: Mapped[str | None] = mapped_column(String(40))  # the question it answers; None: a note beside them
    audience: Mapped[str] = mapped_column(String(8))
    audience_at: Mapped[datetime]  # when that reader was chosen
    medium: Mapped[str] = mapped_column(String(8))  # text, voice, photo, document, link, tap
    text: Mapped[str | None] = mapped_column(Text)
    file_id: Mapped[str | None] = mapped_column(String(255))
    seconds: Mapped[int | None]  # length of a voice note
    shows_pupils: Mapped[bool | None]  # a face or a name is in it; None: not asked or not evidence
    reviewed_at: Mapped[datetime | None]  # evidence that the other side has looked at
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]


class Commitment(Base):
    """What one side promised the other, with a date: kept, moved or let go, never silently gone."""

    __tablename__ = "commitments"
    __table_args__ = (Index("ix_commitments_remind_at", "remind_at"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id", ondelete="CASCADE"), index=True)
    step_id: Mapped[int] = mapped_column(ForeignKey("cycle_steps.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    side: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text)  # of a spoken one its title
    file_id: Mapped[str | None] = mapped_column(String(255))  # the voice in which it was given
    seconds: Mapped[int | None]
    due_on: Mapped[date]
    created_at: Mapped[datetime]
    kept_at: Mapped[datetime | None]
    let_go_at: Mapped[datetime | None]
    remind_at: Mapped[datetime | None]
    reminded: Mapped[int] = mapped_column(default=0)


class CycleEvent(Base):
    """One line of a cycle's history. Written once: the database itself refuses to change or take out a line."""

    __tablename__ = "cycle_events"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    what: Mapped[str] = mapped_column(String(16))
    step: Mapped[str | None] = mapped_column(String(40))
    data: Mapped[dict[str, Any] | None]  # dates and names of steps, never words of a note
    at: Mapped[datetime]
