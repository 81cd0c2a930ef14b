"""What people say about tags: which messages they are offered, each answer, and how far the answers agree."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, func, or_, select

from community import own_models, sampling
from community.tagging.agreement import Pair, alpha
from community.tagging.own import Measured
from storage.database import Session
from storage.models import Group, Message, Person, TagReview

DOUBTFUL_BELOW = 0.75  # a confidence under this is worth a person's look
MOST_DRAWN = 40  # of the sample one person is asked in four weeks: enough for a figure, and no more of their time
ENOUGH = 20  # messages: with fewer, chance alone moves alpha by half its scale


class Why(StrEnum):
    """How a message came to be looked at."""

    SAMPLE = "sample"  # drawn at random, and answered without having seen the tag
    UNCERTAIN = "uncertain"  # the tagger was not sure, and said what it thought
    OVERRULED = "overruled"  # anything else: said a second time, or said of a tag that nobody was asked about


@dataclass(frozen=True, slots=True)
class Offer:
    """The message to look at now (None: all done), why this one, and how many wait, this one included."""

    message: Message | None
    why: Why
    left: int


@dataclass(frozen=True, slots=True)
class Agreed:
    """Alpha on ``n`` messages; None where they are fewer than ENOUGH, or all of one type."""

    n: int
    alpha: float | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two reviewers agree, and the tagger with a reviewer; on the random sample alone."""

    reviewers: Agreed
    tagger: Agreed
    learnt: Measured | None = None
    """What the answers changed: the group's own model beside the standard one, where it is used."""


def _readable(group_id: int, person: Person) -> list[ColumnElement[bool]]:
    """There are words, or a file's name, of somebody else who agrees to be read: of one's own one knows too much."""
    return [
        Message.group_id == group_id,
        Message.person_id != person.id,
        or_(Message.text.is_not(None), Message.file_name.is_not(None)),
        Message.person_id.in_(select(Person.id).where(Person.consented_at.is_not(None))),
    ]


class _Heaps:
    """What may be offered to one person in one group: conditions on messages."""

    def __init__(self, group: Group, person: Person, now: datetime) -> None:
        place = (group.id, now, group.zone)
        self.drawn = sampling.drawn(*place)
        looked_at = exists().where(TagReview.message_id == Message.id)
        sampled = sampling.among_drawn(*place)
        self.sample = [*_readable(group.id, person), sampled, ~looked_at.where(TagReview.reviewer_id == person.id)]
        # What is in the sample is not asked as a doubtful one: the tag would be seen, and the easy ones would be left.
        self.uncertain = [
            *_readable(group.id, person), ~sampled, Message.source != "person", Message.confidence < DOUBTFUL_BELOW,
        ]  # fmt: skip
        # What a colleague has answered comes first: agreement needs the same messages.
        self.shared_first = looked_at.where(TagReview.why == Why.SAMPLE).desc()


async def _count(session: Session, conditions: Sequence[ColumnElement[bool]]) -> int:
    return await session.scalar(select(func.count()).select_from(Message).where(*conditions)) or 0


async def _waiting(session: Session, group: Group, person: Person, now: datetime) -> tuple[int, int]:
    """How many of the sample and how many uncertain ones wait for this person."""
    heaps = _Heaps(group, person, now)
    answered = (
        select(func.count())
        .select_from(TagReview)
        .join(Message, Message.id == TagReview.message_id)
        .where(TagReview.group_id == group.id, TagReview.reviewer_id == person.id, TagReview.why == Why.SAMPLE)
        .where(Message.sent_at >= sampling.begins(now, group.zone))
    )
    room = max(0, MOST_DRAWN - (await session.scalar(answered) or 0))
    return min(room, await _count(session, heaps.sample)), await _count(session, heaps.uncertain)


async def waiting(session: Session, group: Group, person: Person, now: datetime) -> int:
    """How many messages wait for a look of this person."""
    return sum(await _waiting(session, group, person, now))


async def offer(session: Session, group: Group, person: Person, now: datetime) -> Offer:
    """The most useful message for this person to look at: by turns an uncertain one, and one drawn at random."""
    drawn, uncertain = await _waiting(session, group, person, now)
    given = select(func.count()).where(TagReview.group_id == group.id, TagReview.reviewer_id == person.id)
    turn = (await session.scalar(given) or 0) % 2
    heaps = _Heaps(group, person, now)
    if drawn and (turn or not uncertain):
        query = select(Message).where(*heaps.sample).order_by(heaps.shared_first, heaps.drawn, Message.id)
        why = Why.SAMPLE
    else:
        query = select(Message).where(*heaps.uncertain).order_by(Message.confidence, Message.id.desc())
        why = Why.UNCERTAIN
    return Offer((await session.scalars(query.limit(1))).first(), why, drawn + uncertain)


async def keep(session: Session, person: Person, message: Message, label: str, now: datetime) -> TagReview:
    """Put down what this person says, before the tag is changed by it. What is said anew is not blind any more."""
    query = select(TagReview).where(TagReview.message_id == message.id)
    said = (await session.scalars(query.order_by(TagReview.at, TagReview.id))).all()
    row = next((one for one in said if one.reviewer_id == person.id), None)
    if row is None:
        row = TagReview(group_id=message.group_id, message_id=message.id, reviewer_id=person.id)
        row.guess = message.label if message.source != "person" else next((one.guess for one in said), None)
        row.why, row.seen = await _why(session, person, message, now), await own_models.seen_of(session, message)
    elif row.label == label:
        return row
    else:
        row.why = Why.OVERRULED
    row.label, row.at = label, now
    session.add(row)
    await session.flush()
    return row


async def said(session: Session, message_id: int, person: Person | None) -> TagReview | None:
    """What this person said of the message."""
    mine = (TagReview.message_id == message_id, TagReview.reviewer_id == (person.id if person else None))
    return (await session.scalars(select(TagReview).where(*mine))).first()


async def _why(session: Session, person: Person, message: Message, now: datetime) -> Why:
    if message.person_id == person.id:  # nobody was asked about it, and agreement would be with oneself
        return Why.OVERRULED
    group = await session.get_one(Group, message.group_id)
    if sampling.is_drawn(message, now, group.zone):
        return Why.SAMPLE
    doubtful = message.source != "person" and message.confidence < DOUBTFUL_BELOW
    return Why.UNCERTAIN if doubtful else Why.OVERRULED


async def agreement(session: Session, group_id: int) -> Agreement | None:
    """How far people and tagger agree on what was drawn at random; None before anything of it was answered."""
    rows = await session.execute(
        select(TagReview.message_id, TagReview.label, TagReview.guess)
        .where(TagReview.group_id == group_id, TagReview.why == Why.SAMPLE)
        .order_by(TagReview.message_id, TagReview.at, TagReview.id)
    )
    said: dict[int, list[tuple[str, str | None]]] = {}
    for message_id, label, guess in rows:
        said.setdefault(message_id, []).append((label, guess))
    if not said:
        return None
    return Agreement(
        _agreed([(both[0][0], both[1][0]) for both in said.values() if len(both) > 1]),
        _agreed([(label, guess) for (label, guess), *_ in said.values() if guess is not None]),
        await own_models.used(session, group_id),
    )


def _agreed(pairs: Sequence[Pair]) -> Agreed:
    return Agreed(len(pairs), alpha(pairs) if len(pairs) >= ENOUGH else None)


async def copy_of(session: Session, person: Person) -> dict[str, Any]:
    """What this person said about tags, and what was said about theirs (by whom is not told), oldest first."""
    said = select(TagReview).where(TagReview.reviewer_id == person.id)
    about = select(TagReview).join(Message, Message.id == TagReview.message_id).where(Message.person_id == person.id)
    mine, theirs = (
        [
            (row, {"at": row.at.isoformat(), "group_id": row.group_id, "label": row.label, "why": row.why})
            for row in rows
        ]
        for rows in [(await session.scalars(one.order_by(TagReview.at, TagReview.id))).all() for one in (said, about)]
    )
    return {
        "said": [told for _, told in mine],
        "about_mine": [told | {"guess": row.guess, "seen": row.seen} for row, told in theirs],
    }


async def forget(session: Session, person: Person) -> None:
    """What this person said about tags goes; what was said about their messages goes with the messages."""
    await session.execute(delete(TagReview).where(TagReview.reviewer_id == person.id))
