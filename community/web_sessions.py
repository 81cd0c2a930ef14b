"""Who a browser belongs to: links that open the dashboard once, and sessions that end.

Only hashes of secrets are kept. What somebody may see is not kept at all: it is asked each time (I8).
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from community import people
from storage.database import Session, insert
from storage.models import Person, WebLink, WebSession

LINK_FOR = timedelta(minutes=10)
SESSION_FOR = timedelta(hours=12)  # a working day
_SECRET_BYTES = 32


async def link(session: Session, person: Person, now: datetime) -> str:
    """The secret of a link that opens the dashboard once within LINK_FOR; earlier links of theirs are dead."""
    await session.execute(delete(WebLink).where(WebLink.person_id == person.id))
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    session.add(WebLink(person_id=person.id, secret_hash=hashed(secret), created_at=now, expires_at=now + LINK_FOR))
    await session.flush()
    return secret


async def is_alive(session: Session, secret: str, now: datetime) -> bool:
    """Would a link of this secret still open the dashboard? Looking does not use it up."""
    found = select(WebLink.id).where(WebLink.secret_hash == hashed(secret), WebLink.expires_at > now)
    return await session.scalar(found) is not None


async def open_with_link(session: Session, secret: str, now: datetime) -> str | None:
    """The secret of a new session for whom the link is; None for one that is used, late, or never was."""
    owner = await session.scalar(
        delete(WebLink)
        .where(WebLink.secret_hash == hashed(secret), WebLink.expires_at > now)
        .returning(WebLink.person_id)
        .execution_options(synchronize_session=False)
    )
    person = await session.get(Person, owner) if owner is not None else None
    if person is None or person.consented_at is None:
        return None
    return await _opened(session, person, None, now)


async def open_with_telegram(session: Session, user_id: int, proof: str, now: datetime) -> str | None:
    """The secret of a new session for a Telegram user; ``proof`` is Telegram's word for who they are, already checked.

    None for somebody who has not agreed, and for a word that has opened a session before: whoever heard it cannot
    use it again.
    """
    person = await people.by_user(session, user_id)
    if person is None:
        return None
    return await _opened(session, person, hashed(proof), now)


async def _opened(session: Session, person: Person, proof: str | None, now: datetime) -> str | None:
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    row = {
        "person_id": person.id, "secret_hash": hashed(secret), "opened_with": proof, "created_at": now,
        "expires_at": now + SESSION_FOR,
    }  # fmt: skip
    added = await session.scalar(
        insert(session, WebSession)
        .values(row)
        .on_conflict_do_nothing(index_elements=["opened_with"])
        .returning(WebSession.id)
    )
    return secret if added is not None else None


async def reader(session: Session, secret: str, now: datetime) -> Person | None:
    """Who has the session of this secret, while it lasts and while they agree."""
    query = (
        select(Person)
        .join(WebSession, WebSession.person_id == Person.id)
        .where(
            WebSession.secret_hash == hashed(secret), WebSession.ended_at.is_(None), WebSession.expires_at > now,
            Person.consented_at.is_not(None),
        )
    )  # fmt: skip
    return await session.scalar(query)


async def end(session: Session, secret: str, now: datetime) -> None:
    """The session of this secret is over; its row stays for a while, so that what opened it cannot open another."""
    theirs = update(WebSession).where(WebSession.secret_hash == hashed(secret), WebSession.ended_at.is_(None))
    await session.execute(theirs.values(ended_at=now).execution_options(synchronize_session=False))


async def end_all(session: Session, person_id: int, now: datetime) -> None:
    """Every session of the person is over, and no link of theirs opens one."""
    await session.execute(delete(WebLink).where(WebLink.person_id == person_id))
    theirs = update(WebSession).where(WebSession.person_id == person_id, WebSession.ended_at.is_(None))
    await session.execute(theirs.values(ended_at=now).execution_options(synchronize_session=False))


async def clean(session: Session, now: datetime) -> int:
    """What is past goes; gives how much. Telegram's word is too old long before the session it opened is."""
    gone = 0
    for table in (WebLink, WebSession):
        past = delete(table).where(table.expires_at <= now).returning(table.id)
        gone += len((await session.scalars(past.execution_options(synchronize_session=False))).all())
    return gone


def hashed(secret: str) -> str:
    """What is kept of a secret: it has 256 random bits, so a plain hash gives nothing away."""
    return hashlib.sha256(secret.encode()).hexdigest()


async def copy_of(session: Session, person: Person) -> list[dict[str, Any]]:
    """When the person opened the dashboard, as plain JSON, oldest first; the secrets are nobody's."""
    mine = select(WebSession).where(WebSession.person_id == person.id).order_by(WebSession.id)
    waiting = select(WebLink).where(WebLink.person_id == person.id).order_by(WebLink.id)
    return [
        {
            "opened_at": one.created_at.isoformat(),
            "until": (one.ended_at or one.expires_at).isoformat(),
            "by": "telegram" if one.opened_with else "link",
        }
        for one in await session.scalars(mine)
    ] + [
        {"link_made_at": one.created_at.isoformat(), "until": one.expires_at.isoformat()}
        for one in await session.scalars(waiting)
    ]


async def forget(session: Session, person: Person) -> None:
    """No browser knows the person any more."""
    for table in (WebLink, WebSession):
        await session.execute(delete(table).where(table.person_id == person.id))
