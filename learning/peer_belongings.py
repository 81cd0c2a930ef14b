"""What is kept of a person among colleagues: feedback given and got, pieces, what was passed on, pairs."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import aliased

from storage.database import Session
from storage.models import Feedback, Group, Pairing, Person, Piece, Reflection, Share

# Keys of letters that carry one colleague's words or name to another.
QUOTING = ("feedback:", "piece:", "passon:", "pair:")
_GIVEN = (
    "created_at", "edited_at", "kind", "criterion", "medium", "text", "file_id", "seconds", "tg_message_id", "helped",
)  # fmt: skip
_PIECE = (
    "created_at", "kind", "title", "text", "file_kind", "file_id", "seconds", "criteria", "wants_suggestion",
)  # fmt: skip


async def copy_of(session: Session, person: Person) -> dict[str, Any]:
    """Everything oldest first, as plain JSON; of what the person got, only what its giver still agrees to show."""
    marked = select(func.count()).select_from(Share).where(Share.marked_by == person.id)
    return {
        "feedback_given": await _feedback(session, Feedback.giver_id, Feedback.receiver_id, person, "to"),
        "feedback_received": await _feedback(session, Feedback.receiver_id, Feedback.giver_id, person, "from"),
        "pieces": await _pieces(session, person),
        "passed_on": await _passed_on(session, person),
        "pairs": await _pairs(session, person),
        "marked_as_worth_passing_on": await session.scalar(marked) or 0,
    }


async def _feedback(session: Session, own: Any, other: Any, person: Person, name: str) -> list[dict[str, Any]]:
    colleague = aliased(Person)
    rows = await session.execute(
        select(Feedback, Group.title, colleague.name)
        .join(Group, Group.id == Feedback.group_id)
        .join(colleague, colleague.id == other)
        .where(own == person.id, or_(own == Feedback.giver_id, colleague.consented_at.is_not(None)))
        .order_by(Feedback.created_at, Feedback.id)
    )
    return [{"group": title, name: called} | _fields(row, _GIVEN) for row, title, called in rows]


async def _pieces(session: Session, person: Person) -> list[dict[str, Any]]:
    rows = await session.execute(
        select(Piece, Group.title)
        .join(Group, Group.id == Piece.group_id)
        .where(Piece.person_id == person.id)
        .order_by(Piece.created_at, Piece.id)
    )
    return [{"group": title} | _fields(row, _PIECE) for row, title in rows]


async def _passed_on(session: Session, person: Person) -> list[dict[str, Any]]:
    rows = await session.execute(
        select(Share, Group.title)
        .join(Group, Group.id == Share.group_id)
        .outerjoin(Reflection, Reflection.id == Share.reflection_id)
        .outerjoin(Piece, Piece.id == Share.piece_id)
        .where(or_(Reflection.person_id == person.id, Piece.person_id == person.id))
        .order_by(Share.marked_at, Share.id)
    )
    return [{"group": title, "with_name": row.named} | _fields(row, ("marked_at", "agreed_at")) for row, title in rows]


async def _pairs(session: Session, person: Person) -> list[dict[str, Any]]:
    rows = await session.execute(
        select(Pairing, Group.title)
        .join(Group, Group.id == Pairing.group_id)
        .where(Pairing.person_id == person.id)
        .order_by(Pairing.week, Pairing.id)
    )
    return [
        {"group": title, "week": row.week.isoformat()} | _fields(row, ("gives_first", "met", "answered_at", "stopped"))
        for row, title in rows
    ]


def _fields(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in names}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


async def texts(session: Session, person: Person) -> list[str]:
    """What the person wrote to colleagues, by which letters that quote it are recognised."""
    found = list(await session.scalars(select(Feedback.text).where(Feedback.giver_id == person.id)))
    for row in await session.execute(select(Piece.title, Piece.text).where(Piece.person_id == person.id)):
        found += row
    return [text for text in found if text]


async def forget(session: Session, person: Person) -> None:
    """The rows go: what the person gave and got, their pieces with what was said of them, their marks' name."""
    unnamed = update(Share).where(Share.marked_by == person.id).values(marked_by=None)
    await session.execute(unnamed.execution_options(synchronize_session=False))
    for statement in (
        delete(Feedback).where(or_(Feedback.giver_id == person.id, Feedback.receiver_id == person.id)),
        delete(Pairing).where(Pairing.person_id == person.id),
        delete(Piece).where(Piece.person_id == person.id),  # and with it the feedback on it, and its share
    ):
        await session.execute(statement.execution_options(synchronize_session=False))
