"""Work plans (RHK): a person's plan for a semester or a year, its rows, and what activities count for at a school."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base, Key


class WorkPlan(Base):
    """One person's plan for one period: "2026/2027" or "2026/2027-2". `revision` grows with each change."""

    __tablename__ = "work_plans"
    __table_args__ = (UniqueConstraint("person_id", "period"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id", ondelete="SET NULL"), index=True)
    cycle_id: Mapped[int | None] = mapped_column(ForeignKey("cycles.id", ondelete="SET NULL"), index=True)
    period: Mapped[str] = mapped_column(String(12))
    is_free: Mapped[bool] = mapped_column(default=False)  # no points are counted, whatever the school's profile
    revision: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime | None]  # the teacher asked the principal to confirm this revision
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime]


class PlanRow(Base):
    """One row: what will be done, how often, what it counts for, when and where, and with whose support."""

    __tablename__ = "plan_rows"
    __table_args__ = (Index("ix_plan_rows_remind_at", "remind_at"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("work_plans.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    kind: Mapped[str | None] = mapped_column(String(40))  # an entry of the catalogue, by its id
    result: Mapped[str] = mapped_column(Text)  # RHK
    aim: Mapped[str] = mapped_column(Text, default="")
    quantity: Mapped[int | None]
    points: Mapped[int | None]  # of one time; the total is quantity times this
    material: Mapped[str] = mapped_column(Text, default="")
    challenge: Mapped[str] = mapped_column(Text, default="")
    anticipation: Mapped[str] = mapped_column(Text, default="")
    when_text: Mapped[str] = mapped_column(Text, default="")  # as written: minggu ke-3 Mei
    times: Mapped[dict[str, Any] | None]  # as understood: {"spans": [["2027-05-15", "2027-05-21"]]}
    place: Mapped[str] = mapped_column(Text, default="")
    preparation: Mapped[str] = mapped_column(Text, default="")
    support_source: Mapped[str] = mapped_column(Text, default="")
    support_form: Mapped[str] = mapped_column(Text, default="")
    competence: Mapped[str | None] = mapped_column(String(16))  # pedagogik, kepribadian, sosial, profesional
    remind_at: Mapped[datetime | None]

    @property
    def total(self) -> int:
        """What the row counts for."""
        return (self.quantity or 0) * (self.points or 0)


class PlanKind(Base):
    """A kind of activity that a school entered itself; it wins over the house's of the same id."""

    __tablename__ = "plan_kinds"
    __table_args__ = (UniqueConstraint("school_id", "slug"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    school_id: Mapped[int] = mapped_column(ForeignKey("schools.id", ondelete="CASCADE"))
    slug: Mapped[str] = mapped_column(String(40))
    content: Mapped[dict[str, Any]]  # as content.plans.Entry
    created_by: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime]
