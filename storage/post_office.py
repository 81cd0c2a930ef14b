"""What the courier asks of the outbox: claim what is due, record what became of it."""

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Integer, and_, bindparam, delete, exists, or_, select, update
from sqlalchemy.orm import aliased

from storage import inbox
from storage.database import Session, insert
from storage.letters import Lane, Policy
from storage.models import Attachment, Letter

LEASE = timedelta(seconds=90)  # longer than any call may take (60 s)
SECOND_TRY = timedelta(seconds=10)
MOST_UNKNOWNS = 2
A_MOMENT = timedelta(seconds=2)  # by so much the clocks of two machines may differ
OPEN = ("pending", "sending")
KEEPS_WORDS = timedelta(hours=48)
PASSING = ("v", "headcount:")  # keys of what is asked and answered at once, and never looked for again


# What is asked several times a second stands ready-made: putting a question together costs more than its answer.
_FIRST = aliased(Letter)
_DUE = (
    select(Letter.id, Letter.lane, Letter.chat_id, Letter.method, Letter.due_at, Letter.not_after)
    .where(
        Letter.state == "pending",
        Letter.due_at <= bindparam("now"),
        or_(Letter.chat_id.is_(None), Letter.chat_id.not_in(bindparam("busy", expanding=True))),
        ~exists().where(_FIRST.key == Letter.edits, _FIRST.state.in_(OPEN)),
    )
    .order_by(Letter.lane, Letter.due_at, Letter.id)
    .limit(bindparam("most", type_=Integer))
)
_NEXT_DUE = select(Letter.due_at).where(Letter.state == "pending").order_by(Letter.due_at).limit(1)
_OVERDUE = select(Letter).where(
    Letter.state == "sending",
    Letter.leased_until < bindparam("now"),
    Letter.id.not_in(bindparam("in_hand", expanding=True)),
)


_ENDED = (
    update(Letter.__table__)  # type: ignore[arg-type]
    .where(Letter.id == bindparam("number"))
    .values(state="delivered", leased_until=None, finished_at=bindparam("at"), error=None)
)
_DELIVERED = _ENDED.values(result=bindparam("brought"))
_FORGOTTEN: dict[str, None] = {"params": None, "chat_id": None, "result": None, "then_data": None}
_DELIVERED_AND_FORGOTTEN = _ENDED.values(_FORGOTTEN)


class Due(NamedTuple):
    """As much of a letter as has to be known to choose it: of a hundred that are looked at thirty are read."""

    id: int
    lane: int
    chat_id: int | None
    method: str
    due_at: datetime
    not_after: datetime | None


async def due(session: Session, now: datetime, busy: Collection[int], limit: int) -> Sequence[Due]:
    """Letters that may go now, by lane and age.

    Passed over are chats that must wait, and edits of a message that is still on its way.
    """
    found = await session.execute(_DUE, {"now": now, "busy": list(busy), "most": limit})
    return [Due(*row) for row in found]


async def lately(session: Session, now: datetime, span: timedelta) -> Sequence[tuple[int | None, datetime]]:
    """The chats of the letters that Telegram was given within the last ``span``, and when; in that order."""
    query = select(Letter.chat_id, Letter.finished_at).where(
        Letter.state.in_(("delivered", "unknown")), Letter.params.is_not(None), Letter.finished_at > now - span,
        Letter.finished_at <= now,
    )  # fmt: skip
    rows = await session.execute(query.order_by(Letter.finished_at))
    return [(chat, moment) for chat, moment in rows if moment is not None]


async def longest_due(session: Session, now: datetime) -> dict[int, datetime]:
    """By lane, since when the letter that is due longest has been due; lanes without one are not there."""
    since = {
        lane: await session.scalar(
            select(Letter.due_at)
            .where(Letter.state == "pending", Letter.lane == int(lane), Letter.due_at <= now)
            .order_by(Letter.due_at)
            .limit(1)
        )
        for lane in Lane
    }
    return {int(lane): moment for lane, moment in since.items() if moment is not None}


async def next_due(session: Session) -> datetime | None:
    """When the next letter that waits becomes due."""
    return await session.scalar(_NEXT_DUE)


async def still_due(session: Session, before: datetime, now: datetime) -> None:
    """The clock was set back from ``before``: what was due is due, and no lease reaches further than one that begins.

    Without this it would wait until the hours that were taken back have come again.
    """
    waits = Letter.state == "pending", Letter.due_at > now, Letter.due_at <= before
    leased = Letter.state == "sending", Letter.leased_until > now + LEASE
    for where, values in ((waits, {"due_at": now}), (leased, {"leased_until": now + LEASE})):
        await session.execute(update(Letter).where(*where).values(values).execution_options(synchronize_session=False))


async def written_ahead(session: Session, now: datetime, *, mend: bool = False) -> bool:
    """Whether letters wait that were due at once, in an hour that has been taken back; with ``mend`` they are due now.

    Whoever wrote them had looked at the clock before it was set back, and was done after the courier had seen it.
    """
    these = Letter.state == "pending", Letter.created_at > now + A_MOMENT, Letter.due_at <= Letter.created_at
    if mend:
        due = update(Letter).where(*these).values(due_at=now).execution_options(synchronize_session=False)
        await session.execute(due)
    return await session.scalar(select(Letter.id).where(*these, Letter.due_at > now).limit(1)) is not None


async def claim(session: Session, ids: Sequence[int], now: datetime) -> Sequence[Letter]:
    """Lease letters for sending; whoever's UPDATE changes the row owns the work.

    They come as they stand now: a letter may have got newer words since it was looked at.
    """
    taken = await session.scalars(
        update(Letter)
        .where(Letter.id.in_(ids), Letter.state == "pending")
        .values(state="sending", leased_until=now + LEASE, attempts=Letter.attempts + 1)
        .returning(Letter)
        .execution_options(synchronize_session=False)
    )
    return taken.all()


async def drop_late(session: Session, now: datetime) -> Sequence[int]:
    """Letters past their `not_after` are not sent any more, and counted: gives the lane of each."""
    late = await session.scalars(
        update(Letter)
        .where(Letter.state == "pending", Letter.not_after < now)
        .values(state="dropped", error="too late", finished_at=now)
        .returning(Letter.lane)
    )
    return late.all()


async def overdue(session: Session, now: datetime, in_hand: Collection[int]) -> Sequence[Letter]:
    """Letters whose sender died on the way: nobody knows whether they arrived.

    What the caller has in hand itself is not among them, even if the clock jumped past its lease.
    """
    return (await session.scalars(_OVERDUE, {"now": now, "in_hand": list(in_hand)})).all()


async def edited_message(session: Session, key: str) -> tuple[str, dict[str, Any] | None]:
    """State and result of the letter that an edit names; ("missing", None) where there is none."""
    row = (await session.execute(select(Letter.state, Letter.result).where(Letter.key == key))).one_or_none()
    return (row.state, row.result) if row else ("missing", None)


async def delivered(session: Session, letter: Letter, result: dict[str, Any] | None, now: datetime) -> bool:
    """It arrived. False when the letter is gone: somebody had their data deleted while it was on its way."""
    return await _close(session, letter, now, state="delivered", result=result, error=None)


async def all_delivered(session: Session, arrived: Sequence[tuple[Letter, dict[str, Any] | None, datetime]]) -> None:
    """As `delivered`, for many in one go; nobody is told of those that are gone."""
    connection = await session.connection()
    for forgets, statement in ((False, _DELIVERED), (True, _DELIVERED_AND_FORGOTTEN)):
        rows = [
            {"number": letter.id, "at": at} | ({} if forgets else {"brought": result})
            for letter, result, at in arrived
            if letter.forgets is forgets
        ]
        if rows:
            await connection.execute(statement, rows)


async def refused(session: Session, letter: Letter, words: str, now: datetime) -> bool:
    """It will never arrive. False when the letter is gone."""
    return await _close(session, letter, now, state="refused", error=words)


async def postpone(session: Session, letter: Letter, until: datetime, words: str) -> None:
    """Certainly not sent: it waits in its place until then."""
    await session.execute(
        update(Letter)
        .where(Letter.id == letter.id)
        .values(state="pending", due_at=until, leased_until=None, error=words)
    )


async def unknown(session: Session, letter: Letter, words: str, now: datetime) -> bool:
    """Nobody knows whether it arrived: its policy decides. True when it will be tried again."""
    unknowns = letter.unknowns + 1
    again = letter.policy == Policy.REPEAT or (letter.policy == Policy.AGAIN and unknowns < MOST_UNKNOWNS)
    if again:
        await session.execute(
            update(Letter)
            .where(Letter.id == letter.id)
            .values(state="pending", due_at=now + SECOND_TRY, leased_until=None, unknowns=unknowns, error=words)
        )
    else:
        await _close(session, letter, now, state="unknown", error=words, unknowns=unknowns)
    return again


async def _close(session: Session, letter: Letter, now: datetime, **values: Any) -> bool:
    if letter.forgets:
        values |= _FORGOTTEN
    closed = await session.scalar(
        update(Letter)
        .where(Letter.id == letter.id)
        .values(leased_until=None, finished_at=now, **values)
        .returning(Letter.id)
    )
    return closed is not None


async def come_back(session: Session, letter: Letter, bot_id: int, answer: dict[str, Any], now: datetime) -> None:
    """Telegram's answer to a letter with `then` enters the inbox, in the transaction of its outcome."""
    told = answer | {"then": letter.then, "data": letter.then_data or {}, "letter": letter.key}
    queue = f"chat:{letter.chat_id or 0}"
    await inbox.store(session, [inbox.answer_row(bot_id, letter.id, queue, told, now)])


def speaks_of_a_message(letter: Letter) -> bool:
    """Does it change, remove or mark a message of its chat, named by number or by the letter that sent it?

    Numbers do not move along with a group: in the new chat they are somebody else's.
    """
    params = letter.params or {}
    copies = "from_chat_id" in params  # the numbers are those of the chat it copies from
    return bool(letter.edits) or (not copies and not params.keys().isdisjoint(("message_id", "message_ids")))


async def readdress(session: Session, old_chat: int, new_chat: int) -> None:
    """The group has moved: what waits for it goes to its new chat."""
    waiting = await session.scalars(select(Letter).where(Letter.chat_id == old_chat, Letter.state.in_(OPEN)))
    for letter in waiting.all():
        if speaks_of_a_message(letter):
            continue  # it goes where its message is, and is refused if that is the old chat
        params = dict(letter.params or {}) | {"chat_id": new_chat}
        params.pop("reply_parameters", None)  # message ids do not move along
        await session.execute(update(Letter).where(Letter.id == letter.id).values(chat_id=new_chat, params=params))


async def attachments(session: Session, digests: Collection[str]) -> dict[str, Attachment]:
    """The bytes that letters carry, by name."""
    if not digests:
        return {}
    found = await session.scalars(select(Attachment).where(Attachment.digest.in_(digests)))
    return {one.digest: one for one in found}


async def receive(session: Session, name: str, content: bytes, person_id: int | None, now: datetime) -> str:
    """Keep a file that somebody sent, as theirs; gives its digest. The same bytes are whose they were sent last."""
    digest = hashlib.sha256(content).hexdigest()
    row = {"digest": digest, "name": name, "content": content, "person_id": person_id, "created_at": now}
    statement = insert(session, Attachment).values(row)
    newest = {column: statement.excluded[column] for column in ("name", "person_id", "created_at")}
    await session.execute(statement.on_conflict_do_update(index_elements=["digest"], set_=newest))
    return digest


async def clean(session: Session, now: datetime) -> int:
    """After 48 h answers in a conversation go; of other settled letters the words. Gives how many letters it was.

    Keys and outcomes of those stay: a debt that comes of what is stored must not be owed anew. Old attachments go too.
    """
    old = and_(Letter.state.not_in(OPEN), Letter.finished_at < now - KEEPS_WORDS, Letter.params.is_not(None))
    passing = or_(*(Letter.key.startswith(beginning) for beginning in PASSING))
    gone = await session.scalars(delete(Letter).where(old, passing).returning(Letter.id))
    blanked = await session.scalars(update(Letter).where(old).values(params=None, then_data=None).returning(Letter.id))
    await session.execute(delete(Attachment).where(Attachment.created_at < now - 2 * KEEPS_WORDS))
    return len(gone.all()) + len(blanked.all())
