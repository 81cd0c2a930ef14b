"""Updates that came in: stored before they are confirmed, recognised when they come twice."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Integer, Update, bindparam, delete, exists, func, null, select, update
from sqlalchemy.orm import aliased

from storage.bulk import among, among_given, insert_rows, listed
from storage.database import Session
from storage.models import Arrival

# Asked after every update: put together once.
_WAITING = (
    select(Arrival)
    .where(Arrival.state == "new", Arrival.lane.in_(bindparam("lanes", expanding=True)))
    .order_by(Arrival.id)
    .limit(bindparam("most", type_=Integer))
)
KEPT_FOR = timedelta(hours=48)  # ids, to recognise duplicates; Telegram keeps updates for 24 h


async def store(session: Session, rows: Sequence[dict[str, Any]]) -> int:
    """Store the updates of one batch, without those already known by (bot, update_id); gives how many were new."""
    if not rows:
        return 0
    fresh = [{"attempts": 0, "error": None, "done_at": None} | row for row in rows]
    return len(await insert_rows(session, Arrival, fresh, unique=("bot_id", "update_id"), returning=("id",)))


def answer_row(bot_id: int, letter_id: int, queue: str, answer: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Telegram's answer to a letter as an update of our own (a negative id; the letter's makes it unique)."""
    return {
        "bot_id": bot_id,
        "update_id": -letter_id,
        "queue": queue,
        "lane": "talk",
        "state": "new",
        "raw": {"answer": answer},
        "received_at": now,
    }


async def waiting(
    session: Session, lanes: Sequence[str], limit: int, queues: Collection[str] | None = None
) -> Sequence[Arrival]:
    """The oldest updates not yet dealt with, in the order they came; all, or those of some ``queues``."""
    query = _WAITING if queues is None else _WAITING.where(Arrival.queue.in_(queues))
    return (await session.scalars(query, {"lanes": list(lanes), "most": limit})).all()


async def queues_waiting(session: Session, lanes: Sequence[str], looks_at: int) -> Sequence[str]:
    """Whose updates wait, who has waited longest first; among the oldest ``looks_at`` updates."""
    oldest = (
        select(Arrival.queue, Arrival.id)
        .where(Arrival.state == "new", Arrival.lane.in_(lanes))
        .order_by(Arrival.id)
        .limit(looks_at)
        .subquery()
    )
    first = func.min(oldest.c.id)
    return (await session.scalars(select(oldest.c.queue).group_by(oldest.c.queue).order_by(first))).all()


async def claim(session: Session, ids: Sequence[int], before: Sequence[str]) -> set[int]:
    """Which of these are still to be dealt with, and ours until the transaction ends (PostgreSQL).

    Left out is what another process works on, and what stands behind an update of its own queue that is not among
    them: of the lanes ``before``, which have to be dealt with first. So order holds whoever has the turn.
    """
    earlier = aliased(Arrival)
    stands_behind = exists().where(
        earlier.queue == Arrival.queue, earlier.state == "new", earlier.lane.in_(before), earlier.id < Arrival.id,
        ~among(session, earlier.id, ids),
    )  # fmt: skip
    query = select(Arrival.id).where(among(session, Arrival.id, ids), Arrival.state == "new", ~stands_behind)
    return set(await session.scalars(query.with_for_update(skip_locked=True)))


async def oldest_waiting(session: Session) -> datetime | None:
    """When the update that waits longest came."""
    query = select(Arrival.received_at).where(Arrival.state == "new").order_by(Arrival.id).limit(1)
    return await session.scalar(query)


async def hand_on(session: Session, ids: Sequence[int]) -> None:
    """What was listened to and is also addressed to the assistant goes on to be answered."""
    if ids:
        await session.execute(update(Arrival).where(among(session, Arrival.id, ids)).values(lane="talk"))


async def done(session: Session, ids: Sequence[int], now: datetime, *, state: str = "done", error: str = "") -> None:
    """Dealt with: the raw update goes, and with it whose queue it stood in; its id stays."""
    if ids:
        sqlite = session.get_bind().dialect.name == "sqlite"
        values = {"ids": listed(sqlite, ids), "as": state, "at": now, "why": error[:200] or None}
        await session.execute(_done(sqlite), values)


@cache
def _done(sqlite: bool) -> Update:
    inbox = Arrival.__table__
    values = {
        "state": bindparam("as"),
        "raw": null(),
        "queue": "",
        "done_at": bindparam("at"),
        "error": bindparam("why"),
    }
    return update(inbox).where(among_given(sqlite, inbox.c.id, "ids")).values(values)  # type: ignore[arg-type]


async def failed_once(session: Session, arrival_id: int, error: str) -> None:
    """A handler broke on it: counted, to be tried again."""
    await session.execute(
        update(Arrival).where(Arrival.id == arrival_id).values(attempts=Arrival.attempts + 1, error=error[:200])
    )


async def counts(session: Session) -> dict[str, int]:
    """How many updates stand in each state."""
    rows = await session.execute(select(Arrival.state, func.count()).group_by(Arrival.state))
    return {row[0]: row[1] for row in rows}


async def clean(session: Session, now: datetime) -> int:
    """Forget ids older than 48 h: update ids restart at random after a quiet week."""
    gone = await session.execute(
        delete(Arrival).where(Arrival.state != "new", Arrival.done_at < now - KEPT_FOR).returning(Arrival.id)
    )
    return len(gone.all())
