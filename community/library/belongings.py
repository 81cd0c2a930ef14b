"""What the library keeps of one person: what they shared, their questions and answers that were saved."""

from typing import Any

from sqlalchemy import delete, or_, select

from community.library import collecting
from storage.database import Session
from storage.models import LibraryEntry, Person, Solution


async def copy_of(session: Session, person: Person) -> dict[str, Any]:
    """As plain JSON, oldest first; of an answered question each gets their own words."""
    shared = await session.scalars(
        select(LibraryEntry).where(LibraryEntry.person_id == person.id).order_by(LibraryEntry.id)
    )
    answered = await session.scalars(
        select(LibraryEntry).where(LibraryEntry.answerer_id == person.id).order_by(LibraryEntry.id)
    )
    marked = await session.scalars(
        select(Solution)
        .where(or_(Solution.asker_id == person.id, Solution.answerer_id == person.id))
        .order_by(Solution.id)
    )
    return {
        "shared": [
            {
                "group_id": one.group_id, "kind": one.kind, "title": one.title, "link": one.url,
                "file_id": one.file_id, "subject": one.subject, "grade": one.grade, "material": one.material,
                "question": one.question, "shared_at": one.shared_at.isoformat(),
                "gone_at": one.gone_at.isoformat() if one.gone_at else None,
            }
            for one in shared
        ],
        "answers": [
            {"group_id": one.group_id, "answer": one.answer, "at": one.shared_at.isoformat()} for one in answered
        ],
        "solutions": [
            {
                "side": "asker" if one.asker_id == person.id else "answerer", "marked_at": one.marked_at.isoformat(),
                "said_yes": (one.asker_at if one.asker_id == person.id else one.answerer_at) is not None,
                "kept": one.entry_id is not None,
            }
            for one in marked
        ],
    }  # fmt: skip


async def forget(session: Session, person: Person) -> None:
    """Everything of theirs goes: what they shared, and questions with answers on which they were either side."""
    theirs = or_(Solution.asker_id == person.id, Solution.answerer_id == person.id)
    await session.execute(delete(Solution).where(theirs).execution_options(synchronize_session=False))
    await collecting.drop(session, or_(LibraryEntry.person_id == person.id, LibraryEntry.answerer_id == person.id))


async def texts(session: Session, person: Person) -> list[str | None]:
    """What they wrote, by which letters that quote it are recognised."""
    asked = await session.execute(
        select(LibraryEntry.title, LibraryEntry.question).where(LibraryEntry.person_id == person.id)
    )
    answered = await session.scalars(select(LibraryEntry.answer).where(LibraryEntry.answerer_id == person.id))
    return [*(part for row in asked for part in row), *answered]
