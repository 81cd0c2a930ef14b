"""What people did with lessons and in coaching, one line each, of those who let it be handed on; never their words."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Select, or_, select

from community.purposes import who_agreed
from learning.kinds import REFLECTS
from storage.database import Session
from storage.models import (
    Cycle,
    CycleMember,
    CycleStep,
    Delivery,
    Evidence,
    Feedback,
    HandIn,
    LessonAnswer,
    Question,
    Reflection,
    Trial,
    WorkflowVersion,
)

What = Literal["seen", "tried", "reflected", "feedback", "step"]


@dataclass(frozen=True, slots=True)
class Happening:
    """``of`` is what it was done with: pack, version, lesson and day; workflow and step; or the kind of thing alone.

    ``detail`` tells of a reflection and of feedback how it was given, of feedback also its kind, of a step the side.
    """

    what: What
    person_id: int
    group_id: int
    at: datetime
    of: tuple[str, ...]
    detail: dict[str, str]


async def happenings(
    session: Session, purpose: str, groups: Collection[int] | None, since: datetime | None
) -> list[Happening]:
    """Everything since then, oldest first, of those who said yes to the purpose; of these groups, or of all.

    Reflections that are for their writer alone stay out, even as a count; drafts and goals are none yet. A lesson is
    seen from its reader's first act on: that it was sent tells nothing of reading.
    """
    found = [
        *await _seen(session, purpose, groups),
        *await _tried(session, purpose, groups),
        *await _reflected(session, purpose, groups),
        *await _feedback(session, purpose, groups),
        *await _steps(session, purpose, groups),
    ]
    kept = [one for one in found if since is None or one.at >= since]
    return sorted(kept, key=lambda one: (one.at, one.person_id, one.what, one.of))


def _acts(table: Any, at: Any, purpose: str, groups: Collection[int] | None, *more: Any) -> Select[Any]:
    """Acts on lessons with who, where and which lesson."""
    query = (
        select(table.person_id, at.label("at"), Delivery, *more)
        .join(Delivery, Delivery.id == table.delivery_id)
        .where(table.person_id.in_(who_agreed(purpose)))
    )
    return query if groups is None else query.where(Delivery.group_id.in_(groups))


def _lesson(one: Delivery) -> tuple[str, ...]:
    return one.pack, str(one.version), one.lesson, one.day.isoformat()


_SHOWN = (Reflection.kind.in_(REFLECTS), Reflection.audience.in_(("coach", "group")))


async def _seen(session: Session, purpose: str, groups: Collection[int] | None) -> Iterable[Happening]:
    first: dict[tuple[int, int], Happening] = {}
    queries = [
        _acts(table, at, purpose, groups)
        for table, at in (
            (Trial, Trial.at), (LessonAnswer, LessonAnswer.at), (HandIn, HandIn.handed_at),
            (Evidence, Evidence.created_at), (Question, Question.created_at),
        )
    ]  # fmt: skip
    queries.append(_acts(Reflection, Reflection.created_at, purpose, groups).where(*_SHOWN))
    for query in queries:
        for row in await session.execute(query):
            key = (row.person_id, row.Delivery.id)
            if key not in first or row.at < first[key].at:
                one = row.Delivery
                first[key] = Happening("seen", row.person_id, one.group_id, row.at, _lesson(one), {})
    return first.values()


async def _tried(session: Session, purpose: str, groups: Collection[int] | None) -> Iterable[Happening]:
    return [
        Happening("tried", row.person_id, row.Delivery.group_id, row.at, _lesson(row.Delivery), {})
        for row in await session.execute(_acts(Trial, Trial.at, purpose, groups))
    ]


async def _reflected(session: Session, purpose: str, groups: Collection[int] | None) -> Iterable[Happening]:
    more = (Reflection.medium, Reflection.kind)
    query = _acts(Reflection, Reflection.created_at, purpose, groups, *more).where(*_SHOWN)
    return [
        Happening(
            "reflected", row.person_id, row.Delivery.group_id, row.at, _lesson(row.Delivery),
            {"medium": row.medium, "kind": row.kind},
        )
        for row in await session.execute(query)
    ]  # fmt: skip


async def _feedback(session: Session, purpose: str, groups: Collection[int] | None) -> Iterable[Happening]:
    query = (
        select(Feedback, Reflection.audience, Delivery)
        .outerjoin(Reflection, Reflection.id == Feedback.reflection_id)
        .outerjoin(Delivery, Delivery.id == Reflection.delivery_id)
        .where(Feedback.giver_id.in_(who_agreed(purpose)))
    )
    if groups is not None:
        query = query.where(Feedback.group_id.in_(groups))
    return [
        Happening(
            "feedback", one.giver_id, one.group_id, one.created_at,
            _lesson(delivery) if delivery and audience != "me" else ("piece" if one.piece_id else "colleague",),
            {"medium": one.medium, "kind": one.kind},
        )
        for one, audience, delivery in await session.execute(query)
    ]  # fmt: skip


async def _steps(session: Session, purpose: str, groups: Collection[int] | None) -> Iterable[Happening]:
    """Each side's own part of a step, by who held the side when it was done."""
    query = (
        select(CycleStep, Cycle.group_id, Cycle.started_at, WorkflowVersion.workflow, CycleMember)
        .join(Cycle, Cycle.id == CycleStep.cycle_id)
        .join(WorkflowVersion, WorkflowVersion.id == Cycle.version_id)
        .join(CycleMember, CycleMember.cycle_id == Cycle.id)
        .where(
            CycleMember.person_id.in_(who_agreed(purpose)), CycleMember.asked.is_(False),
            or_(CycleStep.coach_done_at.is_not(None), CycleStep.coachee_done_at.is_not(None)),
        )
    )  # fmt: skip
    if groups is not None:
        query = query.where(Cycle.group_id.in_(groups))
    found = []
    for step, group_id, started, workflow, member in await session.execute(query):
        at = (
            step.coach_done_at if member.side == "coach" else step.coachee_done_at if member.side == "coachee" else None
        )
        if at is not None and member.since <= at and (member.until is None or at <= member.until):
            of = (workflow, step.step, started.isoformat(), step.opened_at.isoformat())
            found.append(Happening("step", member.person_id, group_id, at, of, {"side": member.side}))
    return found
