"""A group's own model: what was seen of each message that a person looked at, trained at night, loaded by listening."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, or_, select

from community.tagging import LABELS, REMEMBERED, Line, Said, Tag, line_of, own, standard
from community.tagging.own import Answer, Measured, Own
from community.tagging.talk import weigh
from storage.database import Session
from storage.models import Group, GroupModel, Message, Person, TagReview

Json = dict[str, Any]
NIGHT = range(5)
"""Local hours in which groups' models are trained."""

MOST = 600  # answers that one training looks at, the newest: well under a second, while SQLite's one writer waits
KEPT = 256  # models kept in memory

_kept: dict[str, Own] = {}  # by version, which is made of the rows: the same for every database


def base() -> str:
    """Which standard model the corrections belong to; with another one, they begin anew."""
    return standard().made_of[:16]


async def seen_of(session: Session, message: Message) -> Json | None:
    """What the standard model sees in a message and thinks of it: flags and probabilities, no word of it.

    None where its words have gone.
    """
    if message.text is None and message.file_name is None:
        return None
    found = weigh(await _said(session, message), standard())
    flags = own.signs(found.reading, found.verdict, standard())
    return {"base": base(), "flags": flags, "chances": [round(one, 5) for one in found.chances]}


async def _said(session: Session, message: Message) -> Said:
    """The message as it was read when it came, in its thread; with the tags the thread has now."""
    there = (
        select(Message, Person.name)
        .join(Person, Person.id == Message.person_id)
        .where(Message.chat_id == message.chat_id)
    )
    before = there.where(Message.tg_message_id < message.tg_message_id)
    rows = (await session.execute(before.order_by(Message.tg_message_id.desc()).limit(REMEMBERED))).all()
    quoted = (await session.execute(there.where(Message.tg_message_id == message.reply_to))).first()
    name = await session.scalar(select(Person.name).where(Person.id == message.person_id))
    return Said(
        text=message.text or "",
        kind=message.kind,
        file_name=message.file_name,
        sender=name or "",
        answers=_line(*quoted) if quoted else None,
        thread=tuple(_line(*row) for row in reversed(rows)),
        at=int(message.sent_at.timestamp()),
    )


def _line(row: Message, name: str) -> Line:
    said = Said(row.text or "", sender=name, at=int(row.sent_at.timestamp()))
    return line_of(said, Tag(row.label, None, 1.0, row.reason, ""))


async def train_due(session: Session, now: datetime) -> int:
    """Train the model of one group whose answers have changed, in its night; gives 0 when there is none left."""
    rows = await session.execute(
        select(Group.id, Group.zone, func.count(TagReview.id), func.sum(TagReview.id), func.max(TagReview.at))
        .outerjoin(TagReview, TagReview.group_id == Group.id)
        .where(or_(TagReview.id.is_not(None), Group.id.in_(select(GroupModel.group_id))))
        .group_by(Group.id, Group.zone)
        .order_by(Group.id)
    )
    trained: dict[int, str] = dict((await session.execute(select(GroupModel.group_id, GroupModel.made_of))).all())
    for group_id, zone, n, numbers, last in rows:
        if now.astimezone(ZoneInfo(zone)).hour not in NIGHT:
            continue
        made_of = f"{base()}:{n}:{numbers or 0}:{last or ''}"
        if n < own.NEEDED and group_id in trained:
            await session.execute(delete(GroupModel).where(GroupModel.group_id == group_id))
            return 1
        if n >= own.NEEDED and trained.get(group_id) != made_of:
            await _train(session, group_id, made_of, now)
            return 1
    return 0


async def _train(session: Session, group_id: int, made_of: str, now: datetime) -> None:
    answers = await _answers(session, group_id)
    row = await session.get(GroupModel, group_id) or GroupModel(group_id=group_id)
    row.made_of, row.base, row.at, row.n = made_of, base(), now, len(answers)
    row.rows = row.version = row.before = row.after = None
    if len(answers) >= own.NEEDED:
        # In a thread of its own: meanwhile the assistant goes on answering.
        found, better = await asyncio.to_thread(_trained, answers)
        row.before, row.after = better.before, better.after
        if better.is_better:
            row.rows = {name: list(values) for name, values in found.rows.items()}
            row.version = sha256(repr(sorted(row.rows.items())).encode()).hexdigest()
    session.add(row)
    await session.flush()


def _trained(answers: Sequence[Answer]) -> tuple[Own, Measured]:
    return own.train(answers), own.measured(answers)


async def used(session: Session, group_id: int) -> Measured | None:
    """How the model that this group uses did on held-back answers; None where it uses the standard one."""
    row = await session.get(GroupModel, group_id)
    if row is None or row.version is None or row.base != base():
        return None
    return Measured(row.n, row.before or 0.0, row.after or 0.0, True)


async def _answers(session: Session, group_id: int) -> list[Answer]:
    """The newest answers of the group about which it is known what this standard model saw, oldest first."""
    rows = await session.execute(
        select(TagReview.message_id, TagReview.label, TagReview.seen, TagReview.why)
        .where(TagReview.group_id == group_id, TagReview.seen.is_not(None))
        .order_by(TagReview.at.desc(), TagReview.id.desc())
        .limit(MOST)
    )
    return [
        Answer(number, label, tuple(seen["flags"]), tuple(seen["chances"]), why == "sample")
        for number, label, seen, why in reversed(rows.all())
        if seen["base"] == base() and label in LABELS
    ]


async def load(session: Session, versions: Collection[str]) -> dict[str, Own]:
    """The models of these versions; one statement for those that are not in memory, none where all are."""
    if len(_kept) > KEPT:
        _kept.clear()
    missing = set(versions) - _kept.keys()
    if missing:
        query = select(GroupModel.version, GroupModel.rows).where(GroupModel.version.in_(missing))
        found = (await session.execute(query)).all()
        _kept.update({version: Own({name: tuple(row) for name, row in rows.items()}) for version, rows in found})
    return {version: _kept[version] for version in versions if version in _kept}
