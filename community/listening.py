"""The listening path: what a group says is counted, and of those who agreed recorded and tagged."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select, tuple_, update

from community import consultations, daily_counts, listening_questions, own_models
from community.daily_counts import Changes
from community.library import collecting
from community.library.collecting import Told
from community.tagging import REMEMBERED, Line, Said, Tag, line_of, look, tag
from community.tagging.model import Seen
from community.tagging.own import Own
from community.tagging.words import kind_of
from storage.bulk import insert_rows
from storage.database import Session
from storage.models import Message, MessageCount, Person

Json = dict[str, Any]
KINDS = ("photo", "document", "voice", "audio", "video", "video_note", "animation", "sticker")
_SAID, _WHO = Message.__table__, Person.__table__


@dataclass(slots=True)
class Heard:
    """A group message as the listening path takes it: its Telegram chat and its stripped body."""

    chat_id: int
    sent_at: datetime
    body: Json | None = None  # None: of somebody who has not agreed, to be counted and nothing else
    edited: bool = False


@dataclass(slots=True)
class Place:
    """A chat we know: its row, its group and the group's zone."""

    chat_key: int
    group_id: int
    zone: str
    own: Own | None = None


def heard(raw: Json) -> Heard:
    """A stored update as the listening path takes it; raises KeyError or TypeError on an odd one."""
    if "count" in raw:
        return Heard(int(raw["count"]["chat_id"]), _moment(raw["count"]["date"]))
    edited = "edited_message" in raw
    body = raw["edited_message"] if edited else raw["message"]
    return Heard(int(body["chat"]["id"]), _moment(body["date"]), body, edited)


async def record(session: Session, batch: Sequence[Heard]) -> int:
    """Count, record and tag a batch of messages; seven statements however long it is, one more where a question is
    among them, one where material is shared, two for each edit and four for all edited messages; and one where a
    group's own model is new.

    Who wrote and where is one question, so that the three tables of counts cost no more than two statements.
    Gives the number of messages that were recorded. Those of groups we do not know are passed over.
    """
    users = {one.body["from"]["id"] for one in batch if one.body is not None}
    places, people = await _known(session, {one.chat_id for one in batch}, users)
    known = [one for one in batch if one.chat_id in places]
    await _count(session, [one for one in known if not one.edited], places)
    told = [one for one in known if one.body and one.body["from"]["id"] in people]
    if not told:
        return 0
    threads = await _threads(session, told, places)
    seen = look([_content(one.body or {})[2] for one in told])
    rows = [
        (one, *_row(one, places[one.chat_id], people, threads, shown)) for one, shown in zip(told, seen, strict=True)
    ]
    changes = Changes()
    new = [_New(row, to, places[one.chat_id].zone, one.body or {}) for one, row, to in rows if not one.edited]
    recorded = await _keep(session, new, changes)
    await _edits(session, [(one, row) for one, row, _ in rows if one.edited], places, changes)
    await changes.write(session)
    return recorded


class _New(NamedTuple):
    """A message to be recorded: its row, whom it answers, its group's zone, and its body."""

    row: Json
    to_id: int
    zone: str
    body: Json


async def _keep(session: Session, told: Sequence[_New], changes: Changes) -> int:
    if not told:
        return 0
    added = await insert_rows(
        session, Message, [one.row for one in told], unique=("chat_id", "tg_message_id"),
        returning=("id", "chat_id", "tg_message_id"),
    )  # fmt: skip
    # Of two with one number the first was inserted.
    by_place = {(one.row["chat_id"], one.row["tg_message_id"]): one for one in reversed(told)}
    fresh = [(one.id, by_place[one.chat_id, one.tg_message_id]) for one in added]
    for _, one in fresh:
        changes.recorded(one.row, one.to_id, one.zone)
    await consultations.asked(session, [(number, one.row) for number, one in fresh])
    await collecting.collect(session, [Told(number, one.row, one.body) for number, one in fresh])
    return len(fresh)


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


async def _known(
    session: Session, chats: Collection[int], users: Collection[int]
) -> tuple[dict[int, Place], dict[int, tuple[int, str]]]:
    """The chats we know, and number and name of the users who agreed; one query, and one where a model is new."""
    rows = await listening_questions.known(session, chats, users)
    models = await own_models.load(session, {row.version for row in rows if row.version})
    places, people = dict[int, Place](), dict[int, tuple[int, str]]()
    for theirs, number, group_id, words, version in rows:
        if group_id is None:
            people[theirs] = number, words
        else:
            places[theirs] = Place(number, group_id, words, models.get(version or ""))
    return places, people


async def _count(session: Session, messages: Sequence[Heard], places: dict[int, Place]) -> None:
    days: Counter[tuple[int, date]] = Counter()
    for one in messages:
        place = places[one.chat_id]
        days[place.group_id, one.sent_at.astimezone(ZoneInfo(place.zone)).date()] += 1
    rows = [{"group_id": group, "day": day, "messages": number} for (group, day), number in days.items()]
    await insert_rows(session, MessageCount, rows, unique=("group_id", "day"), add=("messages",))


@dataclass(slots=True)
class _Thread:
    """The few messages before, and those that may be answered by their place."""

    lines: list[Line]
    by_place: dict[int, Line]
    writers: dict[int, int]  # our number of who wrote it, by Telegram's number of the message


async def _threads(session: Session, told: Sequence[Heard], places: dict[int, Place]) -> dict[int, _Thread]:
    chats = sorted({places[one.chat_id].chat_key for one in told})
    bodies = [one.body for one in told if one.body]
    answered = {body["reply_to_message"]["message_id"] for body in bodies if "reply_to_message" in body}
    rows = await listening_questions.said_before(session, chats, answered)
    threads: dict[int, _Thread] = {chat: _Thread([], {}, {}) for chat in chats}
    for row in sorted(rows, key=lambda row: row.tg_message_id):
        thread = threads[row.chat_id]
        before = Said(row.text or "", sender=row.name, at=int(row.sent_at.timestamp()))
        line = line_of(before, Tag(row.label, None, 1.0, row.reason, ""))
        thread.by_place[row.tg_message_id], thread.writers[row.tg_message_id] = line, row.person_id
        thread.lines.append(line)
    return threads


def _row(
    one: Heard, place: Place, people: dict[int, tuple[int, str]], threads: dict[int, _Thread], seen: Seen
) -> tuple[Json, int]:
    """The row of a message, and whose message it answers: its own writer's where nobody's."""
    body = one.body or {}
    person_id, name = people[body["from"]["id"]]
    kind, file_name, words = _content(body)
    answered = (body.get("reply_to_message") or {}).get("message_id")
    thread = threads[place.chat_key]
    said = Said(
        text=words,
        kind=kind,
        file_name=file_name,
        sender=name,
        answers=thread.by_place.get(answered) if answered else None,
        thread=tuple(thread.lines[-REMEMBERED:]),
        at=int(one.sent_at.timestamp()),
        seen=seen,
    )
    found = tag(said, own=place.own)
    thread.by_place[body["message_id"]] = line = line_of(said, found)
    thread.lines.append(line)
    if not one.edited:  # or it may never have been recorded
        thread.writers[body["message_id"]] = person_id
    row = {
        "group_id": place.group_id,
        "chat_id": place.chat_key,
        "tg_message_id": body["message_id"],
        "person_id": person_id,
        "sent_at": one.sent_at,
        "reply_to": answered,
        "kind": kind,
        "file_name": file_name[:255] if file_name else None,
        "text": words or None,
    } | _tagged(found)
    return row, thread.writers.get(answered or 0, person_id)


def _tagged(found: Tag) -> Json:
    return {
        "label": found.label,
        "secondary": found.secondary,
        "confidence": found.confidence,
        "reason": found.reason,
        "evidence": found.evidence[:200] or None,
        "source": found.source,
    }


def _content(body: Json) -> tuple[str, str | None, str]:
    """Kind, file name and words of a message."""
    words = body.get("text") or body.get("caption") or ""
    for kind in KINDS:
        if kind in body:
            what = body[kind] if isinstance(body[kind], dict) else {}
            return kind, what.get("file_name"), words or what.get("emoji", "")
    entities = body.get("entities") or []
    leads_on = any(entity.get("type") == "text_link" for entity in entities)  # words that do not show the address
    return ("link" if leads_on else kind_of(words)), None, words


async def _edits(
    session: Session, edited: Sequence[tuple[Heard, Json]], places: Mapping[int, Place], changes: Changes
) -> None:
    """Edited messages take their new words and tags, and what they shared is collected anew."""
    if not edited:
        return
    numbers = [(row["chat_id"], row["tg_message_id"]) for _, row in edited]
    columns = ("chat_id", "tg_message_id", "group_id", "sent_at", "label", "confidence", "source")
    stored = await session.execute(
        select(*(_SAID.c[name] for name in columns))
        .where(tuple_(_SAID.c.chat_id, _SAID.c.tg_message_id).in_(set(numbers)))
        .with_for_update()
    )
    before = {(row.chat_id, row.tg_message_id): dict(row._mapping) for row in stored}
    for (one, row), number in zip(edited, numbers, strict=True):
        await _edit(session, row, one)
        was = before.get(number)
        if was is not None and was["source"] != "person":
            now = was | {name: row[name] for name in ("label", "confidence", "source")}
            zone = places[one.chat_id].zone
            changes.retagged(daily_counts.tagged(was, zone), daily_counts.tagged(now, zone))
            before[number] = now
    await collecting.again(session, {number: one.body or {} for (one, _), number in zip(edited, numbers, strict=True)})


async def _edit(session: Session, row: Json, one: Heard) -> None:
    """An edited message keeps its place; a person's correction of its tag stands."""
    words = {"text": row["text"], "edited_at": _moment((one.body or {}).get("edit_date") or 0)}
    this = (Message.chat_id == row["chat_id"], Message.tg_message_id == row["tg_message_id"])
    tags = {name: row[name] for name in ("label", "secondary", "confidence", "reason", "evidence", "source")}
    await session.execute(update(Message).where(*this, Message.source != "person").values(words | tags))
    await session.execute(update(Message).where(*this, Message.source == "person").values(words))
