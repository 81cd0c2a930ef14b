"""Observations with rubrics, and the versions of a module that a group makes, with its criteria."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key


class RubricVersion(Base):
    """A rubric as it stood when something was scored with it."""

    __tablename__ = "rubric_versions"
    __table_args__ = (UniqueConstraint("rubric", "digest"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    rubric: Mapped[str] = mapped_column(String(32))
    version: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))  # of the content
    content: Mapped[dict[str, Any]]


class Observation(Base):
    """One lesson or meeting that was watched: by whom, of whom; open to both once each has given scores."""

    __tablename__ = "observations"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id", ondelete="CASCADE"), index=True)
    step_id: Mapped[int] = mapped_column(ForeignKey("cycle_steps.id", ondelete="CASCADE"), index=True)
    rubric_id: Mapped[int] = mapped_column(ForeignKey("rubric_versions.id"), index=True)
    observed_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    observer_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    second_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    started_at: Mapped[datetime]
    observed_done_at: Mapped[datetime | None]  # the one who is watched scores first
    observer_done_at: Mapped[datetime | None]
    second_done_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]  # each has given theirs


class ObservationNote(Base):
    """What was noted while it went on: a tap, words, a voice or a photo; or a tick on the check sheet before it."""

    __tablename__ = "observation_notes"

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    observation_id: Mapped[int] = mapped_column(ForeignKey("observations.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    medium: Mapped[str] = mapped_column(String(8))  # tap, text, voice, photo, check
    sign: Mapped[str | None] = mapped_column(String(40))  # what was tapped, or the line that was ticked
    text: Mapped[str | None] = mapped_column(Text)
    file_id: Mapped[str | None] = mapped_column(String(255))
    seconds: Mapped[int | None]  # length of a voice note
    shows_pupils: Mapped[bool | None]  # a face or a name is in it; None: not answered, and then it counts as one
    at: Mapped[datetime]


class ObservationScore(Base):
    """A level for one criterion, by one person, with the one line of what was seen."""

    __tablename__ = "observation_scores"
    __table_args__ = (UniqueConstraint("observation_id", "person_id", "criterion"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    observation_id: Mapped[int] = mapped_column(ForeignKey("observations.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    criterion: Mapped[str] = mapped_column(String(40))
    level: Mapped[str] = mapped_column(String(40))
    seen: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class ModuleVersion(Base):
    """A version of the module that a cycle works on: a file, a photo or a link, and which version it grew from."""

    __tablename__ = "module_versions"
    __table_args__ = (UniqueConstraint("cycle_id", "number"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycles.id", ondelete="CASCADE"))
    step_id: Mapped[int] = mapped_column(ForeignKey("cycle_steps.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    medium: Mapped[str] = mapped_column(String(8))  # document, photo, link
    link: Mapped[str | None] = mapped_column(Text)
    file_id: Mapped[str | None] = mapped_column(String(255))
    from_id: Mapped[int | None] = mapped_column(ForeignKey("module_versions.id", ondelete="SET NULL"), index=True)
    made_by: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    made_at: Mapped[datetime]


class ModuleScore(Base):
    """What the group agreed on about one criterion of a version, with the one line of what was seen."""

    __tablename__ = "module_scores"
    __table_args__ = (UniqueConstraint("version_id", "rubric_id", "criterion"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("module_versions.id", ondelete="CASCADE"))
    rubric_id: Mapped[int] = mapped_column(ForeignKey("rubric_versions.id"), index=True)
    step_id: Mapped[int] = mapped_column(ForeignKey("cycle_steps.id", ondelete="CASCADE"), index=True)  # newest
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    criterion: Mapped[str] = mapped_column(String(40))
    level: Mapped[str] = mapped_column(String(40))
    seen: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
