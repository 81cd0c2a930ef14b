"""Looking at chats, and changing what they are called."""

from playground.access import chat_for, own, user_of
from playground.call import Call, method
from playground.limits import CHAT_DESCRIPTION, CHAT_TITLE
from playground.membership import leave, set_title
from playground.refusal import bad
from playground.shapes import chat_json, message_json, person
from playground.standing import OPEN_PERMISSIONS, lift, member_json
from playground.state import Chat, Json, Member

_GIFTS = {
    "unlimited_gifts": True, "limited_gifts": True, "unique_gifts": True, "premium_subscription": True,
    "gifts_from_channels": True,
}  # fmt: skip


@method("getChat")
def get_chat(call: Call) -> Json:
    """A ChatFullInfo."""
    chat = chat_for(call, read=True)
    full = chat_json(call.world, chat) | {"accent_color_id": abs(chat.id) % 7, "max_reaction_count": 11}
    full["accepted_gift_types"] = dict(_GIFTS) if chat.kind == "private" else dict.fromkeys(_GIFTS, False)
    if chat.kind == "private":
        return full
    if chat.is_group:
        full["permissions"] = dict(OPEN_PERMISSIONS) | chat.permissions
    if chat.kind == "supergroup":
        full["join_to_send_messages"] = True
    if chat.description:
        full["description"] = chat.description
    me = chat.member(call.bot.id)
    if chat.invite_link and me is not None and me.may("can_invite_users"):
        full["invite_link"] = chat.invite_link
    if chat.pinned:
        full["pinned_message"] = message_json(
            call.world, chat, chat.messages[chat.pinned[-1]], call.bot.id, nested=True
        )
    return full


@method("getChatMember")
def get_chat_member(call: Call) -> Json:
    """The standing of one person, also of one who has left."""
    user_id = user_of(call)
    chat = chat_for(call, read=True)
    if chat.kind == "private":
        if user_id not in (chat.id, call.bot.id):
            raise bad("user not found")
        return member_json(chat, Member(user_id), person(call.world, user_id))
    if user_id not in call.world.users:
        raise bad("invalid user_id specified")
    member = chat.members.get(user_id)
    if member is not None:
        lift(member, call.world.stamp())
    if member is None and user_id not in call.bot.known_users and user_id not in call.world.bots:
        raise bad("PARTICIPANT_ID_INVALID")
    call.bot.meet(user_id)
    return member_json(chat, member or Member(user_id, "left"), person(call.world, user_id))


@method("getChatMemberCount", "getChatMembersCount")
def get_chat_member_count(call: Call) -> int:
    """How many are in the chat, bots included."""
    chat = chat_for(call, read=True)
    if chat.kind == "private":
        return 2
    return sum(1 for member in chat.members.values() if member.present)


@method("getChatAdministrators")
def get_chat_administrators(call: Call) -> list[Json]:
    """Creator and admins; no bots but the caller."""
    chat = chat_for(call, read=True)
    if chat.kind == "private":
        raise bad("there are no administrators in the private chat")
    admins = [
        m
        for m in chat.members.values()
        if m.is_admin and (m.user_id == call.bot.id or m.user_id not in call.world.bots)
    ]
    for member in admins:
        call.bot.meet(member.user_id)
    return [member_json(chat, member, person(call.world, member.user_id)) for member in admins]


@method("leaveChat")
def leave_chat(call: Call) -> bool:
    """Go."""
    chat = chat_for(call)
    if chat.kind == "private":
        raise bad("chat is not a group, supergroup or channel chat")
    leave(call.world, chat, call.bot.id)
    return True


@method("setChatTitle")
def set_chat_title(call: Call) -> bool:
    """A new title, cut to 128 characters; needs the right to change info."""
    title = call.args.text("title").strip()
    chat = _changeable(call)
    if not title:
        raise bad("chat title is empty" if not call.args.has("title") else "title can't be empty")
    if title[:CHAT_TITLE] != chat.title:
        set_title(call.world, chat, title[:CHAT_TITLE], call.bot.id)
    return True


@method("setChatDescription")
def set_chat_description(call: Call) -> bool:
    """A new description, cut to 255 characters."""
    chat = _changeable(call)
    text = call.args.text("description")[:CHAT_DESCRIPTION]
    if text == chat.description:
        raise bad("chat description is not modified")
    chat.description = text
    return True


def _changeable(call: Call) -> Chat:
    chat = chat_for(call)
    if chat.kind == "private":
        raise bad("chat is not a group, supergroup or channel chat")
    if not own(call, chat).may("can_change_info"):
        raise bad("not enough rights to change chat info")
    return chat
