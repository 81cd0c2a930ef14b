"""What one person asked, solved and shared in their groups, in their own words alone."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, or_, select

from community.library.collecting import ANSWER
from storage.database import Session
from storage.models import Consultation, LibraryEntry, Message, Person


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

    @property
    def is_empty(self) -> bool:
        return not (self.asked or self.questions or self.answers or self.shared)


async def of_person(session: Session, person: Person) -> Own:
    """What the person did in all their groups; nothing for who does not agree. Two queries."""
    if person.consented_at is None:
        return Own()
    asked = await session.scalar(
        select(func.count())
        .select_from(Consultation)
        .join(Message, Message.id == Consultation.message_id)
        .where(Consultation.person_id == person.id, Message.label == "consultation")
    )
    found = Own(asked or 0)
    entries = await session.scalars(
        select(LibraryEntry)
        .where(or_(LibraryEntry.person_id == person.id, LibraryEntry.answerer_id == person.id))
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
