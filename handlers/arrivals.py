"""The assistant is added, sent away, promoted; members come and go; a group changes its title or its id."""

from typing import Any

from aiogram import Router
from aiogram.filters import Filter
from aiogram.types import ChatMemberUpdated, Message

from community import arrivals, groups, people
from handlers.visiting import Answer, Visit

_GROUPS = frozenset({"group", "supergroup"})


class Says(Filter):
    """A service message that carries this field."""

    def __init__(self, name: str) -> None:
        self.name = name

    async def __call__(self, message: Message) -> bool:
        return getattr(message, self.name, None) is not None


class Of(Filter):
    """A change of membership in a private chat, or in a group."""

    def __init__(self, *, private: bool) -> None:
        self.types = frozenset({"private"}) if private else _GROUPS

    async def __call__(self, event: ChatMemberUpdated) -> bool:
        return event.chat.type in self.types


def router() -> Router:
    door = Router(name="arrivals")
    door.my_chat_member.register(stands, Of(private=False))
    door.my_chat_member.register(private_chat, Of(private=True))
    door.chat_member.register(member, Of(private=False))
    door.message.register(moved_to, Says("migrate_to_chat_id"))
    door.message.register(moved_from, Says("migrate_from_chat_id"))
    door.message.register(renamed, Says("new_chat_title"))
    door.message.register(left, Says("left_chat_member"))
    return door


def _is_in(member: Any) -> bool:
    return member.status in {"creator", "administrator", "member"} or bool(getattr(member, "is_member", False))


async def stands(event: ChatMemberUpdated, visit: Visit) -> Answer:
    """The assistant's own place in a group has changed."""
    now_in, admin = _is_in(event.new_chat_member), event.new_chat_member.status in {"administrator", "creator"}
    standing = arrivals.Standing(_is_in(event.old_chat_member), now_in, admin)
    title = event.chat.title or ""
    return await arrivals.stands(
        visit.session, event.chat.id, title, standing, visit.me, visit.language_hint, visit.now, zone=visit.zone
    )


async def private_chat(event: ChatMemberUpdated, visit: Visit) -> Answer:
    """Somebody opened or blocked the private chat."""
    await people.reach(visit.session, event.chat.id, _is_in(event.new_chat_member))
    return None


async def member(event: ChatMemberUpdated, visit: Visit) -> Answer:
    """A member joined, left, or has other rights."""
    was, now_in = _is_in(event.old_chat_member), _is_in(event.new_chat_member)
    if was == now_in:
        return None
    user_id, chat_id = event.new_chat_member.user.id, event.chat.id
    return await arrivals.member_changed(visit.session, visit.group, chat_id, user_id, now_in, visit.now)


async def left(message: Message, visit: Visit) -> Answer:
    """The chat itself says who left: where the assistant is no admin, no other update does."""
    user_id = message.left_chat_member.id if message.left_chat_member else 0
    return await arrivals.member_changed(visit.session, visit.group, message.chat.id, user_id, False, visit.now)


async def moved_to(message: Message, visit: Visit) -> Answer:
    """The old chat says where the group went."""
    await groups.migrated(visit.session, message.chat.id, message.migrate_to_chat_id or 0, visit.now)
    return None


async def moved_from(message: Message, visit: Visit) -> Answer:
    """The new chat says where the group came from."""
    await groups.migrated(visit.session, message.migrate_from_chat_id or 0, message.chat.id, visit.now)
    return None


async def renamed(message: Message, visit: Visit) -> Answer:
    """The group has a new title."""
    await arrivals.renamed(visit.session, visit.group, message.new_chat_title or "")
    return None


async def _counted(answer: dict[str, Any], data: dict[str, Any], visit: Visit) -> Answer:
    if answer["ok"] and isinstance(answer["result"], int):
        await groups.counted(visit.session, int(data["group"]), answer["result"])
    return None


ANSWERS = {"community.counted": _counted}
