"""What a group talked for before, by what it has taken in: counts, also after the messages themselves have gone."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from community import conversation, imported
from community.calendar import local_day
from community.imports.values import many_hidden
from community.tagging.quantify import Counted, step
from storage.database import Session
from storage.models import Group, Import, ImportedCount, ImportedMessage, ImportedPerson, ImportSeries, Person


@dataclass(frozen=True, slots=True)
class Before:
    """The tags of what was taken in and sent before the assistant listened: of `people` who wrote it."""

    tags: Counted  # by label and confidence
    people: int | None  # None: of some of it only counts are left
    since: datetime
    until: datetime
    has_hidden: bool = False  # many files of it were left out of the export, so that nobody saw what they were

    @property
    def total(self) -> int:
        return sum(self.tags.values())


async def take_as_baseline(session: Session, person: Person | None, group_id: int, now: datetime, *, on: bool) -> Group:
    """From now on the group's report shows it as what was before, or no longer. Raises NeedsConsent, NotAllowed."""
    group = await imported.may(session, person, group_id)
    this = update(ImportSeries).where(ImportSeries.group_id == group_id)
    await session.execute(this.values(baseline_at=now if on else None))
    return group


async def is_baseline(session: Session, group_id: int) -> bool:
    """Whether the group's report shows what was before."""
    query = select(ImportSeries.baseline_at).where(ImportSeries.group_id == group_id)
    return await session.scalar(query) is not None


async def before(session: Session, group: Group) -> Before | None:
    """What was before the first message that the assistant recorded in the group; None without a baseline."""
    if not await is_baseline(session, group.id):
        return None
    ends = (await conversation.first_at(session, [group.id])).get(group.id) or group.added_at
    tags = await _tags(session, group, ends)
    span = select(func.min(Import.first_at), func.max(Import.last_at)).where(Import.group_id == group.id)
    first, last = (await session.execute(span)).one()
    if not tags:
        return None
    people = await _people(session, group.id, ends)
    return Before(tags, people, first, min(last, ends), await _has_hidden(session, group.id))


async def _has_hidden(session: Session, group_id: int) -> bool:
    """As it was counted when each export was read; of those that were read before it was, nothing is known."""
    figures = list(await session.scalars(select(Import.figures).where(Import.group_id == group_id)))
    return many_hidden(sum(one.get("hidden", 0) for one in figures), sum(one.get("messages", 0) for one in figures))


async def _tags(session: Session, group: Group, ends: datetime) -> Counted:
    message, count = ImportedMessage, ImportedCount
    kept = select(message.label, message.confidence, func.count()).where(
        message.group_id == group.id, message.sent_at < ends
    )
    left = (
        select(count.label, count.sure, func.sum(count.messages))
        .join(Import, Import.id == count.import_id)
        .where(Import.group_id == group.id, count.day < local_day(ends, group.zone))
    )
    found: Counter[tuple[str, int]] = Counter()
    for label, confidence, messages in await session.execute(kept.group_by(message.label, message.confidence)):
        found[label, step(confidence)] += messages
    for label, sure, messages in await session.execute(left.group_by(count.label, count.sure)):
        found[label, sure] += int(messages)
    return found


async def _people(session: Session, group_id: int, ends: datetime) -> int | None:
    """How many wrote it; somebody under two names is one person where both were matched."""
    if await session.scalar(
        select(Import.id).where(Import.group_id == group_id, Import.counted_at.is_not(None)).limit(1)
    ):
        return None
    spoke = select(ImportedMessage.speaker_id).where(
        ImportedMessage.group_id == group_id, ImportedMessage.sent_at < ends
    )
    query = select(ImportedPerson.id, ImportedPerson.person_id).where(ImportedPerson.id.in_(spoke))
    return len(
        {("member", person) if person else ("number", number) for number, person in await session.execute(query)}
    )
