"""Searching the libraries of one's groups: spelling forgiven, what fits best first, the same thing once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz import fuzz, process
from sqlalchemy import ColumnElement, case, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from community import people, rights
from community.library import facts, indexing
from community.refusals import NeedsConsent, NotAllowed
from community.rights import Action
from storage.bulk import among, among_keys
from storage.database import Session
from storage.models import Group, GroupChat, LibraryEntry, LibraryTerm, LibraryWord, Person

MOST_WORDS = 8
ENOUGH = 20  # with so many that hold the very words nobody turns to what only means the same
LATEST = 1_000  # of each word, where no entry has all of them
WALK = 5_000  # where even the rarest word has more entries, the latest of them will do
MANY = 2_000  # a word that more entries have is a word of many
MOST_FOUND = 60  # what one search looks at; who finds nothing among them says more
ALIKE, NEAR = 78, 60  # of 100: taken for a slip; worth offering
LETTERS = 4  # a shorter word is too like too many
PREFIXES = 12  # words that begin alike and are looked for, too
SAME_NAME = 93
_TERMS = LibraryTerm.__table__


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: its entry, who shared (or asked), in which group and chat, and how often it was shared."""

    entry: LibraryEntry
    person: Person
    group: Group
    chat: GroupChat
    times: int = 1


@dataclass(slots=True)
class Found:
    """What a search gives: hits, best first; whether they hold every word; what was read instead; near words."""

    words: list[str]
    groups: list[Group]
    hits: list[Hit] = field(default_factory=list)
    every: bool = True
    read_as: dict[str, str] = field(default_factory=dict)
    near: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Slot:
    """One thing that is asked for: the terms that stand for it with their weights; a grade alone finds nothing."""

    terms: dict[str, float]
    is_grade: bool = False


async def search(session: Session, person: Person | None, text: str, group_id: int | None = None) -> Found:
    """Search the groups one belongs to, or one of them alone. Raises NeedsConsent, NotAllowed for who is in none."""
    if person is None or person.consented_at is None:
        raise NeedsConsent
    groups = await people.groups_of(session, person.id, rights.ALLOWED[Action.FIND])
    groups = [one for one in groups if group_id in (None, one.id)]
    if not groups:
        raise NotAllowed
    ids = [one.id for one in groups]
    await indexing.catch_up(session, ids)
    found = Found(facts.words_of(text)[:MOST_WORDS], groups)
    slots = await _slots(session, ids, found, facts.grade_of(text))
    if slots:
        found.hits, found.every = await _hits(session, ids, slots)
    return found


async def _slots(session: Session, ids: Sequence[int], found: Found, grade: str | None) -> list[_Slot]:
    """Each word with what else may be meant by it; the grade as one more."""
    known = await _known(session, ids, found.words)
    named = facts.meanings(found.words)
    lost = [word for word in found.words if not known[word] and word not in named]
    close = await _close(session, ids, lost)
    slots = []
    for word in found.words:
        terms = known[word] | dict.fromkeys(named.get(word, ()), 0.9)
        terms |= {other: score / 100 for other, score in close.get(word, ()) if score >= ALIKE}
        if word in close and terms:
            found.read_as[word] = next(iter(terms))
        slots.append(_Slot(terms))
    if not any(slot.terms for slot in slots):
        found.near = [other for word in lost for other, _ in close.get(word, ())][:3]
    if grade is not None:
        slots.append(_Slot({facts.grade_terms(grade)[0]: 1.0}, is_grade=True))
    return slots if any(slot.terms for slot in slots) else []


async def _known(session: Session, ids: Sequence[int], words: Sequence[str]) -> dict[str, dict[str, float]]:
    """The words of the libraries that are these, or begin with them ("matem" is mathematics); one query."""
    if not words:
        return {}
    begins = [LibraryWord.word.startswith(word, autoescape=True) for word in words if len(word) >= LETTERS]
    here = among(session, LibraryWord.group_id, ids)
    rows = await session.scalars(
        select(LibraryWord.word)
        .where(here, or_(among_keys(session, LibraryWord.word, words), *begins))
        .distinct()
        .order_by(LibraryWord.word)
    )
    there = rows.all()
    found: dict[str, dict[str, float]] = {}
    for word in words:
        longer = sorted((one for one in there if one != word and one.startswith(word)), key=len)[:PREFIXES]
        found[word] = {word: 1.0} if word in there else {}
        if len(word) >= LETTERS:
            found[word] |= dict.fromkeys(longer, 0.9)
    return found


async def _close(
    session: Session, ids: Sequence[int], words: Collection[str]
) -> dict[str, list[tuple[str, float]]]:  # fmt: skip
    """Words of the libraries that look like these, the likest first; one query, none without a word that is lost."""
    long = [word for word in words if len(word) >= LETTERS and not word.isdigit()]
    if not long:
        return {}
    sizes = [LibraryWord.size.between(len(word) - 2, len(word) + 2) for word in long]
    # As one text: thousands of rows would take longer to fetch than to compare.
    joined = await session.scalar(
        select(func.aggregate_strings(LibraryWord.word, " ")).where(_one_of(LibraryWord.group_id, ids), or_(*sizes))
    )
    there = sorted(set((joined or "").split()))
    return {
        word: [
            (other, score) for other, score, _ in
            process.extract(word, there, scorer=fuzz.ratio, score_cutoff=NEAR, limit=4)
        ]
        for word in long
    }  # fmt: skip


async def _hits(session: Session, ids: Sequence[int], slots: Sequence[_Slot]) -> tuple[list[Hit], bool]:
    """The entries with everything that is asked for; where there is none, those with most of it. True: everything."""
    full = all(slot.terms for slot in slots)
    numbers = await _with_all(session, ids, slots) if full else []
    every = bool(numbers)
    if not numbers:
        numbers = await _with_most(session, ids, [slot for slot in slots if slot.terms])
    rows = await session.execute(
        select(LibraryEntry, Person, Group, GroupChat)
        .join(Person, Person.id == LibraryEntry.person_id)
        .join(Group, Group.id == LibraryEntry.group_id)
        .join(GroupChat, GroupChat.id == LibraryEntry.chat_id)
        .where(among(session, LibraryEntry.id, numbers), Person.consented_at.is_not(None))
    )
    place = {number: at for at, number in enumerate(numbers)}
    ranked = sorted(rows, key=lambda row: (row[0].gone_at is not None, place[row[0].id]))
    return once([Hit(*row) for row in ranked]), every


async def _with_all(session: Session, ids: Sequence[int], slots: Sequence[_Slot]) -> list[int]:
    """Entries that have every slot, the newest first: those with the very words, and where they are few the others.

    The rarest slot is walked through and the others are looked up: a word of many costs no more than one of few.
    """
    rarest = await _rarest_first(session, ids, slots)
    found: list[int] = []
    for least in (1.0, 0.0):
        terms = [[word for word, weight in slot.terms.items() if weight >= least] for slot in rarest]
        if all(terms) and (least or any(weight < 1 for slot in rarest for weight in slot.terms.values())):
            found += await _having(session, ids, terms)
        if len(found) >= ENOUGH:
            break
    return list(dict.fromkeys(found))[:MOST_FOUND]


async def _having(session: Session, ids: Sequence[int], terms: Sequence[Sequence[str]]) -> list[int]:
    first, *others = terms
    here = _one_of(_TERMS.c.group_id, ids), _one_of(_TERMS.c.word, first)
    newest = select(_TERMS.c.entry_id).where(*here).order_by(_TERMS.c.entry_id.desc())
    since = newest.offset(WALK).limit(1).correlate(None).scalar_subquery()
    query = newest.where(_TERMS.c.entry_id > func.coalesce(since, 0))
    for words in others:
        too = _TERMS.alias()
        query = query.where(
            exists().where(
                _one_of(too.c.group_id, ids), _one_of(too.c.word, words), too.c.entry_id == _TERMS.c.entry_id
            )
        )
    query = query.distinct() if len(first) > 1 else query
    return list(await session.scalars(query.limit(MOST_FOUND)))


def _one_of(column: ColumnElement[Any] | InstrumentedAttribute[Any], values: Sequence[Any]) -> ColumnElement[bool]:
    """One value as one value: then the index gives its entries in order, and reading ends with the last wanted."""
    return column == values[0] if len(values) == 1 else column.in_(values)


async def _rarest_first(session: Session, ids: Sequence[int], slots: Sequence[_Slot]) -> list[_Slot]:
    if len(slots) == 1:
        return list(slots)
    counts = [
        select(func.count())
        .select_from(
            select(_TERMS.c.entry_id)
            .where(_one_of(_TERMS.c.group_id, ids), _one_of(_TERMS.c.word, list(slot.terms)))
            .limit(MANY)
            .subquery()
        )
        .scalar_subquery()
        for slot in slots
    ]
    sizes = (await session.execute(select(*counts))).one()
    return [slot for _, slot in sorted(zip(sizes, slots, strict=True), key=lambda pair: pair[0])]


async def _with_most(session: Session, ids: Sequence[int], slots: Sequence[_Slot]) -> list[int]:
    """Entries with most of what is asked for, among the latest of each slot; a grade is no reason by itself."""
    parts = []
    for slot in slots:
        terms = {word: weight for word, weight in slot.terms.items() if weight == 1} or slot.terms
        latest = (
            select(_TERMS.c.entry_id, _TERMS.c.word)
            .where(_one_of(_TERMS.c.group_id, ids), _one_of(_TERMS.c.word, list(terms)))
            .order_by(_TERMS.c.entry_id.desc())
            .limit(LATEST)
            .subquery()
        )
        best, core = func.max(_weight(latest.c.word, terms)), literal(0 if slot.is_grade else 1)
        parts.append(select(latest.c.entry_id, best.label("weight"), core.label("core")).group_by(latest.c.entry_id))
    every = union_all(*parts).subquery()
    matched, weight = func.count().label("matched"), func.sum(every.c.weight).label("weight")
    rows = await session.execute(
        select(every.c.entry_id, matched)
        .group_by(every.c.entry_id)
        .having(func.sum(every.c.core) > 0)
        .order_by(matched.desc(), weight.desc(), every.c.entry_id.desc())
        .limit(MOST_FOUND)
    )
    found = rows.all()
    return [number for number, n in found if n == found[0].matched]


def _weight(word: ColumnElement[str], terms: dict[str, float]) -> ColumnElement[float]:
    lesser = [(word == other, literal(weight)) for other, weight in terms.items() if weight < 1]
    return case(*lesser, else_=literal(1.0)) if lesser else literal(1.0)


def once(hits: Sequence[Hit]) -> list[Hit]:
    """The same link, or a file under nearly the same name, once; the first stands for all, which is one that lives."""
    kept: list[Hit] = []
    places: dict[tuple[Any, ...], list[int]] = {}
    for hit in hits:
        like = places.setdefault(_alike(hit.entry), [])
        at = next((at for at in like if same(hit.entry, kept[at].entry)), None)
        if at is None:
            like.append(len(kept))
            kept.append(hit)
        else:
            first = kept[at]
            kept[at] = Hit(first.entry, first.person, first.group, first.chat, first.times + 1)
    return kept


def _alike(row: LibraryEntry) -> tuple[Any, ...]:
    """What two entries must have in common to be the same, so that only those are compared by their names."""
    if row.kind == "link":
        return row.kind, row.url
    numbers = [word for word in row.title.casefold().split() if word.isdigit()]
    return row.kind, row.grade, row.material, row.file_kind, *numbers


def same(one: LibraryEntry, other: LibraryEntry) -> bool:
    """One thing shared twice: by its canonical link; or by its name, where grade and every number agree."""
    if _alike(one) != _alike(other) or one.kind == "answer":
        return False
    return one.kind == "link" or fuzz.token_sort_ratio(one.title.casefold(), other.title.casefold()) >= SAME_NAME
