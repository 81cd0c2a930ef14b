"""Sending people away, restricting and promoting them."""

from typing import Any

from playground.access import chat_for, own, user_of
from playground.call import Call, method
from playground.membership import change, demote, leave, promote, restrict
from playground.refusal import bad
from playground.standing import ADMIN_RIGHTS, CHANNEL_RIGHTS, GROUP_RIGHTS, PERMISSIONS
from playground.state import Chat, Json, Member

_TITLE = 16


@method("banChatMember", "kickChatMember")
def ban_chat_member(call: Call) -> bool:
    """Send somebody away; they cannot come back by a link."""
    user_id, chat = _person_in(call, "can_restrict_members")
    leave(call.world, chat, user_id, call.bot.id, status="kicked", until=call.args.number("until_date"))
    return True


@method("unbanChatMember")
def unban_chat_member(call: Call) -> bool:
    """Let somebody back in; whoever is a member is put out first unless only_if_banned."""
    user_id, chat = _person_in(call, "can_restrict_members")
    if chat.kind == "group":
        raise bad("method is available for supergroup and channel chats only")
    member = chat.members.get(user_id)
    if member is None or (call.args.flag("only_if_banned") and member.status != "kicked"):
        return True
    if member.present:
        leave(call.world, chat, user_id, call.bot.id)
    elif member.status == "kicked":
        change(call.world, chat, user_id, call.bot.id, Member(user_id, "left"))
    return True


@method("restrictChatMember")
def restrict_chat_member(call: Call) -> bool:
    """Leave a member only these permissions; all of them makes a plain member again."""
    given = call.args.json("permissions", "can't parse permissions JSON object")
    if given is None:
        raise bad("permissions are not specified")
    if not isinstance(given, dict):
        raise bad("object expected as permissions")
    user_id, chat = _person_in(call, "can_restrict_members", supergroup=True)
    rights = _permissions(given, call.args.flag("use_independent_chat_permissions"))
    restrict(call.world, chat, user_id, call.bot.id, rights, call.args.number("until_date"))
    return True


@method("setChatPermissions")
def set_chat_permissions(call: Call) -> bool:
    """What members may do in general."""
    given = call.args.json("permissions", "can't parse permissions JSON object")
    if not isinstance(given, dict):
        raise bad("object expected as permissions")
    chat = chat_for(call)
    if not chat.is_group or not own(call, chat).may("can_restrict_members"):
        raise bad("not enough rights to change chat permissions")
    chat.permissions = _permissions(given, call.args.flag("use_independent_chat_permissions"))
    return True


@method("promoteChatMember")
def promote_chat_member(call: Call) -> bool:
    """Give admin rights, only such as the bot has itself; none at all makes a plain member."""
    user_id = user_of(call)
    chat = chat_for(call)
    _not_private(chat)
    me = own(call, chat)
    if not me.may("can_promote_members"):
        raise bad("not enough rights" if me.is_admin else "CHAT_ADMIN_REQUIRED")
    target = chat.members.get(user_id) or Member(user_id, "left")
    if user_id not in call.world.users:
        raise bad("invalid user_id specified")
    if target.status == "creator":
        raise bad("can't remove chat owner")
    rights = {name: call.args.flag(name) for name in ADMIN_RIGHTS + GROUP_RIGHTS + CHANNEL_RIGHTS}
    if any(given and not me.may(name) for name, given in rights.items()):
        raise bad("RIGHT_FORBIDDEN")
    if not target.present:
        raise bad("USER_NOT_PARTICIPANT")
    if any(rights.values()):
        promote(call.world, chat, user_id, call.bot.id, rights, anonymous=call.args.flag("is_anonymous"))
    else:
        demote(call.world, chat, user_id, call.bot.id)
    return True


@method("setChatAdministratorCustomTitle")
def set_custom_title(call: Call) -> bool:
    """A title of up to 16 characters for an admin whom the bot promoted."""
    user_id = user_of(call)
    chat = chat_for(call)
    if chat.kind != "supergroup":
        raise bad("method is available only for supergroups")
    title = call.args.text("custom_title")
    if len(title) > _TITLE:
        raise bad("ADMIN_RANK_INVALID")
    member = chat.members.get(user_id)
    if member is None or member.status != "administrator":
        raise bad("user is not an administrator")
    if not own(call, chat).may("can_promote_members"):
        raise bad("not enough rights to change custom title of the user")
    member.custom_title = title or None
    return True


def _person_in(call: Call, right: str, *, supergroup: bool = False) -> tuple[int, Chat]:
    """The person and the chat, when the bot may act on them there."""
    user_id = user_of(call)
    chat = chat_for(call)
    _not_private(chat)
    if supergroup and chat.kind != "supergroup":
        raise bad("method is available only for supergroups")
    if not own(call, chat).may(right):
        raise bad("not enough rights to restrict/unrestrict chat member")
    _standing(call, chat, user_id)
    return user_id, chat


def _standing(call: Call, chat: Chat, user_id: int) -> Member:
    if user_id not in call.world.users:
        raise bad("invalid user_id specified")
    member = chat.members.get(user_id) or Member(user_id, "left")
    if member.status == "creator":
        raise bad("can't remove chat owner")
    if member.status == "administrator":
        raise bad("user is an administrator of the chat")
    return member


def _not_private(chat: Chat) -> None:
    if chat.kind == "private":
        raise bad("chat is not a group, supergroup or channel chat")


def _permissions(given: Json, independent: bool) -> dict[str, bool]:
    """ChatPermissions; without use_independent_chat_permissions other media imply what they rest on."""
    rights: dict[str, Any] = {name: given.get(name) is True for name in PERMISSIONS}
    if not independent and (rights["can_send_other_messages"] or rights["can_add_web_page_previews"]):
        for name in PERMISSIONS[:7]:
            rights[name] = True
    if not independent and any(rights[name] for name in PERMISSIONS[1:8]):
        rights["can_send_messages"] = True
    return rights
