"""Letters that are owed: written in the transaction of the change that causes them."""

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, null, select, update

from storage.bulk import among_keys, insert_rows
from storage.database import WROTE_LETTERS, Session, insert
from storage.letters import Draft, Lane, Policy
from storage.models import Attachment, BotAccount, Letter

CALLED_OFF = "cancelled"


async def post(session: Session, draft: Draft, now: datetime) -> bool:
    """Owe a letter. The same key twice is one letter; the answer says whether this one is new."""
    added = await session.execute(
        insert(session, Letter)
        .values(_row(draft, now))
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(Letter.id)
    )
    session.info[WROTE_LETTERS] = True
    return added.scalar_one_or_none() is not None


async def post_many(session: Session, drafts: Sequence[Draft], now: datetime) -> None:
    """Owe many letters with one statement; those whose key is known already stay as they are."""
    if drafts:
        # Column defaults are the mapper's: a plain statement has to say them.
        rows = [_row(draft, now) | {"attempts": 0, "unknowns": 0} for draft in drafts]
        await insert_rows(session, Letter, rows, unique=["key"])
        session.info[WROTE_LETTERS] = True


async def call_off(session: Session, keys: Collection[str], person_id: int, now: datetime) -> None:
    """Debts to one person that are not to be owed: a letter that is written later under such a key is not sent."""
    alike = {
        "lane": int(Lane.REMINDER), "policy": str(Policy.AGAIN), "method": "sendMessage", "forgets": False,
        "attempts": 0, "unknowns": 0, "state": "dropped", "error": CALLED_OFF, "person_id": person_id, "due_at": now,
        "created_at": now, "finished_at": now,
    }  # fmt: skip
    await insert_rows(session, Letter, [{"key": key} | alike for key in keys], unique=["key"])


async def called_off(session: Session, keys: Collection[str]) -> set[str]:
    """Which of these debts somebody has called off; one query."""
    query = select(Letter.key).where(
        among_keys(session, Letter.key, keys), Letter.state == "dropped", Letter.error == CALLED_OFF
    )
    return set(await session.scalars(query)) if keys else set()


async def blank(session: Session, about: ColumnElement[bool], now: datetime) -> None:
    """Nothing is left of the words of these letters; what still waits of them is not sent any more."""
    waits, gone = Letter.state == "pending", {"params": null(), "then_data": null()}
    dropped = {"state": "dropped", "error": "forgotten", "finished_at": now}
    for state, values in ((waits, gone | dropped), (~waits, gone)):
        await session.execute(
            update(Letter).where(about, state).values(**values).execution_options(synchronize_session=False)
        )


def _row(draft: Draft, now: datetime) -> dict[str, Any]:
    if not draft.key:
        raise ValueError("a letter needs a key: it names the debt")
    return {
        "key": draft.key,
        "chat_id": draft.chat_id,
        "lane": int(draft.lane),
        "policy": str(draft.policy),
        "method": draft.method,
        "params": draft.params,
        "edits": draft.edits,
        "then": draft.then,
        "then_data": draft.then_data or None,
        "person_id": draft.person_id,
        "group_id": draft.group_id,
        "forgets": draft.forgets,
        "state": "pending",
        "due_at": draft.due_at or now,
        "not_after": draft.not_after,
        "created_at": now,
    }


async def attach(session: Session, name: str, content: bytes, now: datetime, person_id: int | None = None) -> str:
    """Keep bytes for a letter to carry; the answer is the name to give (SHA-256 in hex)."""
    digest = hashlib.sha256(content).hexdigest()
    row = {
        "digest": digest,
        "name": name,
        "content": content,
        "person_id": person_id,
        "created_at": now,
    }
    await session.execute(insert(session, Attachment).values(row).on_conflict_do_nothing(index_elements=["digest"]))
    return digest


async def waiting(session: Session) -> int:
    """How many letters are not yet settled."""
    counted = await session.scalar(
        select(func.count()).select_from(Letter).where(Letter.state.in_(("pending", "sending")))
    )
    return counted or 0


async def own_account(session: Session) -> BotAccount | None:
    """What Telegram said of the bot at the last start; None before the first."""
    return await session.scalar(select(BotAccount).order_by(BotAccount.asked_at.desc()).limit(1))
