"""The people and groups of the community's tests."""

from datetime import UTC, datetime

from community import people
from community.roles import Role
from storage.database import Session
from storage.models import Group, GroupChat, Person

NOW = datetime(2026, 7, 6, 1, 0, tzinfo=UTC)  # Monday, 08:00 in Jakarta
CHAT = -100_200_300


async def a_group(session: Session, chat_id: int = CHAT, **more: object) -> Group:
    group = Group(**({"title": "KKG Melati", "language": "id", "state": "active", "added_at": NOW} | more))
    session.add(group)
    await session.flush()
    session.add(GroupChat(tg_chat_id=chat_id, group_id=group.id, current=True))
    await session.flush()
    return group


async def somebody(
    session: Session,
    name: str,
    user_id: int | None,
    *,
    group: Group | None = None,
    roles: tuple[Role, ...] = (),
    yes: bool = True,
) -> Person:
    person = Person(
        name=name,
        tg_user_id=user_id,
        language="id",
        consented_at=NOW if yes and user_id else None,
        reachable=bool(user_id),
        created_at=NOW,
    )
    session.add(person)
    await session.flush()
    for role in roles:
        assert group is not None
        await people.give_role(session, person.id, group.id, role, NOW)
    return person
