"""Takes one person out of the post: updates that wait, letters to them, letters that quote them."""

import html
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, null, or_, select, update

from community.notes import in_a_line
from reports.themes import sheet
from storage.database import Session
from storage.models import Arrival, Attachment, Letter, Membership, Person

QUOTED = 40  # characters by which a text is recognised where it is quoted shortened
TELLING = 12  # a shorter text ("Siap", "Baik, Bu") could be anybody's
NOBODY = {"id": 0, "is_bot": False, "first_name": "-"}
_WAITING = ("pending", "sending")
# Letters that tell of people by name.
_NAMING = (
    "digest:", "answer:", "feedback:", "synthesis:", "passon:", "pair:", "agenda:", "buddies:", "accompany:",
    "cyc:", "consult:", "rhk:", "meet:", "visit:", "assign:", "mentors:", "company:",
    "today:", "week:", "solve:", "paper:",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Signs:
    """How a person is recognised in a letter to somebody else."""

    user_id: int | None  # None: somebody without Telegram
    name: re.Pattern[str]
    texts: tuple[str, ...]

    def name_in(self, words: str) -> bool:
        return self.name.search(words) is not None

    def quoted_in(self, words: str) -> bool:
        named = self.user_id is not None and str(self.user_id) in words
        return named or any(text in words for text in self.texts)


def signs(user_id: int | None, name: str, texts: Collection[str | None]) -> Signs:
    """The signs of a person: Telegram id, name as a word, and the beginnings of what they wrote."""
    names = {re.escape(one) for one in (name, html.escape(name, quote=False)) if one.strip()} or {r"\b\B"}
    starts = {line[:QUOTED] for text in texts if text for line in (" ".join(text.split()), in_a_line(text))}
    starts |= {text[:QUOTED] for text in texts if text}
    telling = {start for start in starts if len(start) >= TELLING}
    telling |= {html.escape(start, quote=False) for start in telling}
    return Signs(user_id, re.compile(rf"(?<!\w)(?:{'|'.join(names)})(?!\w)"), tuple(telling))


async def erase(session: Session, person: Person, texts: Collection[str | None], now: datetime) -> None:
    """No update, letter or file tells of the person afterwards."""
    user_id = person.tg_user_id
    if user_id is not None:
        await _erase_updates(session, user_id, person.id, now)
    to_them = [Letter.person_id == person.id] + ([Letter.chat_id == user_id] if user_id is not None else [])
    await session.execute(delete(Letter).where(or_(*to_them)).execution_options(synchronize_session=False))
    await session.execute(delete(Attachment).where(Attachment.person_id == person.id))
    await _erase_digests(session, person.id)
    await _erase_sheets(session, person.id)
    await _erase_quotes(session, signs(user_id, person.name, texts), now)


async def _erase_updates(session: Session, user_id: int, person_id: int, now: datetime) -> None:
    """Their own updates are not dealt with any more; in others' updates they become nobody."""
    theirs = [f"chat:{user_id}", f"user:{user_id}"]
    gone: dict[str, Any] = {"state": "done", "raw": null(), "error": None, "done_at": now}
    await session.execute(update(Arrival).where(Arrival.queue.in_(theirs)).values(queue="gone", **gone))
    rows = await session.execute(select(Arrival.id, Arrival.raw).where(Arrival.raw.is_not(None)))
    for arrival_id, raw in rows.all():
        if not isinstance(raw, dict) or not _speaks_of(raw, user_id, person_id):
            continue
        theirs_too = _is_by(raw, user_id, person_id)
        values = gone if theirs_too else {"raw": _without(raw, user_id)}
        await session.execute(update(Arrival).where(Arrival.id == arrival_id).values(**values))


async def _erase_digests(session: Session, person_id: int) -> None:
    """No digest of the person's groups keeps its words: in it a name may be cut short, or be one of before."""
    theirs = select(Membership.group_id).where(Membership.person_id == person_id)
    digests = Letter.key.startswith("digest:"), Letter.group_id.in_(theirs)
    waits = delete(Letter).where(*digests, Letter.state.in_(_WAITING))
    await session.execute(waits.execution_options(synchronize_session=False))
    blanked = update(Letter).where(*digests).values(params=null(), then_data=null(), error=None)
    await session.execute(blanked.execution_options(synchronize_session=False))


async def _erase_sheets(session: Session, person_id: int) -> None:
    """No sheet of reflections of the person's groups stays with us: their words may stand in it."""
    theirs = await session.scalars(select(Membership.group_id).where(Membership.person_id == person_id))
    names = [sheet.name_of(group_id) for group_id in set(theirs)]
    await session.execute(delete(Attachment).where(Attachment.name.in_(names)))


async def _erase_quotes(session: Session, who: Signs, now: datetime) -> None:
    """Letters to others lose their words once sent; one that waits and quotes the person is not sent."""
    columns = (Letter.id, Letter.key, Letter.state, Letter.params, Letter.then_data, Letter.result)
    rows = await session.execute(select(*columns).where(or_(Letter.params.is_not(None), Letter.result.is_not(None))))
    for letter_id, key, state, *kept in rows.all():
        words = [leaf for part in kept for leaf in _leaves(part)]
        named = any(who.name_in(leaf) for leaf in words)
        quoted = any(who.quoted_in(leaf) for leaf in words)
        if state in _WAITING and (quoted or (named and key.startswith(_NAMING))):
            await session.execute(delete(Letter).where(Letter.id == letter_id))
        elif state not in _WAITING and (named or quoted):
            # The result names the message for later edits and holds no words; a foreign id in it does go.
            told = any(who.quoted_in(leaf) for leaf in _leaves(kept[2]))
            values: dict[str, Any] = {"params": null(), "then_data": null(), "error": None}
            values |= {"result": null()} if told else {}
            await session.execute(update(Letter).where(Letter.id == letter_id).values(**values))


def _leaves(value: Any) -> Iterator[str]:
    """Every value inside, as text."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from _leaves(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


def _speaks_of(raw: Any, user_id: int, person_id: int) -> bool:
    if isinstance(raw, dict):
        own = raw.get("person_id") == person_id or user_id in (raw.get("id"), raw.get("user_id"), raw.get("chat_id"))
        return own or any(_speaks_of(inner, user_id, person_id) for inner in raw.values())
    if isinstance(raw, list):
        return any(_speaks_of(inner, user_id, person_id) for inner in raw)
    return isinstance(raw, str) and str(user_id) in raw


def _is_by(raw: dict[str, Any], user_id: int, person_id: int) -> bool:
    """Whether the update is of the person: sent by them, about their membership, or an answer meant for them."""
    for kind, body in raw.items():
        if not isinstance(body, dict):
            continue
        if kind == "answer":
            return _speaks_of(body, user_id, person_id)
        member = body.get("new_chat_member")
        users = [body.get("from"), body.get("user"), member.get("user") if isinstance(member, dict) else None]
        if any(isinstance(user, dict) and user.get("id") == user_id for user in users):
            return True
    return False


def _without(raw: Any, user_id: int) -> Any:
    """The update with the person as nobody, and a message of theirs inside it without words."""
    if isinstance(raw, list):
        return [_without(inner, user_id) for inner in raw]
    if not isinstance(raw, dict):
        return "-" if isinstance(raw, str) and str(user_id) in raw else raw
    if raw.get("id") == user_id:
        return dict(NOBODY)
    author = raw.get("from")
    if isinstance(author, dict) and author.get("id") == user_id:
        raw = {name: value for name, value in raw.items() if name in ("message_id", "date", "chat", "from")}
    return {name: _without(value, user_id) for name, value in raw.items()}
