"""A broadcast from the first message to the last copy: gathered, confirmed once, written out batch by batch.

Each copy is one letter with a key of its own, so that it is sent once or not at all; the ledger is those letters.
"""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, literal, select, update

from community import addressees, attention, calendar, moments
from community.addressees import GROUPS, PEOPLE, Addressee, Count, Sender, Target
from community.refusals import NotAllowed, Refusal
from storage.database import Session
from storage.letters import Draft, Lane, Policy
from storage.models import Broadcast, Person
from storage.outbox import post_many

log = logging.getLogger(__name__)

BATCH = 200  # addressees whose letters one transaction writes
MOST_MESSAGES = 20  # of one broadcast; a group takes 20 a minute (Telegram)
BOUNDS = {GROUPS: 20, PEOPLE: 200}  # beyond them the number is typed, not tapped
KEPT_DRAFT = timedelta(hours=48)
STILL_NEWS = timedelta(hours=24)  # a copy that could not be sent for so long is dropped and counted
PUSHED_AWAY = timedelta(minutes=10)  # one that breaks must not stand before the others
# What copyMessages can copy; a quiz only while its right answer is known to us (Telegram).
KINDS = frozenset({
    "text", "photo", "document", "audio", "video", "animation", "voice", "video_note", "sticker", "poll", "location",
    "venue", "contact",
})  # fmt: skip
_WAITING = ("scheduled", "sending")


class Over(Refusal):
    """The broadcast is not being put together any more."""

    text_key = "broadcasts.over"


@dataclass(frozen=True, slots=True)
class Piece:
    """A message of the facilitator's, as far as a broadcast must know it; its words stay where they are."""

    message_id: int
    kind: str
    album: str | None = None
    is_channel_post: bool = False  # forwarded from a channel
    is_protected: bool = False
    hides_answer: bool = False  # a quiz whose right answer Telegram does not tell us


async def begin(session: Session, by: Sender, now: datetime) -> Broadcast:
    """A new draft in place of an older one. Raises NotAllowed for who may broadcast in no group."""
    await addressees.require_any(session, by)
    await abandon(session, by.person.id)
    content: dict[str, Any] = {"chat": by.person.tg_user_id, "messages": [], "posts": 0, "album": None}
    cast = Broadcast(created_by=by.person.id, state="draft", content=content, target={}, created_at=now)
    session.add(cast)
    await session.flush()
    return cast


async def abandon(session: Session, person_id: int) -> None:
    """Whatever the person was putting together is given up."""
    await session.execute(delete(Broadcast).where(Broadcast.created_by == person_id, Broadcast.state == "draft"))


async def mine(session: Session, by: Sender, cast_id: int) -> Broadcast:
    """A broadcast of one's own. Raises NotAllowed for another's, Over for one that is gone."""
    cast = await session.get(Broadcast, cast_id, populate_existing=True)
    if cast is None:
        raise Over
    if cast.created_by != by.person.id and not (by.is_owner and cast.state != "draft"):
        raise NotAllowed
    return cast


async def drafted(session: Session, by: Sender, cast_id: int) -> Broadcast:
    """A draft of one's own. Raises Over when it is confirmed or given up, NotAllowed for another's."""
    cast = await mine(session, by, cast_id)
    if cast.state != "draft":
        raise Over
    return cast


async def gather(session: Session, cast: Broadcast, piece: Piece) -> bool:
    """One more message joins; False for the next one of an album, which needs no receipt of its own.

    Raises Refusal for what cannot be copied, said at once and not after the confirmation.
    """
    content = dict(cast.content or {})
    if piece.is_protected:
        raise Refusal("broadcasts.cannot.protected")
    if piece.kind not in KINDS:
        raise Refusal("broadcasts.cannot.kind")
    if piece.hides_answer:
        raise Refusal("broadcasts.cannot.quiz")
    if len(content["messages"]) >= MOST_MESSAGES:
        raise Refusal("broadcasts.cannot.more", most=MOST_MESSAGES)
    same_album = piece.album is not None and piece.album == content["album"]
    content["messages"] = sorted({*content["messages"], piece.message_id})  # Telegram wants them in order
    content["posts"] += piece.is_channel_post
    content["album"] = piece.album
    cast.content = content
    await session.flush()
    return not same_album


def copy(content: dict[str, Any], chat_id: int) -> tuple[str, dict[str, Any]]:
    """The call that brings the messages into a chat.

    Copies carry no name of where they come from. Only a broadcast of channel posts alone is forwarded: it then
    shows the channel, and readers find the way to it.
    """
    method = "forwardMessages" if content["posts"] == len(content["messages"]) else "copyMessages"
    return method, {"chat_id": chat_id, "from_chat_id": content["chat"], "message_ids": content["messages"]}


def size(target: Target, count: Count) -> int:
    """The number that is shown, confirmed and, beyond a bound, typed: groups or people."""
    return count.people if target.get("to") == PEOPLE else count.groups


def must_type(count: Count) -> bool:
    """So many that one tap would be too easy."""
    return count.groups > BOUNDS[GROUPS] or count.people > BOUNDS[PEOPLE]


async def hours(session: Session, by: Sender, target: Target) -> tuple[calendar.SchoolCalendar, str]:
    """The school calendar and the zone by which the sender's "now" and "tomorrow" are meant."""
    home = await addressees.home(session, by, target)
    school_id = home.school_id if home else None
    found = await calendar.calendars_of(session, {school_id})
    return found[school_id], by.person.zone or (home.zone if home else "Asia/Jakarta")


async def confirm(
    session: Session, by: Sender, cast_id: int, shown: int, now: datetime, *, typed: bool = False
) -> Broadcast:
    """The sender has seen the count and says yes; twice yes is one sending.

    It stays a draft when the count is no longer the one that was shown, or is one that must be ``typed`` and was
    tapped. Raises NotAllowed, Over, or a Refusal when nobody would get it.
    """
    cast = await mine(session, by, cast_id)
    if cast.state != "draft":
        return cast
    count = await addressees.count(session, by, cast.target)
    if not size(cast.target, count):
        raise Refusal("broadcasts.nobody")
    if size(cast.target, count) != shown or (must_type(count) and not typed):
        return cast
    due = cast.due_at
    if due is None or due <= now:
        school, zone = await hours(session, by, cast.target)
        due = moments.opening(school, now, zone)
    values = {"state": "scheduled", "due_at": due, "groups": count.groups, "people": count.people, "confirmed_at": now}
    claimed = update(Broadcast).where(Broadcast.id == cast.id, Broadcast.state == "draft").values(**values)
    await session.execute(claimed.execution_options(synchronize_session=False))
    cast = await mine(session, by, cast_id)
    if due <= now:
        await _write_batch(session, cast, by.person, by.is_owner, now)
        await session.refresh(cast)
    return cast


async def send_due(session: Session, now: datetime, owners: Collection[int] = ()) -> int:
    """Write the next batch of the broadcast that is due longest; gives how many letters, 0 when nothing is due.

    ``owners`` are the Telegram ids that may broadcast in every group. Queries: a fixed number for each batch.
    """
    due = (
        select(Broadcast, Person)
        .outerjoin(Person, Person.id == Broadcast.created_by)
        .where(Broadcast.state.in_(_WAITING), Broadcast.due_at <= now)
        .order_by(Broadcast.due_at, Broadcast.id)
        .limit(1)
        .execution_options(populate_existing=True)
    )
    found = (await session.execute(due)).one_or_none()
    if found is None:
        return 0
    cast, person = found
    try:
        async with session.begin_nested():
            return await _write_batch(session, cast, person, person is not None and person.tg_user_id in owners, now)
    except Exception as error:
        log.error("broadcast %s could not be written (%s)", cast.id, type(error).__name__)
        away = update(Broadcast).where(Broadcast.id == cast.id).values(due_at=now + PUSHED_AWAY)
        await session.execute(away.execution_options(synchronize_session=False))
        return 1


async def _write_batch(session: Session, cast: Broadcast, person: Person | None, is_owner: bool, now: datetime) -> int:
    """Letters to the next addressees as they are now; who claims the cursor writes them, a second clock does not."""
    content = cast.content
    if person is None or person.consented_at is None or not content:
        await _claim(session, cast, state="stopped", ended_at=now)
        return 1
    found = await addressees.batch(session, Sender(person, is_owner), cast.target, cast.cursor, BATCH)
    cursor = found[-1].number if found else cast.cursor
    ended: dict[str, Any] = {"state": "sending", "cursor": cursor}
    if len(found) < BATCH:
        ended |= {"state": "sent", "ended_at": now, "content": content | {"complete": True}}
    if not await _claim(session, cast, **ended):
        return 0
    schools = await calendar.calendars_of(session, {one.school_id for one in found})
    drafts = [_letter(cast, content, one, moments.opening(schools[one.school_id], now, one.zone)) for one in found]
    await post_many(session, drafts, now)
    await attention.counted(session, drafts, now)
    return max(len(drafts), 1)


async def _claim(session: Session, cast: Broadcast, **values: Any) -> bool:
    claimed = await session.scalar(
        update(Broadcast)
        .where(Broadcast.id == cast.id, Broadcast.cursor == cast.cursor, Broadcast.state.in_(_WAITING))
        .values(**values)
        .returning(literal(1))
        .execution_options(synchronize_session=False)
    )
    return claimed is not None


def _letter(cast: Broadcast, content: dict[str, Any], to: Addressee, due_at: datetime) -> Draft:
    """One copy. The key names group or person by our own number: it stays when a group gets another chat id."""
    method, params = copy(content, to.tg_chat_id)
    person = cast.target.get("to") == PEOPLE
    return Draft(
        method, params, to.tg_chat_id, key=f"cast:{cast.id}:{'p' if person else 'g'}{to.number}",
        lane=Lane.BROADCAST, policy=Policy.ONCE, due_at=due_at, not_after=due_at + STILL_NEWS,
        person_id=to.number if person else None, group_id=None if person else to.number,
    )  # fmt: skip


async def tidy(session: Session, now: datetime) -> int:
    """Drafts that nobody went on with are given up; gives how many."""
    old = delete(Broadcast).where(Broadcast.state == "draft", Broadcast.created_at < now - KEPT_DRAFT)
    return len((await session.scalars(old.returning(Broadcast.id))).all())
