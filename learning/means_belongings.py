"""What this room keeps of a person by what lessons bring along: answers, worksheets, evidence, packs they made."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, null, select, update

from learning.hand_ins import ANSWERED
from storage.database import Session
from storage.models import (
    Certificate,
    Delivery,
    Enrolment,
    Evidence,
    Group,
    HandIn,
    LessonAnswer,
    Letter,
    PackVersion,
    Person,
)

_ANSWER = ("answer", "answer_file_id", "answer_seconds")
_OF: dict[str, tuple[Any, Any, tuple[str, ...]]] = {
    "lesson_answers": (LessonAnswer, LessonAnswer.at, ("at", "kind", "value", "correct")),
    "worksheets": (
        HandIn, HandIn.handed_at,
        ("handed_at", "medium", "text", "file_id", "seconds", "late", "answered_at", *_ANSWER),
    ),
    "evidence": (Evidence, Evidence.created_at, ("created_at", "medium", "text", "file_id")),
}  # fmt: skip


async def copy_of(session: Session, person: Person) -> dict[str, Any]:
    """As plain JSON, oldest first; answers to others' worksheets without whose they were."""
    copy: dict[str, Any] = {name: await _rows(session, person, *one) for name, one in _OF.items()}
    answers = select(HandIn).where(HandIn.answered_by == person.id).order_by(HandIn.answered_at, HandIn.id)
    copy["worksheets_answered"] = [
        {name: _plain(getattr(one, name)) for name in ("answered_at", *_ANSWER)}
        for one in await session.scalars(answers)
    ]
    packs = select(PackVersion).where(PackVersion.created_by == person.id).order_by(PackVersion.id)
    copy["packs_made"] = [
        {"pack": one.pack, "version": one.version, "status": one.status, "created_at": _plain(one.created_at)}
        for one in await session.scalars(packs)
    ]
    copy["certificates"] = await _certificates(session, person)
    return copy


async def _certificates(session: Session, person: Person) -> list[dict[str, Any]]:
    rows = await session.execute(
        select(Certificate, Enrolment.pack, Group.title)
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .join(Group, Group.id == Enrolment.group_id)
        .where(Certificate.person_id == person.id)
        .order_by(Certificate.issued_at, Certificate.id)
    )
    return [
        {"group": title, "pack": pack, "number": row.number, "hours": row.hours, "issued_at": _plain(row.issued_at)}
        for row, pack, title in rows
    ]


async def _rows(
    session: Session, person: Person, table: Any, at: Any, names: tuple[str, ...]
) -> list[dict[str, Any]]:  # fmt: skip
    found = await session.execute(
        select(table, Delivery.pack, Delivery.lesson, Group.title)
        .join(Delivery, Delivery.id == table.delivery_id)
        .join(Group, Group.id == Delivery.group_id)
        .where(table.person_id == person.id)
        .order_by(at, table.id)
    )
    return [
        {"group": title, "pack": pack, "lesson": lesson} | {name: _plain(getattr(row, name)) for name in names}
        for row, pack, lesson, title in found
    ]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


async def texts(session: Session, person: Person) -> list[str | None]:
    """What the person wrote here, by which letters that quote it are recognised."""
    found: list[str | None] = []
    for column, owner in (
        (HandIn.text, HandIn.person_id), (HandIn.answer, HandIn.answered_by), (Evidence.text, Evidence.person_id),
    ):  # fmt: skip
        found += await session.scalars(select(column).where(owner == person.id, column.is_not(None)))
    return found


async def forget(session: Session, person: Person, now: datetime) -> None:
    """Their rows go, their answers to others lose the words and the name, and so do the letters that brought them.

    A pack they made belongs to its group and stays, without whose it was.
    """
    brought = Letter.id.in_(await _brought(session, person))
    waits = {"state": "dropped", "error": "forgotten", "finished_at": now}
    await _change(session, update(Letter).where(brought, Letter.state == "pending").values(**waits))
    await _change(session, update(Letter).where(brought).values(params=null(), then_data=null()))
    mine = HandIn.answered_by == person.id
    await _change(session, update(HandIn).where(mine).values(answered_by=None, **dict.fromkeys(_ANSWER)))
    created = PackVersion.created_by == person.id
    await _change(session, update(PackVersion).where(created).values(created_by=None))
    for table in (*(table for table, *_ in _OF.values()), Certificate):
        await _change(session, delete(table).where(table.person_id == person.id))


async def _brought(session: Session, person: Person) -> list[int]:
    """The letters that carry the person's answers: as they came, and voices as they were heard again (`@`)."""
    given = {f"{ANSWERED}{number}" for number in await session.scalars(
        select(HandIn.id).where(HandIn.answered_by == person.id)
    )}  # fmt: skip
    if not given:
        return []
    every = await session.execute(select(Letter.id, Letter.key).where(Letter.key.startswith(ANSWERED)))
    return [letter_id for letter_id, key in every if key.split("@")[0] in given]


async def _change(session: Session, statement: Any) -> None:
    await session.execute(statement.execution_options(synchronize_session=False))
