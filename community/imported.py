"""What a group has taken in of conversations from elsewhere: kept after a yes, without names, for a time."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from secrets import token_bytes
from typing import Any

from sqlalchemy import delete, exists, func, select, update

from community import people, rights
from community.calendar import local_day
from community.import_reading import Anonymous, Found, Row
from community.refusals import NotAllowed, Refusal
from community.rights import Action
from community.tagging.quantify import step
from storage.bulk import insert_rows
from storage.database import Session, insert
from storage.models import Group, Import, ImportedCount, ImportedMessage, ImportedPerson, ImportSeries, Person
from storage.outbox import attach

AT_ONCE = 2_000  # rows in one statement
Json = dict[str, Any]


@dataclass(slots=True)
class Coming:
    """An export that has been read and said yes to: what is to be stored, and the files made of it."""

    group_id: int
    person_id: int
    days: int  # RETENTION_DAYS
    found: Found
    messages: Anonymous
    figures: Json
    words: str  # the result in words, without a name
    files: list[tuple[str, bytes]] = field(default_factory=list)
    study: str | None = None
    study_until: date | None = None


async def may(session: Session, person: Person | None, group_id: int) -> Group:
    """The group, for who may take something in there. Raises NeedsConsent, NotAllowed."""
    await rights.require(session, person, Action.IMPORT, group_id)
    group = await session.get(Group, group_id)
    if group is None:
        raise NotAllowed
    return group


async def begin(session: Session, person: Person | None, group_id: int) -> Group:
    """Before the first import of a group its secret is made. Raises NeedsConsent, NotAllowed."""
    group = await may(session, person, group_id)
    row = {"group_id": group_id, "secret": token_bytes(32), "people": 0}
    await session.execute(insert(session, ImportSeries).values(row).on_conflict_do_nothing(index_elements=["group_id"]))
    return group


async def secret_of(session: Session, group_id: int) -> bytes | None:
    """The group's secret; None before its first import."""
    return await session.scalar(select(ImportSeries.secret).where(ImportSeries.group_id == group_id))


async def keep(session: Session, coming: Coming, now: datetime) -> Json:
    """Store an export, in the transaction of its outcome: what an import before brought is not taken again.

    Gives `import` (None where there was nothing new), `new`, `known`, `words` and `files` (digests by name); or
    `refused`, the key of a text, where who asked for it may not any more.
    """
    try:
        await may(session, await session.get(Person, coming.person_id), coming.group_id)
    except Refusal as refusal:
        return {"refused": refusal.text_key}
    series = await session.get(ImportSeries, coming.group_id, with_for_update=True)
    if series is None:
        return {"refused": "imported.again"}
    rows = await _new(session, coming.group_id, coming.messages.rows)
    made = coming.files if rows else []  # they came with the first of the two
    files = {name: await attach(session, name, content, now, coming.person_id) for name, content in made}
    number = await _store(session, series, coming, rows, now) if rows else None
    known = len(coming.messages.rows) - len(rows)
    return {"import": number, "new": len(rows), "known": known, "words": coming.words, "files": files}


async def _new(session: Session, group_id: int, rows: Sequence[Row]) -> list[Row]:
    """Those that the group does not have yet; twice the same within one export is two messages."""
    if not rows:
        return []
    first, last = (datetime.fromtimestamp(at, UTC) for at in _span(rows))
    within = ImportedMessage.sent_at.between(first - timedelta(minutes=1), last + timedelta(minutes=1))
    marks = select(ImportedMessage.mark, func.count()).where(ImportedMessage.group_id == group_id, within)
    found = await session.execute(marks.group_by(ImportedMessage.mark))
    known = Counter({row.mark: int(row[1]) for row in found})
    counted = select(Import.first_at, Import.last_at).where(Import.group_id == group_id, Import.counted_at.is_not(None))
    spans = [(since.timestamp(), until.timestamp()) for since, until in await session.execute(counted)]
    new = []
    for row in rows:
        if known[row.mark] > 0:
            known[row.mark] -= 1
        elif not any(since <= row.at <= until for since, until in spans):  # of those only counts are left
            new.append(row)
    return new


def _span(rows: Sequence[Row]) -> tuple[int, int]:
    return min(row.at for row in rows), max(row.at for row in rows)


async def _store(session: Session, series: ImportSeries, coming: Coming, rows: list[Row], now: datetime) -> int:
    first, last = (datetime.fromtimestamp(at, UTC) for at in _span(rows))
    until = now + timedelta(days=coming.days)
    if coming.study_until is not None:
        until = max(
            until, datetime(coming.study_until.year, coming.study_until.month, coming.study_until.day, tzinfo=UTC)
        )
    one = Import(
        group_id=series.group_id, imported_by=coming.person_id, grammar=coming.found.grammar, first_at=first,
        last_at=last, messages=len(rows), people=len({row.speaker for row in rows}),
        known=len(coming.messages.rows) - len(rows), not_understood=coming.found.not_understood,
        figures=coming.figures, study=coming.study, kept_until=until, created_at=now,
    )  # fmt: skip
    session.add(one)
    await session.flush()
    speakers = await _speakers(session, series, coming.messages.keys)
    for start in range(0, len(rows), AT_ONCE):
        some = [
            _row(row, one, speakers[coming.messages.keys[row.speaker]], place)
            for place, row in enumerate(rows[start : start + AT_ONCE], start + 1)
        ]
        await insert_rows(session, ImportedMessage, some, unique=["import_id", "place"])
    return one.id


async def _speakers(session: Session, series: ImportSeries, keys: Sequence[str]) -> dict[str, int]:
    """Whoever is known keeps their number; others get the next ones. By key, our own numbers."""
    query = select(ImportedPerson.key, ImportedPerson.id).where(ImportedPerson.group_id == series.group_id)
    known = {row.key: row.id for row in await session.execute(query)}
    made = [key for key in keys if key not in known]
    rows = [
        {"group_id": series.group_id, "key": key, "number": number}
        for number, key in enumerate(made, series.people + 1)
    ]
    added = await insert_rows(session, ImportedPerson, rows, unique=["group_id", "key"], returning=["key", "id"])
    series.people += len(made)
    return known | {row.key: row.id for row in added}


def _row(row: Row, one: Import, speaker: int, place: int) -> Json:
    return {
        "import_id": one.id, "place": place, "group_id": one.group_id, "speaker_id": speaker,
        "sent_at": datetime.fromtimestamp(row.at, UTC), "kind": row.kind, "text": row.text, "label": row.tag.label,
        "secondary": row.tag.secondary, "confidence": row.tag.confidence, "reason": row.tag.reason[:64],
        "mark": row.mark,
    }  # fmt: skip


async def of_group(session: Session, group_id: int) -> list[Import]:
    """What the group has taken in, the oldest conversation first."""
    query = select(Import).where(Import.group_id == group_id).order_by(Import.first_at, Import.id)
    return list(await session.scalars(query))


async def one_of(session: Session, person: Person | None, import_id: int) -> Import:
    """An import, for who may see to it. Raises NeedsConsent, NotAllowed."""
    found = await session.get(Import, import_id)
    await may(session, person, found.group_id if found else 0)
    if found is None:
        raise NotAllowed
    return found


async def remove(session: Session, person: Person | None, import_id: int) -> int:
    """All of an import goes; gives its group. Once the last has gone, so do its people and the secret."""
    found = await one_of(session, person, import_id)
    await session.execute(delete(Import).where(Import.id == import_id))
    await _forget_silent(session, found.group_id)
    if not await session.scalar(select(Import.id).where(Import.group_id == found.group_id).limit(1)):
        for table in (ImportedPerson, ImportSeries):
            await session.execute(delete(table).where(table.group_id == found.group_id))
    return found.group_id


async def expire_due(session: Session, now: datetime) -> int:
    """One import whose time is over becomes counts by day; messages, with words and people, go. Gives how many.

    Whoever is in no other import goes too: their key is made of a name, and could be tried with names.
    """
    due = select(Import).where(Import.kept_until <= now, Import.counted_at.is_(None)).order_by(Import.id).limit(1)
    one = await session.scalar(due)
    if one is None:
        return 0
    claimed = update(Import).where(Import.id == one.id, Import.counted_at.is_(None)).values(counted_at=now)
    if not (await session.execute(claimed)).rowcount:  # type: ignore[attr-defined]
        return 0
    zone = await session.scalar(select(Group.zone).where(Group.id == one.group_id))
    columns = (ImportedMessage.sent_at, ImportedMessage.label, ImportedMessage.confidence)
    query = select(*columns).where(ImportedMessage.import_id == one.id)
    days = Counter(
        (local_day(at, zone or "Asia/Jakarta"), label, step(confidence))
        for at, label, confidence in await session.execute(query)
    )
    session.add_all(
        ImportedCount(import_id=one.id, day=day, label=label, sure=sure, messages=n)
        for (day, label, sure), n in days.items()
    )
    await session.execute(delete(ImportedMessage).where(ImportedMessage.import_id == one.id))
    await _forget_silent(session, one.group_id)
    await session.flush()
    return 1


async def _forget_silent(session: Session, group_id: int) -> None:
    """Of whom no message is left there is nothing to know; who takes an import in meanwhile is waited for."""
    await session.get(ImportSeries, group_id, with_for_update=True)
    speaks = exists().where(ImportedMessage.speaker_id == ImportedPerson.id)
    silent = delete(ImportedPerson).where(ImportedPerson.group_id == group_id, ~speaks)
    await session.execute(silent.execution_options(synchronize_session=False))


async def groups_for(session: Session, person: Person | None) -> list[Group]:
    """The groups into which this person may take something. Raises NeedsConsent, NotAllowed."""
    if person is None:
        await rights.require(session, person, Action.IMPORT, 0)
        return []
    found = await people.groups_of(session, person.id, rights.ALLOWED[Action.IMPORT])
    if not found:
        raise NotAllowed
    return found
