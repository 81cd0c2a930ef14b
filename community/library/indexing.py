"""The words of a library: each entry's, so that a search asks an index and not every title."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update

from community.library import facts
from community.library.facts import Facts
from storage.bulk import among, insert_rows
from storage.database import Session
from storage.models import LibraryEntry, LibraryTerm, LibraryWord, Solution

AT_ONCE = 500


async def index_due(session: Session, _now: datetime) -> int:
    """Give new entries their words; gives how many. Recording them on the way in would cost what nobody waits for."""
    return await _index(session)


async def catch_up(session: Session, group_ids: Collection[int]) -> None:
    """What was shared a moment ago is found as well: one query where nothing waits."""
    while await _index(session, among(session, LibraryEntry.group_id, group_ids)):
        pass


async def _index(session: Session, *where: ColumnElement[bool]) -> int:
    rows = (
        await session.scalars(
            select(LibraryEntry)
            .where(LibraryEntry.indexed.is_(False), *where)
            .order_by(LibraryEntry.id)
            .limit(AT_ONCE)
            .with_for_update(skip_locked=True)
        )
    ).all()
    if not rows:
        return 0
    terms = [{"group_id": row.group_id, "word": word, "entry_id": row.id} for row in rows for word in terms_of(row)]
    await insert_rows(session, LibraryTerm, terms, unique=["group_id", "word", "entry_id"])
    words = {(one["group_id"], str(one["word"])) for one in terms if not str(one["word"]).startswith("=")}
    every = [{"group_id": group, "word": word, "size": len(word)} for group, word in sorted(words)]
    await insert_rows(session, LibraryWord, every, unique=["group_id", "word"])
    await session.execute(
        update(LibraryEntry)
        .where(among(session, LibraryEntry.id, [row.id for row in rows]))
        .values(indexed=True)
        .execution_options(synchronize_session="fetch")
    )
    return len(rows)


async def move(session: Session, from_id: int, to_id: int) -> None:
    """Two rows of one group become one: what was shared goes along and gets its words anew."""
    for table in (LibraryTerm, LibraryWord):
        await session.execute(
            delete(table).where(table.group_id == from_id).execution_options(synchronize_session=False)
        )
    await session.execute(
        update(Solution)
        .where(Solution.group_id == from_id)
        .values(group_id=to_id)
        .execution_options(synchronize_session=False)
    )
    moved = update(LibraryEntry).where(LibraryEntry.group_id == from_id)
    await session.execute(moved.values(group_id=to_id, indexed=False).execution_options(synchronize_session=False))


def terms_of(row: LibraryEntry) -> list[str]:
    """What one entry is found by; an answer by all of its words."""
    said = "\n".join(part for part in (row.title, row.question, row.answer) if part)
    return facts.terms(said, Facts(row.subject, row.grade, row.material))
