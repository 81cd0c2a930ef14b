"""What the recorded conversation tells: counts by label, tags to review, and how long words are kept."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Integer, and_, case, cast, delete, distinct, func, literal, or_, select, update

from community import imported_people, reviews, rights
from community.library import belongings, collecting
from community.refusals import Refusal
from community.tagging import LABELS
from community.tagging.quantify import STEPS
from storage.database import Session
from storage.models import Message, MessageCount, Person

AT_ONCE = 1_000  # rows that one call of the clock blanks: the write lock is not held for long


class TagGone(Refusal):
    """The message to correct is not stored any more (its writer left, or the number is made up)."""

    text_key = "reports.tags.gone"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many recorded messages carry each label, how sure that is, and who set the tags (rule, model, person)."""

    tags: Counter[tuple[str, int]]  # by label and confidence in twentieths
    by_source: dict[str, int]
    people: int  # who wrote at least one of them

    @property
    def by_label(self) -> dict[str, int]:
        """Messages of each label, as they are tagged."""
        return {label: sum(n for (one, _), n in self.tags.items() if one == label) for label in LABELS}

    @property
    def total(self) -> int:
        return self.tags.total()


@dataclass(frozen=True, slots=True)
class Week:
    """The labels of one local week, Monday first."""

    monday: date
    by_label: dict[str, int]


# `quantify.step`, asked of the database: only what is certain counts as certain.
_SURE = case(
    (Message.confidence >= 1, STEPS),
    (Message.confidence >= 1 - 0.5 / STEPS, STEPS - 1),
    else_=cast(func.round(Message.confidence * STEPS), Integer),
)


def _within(group_id: int, since: datetime, until: datetime) -> ColumnElement[bool]:
    return and_(Message.group_id == group_id, Message.sent_at >= since, Message.sent_at < until)


async def counts(session: Session, group_id: int, since: datetime, until: datetime) -> Counts:
    """The labels, sources and writers of the messages sent in [since, until); one query."""
    rows = await session.execute(
        select(Message.label, _SURE, Message.source, Message.person_id, func.count())
        .where(_within(group_id, since, until))
        .group_by(Message.label, _SURE, Message.source, Message.person_id)
    )
    tags: Counter[tuple[str, int]] = Counter()
    by_source: dict[str, int] = {}
    people: set[int] = set()
    for label, sure, source, person_id, number in rows:
        tags[label, sure] += number
        by_source[source] = by_source.get(source, 0) + number
        people.add(person_id)
    return Counts(tags, by_source, len(people))


async def by_week(session: Session, group_id: int, since: datetime, until: datetime, zone: str) -> list[Week]:
    """The labels of each local week that [since, until) touches, oldest first; one query."""
    here = ZoneInfo(zone)
    first, last = since.astimezone(here).date(), (until - timedelta(microseconds=1)).astimezone(here).date()
    monday = first - timedelta(days=first.weekday())
    mondays = [monday + timedelta(weeks=number) for number in range((last - monday).days // 7 + 1)]
    ends = [
        (Message.sent_at < _midnight(day + timedelta(weeks=1), here), literal(number))
        for number, day in enumerate(mondays)
    ]
    week = case(*ends, else_=literal(len(mondays) - 1)).label("week")
    inner = select(Message.label, week).where(_within(group_id, since, until)).subquery()
    rows = await session.execute(
        select(inner.c.week, inner.c.label, func.count()).group_by(inner.c.week, inner.c.label)
    )
    found = [Week(day, dict.fromkeys(LABELS, 0)) for day in mondays]
    for number, label, messages in rows:
        found[number].by_label[label] = messages
    return found


def _midnight(day: date, here: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=here).astimezone(UTC)


async def first_at(session: Session, group_id: int) -> datetime | None:
    """When the oldest recorded message was sent; None before there is one."""
    return await session.scalar(select(func.min(Message.sent_at)).where(Message.group_id == group_id))


async def anonymous(session: Session, group_id: int, first: date, last: date) -> int:
    """All messages the group wrote on the local days first..last, whoever wrote them."""
    days = and_(MessageCount.group_id == group_id, MessageCount.day >= first, MessageCount.day <= last)
    return int(await session.scalar(select(func.coalesce(func.sum(MessageCount.messages), 0)).where(days)) or 0)


async def writers(session: Session, group_id: int, since: datetime, until: datetime) -> int:
    """How many of those who agreed wrote something in [since, until)."""
    query = select(func.count(distinct(Message.person_id))).where(_within(group_id, since, until))
    return await session.scalar(query) or 0


async def retag(session: Session, message_id: int, label: str, person: Person | None, now: datetime) -> Message:
    """A person says what a message is for; their word stands above rule and model (I12), the newest above the others.

    Raises TagGone for a message that is not there, NotAllowed or NeedsConsent without the right in its
    group, ValueError for a label the codebook does not know. `now` is the moment of the correction.
    """
    if label not in LABELS:
        raise ValueError(f"label {label!r}: one of {', '.join(LABELS)}")
    row = await session.get(Message, message_id)
    if row is None:
        raise TagGone
    await rights.require(session, person, rights.Action.CORRECT_TAG, row.group_id)
    if person is not None:
        await reviews.keep(session, person, row, label, now)
    if row.label != label:
        row.secondary = None if row.secondary == label else row.secondary
        row.label = label
    row.source, row.confidence = "person", 1.0
    row.tagged_by = person.id if person else None
    await session.flush()
    await collecting.retagged(session, row)
    return row


async def expire_text(session: Session, now: datetime, days: int) -> int:
    """Blank words, evidence and file names of messages older than `days`; the tag stays. Gives how many.

    What was shared stays in the library, of those who agreed to that.
    """
    await collecting.expire(session, now, days)
    keeps_words = or_(Message.text.is_not(None), Message.evidence.is_not(None), Message.file_name.is_not(None))
    old = (
        select(Message.id)
        .where(Message.sent_at < now - timedelta(days=days), keeps_words)
        .order_by(Message.id)
        .limit(AT_ONCE)
    )
    blanked = await session.scalars(
        update(Message)
        .where(Message.id.in_(old))
        .values(text=None, evidence=None, file_name=None)
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    return len(blanked.all())


async def copy_of(session: Session, person: Person) -> dict[str, Any]:
    """Everything this room keeps of a person: the messages and their tags, oldest first."""
    found = await session.scalars(select(Message).where(Message.person_id == person.id).order_by(Message.sent_at))
    corrected = select(func.count()).select_from(Message).where(Message.tagged_by == person.id)
    fields = (
        "group_id", "tg_message_id", "reply_to", "kind", "file_name", "text", "label", "secondary", "confidence",
        "reason", "evidence", "source",
    )  # fmt: skip
    return {
        "messages": [
            {"sent_at": row.sent_at.isoformat(), "edited_at": row.edited_at.isoformat() if row.edited_at else None}
            | {name: getattr(row, name) for name in fields}
            for row in found
        ],
        "tags_corrected": await session.scalar(corrected) or 0,
        "reviews": await reviews.copy_of(session, person),
        "imported": await imported_people.copy_of(session, person),
        "library": await belongings.copy_of(session, person),
    }


async def forget(session: Session, person: Person, now: datetime) -> None:
    """The person's messages go, with tags and what they shared; corrections they made stand without their name."""
    await reviews.forget(session, person)
    await belongings.forget(session, person)
    await imported_people.forget(session, person)
    await session.execute(update(Message).where(Message.tagged_by == person.id).values(tagged_by=None))
    await session.execute(delete(Message).where(Message.person_id == person.id))
