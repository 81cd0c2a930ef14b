"""Daily counts of what is recorded, kept in the transaction that changes a message: reports read them instead of it.

Three tables: how many messages of a group carry which tag on a day, and which label in a week (no person in both), and
who wrote how many, to whom. Whoever writes, retags or deletes messages says so here; `recount` makes the counts of a
group anew from its messages.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, or_, select, text
from sqlalchemy.orm import aliased

from community.tagging import quantify
from storage.bulk import among, insert_rows
from storage.database import Session
from storage.models import Group, Message, Person, TagCount, TalkCount, WeekCount

AT_ONCE = 2_000  # rows of one statement
READ_AT_ONCE = timedelta(days=30)  # of a group's messages: an answer is held whole, and years of them are too many
Rows = Sequence[dict[str, Any]]


class Tagged(NamedTuple):
    """What the counts know of a message's tag."""

    group_id: int
    label: str
    sure: int  # twentieths
    source: str
    day: date


class OfWeek(NamedTuple):
    """What the sums of weeks know of it; ``day`` is the Monday."""

    group_id: int
    day: date
    label: str


class Spoken(NamedTuple):
    """What the counts know of who wrote a message; ``to_id`` is the writer's own where nobody was answered."""

    group_id: int
    person_id: int
    to_id: int
    day: date


def tagged(row: Mapping[str, Any], zone: str) -> Tagged:
    """Of a row of `messages`, with its group's zone."""
    sure = quantify.step(row["confidence"])
    return Tagged(row["group_id"], row["label"], sure, row["source"], _day(row["sent_at"], zone))


def _day(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


@dataclass(slots=True)
class Changes:
    """Changes to the counts, put together first and then written with one statement for each table."""

    tags: Counter[Tagged] = field(default_factory=Counter)
    talk: dict[Spoken, tuple[int, datetime]] = field(default_factory=dict)

    def recorded(self, row: Mapping[str, Any], to_id: int, zone: str) -> None:
        """A row of `messages` is new, and answers somebody's message (its own writer's: nobody's)."""
        tag = tagged(row, zone)
        self.tags[tag] += 1
        self.spoken(Spoken(tag.group_id, row["person_id"], to_id, tag.day), 1, row["sent_at"])

    def retagged(self, before: Tagged, after: Tagged) -> None:
        """A message carries another tag than before."""
        self.tags[before] -= 1
        self.tags[after] += 1

    def spoken(self, who: Spoken, messages: int, last_at: datetime) -> None:
        """So many messages more, the newest of them at that moment."""
        n, at = self.talk.get(who, (0, last_at))
        self.talk[who] = n + messages, max(at, last_at)

    @property
    def weeks(self) -> Counter[OfWeek]:
        """The same tags by week; what only moved from one confidence to another is nothing there."""
        found = Counter[OfWeek]()
        for key, n in self.tags.items():
            found[OfWeek(key.group_id, _monday(key.day), key.label)] += n
        return found

    async def write(self, session: Session) -> None:
        """Add all of it to what is kept; in the order of the keys, so that two who write do not wait for each other."""
        tags = [key._asdict() | {"messages": n} for key, n in sorted(self.tags.items()) if n]
        weeks = [key._asdict() | {"messages": n} for key, n in sorted(self.weeks.items()) if n]
        talk = [key._asdict() | {"messages": n, "last_at": at} for key, (n, at) in sorted(self.talk.items())]
        await _add(session, TagCount, tags, Tagged._fields)
        await _add(session, WeekCount, weeks, OfWeek._fields)
        await _add(session, TalkCount, talk, Spoken._fields, latest=["last_at"])


async def _add(session: Session, table: Any, rows: Rows, unique: Sequence[str], latest: Sequence[str] = ()) -> None:
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        await insert_rows(session, table, some, unique=unique, add=["messages"], latest=latest)


async def retagged(session: Session, message: Message, before: Mapping[str, Any]) -> None:
    """A person corrected a message's tag; ``before`` holds its label, confidence and source until then."""
    zone = await session.scalar(select(Group.zone).where(Group.id == message.group_id))
    same = {"group_id": message.group_id, "sent_at": message.sent_at}
    now = {name: getattr(message, name) for name in before}
    changes = Changes()
    changes.retagged(tagged(same | dict(before), zone or "UTC"), tagged(same | now, zone or "UTC"))
    await changes.write(session)


async def forget(session: Session, person: Person) -> None:
    """Before somebody's messages go: what they wrote is no longer counted, and who answered them answers nobody.

    Tags first, as everywhere: `recount` waits for whoever has written there.
    """
    changes, groups = Changes(), set[int]()
    columns = (Message.group_id, Message.label, Message.confidence, Message.source, Message.sent_at, Group.zone)
    theirs = select(*columns).join(Group, Group.id == Message.group_id).where(Message.person_id == person.id)
    for row in await session.execute(theirs.with_for_update(of=Message)):  # nobody retags meanwhile what is taken out
        changes.tags[tagged(row._asdict(), row.zone)] -= 1
        groups.add(row.group_id)
    await changes.write(session)
    await _answer_nobody(session, person)
    # A row of nothing would still tell on which day they spoke.
    for table in (TagCount, WeekCount):
        nothing = delete(table).where(among(session, table.group_id, groups), table.messages == 0)
        await session.execute(nothing.execution_options(synchronize_session=False))


async def _answer_nobody(session: Session, person: Person) -> None:
    """What they wrote to anybody goes, and who answered them has answered nobody."""
    changes = Changes()
    answered = select(TalkCount).where(TalkCount.to_id == person.id, TalkCount.person_id != person.id)
    for one in await session.scalars(answered):
        changes.spoken(Spoken(one.group_id, one.person_id, one.person_id, one.day), one.messages, one.last_at)
    of_them = or_(TalkCount.person_id == person.id, TalkCount.to_id == person.id)
    await session.execute(delete(TalkCount).where(of_them).execution_options(synchronize_session=False))
    await changes.write(session)


async def copy_of(session: Session, person: Person) -> list[dict[str, Any]]:
    """How many messages of the person are counted on which days, and how many of them answered somebody."""
    answers = func.sum(TalkCount.messages).filter(TalkCount.to_id != TalkCount.person_id)
    rows = await session.execute(
        select(
            TalkCount.group_id, TalkCount.day, func.sum(TalkCount.messages), func.coalesce(answers, 0),
            func.max(TalkCount.last_at),
        )
        .where(TalkCount.person_id == person.id)
        .group_by(TalkCount.group_id, TalkCount.day)
        .order_by(TalkCount.day, TalkCount.group_id)
    )  # fmt: skip
    return [
        {"group_id": group, "day": day.isoformat(), "messages": int(n), "answers": int(to), "last_at": at.isoformat()}
        for group, day, n, to, at in rows
    ]


async def recount(session: Session, group_id: int) -> bool:
    """Make the counts of a group anew from its messages; False where those that were kept were not the same.

    Nobody changes counts meanwhile. Who has changed some is waited for, and what they did to messages is seen; who has
    not yet done so adds to what is made here. Holding the group would not do: a correction does not need it.
    """
    if session.get_bind().dialect.name == "postgresql":  # on SQLite one writes at a time
        await session.execute(text("LOCK TABLE tag_counts IN SHARE ROW EXCLUSIVE MODE"))
    zone = await session.scalar(select(Group.zone).where(Group.id == group_id))
    if zone is None:
        return True
    kept = await _kept(session, group_id)
    for table in (TagCount, WeekCount, TalkCount):
        await session.execute(
            delete(table).where(table.group_id == group_id).execution_options(synchronize_session=False)
        )
    changes = await _counted(session, group_id, zone)
    await changes.write(session)
    return kept == (changes.tags, changes.weeks, changes.talk)


async def _kept(session: Session, group_id: int) -> tuple[Counter[Any], Counter[Any], dict[Any, Any]]:
    """What stands in the three tables; rows of nothing are left out."""
    tags, weeks = [
        Counter({tuple(row[:-1]): row[-1] for row in await session.execute(_of(table, group_id, names)) if row[-1]})
        for table, names in ((TagCount, Tagged._fields), (WeekCount, OfWeek._fields))
    ]
    talk = await session.execute(_of(TalkCount, group_id, Spoken._fields).add_columns(TalkCount.last_at))
    return tags, weeks, {tuple(row[:-2]): tuple(row[-2:]) for row in talk}


def _of(table: Any, group_id: int, names: Sequence[str]) -> Any:
    return select(*(getattr(table, name) for name in names), table.messages).where(table.group_id == group_id)


async def _counted(session: Session, group_id: int, zone: str) -> Changes:
    """As it should be, from the messages themselves; a part of them at a time."""
    answered = aliased(Message)
    columns = (
        Message.group_id, Message.person_id, Message.label, Message.confidence, Message.source, Message.sent_at,
        func.coalesce(answered.person_id, Message.person_id).label("to_id"),
    )  # fmt: skip
    said = (
        select(*columns)
        .outerjoin(
            answered, (answered.chat_id == Message.chat_id) & (answered.tg_message_id == Message.reply_to)
        )
        .where(Message.group_id == group_id)
    )  # fmt: skip
    span = select(func.min(Message.sent_at), func.max(Message.sent_at)).where(Message.group_id == group_id)
    since, last = (await session.execute(span)).one()
    changes = Changes()
    while since is not None and since <= last:
        until = since + READ_AT_ONCE
        for row in await session.execute(said.where(Message.sent_at >= since, Message.sent_at < until)):
            changes.recorded(row._asdict(), row.to_id, zone)
        since = until
    return changes
