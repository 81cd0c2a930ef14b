"""The groups of teachers: which chat they live in, how many they are, how many agreed."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import String, and_, case, cast, exists, func, literal, select

from community.migration import migrated
from community.roles import Role
from storage.bulk import among
from storage.database import Session, insert
from storage.letters import Draft, Lane, ask
from storage.models import Group, GroupChat, Letter, Membership, Person
from storage.outbox import post

__all__ = [
    "agreed",
    "agreed_of",
    "by_chat",
    "count_again",
    "counted",
    "current_chat",
    "ensure",
    "is_active",
    "message_url",
    "migrated",
    "recount_due",
    "size",
]


async def by_chat(session: Session, tg_chat_id: int) -> Group | None:
    """The group that lives or lived under this Telegram chat id."""
    query = select(Group).join(GroupChat, GroupChat.group_id == Group.id).where(GroupChat.tg_chat_id == tg_chat_id)
    return await session.scalar(query)


async def current_chat(session: Session, group_id: int) -> int:
    """The Telegram chat id to write to. Raises LookupError for a group without one."""
    query = (
        select(GroupChat.tg_chat_id)
        .where(GroupChat.group_id == group_id, GroupChat.current.is_(True))
        .order_by(GroupChat.id.desc())
        .limit(1)
    )
    chat = await session.scalar(query)
    if chat is None:
        raise LookupError(f"group {group_id} has no current chat")
    return chat


def message_url(tg_chat_id: int, tg_message_id: int) -> str | None:
    """Where its group reads a message; Telegram has addresses for those of supergroups alone."""
    chat = str(tg_chat_id)
    return f"https://t.me/c/{chat[4:]}/{tg_message_id}" if chat.startswith("-100") else None


def is_active(group: Group) -> bool:
    """Set up, and the assistant is in it: only such a group gets anything by the clock."""
    return group.state == "active"


async def ensure(
    session: Session, tg_chat_id: int, title: str, language: str, now: datetime, *, zone: str = "Asia/Jakarta"
) -> Group:
    """The group of this chat; a chat never seen before gets a row that waits for /aturgrup."""
    if (found := await by_chat(session, tg_chat_id)) is not None:
        return found
    group = Group(title=title[:128], language=language, zone=zone, state="waiting", added_at=now)
    session.add(group)
    await session.flush()
    row = {"tg_chat_id": tg_chat_id, "group_id": group.id, "current": True}
    added = await session.execute(
        insert(session, GroupChat)
        .values(row)
        .on_conflict_do_nothing(index_elements=["tg_chat_id"])
        .returning(GroupChat.id)
    )
    if added.scalar_one_or_none() is not None:
        return group
    await session.delete(group)  # another process met the same chat at the same moment
    await session.flush()
    winner = await by_chat(session, tg_chat_id)
    assert winner is not None
    return winner


async def size(session: Session, group: Group) -> int:
    """How many teachers the figures count from ("dari 12"): those in the chat and the listed without Telegram."""
    return sum(await teachers(session, group))


async def teachers(session: Session, group: Group) -> tuple[int, int]:
    """How many in the chat are taken for teachers, and how many more are listed without Telegram.

    In the chat: Telegram's headcount without those who are here in other roles only, never fewer than the teachers
    we know. Before the first headcount: the teachers we know.
    """
    return (await teachers_of(session, [group]))[group.id]


async def teachers_of(session: Session, groups: Sequence[Group]) -> dict[int, tuple[int, int]]:
    """The same of many groups, by their number; one query."""
    teaches = func.max(case((Membership.role == str(Role.TEACHER), 1), else_=0)).label("teaches")
    here = (
        select(Membership.group_id, Person.id, Person.tg_user_id, teaches)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            among(session, Membership.group_id, [group.id for group in groups]), Membership.until.is_(None),
            Membership.role != str(Role.AGENCY),
        )
        .group_by(Membership.group_id, Person.id, Person.tg_user_id)
        .subquery()
    )  # fmt: skip
    rows = await session.execute(
        select(
            here.c.group_id,
            func.count().filter(here.c.teaches == 1, here.c.tg_user_id.is_not(None)),
            func.count().filter(here.c.teaches == 1, here.c.tg_user_id.is_(None)),
            func.count().filter(here.c.teaches == 0, here.c.tg_user_id.is_not(None)),
        )
        .select_from(here)
        .group_by(here.c.group_id)
    )
    members = {group_id: (known, listed, others) for group_id, known, listed, others in rows}
    found = {}
    for group in groups:
        known, listed, others = members.get(group.id, (0, 0, 0))
        found[group.id] = (max((group.headcount or 0) - others, known), listed)
    return found


async def agreed(session: Session, group_id: int) -> int:
    """How many teachers of the group agreed; who they are is nobody's business."""
    return (await agreed_of(session, [group_id]))[group_id]


async def agreed_of(session: Session, group_ids: Sequence[int]) -> dict[int, int]:
    """The same of many groups, by their number; one query."""
    rows = await session.execute(
        select(Membership.group_id, func.count(Person.id.distinct()))
        .join(Person, Person.id == Membership.person_id)
        .where(
            among(session, Membership.group_id, group_ids), Membership.role == str(Role.TEACHER),
            Membership.until.is_(None), Person.consented_at.is_not(None),
        )
        .group_by(Membership.group_id)
    )  # fmt: skip
    return dict.fromkeys(group_ids, 0) | {row[0]: row[1] for row in rows}


def count_again(group_id: int, tg_chat_id: int, due_at: datetime, name: str) -> Draft:
    """Asks Telegram how many members the chat has; ``name`` makes several wishes one question."""
    data = {"chat_id": tg_chat_id, "group": group_id}
    question = ask("getChatMemberCount", "community.counted", chat_id=tg_chat_id, then_data=data)
    key = f"headcount:{group_id}:{name}"
    return replace(question, key=key, due_at=due_at, group_id=group_id, lane=Lane.BROADCAST)


async def counted(session: Session, group_id: int, members: int) -> None:
    """Telegram's own count of members, which includes the assistant."""
    group = await session.get(Group, group_id)
    if group is not None and group.state != "left":
        group.headcount = max(members - 1, 0)
        await session.flush()


async def recount_due(session: Session, now: datetime) -> int:
    """Ask the headcount of every group once a day: not every join or leave reaches a bot that is no admin."""
    day = now.strftime("%Y%m%d")
    key = literal("headcount:") + cast(Group.id, String) + literal(f":{day}")
    query = (
        select(Group.id, GroupChat.tg_chat_id)
        .join(GroupChat, and_(GroupChat.group_id == Group.id, GroupChat.current.is_(True)))
        .where(Group.state != "left", ~exists().where(Letter.key == key))
        .limit(100)
    )
    asked = 0
    for group_id, tg_chat_id in (await session.execute(query)).all():
        asked += await post(session, count_again(group_id, tg_chat_id, now, day), now)
    return asked
