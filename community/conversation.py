"""What the recorded conversation tells: counts by label, tags to review, and how long words are kept."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, or_, select, union_all, update

from community import daily_counts, imported_people, reviews, rights, tallies
from community.library import belongings, collecting
from community.refusals import Refusal
from community.tagging import LABELS
from storage.bulk import among
from storage.database import Session
from storage.models import Group, Message, MessageCount, Person

AT_ONCE = 1_000  # rows that one call of the clock blanks: the write lock is not held for long


class TagGone(Refusal):
    """The message to correct is not stored any more (its writer left, or the number is made up)."""

    text_key = "reports.tags.gone"


class Wrote(NamedTuple):
    """Of one group: recorded messages, and the people who wrote at least one of them."""

    messages: int
    people: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many recorded messages carry each label, how sure that is, and who set the tags (rule, model, person)."""

    tags: Counter[tuple[str, int]]  # by label and confidence in twentieths
    by_source: dict[str, int]
    of_group: dict[int, Wrote]
    sizes: Mapping[int, Mapping[int, int]]  # by group and person, how many messages

    @property
    def by_label(self) -> dict[str, int]:
        """Messages of each label, as they are tagged."""
        return {label: sum(n for (one, _), n in self.tags.items() if one == label) for label in LABELS}

    @property
    def total(self) -> int:
        return self.tags.total()

    @property
    def people(self) -> int:
        """Who wrote at least one of them; whoever did in two groups is counted in each."""
        return sum(one.people for one in self.of_group.values())


@dataclass(frozen=True, slots=True)
class Week:
    """The labels of one local week, Monday first."""

    monday: date
    by_label: dict[str, int]


async def counts(session: Session, groups: Sequence[Group], since: datetime, until: datetime) -> Counts:
    """The labels, sources and writers of the messages sent in [since, until) in these groups; two queries."""
    tags: Counter[tuple[str, int]] = Counter()
    by_source: Counter[str] = Counter()
    for label, sure, source, n in await tallies.tags(session, groups, since, until):
        tags[label, sure] += n
        by_source[source] += n
    spoke = await tallies.speakers(session, groups, since, until)
    wrote = {number: Wrote(sum(sizes.values()), len(sizes)) for number, sizes in spoke.items()}
    return Counts(tags, dict(by_source), wrote, spoke)


async def by_week(session: Session, groups: Sequence[Group], since: datetime, until: datetime) -> list[Week]:
    """The labels of each week that [since, until) touches in the zones of the groups, oldest first; one query."""
    here = [ZoneInfo(zone) for zone in {group.zone for group in groups}]
    first = min(since.astimezone(zone).date() for zone in here)
    last = max((until - timedelta(microseconds=1)).astimezone(zone).date() for zone in here)
    monday = first - timedelta(days=first.weekday())
    weeks = [Week(monday + timedelta(weeks=n), dict.fromkeys(LABELS, 0)) for n in range((last - monday).days // 7 + 1)]
    for day, labels in (await tallies.labels_by_week(session, groups, since, until)).items():
        for label, n in labels.items():
            weeks[(day - monday).days // 7].by_label[label] += n
    return weeks


async def first_at(session: Session, group_ids: Sequence[int]) -> dict[int, datetime]:
    """When the oldest recorded message of each group was sent, which has one; one query."""
    # Of each group the first of its index: the least of all messages would be looked for among all of them.
    oldest = select(func.min(Message.sent_at)).where(Message.group_id == Group.id).scalar_subquery()
    rows = await session.execute(select(Group.id, oldest).where(among(session, Group.id, group_ids)))
    return {number: at for number, at in rows if at is not None}


async def anonymous(session: Session, days: Mapping[int, tuple[date, date]]) -> dict[int, int]:
    """All messages of each group on its local days first..last, whoever wrote them; one query."""
    alike: dict[tuple[date, date], list[int]] = defaultdict(list)
    for number, span in days.items():
        alike[span].append(number)
    # A part of the question for each span: as alternatives in one they would be answered by reading the whole table.
    counted = select(MessageCount.group_id, func.sum(MessageCount.messages)).group_by(MessageCount.group_id)
    parts = [
        counted.where(
            among(session, MessageCount.group_id, numbers), MessageCount.day >= first, MessageCount.day <= last
        )
        for (first, last), numbers in alike.items()
    ]
    rows = await session.execute(union_all(*parts)) if parts else ()
    return dict.fromkeys(days, 0) | {number: int(n) for number, n in rows}


async def retag(session: Session, message_id: int, label: str, person: Person | None, now: datetime) -> Message:
    """A person says what a message is for; their word stands above rule and model (I12), the newest above the others.

    Raises TagGone for a message that is not there, NotAllowed or NeedsConsent without the right in its
    group, ValueError for a label the codebook does not know. `now` is the moment of the correction.
    """
    if label not in LABELS:
        raise ValueError(f"label {label!r}: one of {', '.join(LABELS)}")
    row = await session.get(Message, message_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise TagGone
    await rights.require(session, person, rights.Action.CORRECT_TAG, row.group_id)
    if person is not None:
        await reviews.keep(session, person, row, label, now)
    before = {name: getattr(row, name) for name in ("label", "confidence", "source")}
    if row.label != label:
        row.secondary = None if row.secondary == label else row.secondary
        row.label = label
    row.source, row.confidence = "person", 1.0
    row.tagged_by = person.id if person else None
    await session.flush()
    await daily_counts.retagged(session, row, before)
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
        "counted": await daily_counts.copy_of(session, person),
        "reviews": await reviews.copy_of(session, person),
        "imported": await imported_people.copy_of(session, person),
        "library": await belongings.copy_of(session, person),
    }


async def forget(session: Session, person: Person, now: datetime) -> None:
    """The person's messages go, with tags and what they shared; corrections they made stand without their name."""
    await reviews.forget(session, person)
    await belongings.forget(session, person)
    await imported_people.forget(session, person)
    await daily_counts.forget(session, person)
    await session.execute(update(Message).where(Message.tagged_by == person.id).values(tagged_by=None))
    await session.execute(delete(Message).where(Message.person_id == person.id))
