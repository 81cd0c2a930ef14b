"""Invite links: the primary one and further ones."""

from playground.access import chat_for, own
from playground.call import Call, method
from playground.refusal import bad
from playground.shapes import person
from playground.state import Chat, Json

_NAME = 32


@method("exportChatInviteLink")
def export_chat_invite_link(call: Call) -> str:
    """A new primary link; the one before stops working."""
    chat = _inviting(call)
    chat.invite_link = _fresh(call)
    return chat.invite_link


@method("createChatInviteLink")
def create_chat_invite_link(call: Call) -> Json:
    """A further link, with a name, an end or a number of uses."""
    args = call.args
    chat = _inviting(call)
    if len(args.text("name")) > _NAME:
        raise bad("INVITE_LINK_NAME_TOO_LONG")
    if args.flag("creates_join_request") and args.number("member_limit"):
        raise bad("member limit can't be specified for links requiring administrator approval")
    link: Json = {"invite_link": _fresh(call), "creator": person(call.world, call.bot.id)}
    link |= {"creates_join_request": args.flag("creates_join_request"), "is_primary": False, "is_revoked": False}
    if args.has("name"):
        link["name"] = args.text("name")
    for name in ("expire_date", "member_limit"):
        if args.number(name) > 0:
            link[name] = args.number(name)
    chat.invite_links[link["invite_link"]] = link
    return link


@method("revokeChatInviteLink")
def revoke_chat_invite_link(call: Call) -> Json:
    """Stop a link that the bot made."""
    chat = _inviting(call)
    link = chat.invite_links.get(call.args.text("invite_link"))
    if link is None:
        raise bad("INVITE_HASH_EXPIRED")
    link["is_revoked"] = True
    return link


def _inviting(call: Call) -> Chat:
    chat = chat_for(call)
    if chat.kind == "private":
        raise bad("chat is not a group, supergroup or channel chat")
    if not own(call, chat).may("can_invite_users"):
        raise bad("not enough rights to manage chat invite link")
    return chat


def _fresh(call: Call) -> str:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"
    return "https://t.me/+" + "".join(call.world.random.choice(alphabet) for _ in range(16))
