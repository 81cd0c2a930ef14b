"""What was said in the group is feedback already: replies to a reflection or a piece, kept without any form."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select, update

from community import rights
from community.listening import Heard
from community.notes import Note
from community.rights import Action
from learning import targets
from learning.refusals import Gone
from storage.database import Session, insert
from storage.models import Delivery, Feedback, GroupChat, Membership, Message, Person, Reflection

REPLY = "reply"
_MEDIA = ("text", "voice", "link")
_ROLES = tuple(str(role) for role in rights.ALLOWED[Action.GIVE_FEEDBACK])
_BEFORE = timedelta(days=2)  # how long an update may have waited for us


@dataclass(frozen=True, slots=True)
class _Reply:
    """A message that answers a colleague's."""

    chat_id: int
    message_id: int
    answers: int
    user_id: int
    note: Note
    at: datetime
    edited_at: datetime | None


async def heard(session: Session, batch: Sequence[Heard]) -> int:
    """Keep what, of a batch of the groups' talk, answers a colleague's reflection; gives how many were kept.

    No statement without replies, one where none of them answers a reflection, at most four however many do. Replies to
    the assistant's own posts come through the door (`to_post`).
    """
    replies = [reply for one in batch if (reply := _reply(one)) is not None]
    if not replies:
        return 0
    found = await _reflections(session, replies)
    replies = [one for one in replies if (one.chat_id, one.answers) in found]
    if not replies:
        return 0
    givers = await _givers(session, {one.user_id for one in replies}, {row.group_id for row in found.values()})
    rows = [
        _row(found[one.chat_id, one.answers], giver, one)
        for one in replies
        if (giver := givers.get((one.user_id, found[one.chat_id, one.answers].group_id))) is not None
    ]
    rows = [row for row in rows if row["giver_id"] != row["receiver_id"]]
    kept = await _keep(session, [row for row in rows if row["edited_at"] is None])
    await _follow(session, [row for row in rows if row["edited_at"] is not None])
    return kept


def _reply(one: Heard) -> _Reply | None:
    body = one.body or {}
    answered = body.get("reply_to_message")
    if not answered or (answered.get("from") or {}).get("is_bot"):
        return None
    voice = body.get("voice")
    words = str(body.get("text") or body.get("caption") or "").strip()
    if not voice and (not body.get("text") or words.startswith("/")):
        return None
    note = Note(words or None, voice["file_id"], voice.get("duration")) if voice else Note(words)
    edited_at = datetime.fromtimestamp(body.get("edit_date") or body["date"], UTC) if one.edited else None
    return _Reply(
        one.chat_id, body["message_id"], answered["message_id"], body["from"]["id"], note, one.sent_at, edited_at
    )


async def _reflections(session: Session, replies: Sequence[_Reply]) -> dict[tuple[int, int], Any]:
    """The reflections that stand in the answered messages, by chat and message; one query."""
    chats = {one.chat_id for one in replies}
    here = select(GroupChat.group_id).where(GroupChat.tg_chat_id.in_(chats))
    rows = await session.execute(
        select(
            Reflection.id, Reflection.person_id, Reflection.tg_message_id, Delivery.group_id, Delivery.tg_chat_id,
        )
        .join(Delivery, Delivery.id == Reflection.delivery_id)
        .join(Person, Person.id == Reflection.person_id)
        .where(
            # By the group's prompts, which an index knows; the message's number is looked for among those.
            Delivery.group_id.in_(here), Delivery.tg_chat_id.in_(chats),
            Reflection.tg_message_id.in_({one.answers for one in replies}), Reflection.audience == "group",
            Person.consented_at.is_not(None),
        )
    )  # fmt: skip
    return {(row.tg_chat_id, row.tg_message_id): row for row in rows}


async def _givers(session: Session, users: set[int], groups: set[int]) -> dict[tuple[int, int], int]:
    """Who of these users agreed and may give feedback in which of the groups; one query."""
    rows = await session.execute(
        select(Person.tg_user_id, Membership.group_id, Person.id)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Person.tg_user_id.in_(users), Person.consented_at.is_not(None), Membership.group_id.in_(groups),
            Membership.until.is_(None), Membership.role.in_(_ROLES),
        )
    )  # fmt: skip
    return {(user_id, group_id): person_id for user_id, group_id, person_id in rows if user_id is not None}


def _row(reflection: Any, giver_id: int, one: _Reply) -> dict[str, Any]:
    return {
        "group_id": reflection.group_id, "giver_id": giver_id, "receiver_id": reflection.person_id, "kind": REPLY,
        "reflection_id": reflection.id, "medium": one.note.medium, "text": one.note.text,
        "file_id": one.note.file_id, "seconds": one.note.seconds, "tg_message_id": one.message_id,
        "created_at": one.at, "edited_at": one.edited_at,
    }  # fmt: skip


async def _keep(session: Session, rows: Sequence[dict[str, Any]]) -> int:
    if not rows:
        return 0
    statement = insert(session, Feedback).values(list(rows))
    statement = statement.on_conflict_do_nothing(index_elements=["group_id", "tg_message_id"]).returning(Feedback.id)
    return len((await session.execute(statement)).all())


async def _follow(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Edits change what was kept; an edit of something that was not kept keeps nothing."""
    if not rows:
        return
    table = Feedback.__table__
    same = [table.c[name] == bindparam(f"_{name}") for name in ("group_id", "tg_message_id", "giver_id")]
    values: dict[str, Any] = {name: bindparam(f"_{name}") for name in ("text", "edited_at")}
    told = [{f"_{name}": value for name, value in row.items()} for row in rows]
    await (await session.connection()).execute(update(table).where(*same).values(values), told)  # type: ignore[arg-type]


async def overheard(session: Session, reflection: Reflection, delivery: Delivery, now: datetime) -> int:
    """Answers to a reflection that were recorded before the reflection itself was dealt with; two statements at most.

    After an outage both lie in the inbox, and the group's talk is listened to first.
    """
    if reflection.tg_message_id is None or delivery.tg_chat_id is None:
        return 0
    rows = await session.execute(
        select(Message, Membership.person_id)
        .join(GroupChat, GroupChat.id == Message.chat_id)
        .join(Person, Person.id == Message.person_id)
        .join(Membership, (Membership.person_id == Person.id) & (Membership.group_id == Message.group_id))
        .where(
            Message.group_id == delivery.group_id, Message.sent_at >= now - _BEFORE,
            Message.reply_to == reflection.tg_message_id, GroupChat.tg_chat_id == delivery.tg_chat_id,
            Message.kind.in_(_MEDIA), Message.person_id != reflection.person_id,
            Person.consented_at.is_not(None), Membership.until.is_(None),
            Membership.role.in_(_ROLES),
        )
    )  # fmt: skip
    found = {message.id: message for message, _ in rows}
    return await _keep(
        session,
        [
            {
                "group_id": delivery.group_id, "giver_id": one.person_id, "receiver_id": reflection.person_id,
                "kind": REPLY, "reflection_id": reflection.id, "medium": "voice" if one.kind == "voice" else "text",
                "text": one.text, "file_id": None, "seconds": None, "tg_message_id": one.tg_message_id,
                "created_at": one.sent_at, "edited_at": one.edited_at,
            }
            for one in found.values()
        ],
    )  # fmt: skip


async def to_post(
    session: Session, person: Person | None, group_id: int, code: str, note: Note, message_id: int, now: datetime
) -> bool:
    """A reply in the group to what the assistant posted for a colleague. False for whom or what it is not kept.

    Nobody is asked or told anything: the words are said already.
    """
    if person is None:
        return False
    try:
        target = await targets.find(session, code)
    except Gone:
        return False
    may = await _givers(session, {person.tg_user_id or 0}, {group_id})
    if target.group.id != group_id or target.author.id == person.id or not may:
        return False
    row = {
        "group_id": group_id, "giver_id": person.id, "receiver_id": target.author.id, "kind": REPLY,
        "reflection_id": target.reflection_id, "piece_id": target.piece_id, "medium": note.medium, "text": note.text,
        "file_id": note.file_id, "seconds": note.seconds, "tg_message_id": message_id, "created_at": now,
        "edited_at": None,
    }  # fmt: skip
    return await _keep(session, [row]) > 0


async def edited(
    session: Session, person: Person | None, group_id: int, note: Note, message_id: int, now: datetime
) -> bool:
    """That reply, edited; what is stored follows."""
    if person is None:
        return False
    changed = await session.scalar(
        update(Feedback)
        .where(
            Feedback.group_id == group_id,
            Feedback.giver_id == person.id,
            Feedback.tg_message_id == message_id,
            Feedback.kind == REPLY,
        )
        .values(text=note.text, edited_at=now)
        .returning(Feedback.id)
        .execution_options(synchronize_session=False)
    )
    return changed is not None
