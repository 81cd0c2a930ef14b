"""What a group talked for before, by what it has taken in: counts, also after the messages themselves have gone."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update

from community import conversation, imported
from community.tagging import LABELS
from storage.database import Session
from storage.models import Group, Import, ImportedCount, ImportedMessage, ImportedPerson, ImportSeries, Person


@dataclass(frozen=True, slots=True)
class Before:
    """The labels of what was taken in and sent before the assistant listened: of `people` who wrote it."""

    by_label: dict[str, int]
    people: int | None  # None: of some of it only counts are left
    since: datetime
    until: datetime

    @property
    def total(self) -> int:
        return sum(self.by_label.values())


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
    ends = await conversation.first_at(session, group.id) or group.added_at
    labels = await _labels(session, group, ends)
    span = select(func.min(Import.first_at), func.max(Import.last_at)).where(Import.group_id == group.id)
    first, last = (await session.execute(span)).one()
    if not sum(labels.values()):
        return None
    return Before(labels, await _people(session, group.id, ends), first, min(last, ends))


async def _labels(session: Session, group: Group, ends: datetime) -> dict[str, int]:
    found = dict.fromkeys(LABELS, 0)
    kept = select(ImportedMessage.label, func.count()).where(
        ImportedMessage.group_id == group.id, ImportedMessage.sent_at < ends
    )
    left = (
        select(ImportedCount.label, func.sum(ImportedCount.messages))
        .join(Import, Import.id == ImportedCount.import_id)
        .where(Import.group_id == group.id, ImportedCount.day < ends.astimezone(ZoneInfo(group.zone)).date())
    )
    for query in (kept.group_by(ImportedMessage.label), left.group_by(ImportedCount.label)):
        for label, messages in await session.execute(query):
            found[label] = found.get(label, 0) + int(messages)
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
