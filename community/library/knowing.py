"""Who might answer an open question: who shared or answered something with the same words. Told in private alone."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import exists, func, select

from community import consultations
from community.library import facts
from storage.bulk import among, among_keys
from storage.database import Session
from storage.models import LibraryEntry, LibraryTerm, Membership, Message, Person

MOST_NAMED = 2
ADVICE = 200  # the group's latest advice that is looked through
TOO_COMMON = 0.25  # a word in more of a group's entries tells nothing of whom to ask
FEW = 12  # in so small a library no word is common


class Open(NamedTuple):
    """An open question: its number, its words, and who asked."""

    number: int
    words: str
    asker_id: int


async def fits(session: Session, group_id: int, questions: Sequence[Open]) -> dict[int, list[Person]]:
    """For each question the people of the group who shared or answered about it before, most in common first.

    Up to five queries for all of them, none where no question says anything of its topic. Nobody fits their own.
    """
    topics = {one.number: set(topic_of(one.words)) for one in questions}
    every = set().union(*topics.values()) if topics else set()
    if not every:
        return {one.number: [] for one in questions}
    known = await _known(session, group_id, every)
    there = await _there(session, group_id, known)
    return {one.number: _ranked(topics[one.number], one.asker_id, known, there) for one in questions}


def _ranked(
    topic: set[str], asker_id: int, known: Mapping[int, set[str]], there: Mapping[int, Person]
) -> list[Person]:  # fmt: skip
    found = [(len(topic & words), number) for number, words in known.items() if number in there and number != asker_id]
    return [there[number] for common, number in sorted(found, key=lambda one: (-one[0], one[1])) if common]


def topic_of(question: str) -> list[str]:
    """The words of a question that say what it is about."""
    return [word for word in facts.words_of(question) if word not in facts.tells_little() and len(word) > 2]


async def _known(session: Session, group_id: int, words: Collection[str]) -> dict[int, set[str]]:
    """Which of these words each person has in what they shared or answered."""
    known: dict[int, set[str]] = defaultdict(set)
    for number, word in await _shared(session, group_id, words):
        known[number].add(word)
    for number, text in await _advised(session, group_id):
        known[number] |= set(words).intersection(facts.words_of(text))
    return known


async def _shared(session: Session, group_id: int, words: Collection[str]) -> list[tuple[int, str]]:
    here = LibraryTerm.group_id == group_id
    among_them = among_keys(session, LibraryTerm.word, words)
    counts = (
        await session.execute(
            select(LibraryTerm.word, func.count()).where(here, among_them).group_by(LibraryTerm.word)
        )
    ).all()  # fmt: skip
    every = await session.scalar(select(func.count()).where(LibraryEntry.group_id == group_id)) or 0
    telling = [word for word, n in counts if every <= FEW or n <= every * TOO_COMMON]
    if not telling:
        return []
    rows = await session.execute(
        select(func.coalesce(LibraryEntry.answerer_id, LibraryEntry.person_id), LibraryTerm.word)
        .join(LibraryEntry, LibraryEntry.id == LibraryTerm.entry_id)
        .where(here, among_keys(session, LibraryTerm.word, telling))
        .distinct()
    )
    return [(number, word) for number, word in rows]


async def _advised(session: Session, group_id: int) -> list[tuple[int, str]]:
    """The group's latest pieces of advice whose words are still there."""
    rows = await session.execute(
        select(Message.person_id, Message.text)
        .where(
            Message.group_id == group_id, Message.reason.in_(consultations.ADVISING), Message.text.is_not(None),
        )
        .order_by(Message.sent_at.desc())
        .limit(ADVICE)
    )  # fmt: skip
    return [(number, text or "") for number, text in rows]


async def _there(session: Session, group_id: int, known: Mapping[int, set[str]]) -> dict[int, Person]:
    """Those of them who agree and belong to the group."""
    member = exists().where(
        Membership.person_id == Person.id, Membership.group_id == group_id, Membership.until.is_(None)
    )
    numbers = [number for number, words in known.items() if words]
    rows = await session.scalars(
        select(Person).where(among(session, Person.id, numbers), Person.consented_at.is_not(None), member)
    )
    return {one.id: one for one in rows}
