"""Who looked at what of others: a line for each look, read by whom it concerns and by who runs the assistant (I7).

A line says who, what kind of thing, of whom or of which group, when and by which door; never what stood in it.
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import aliased

from community import people
from content.texts import Texts
from storage.database import Session
from storage.models import Group, Look, Membership, Person

KEPT = timedelta(days=184)  # a school semester: long enough to ask, not to follow somebody's years


class Kind(StrEnum):
    REFLECTION = "reflection"  # opened to its end
    DIGEST = "digest"  # beginnings of reflections, questions and worksheets
    WORKSHEET = "worksheet"
    COACHING = "coaching"  # notes of a cycle, voices and files among them
    OBSERVATION = "observation"  # scores and notes of a lesson
    READINESS = "readiness"  # what suits somebody, by their own word
    PAPER = "paper"
    SURVEY = "survey"  # the workbook of a survey
    FIGURES = "figures"  # the exact ones of a group, as a file
    REPORT = "report"
    RESEARCH = "research"
    RECORDS = "records"  # learning records for another system
    LOOKS = "looks"  # these lines


class Door(StrEnum):
    CHAT = "chat"
    DASHBOARD = "dashboard"
    COMMAND = "command"  # who runs the assistant, at its keyboard


async def note(
    session: Session, reader: Person | None, kind: Kind, now: datetime, *, of: Collection[int] = (),
    group_id: int | None = None, door: Door = Door.CHAT,
) -> None:  # fmt: skip
    """``reader`` (None: who runs the assistant) looks at something of these people, or of a whole group.

    What somebody looks at of their own is nobody's look. Belongs into the transaction in which it is handed out.
    """
    own = reader.id if reader is not None else None
    whose: Sequence[int | None] = sorted(set(of) - {own}) if of else ([None] if group_id is not None else [])
    common = {"at": now, "reader_id": own, "group_id": group_id, "kind": str(kind), "door": str(door)}
    session.add_all([Look(of_id=one, **common) for one in whose])
    await session.flush()


@dataclass(frozen=True, slots=True)
class Line:
    """One look. ``reader`` is None for who runs the assistant; one who has gone has a ``code`` in place of a name."""

    at: datetime
    kind: str
    door: str
    reader: Person | None
    code: str | None
    of: Person | None
    group: Group | None

    def who(self, say: Texts) -> str:
        """Who looked, as plain text."""
        if self.reader is not None:
            return people.display(self.reader, say)
        return say.plain("looks.gone", code=self.code) if self.code else say.plain("looks.operator")

    def words(self, say: Texts) -> str:
        """What it was and by which door, as plain text: "refleksi, lewat chat"."""
        return say.plain("looks.what", kind=say.plain(f"looks.kind.{self.kind}"), door=say.plain(f"looks.{self.door}"))


async def listed(session: Session, where: ColumnElement[bool], most: int) -> list[Line]:
    """The newest lines first."""
    reader, of = aliased(Person), aliased(Person)
    query = (
        select(Look, reader, of, Group)
        .outerjoin(reader, reader.id == Look.reader_id)
        .outerjoin(of, of.id == Look.of_id)
        .outerjoin(Group, Group.id == Look.group_id)
        .where(where)
        .order_by(Look.at.desc(), Look.id.desc())
        .limit(most)
    )
    rows = await session.execute(query)
    return [Line(one.at, one.kind, one.door, who, one.reader_code, whom, group) for one, who, whom, group in rows]


async def at(session: Session, person: Person, most: int) -> list[Line]:
    """Who looked at things of this person, or of a whole group of theirs; their own looks are left out."""
    groups = select(Membership.group_id).where(Membership.person_id == person.id, Membership.until.is_(None))
    theirs = or_(Look.of_id == person.id, Look.of_id.is_(None) & Look.group_id.in_(groups))
    others = or_(Look.reader_id.is_(None), Look.reader_id != person.id)
    return await listed(session, theirs & others, most)


async def copy_of(session: Session, person: Person) -> dict[str, Any]:
    """Who looked at theirs, by name; and that they looked themselves, without whom it was."""
    say, theirs = Texts(person.language), await at(session, person, 10_000)
    mine = await listed(session, Look.reader_id == person.id, 10_000)
    return {
        "at_mine": [{"who": one.who(say)} | _plain(one) for one in theirs],
        "by_me": [_plain(one) for one in mine],
    }


def _plain(one: Line) -> dict[str, Any]:
    group = one.group.title if one.group else None
    return {"at": one.at.isoformat(), "kind": one.kind, "door": one.door, "group": group}


async def forget(session: Session, person: Person) -> None:
    """Looks at the person go with them. Those they took at others stay, under a code that was drawn by lot."""
    await session.execute(delete(Look).where(Look.of_id == person.id).execution_options(synchronize_session=False))
    mine = update(Look).where(Look.reader_id == person.id).execution_options(synchronize_session=False)
    await session.execute(mine.values(reader_id=None, reader_code=secrets.token_hex(4)))


async def clean(session: Session, now: datetime) -> int:
    """Lines older than KEPT go; gives how many."""
    old = delete(Look).where(Look.at < now - KEPT).returning(Look.id).execution_options(synchronize_session=False)
    return len((await session.scalars(old)).all())
