"""What listening asks the database for every batch: who agreed, who and where it is, what was said before.

Each question is put together once for each engine and takes its keys as one parameter: twenty times a second, putting
it together costs more than its answer.
"""

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Executable,
    Select,
    String,
    and_,
    bindparam,
    cast,
    null,
    select,
    true,
    union,
    union_all,
)

from community import own_models
from community.tagging import REMEMBERED
from storage.bulk import among_given, listed, unfolded
from storage.database import Session
from storage.models import Group, GroupChat, GroupModel, Message, Person

_SAID, _WHO = Message.__table__.alias("said"), Person.__table__


async def agreed_among(session: Session, user_ids: Collection[int]) -> set[int]:
    """Which of these Telegram users have agreed; one query, so that a withdrawal counts at once."""
    if not user_ids:
        return set()
    sqlite = _is_sqlite(session)
    found = await session.execute(_agreed(sqlite), {"users": listed(sqlite, user_ids)})
    return {row[0] for row in found if row[0] is not None}


@cache
def _agreed(sqlite: bool) -> Executable:
    return select(_WHO.c.tg_user_id).where(
        among_given(sqlite, _WHO.c.tg_user_id, "users"), _WHO.c.consented_at.is_not(None)
    )


async def known(session: Session, chats: Collection[int], users: Collection[int]) -> Sequence[Any]:
    """The chats we know and the users who agreed, in one query, by Telegram's numbers.

    A chat: its number, that of its row, its group's, the group's zone and the version of its model. A user: their
    number, that of the person, None, the name, None.
    """
    sqlite = _is_sqlite(session)
    given = {"chats": listed(sqlite, chats), "users": listed(sqlite, users), "base": own_models.base()}
    return (await session.execute(_known(sqlite), given)).all()


@cache
def _known(sqlite: bool) -> Executable:
    ours = and_(GroupModel.group_id == Group.id, GroupModel.base == bindparam("base"))
    where = (
        select(GroupChat.tg_chat_id, GroupChat.id, Group.id.label("group_id"), Group.zone.label("words"),
               GroupModel.version)
        .join(Group, Group.id == GroupChat.group_id)
        .outerjoin(GroupModel, ours)
        .where(among_given(sqlite, GroupChat.tg_chat_id, "chats"))
    )  # fmt: skip
    no_group, no_model = cast(null(), BigInteger), cast(null(), String)
    who = select(Person.tg_user_id, Person.id, no_group, Person.name, no_model).where(
        among_given(sqlite, Person.tg_user_id, "users"), Person.consented_at.is_not(None)
    )
    return union_all(where, who)


async def said_before(session: Session, chats: Collection[int], answered: Collection[int]) -> Sequence[Any]:
    """The newest messages of each of these chats, REMEMBERED of each, and those in them that have these numbers."""
    sqlite = _is_sqlite(session)
    given = {"chats": listed(sqlite, chats), "answered": listed(sqlite, answered)}
    return (await session.execute(_said_before(sqlite), given)).all()


@cache
def _said_before(sqlite: bool) -> Executable:
    older = _lines().where(
        among_given(sqlite, _SAID.c.chat_id, "chats"), among_given(sqlite, _SAID.c.tg_message_id, "answered")
    )
    return union(_newest(sqlite), older)


def _lines() -> Select[Any]:
    wanted = ("chat_id", "tg_message_id", "sent_at", "label", "reason", "text", "person_id")
    return select(*(_SAID.c[name] for name in wanted), _WHO.c.name).join_from(
        _SAID, _WHO, _WHO.c.id == _SAID.c.person_id
    )


def _newest(sqlite: bool) -> Select[Any]:
    """By the index of each chat: a window over the whole history would grow with the group."""
    chats = unfolded(sqlite, "chats")
    if sqlite:
        newer = Message.__table__.alias("newer")
        few = select(newer.c.id).where(newer.c.chat_id == chats.c.value)
        few = few.order_by(newer.c.tg_message_id.desc()).limit(REMEMBERED).correlate(chats)
        return _lines().join(chats, _SAID.c.id.in_(few))
    of_one = _lines().where(_SAID.c.chat_id == chats.c.value).order_by(_SAID.c.tg_message_id.desc()).limit(REMEMBERED)
    lines = of_one.lateral()
    return select(*lines.c).select_from(chats).join(lines, true())


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
