"""What came into the libraries of many groups: material shared, and questions kept with the answer that solved them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import case, select

from community.library.collecting import ANSWER
from community.spans import within
from storage.database import Session
from storage.models import LibraryEntry, Solution

_later = case((Solution.asker_at > Solution.answerer_at, Solution.asker_at), else_=Solution.answerer_at)
CAME_AT = case((LibraryEntry.place < ANSWER, LibraryEntry.shared_at), else_=_later)
"""When an entry, with its Solution where it has one, came in: material when it was shared, an answer by the later of
the two taps."""


@dataclass(slots=True)
class Gathered:
    """``shared`` links and files, and what each question is called that both of its people had kept, in order."""

    shared: int = 0
    solved: list[str] = field(default_factory=list)


async def of_groups(session: Session, since: Mapping[int, datetime], until: datetime) -> dict[int, Gathered]:
    """By group, from the group's own moment to ``until``, excluded; one query."""
    rows = await session.execute(
        select(LibraryEntry.group_id, LibraryEntry.place, LibraryEntry.title)
        .outerjoin(Solution, Solution.entry_id == LibraryEntry.id)
        .where(within(session, since, LibraryEntry.group_id, CAME_AT, until))
        .order_by(CAME_AT, LibraryEntry.id)
    )
    found = {number: Gathered() for number in since}
    for group_id, place, title in rows:
        if place < ANSWER:
            found[group_id].shared += 1
        else:
            found[group_id].solved.append(title)
    return found
