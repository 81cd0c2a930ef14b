"""Groups and who is in them: founding, joining, leaving, promoting, restricting, migrating, and the updates of each."""

from typing import TYPE_CHECKING

from playground.delivery import push
from playground.posting import service, tell_chat
from playground.shapes import chat_json, person
from playground.standing import OPEN_PERMISSIONS, PERMISSIONS, USUAL_RIGHTS, member_json
from playground.state import Chat, Json, Member, Topic

if TYPE_CHECKING:
    from playground.world import World

_ICON_COLOR = 7_322_096


def add_chat(
    world: "World",
    title: str,
    creator: int,
    members: list[int],
    kind: str,
    *,
    forum: bool = False,
    username: str | None = None,
) -> Chat:
    """Found a group, supergroup or channel. Raises ValueError for people who do not exist."""
    for user_id in (creator, *members):
        if user_id not in world.users:
            raise ValueError(f"there is no user {user_id}: add one with POST /playground/add_user")
    if kind not in ("group", "supergroup", "channel"):
        raise ValueError(f"unknown kind {kind!r}: choose group, supergroup or channel")
    chat = Chat(world.new_group_id(kind), kind, title, username, forum=forum and kind == "supergroup")
    chat.permissions, chat.instance = dict(OPEN_PERMISSIONS), str(world.random.getrandbits(63))
    world.chats[chat.id] = chat
    now = world.stamp()
    chat.members[creator] = Member(creator, "creator", joined_at=now)
    for user_id in members:
        chat.members.setdefault(user_id, Member(user_id, joined_at=now))
    made = {"group": "group_chat_created", "supergroup": "supergroup_chat_created", "channel": "channel_chat_created"}
    service(world, chat, None if kind == "channel" else creator, {made[kind]: True})
    tell_chat(world, chat)
    return chat


def member_update(world: "World", chat: Chat, about: int, by: int, old: Member | str, new: Member | str) -> None:
    """my_chat_member to the bot itself, chat_member to admin bots that asked for it."""
    before = Member(about, old) if isinstance(old, str) else old
    after = Member(about, new) if isinstance(new, str) else new
    user = person(world, about)
    body: Json = {"chat": chat_json(world, chat), "from": person(world, by), "date": world.stamp()}
    body |= {"old_chat_member": member_json(chat, before, user), "new_chat_member": member_json(chat, after, user)}
    for bot in world.bots.values():
        if bot.id == about and (chat.kind != "private" or chat.bot_id == bot.id):
            push(world, bot, "my_chat_member", body, f"chat:{chat.id}:5")
        elif bot.id != about and (member := chat.member(bot.id)) is not None and member.is_admin:
            push(world, bot, "chat_member", body, f"user:{about}:6")


def change(world: "World", chat: Chat, user_id: int, by: int, new: Member) -> None:
    """Give somebody a new standing and tell of it."""
    old = chat.members.get(user_id) or Member(user_id, "left")
    chat.members[user_id] = new
    member_update(world, chat, user_id, by, old, new)
    tell_chat(world, chat)


def join(world: "World", chat: Chat, user_id: int, by: int | None = None) -> None:
    """Come in alone or be brought in; a service message says so."""
    by = user_id if by is None else by
    if chat.member(user_id) is not None:
        return
    if by == user_id and user_id in chat.members and chat.members[user_id].status == "kicked":
        raise ValueError(f"user {user_id} was banned from chat {chat.id}: the bot must unban them first")
    bot = world.bots.get(user_id)
    fresh = Member(user_id, joined_at=world.stamp(), reads_all=bot is not None and not bot.privacy)
    change(world, chat, user_id, by, fresh)
    if chat.kind != "channel":
        service(world, chat, by, {"new_chat_members": [person(world, user_id)]})


def leave(
    world: "World", chat: Chat, user_id: int, by: int | None = None, *, status: str = "left", until: int = 0
) -> None:
    """Go, or be sent away (``status`` kicked); a service message says so."""
    by = user_id if by is None else by
    was = chat.member(user_id)
    if was is None and status == "left":
        return
    gone: Json = {"left_chat_member": person(world, user_id)}
    # A bot that goes still sees this in a basic group; in a supergroup it is already outside.
    if was is not None and chat.kind == "group":
        service(world, chat, by, gone)
    change(world, chat, user_id, by, Member(user_id, status, until=until))
    if was is not None and chat.kind == "supergroup":
        service(world, chat, by, gone)


def add_bot(world: "World", chat_id: int, by: int, *, admin: bool = False, bot_id: int | None = None) -> int:
    """Bring the bot into a chat, at once as an admin if asked. Returns its id."""
    chat = the_chat(world, chat_id)
    bot = world.the_bot(bot_id)
    if chat.member(bot.id) is None and (chat.kind != "supergroup" or not admin) and chat.kind != "channel":
        join(world, chat, bot.id, by)
    elif chat.member(bot.id) is None:
        # A link with rights (startgroup&admin) makes it an admin in one step; channels know no other way.
        rights = dict(USUAL_RIGHTS)
        change(world, chat, bot.id, by, Member(bot.id, "administrator", rights, joined_at=world.stamp()))
        if chat.kind != "channel":
            service(world, chat, by, {"new_chat_members": [person(world, bot.id)]})
    member = chat.members[bot.id]
    if admin and not member.is_admin:
        promote(world, chat, bot.id, by)
    return bot.id


def promote(
    world: "World", chat: Chat, user_id: int, by: int, rights: dict[str, bool] | None = None, *,
    anonymous: bool = False, custom_title: str | None = None,
) -> None:  # fmt: skip
    """Make a member an admin with these rights (the usual ones when nothing is said). Raises ValueError."""
    if chat.member(user_id) is None:
        raise ValueError(f"user {user_id} is not in chat {chat.id}: let them join first")
    was = chat.members[user_id]
    given = dict(USUAL_RIGHTS) if rights is None else {"can_manage_chat": True} | rights
    status = "creator" if was.status == "creator" else "administrator"
    new = Member(user_id, status, given, anonymous, custom_title, joined_at=was.joined_at, reads_all=was.reads_all)
    change(world, chat, user_id, by, new)


def demote(world: "World", chat: Chat, user_id: int, by: int) -> None:
    """Make an admin a plain member again."""
    was = chat.members.get(user_id) or Member(user_id, "left")
    change(world, chat, user_id, by, Member(user_id, joined_at=was.joined_at, reads_all=was.reads_all))


def restrict(world: "World", chat: Chat, user_id: int, by: int, rights: dict[str, bool], until: int = 0) -> None:
    """Take permissions from a member; all of them given back makes a plain member."""
    was = chat.members.get(user_id) or Member(user_id, "left")
    if was.present and all(rights.get(name, False) for name in PERMISSIONS[:10]):
        change(world, chat, user_id, by, Member(user_id, joined_at=was.joined_at, reads_all=was.reads_all))
        return
    new = Member(user_id, "restricted", dict(rights), until=until, is_member=was.present, joined_at=was.joined_at)
    change(world, chat, user_id, by, new)


def owner(chat: Chat) -> int:
    """Who founded the chat; acts without a named doer are theirs."""
    return next((m.user_id for m in chat.members.values() if m.status == "creator"), next(iter(chat.members)))


def the_chat(world: "World", chat_id: int) -> Chat:
    """A group or channel by id. Raises ValueError with what to do."""
    if chat_id not in world.chats:
        raise ValueError(f"there is no chat {chat_id}: make one with POST /playground/add_group")
    return world.chats[chat_id]


def migrate(world: "World", chat_id: int) -> Chat:
    """Turn a basic group into a supergroup: new id, new message ids, a service message on either side."""
    old = the_chat(world, chat_id)
    if old.kind != "group" or old.migrated_to is not None:
        raise ValueError(f"chat {chat_id} is not a basic group: only those become supergroups")
    new = Chat(world.new_group_id("supergroup"), "supergroup", old.title, description=old.description)
    new.permissions, new.instance = dict(old.permissions), str(world.random.getrandbits(63))
    new.members, new.migrated_from, new.last_bot = dict(old.members), old.id, old.last_bot
    world.chats[new.id] = new
    service(world, old, owner(old), {"migrate_to_chat_id": new.id})
    old.migrated_to = new.id
    service(world, new, owner(old), {"migrate_from_chat_id": old.id})
    tell_chat(world, new)
    return new


def add_topic(
    world: "World", chat: Chat, name: str, by: int, color: int = _ICON_COLOR, icon: str | None = None
) -> Topic:
    """Open a forum topic; its id is the id of the service message that opens it."""
    if not chat.forum:
        raise ValueError(f"chat {chat.id} is not a forum: add the group with forum=true")
    created: Json = {"name": name, "icon_color": color} | ({"icon_custom_emoji_id": icon} if icon else {})
    thread = chat.last_id + 1
    message = service(world, chat, by, {"forum_topic_created": created}, thread=thread)
    topic = Topic(message.id, name, color, icon)
    chat.topics[topic.thread_id] = topic
    tell_chat(world, chat)
    return topic


def set_title(world: "World", chat: Chat, title: str, by: int) -> None:
    """Rename a chat; a service message says so."""
    chat.title = title
    service(world, chat, by, {"new_chat_title": title})
    tell_chat(world, chat)


def pin(world: "World", chat: Chat, user_id: int, message_id: int) -> None:
    """A person pins a message; a service message says so. Raises ValueError when they may not."""
    member = chat.member(user_id)
    if member is not None and not member.may("can_pin_messages"):
        raise ValueError(f"user {user_id} may not pin in chat {chat.id}: promote them first")
    world.find(chat, message_id)
    if message_id not in chat.pinned:
        chat.pinned.append(message_id)
        service(world, chat, user_id, {"pinned_message": message_id})
        tell_chat(world, chat)
