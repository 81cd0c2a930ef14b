"""What activities count for at a school: the catalogue of the house, and what the school entered itself."""

import re
import unicodedata
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from coaching import plan_rights
from coaching.refusals import Gone
from community import people
from community.refusals import NeedsConsent, NotAllowed, Refusal
from content import plans as files
from content.plans import Entry
from content.texts import Texts
from storage.database import Session, insert
from storage.models import Person, PlanKind, School

MOST = 40  # that a school enters
LONGEST = 60
POINTS = (4, 6, 8, 12, 24, 36)  # offered as buttons; any number up to 128 may be typed
EVIDENCE = ("certificate", "report", "other")
_NO_WORD = re.compile(r"[^a-z0-9]+")


async def catalogue(session: Session, school_id: int | None) -> dict[str, Entry]:
    """Every kind of activity by its id, the school's own last; one of the same id takes the place of the house's."""
    found = {one.id: one for one in files.house()}
    if school_id is not None:
        rows = await session.scalars(
            select(PlanKind).where(PlanKind.school_id == school_id).order_by(PlanKind.created_at, PlanKind.id)
        )
        found |= {row.slug: Entry.model_validate(row.content) for row in rows}
    return found


def kind_of(result: str, known: Mapping[str, Entry]) -> str | None:
    """The kind of activity that the words of a row speak of: they are its result, or hold its title."""
    said = _plain(result)
    exact = next((one.id for one in known.values() if said in {_plain(one.result_in(lang)) for lang in _BOTH}), None)
    if exact is not None:
        return exact
    titles = [(len(title), one.id) for one in known.values() for title in _titles(one) if title in said]
    return max(titles)[1] if titles else None


_BOTH = ("id", "en")


def _titles(entry: Entry) -> set[str]:
    return {_plain(entry.title.of(lang)) for lang in _BOTH}


def _plain(words: str) -> str:
    return " ".join(words.casefold().split())


async def schools(session: Session, person: Person | None) -> list[School]:
    """The schools whose catalogue this person keeps. Raises NeedsConsent."""
    if person is None or person.consented_at is None:
        raise NeedsConsent
    groups = await people.groups_of(session, person.id, plan_rights.KEEPS_CATALOGUE)
    numbers = {one.school_id for one in groups if one.school_id is not None}
    return list(await session.scalars(select(School).where(School.id.in_(numbers)).order_by(School.name, School.id)))


async def require(session: Session, person: Person | None, school_id: int) -> Person:
    """Raises NeedsConsent, and NotAllowed for somebody who does not keep that school's catalogue."""
    if person is None or person.consented_at is None:
        raise NeedsConsent
    if not await plan_rights.keeps_catalogue_of(session, person, school_id):
        raise NotAllowed
    return person


async def own(session: Session, person: Person | None, school_id: int) -> Sequence[PlanKind]:
    """What the school entered. Raises as require."""
    await require(session, person, school_id)
    found = await session.scalars(
        select(PlanKind).where(PlanKind.school_id == school_id).order_by(PlanKind.created_at, PlanKind.id)
    )
    return found.all()


def titled(words: str) -> str:
    """The title of a new kind. Raises Refusal for none or one that fits on no button."""
    title = " ".join(words.split())
    if not 1 <= len(title) <= LONGEST or not any(sign.isalnum() for sign in title):
        raise Refusal("plans.kind.title_words", most=LONGEST)
    return title


async def enter(
    session: Session, person: Person | None, school_id: int, title: str, points: int, evidence: str, now: datetime
) -> PlanKind:
    """One more kind of activity at a school. Raises as require, and Refusal for what is no title or no points."""
    if not 1 <= points <= files.MOST_POINTS:
        raise Refusal("plans.kind.points_words", most=files.MOST_POINTS)
    if evidence not in EVIDENCE:
        raise Gone
    words = titled(title)
    both = {"id": words, "en": words}
    entry = Entry.model_validate({"id": _slug(words), "title": both, "points": points, "evidence": evidence})
    (row,) = await _kept(session, person, school_id, [entry], now)
    return row


def points_said(words: str) -> int:
    """The points somebody typed: "8", "8 poin". Raises Refusal."""
    first = words.split(maxsplit=1)[0] if words.split() else ""
    if not (first.isascii() and first.isdecimal() and len(first) < 4 and 1 <= int(first) <= files.MOST_POINTS):
        raise Refusal("plans.kind.points_words", most=files.MOST_POINTS)
    return int(first)


async def put_together(
    session: Session, person: Person | None, school_id: int, data: Mapping[str, Any], shown: int, now: datetime
) -> PlanKind:
    """What was said on the way, kept. Raises as enter, and Gone for a button of another day or another school."""
    if data.get("school") != school_id or "title" not in data or not 0 <= shown < len(EVIDENCE):
        raise Gone
    return await enter(
        session, person, school_id, str(data["title"]), int(data.get("points", 0)), EVIDENCE[shown], now
    )  # fmt: skip


async def bring(
    session: Session, person: Person | None, school_id: int, content: bytes, name: str, say: Texts, now: datetime
) -> list[PlanKind]:
    """All kinds of a file, or none. Raises as require, and Refusal with every mistake of the file by its line."""
    await require(session, person, school_id)
    try:
        found = files.examine(content, name, say)
    except files.BadPlans as bad:
        lines = "\n".join(str(problem) for problem in bad.problems[:12])
        raise Refusal("plans.kind.bad_file", lines=lines) from None
    return await _kept(session, person, school_id, found.entries, now)


async def _kept(
    session: Session, person: Person | None, school_id: int, entries: Sequence[Entry], now: datetime
) -> list[PlanKind]:
    by = await require(session, person, school_id)
    there = set(await session.scalars(select(PlanKind.slug).where(PlanKind.school_id == school_id)))
    if len(there | {one.id for one in entries}) > MOST:
        raise Refusal("plans.kind.enough", most=MOST)
    for one in entries:
        row = {
            "school_id": school_id, "slug": one.id, "content": one.model_dump(mode="json", by_alias=True),
            "created_by": by.id, "created_at": now,
        }  # fmt: skip
        statement = insert(session, PlanKind).values(row)
        changed = {name: statement.excluded[name] for name in ("content", "created_by")}
        await session.execute(
            statement.on_conflict_do_update(index_elements=["school_id", "slug"], set_=changed)
        )  # fmt: skip
    found = await session.scalars(
        select(PlanKind)
        .where(PlanKind.school_id == school_id, PlanKind.slug.in_([one.id for one in entries]))
        .order_by(PlanKind.id)
        .execution_options(populate_existing=True)
    )
    return list(found)


async def withdraw(session: Session, person: Person | None, kind_id: int) -> int:
    """One of the school's kinds goes; rows that were made with it keep their words and points. Gives the school's id.

    Raises NeedsConsent, Gone, also for a kind of another school.
    """
    row = await session.get(PlanKind, kind_id)
    if row is None or person is None or not await plan_rights.keeps_catalogue_of(session, person, row.school_id):
        raise Gone
    school_id = row.school_id
    await session.execute(delete(PlanKind).where(PlanKind.id == kind_id))
    return school_id


def _slug(title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return _NO_WORD.sub("-", plain).strip("-")[:40].strip("-") or f"k-{_number(title):x}"


def _number(title: str) -> int:
    """A number for a title without a Latin letter: the same for the same title."""
    return zlib.crc32(title.encode())
