"""A group becomes a supergroup: Telegram gives it a new id, and everything of ours goes along."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from community import daily_counts
from community.library import indexing
from storage.database import Session, insert
from storage.models import (
    Consultation,
    ConversationState,
    Group,
    GroupChat,
    Invitation,
    Letter,
    Membership,
    Message,
    MessageCount,
    TagReview,
)


async def migrated(session: Session, old_chat_id: int, new_chat_id: int, now: datetime) -> Group | None:
    """The group lives under the new id from now on; None when neither id is known.

    May be told any number of times and in either order: both chats announce it, and the courier meets it too.
    """
    query = select(GroupChat).where(GroupChat.tg_chat_id.in_((old_chat_id, new_chat_id)))
    known = {chat.tg_chat_id: chat.group_id for chat in await session.scalars(query)}
    if not known:
        return None
    stays = known.get(old_chat_id, known.get(new_chat_id, 0))
    if len(known) == 2 and known[old_chat_id] != known[new_chat_id]:
        # The new chat was heard of first and got a row of its own.
        stays = await _joined_up(session, known[old_chat_id], known[new_chat_id], now)
    for chat_id in (old_chat_id, new_chat_id):
        row = {"tg_chat_id": chat_id, "group_id": stays, "current": chat_id == new_chat_id}
        statement = insert(session, GroupChat).values(row)
        await session.execute(
            statement.on_conflict_do_update(index_elements=["tg_chat_id"], set_={"current": chat_id == new_chat_id})
        )
    await _conversations_move(session, old_chat_id, new_chat_id)
    return await session.get(Group, stays, populate_existing=True)


async def _joined_up(session: Session, old_id: int, new_id: int, now: datetime) -> int:
    """Two rows of one group become one; the answer is the id that stays."""
    found = {group.id: group for group in await session.scalars(select(Group).where(Group.id.in_((old_id, new_id))))}
    old, new = found[old_id], found[new_id]
    stays, goes = (new, old) if new.set_up_at and not old.set_up_at else (old, new)
    stays.title, stays.bot_is_admin = new.title, new.bot_is_admin
    stays.headcount = new.headcount if new.headcount is not None else old.headcount
    if stays.state == "left" and goes.state != "left":
        stays.state, stays.left_at = "active" if stays.set_up_at else "waiting", None
    await session.flush()
    for table in (GroupChat, Message, Consultation, TagReview, Invitation, Letter):
        await session.execute(update(table).where(table.group_id == goes.id).values(group_id=stays.id))
    await indexing.move(session, goes.id, stays.id)
    await _add_up_counts(session, goes.id, stays.id)
    for number in (stays.id, goes.id):
        await daily_counts.recount(session, number)
    await _carry_roles(session, goes.id, stays.id)
    if goes.set_up_at is None:
        await session.execute(delete(Group).where(Group.id == goes.id))
        session.expunge(goes)
    else:
        # Both were set up: what was learnt under the other row is kept, though nothing is sent there any more.
        goes.state, goes.left_at = "left", now
        await session.flush()
    return stays.id


async def _add_up_counts(session: Session, goes: int, stays: int) -> None:
    query = select(MessageCount.day, MessageCount.messages).where(MessageCount.group_id == goes)
    rows: list[dict[str, Any]] = [
        {"group_id": stays, "day": day, "messages": messages} for day, messages in (await session.execute(query)).all()
    ]
    if rows:
        statement = insert(session, MessageCount).values(rows)
        added = MessageCount.messages + statement.excluded.messages
        await session.execute(
            statement.on_conflict_do_update(index_elements=["group_id", "day"], set_={"messages": added})
        )
        await session.execute(delete(MessageCount).where(MessageCount.group_id == goes))


async def _carry_roles(session: Session, goes: int, stays: int) -> None:
    names = ("person_id", "role", "digest_next_at", "since", "until")
    query = select(*(getattr(Membership, name) for name in names)).where(Membership.group_id == goes)
    rows = [dict(row) | {"group_id": stays} for row in (await session.execute(query)).mappings()]
    if rows:
        statement = insert(session, Membership).values(rows)
        await session.execute(statement.on_conflict_do_nothing(index_elements=["person_id", "group_id", "role"]))


async def _conversations_move(session: Session, old_chat_id: int, new_chat_id: int) -> None:
    """Conversations in the group go on; one already begun under the new id wins."""
    begun = select(ConversationState.user_id).where(ConversationState.chat_id == new_chat_id)
    await session.execute(
        delete(ConversationState).where(
            ConversationState.chat_id == old_chat_id, ConversationState.user_id.in_(begun.scalar_subquery())
        )
    )
    await session.execute(
        update(ConversationState).where(ConversationState.chat_id == old_chat_id).values(chat_id=new_chat_id)
    )
