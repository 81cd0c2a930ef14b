"""What one person asked, solved and shared in their groups, in their own words alone."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import or_, select

from community import answers
from community.library.collecting import ANSWER
from community.library.gathered import CAME_AT
from storage.database import Session
from storage.models import LibraryEntry, Person, Solution


class Said(NamedTuple):
    """Their question or their answer, of two of whom both had it kept."""

    at: datetime
    words: str


class Material(NamedTuple):
    """A link or a file they shared, each once, when it came first."""

    at: datetime
    title: str
    url: str | None  # None for a file


@dataclass(slots=True)
class Own:
    """Oldest first. What was asked is counted whole; words are there only where both sides had them kept."""

    asked: int = 0
    questions: list[Said] = field(default_factory=list)
    answers: list[Said] = field(default_factory=list)
    shared: list[Material] = field(default_factory=list)
    answered: int = 0  # of those asked

    @property
    def open(self) -> int:
        """Of those asked, how many nobody has answered by now."""
        return self.asked - self.answered

    @property
    def is_empty(self) -> bool:
        return not (self.asked or self.questions or self.answers or self.shared)


async def of_person(
    session: Session, person: Person, since: datetime | None = None, until: datetime | None = None
) -> Own:
    """What the person did in all their groups, ever or in [since, until); nothing for who does not agree.

    Two queries.
    """
    if person.consented_at is None:
        return Own()
    asked = await answers.of_person(session, person, since, until)
    found = Own(len(asked), answered=sum(one.answered_at is not None for one in asked))
    stretch = [*([since <= CAME_AT] if since else []), *([until > CAME_AT] if until else [])]
    entries = await session.scalars(
        select(LibraryEntry)
        .outerjoin(Solution, Solution.entry_id == LibraryEntry.id)
        .where(or_(LibraryEntry.person_id == person.id, LibraryEntry.answerer_id == person.id), *stretch)
        .order_by(LibraryEntry.shared_at, LibraryEntry.id)
    )
    known: set[str] = set()
    for one in entries:
        if one.place < ANSWER:
            if (address := one.url or one.title) not in known:
                known.add(address)
                found.shared.append(Material(one.shared_at, one.title, one.url))
        elif one.person_id == person.id:
            found.questions.append(Said(one.shared_at, one.question or ""))
        else:
            found.answers.append(Said(one.shared_at, one.answer or ""))
    return found
