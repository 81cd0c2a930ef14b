"""Who may do what in a chat: rights of admins, permissions of members, and both in the Bot API's words."""

from playground.state import Chat, Json, Member

ADMIN_RIGHTS = (
    "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members", "can_promote_members",
    "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories", "can_delete_stories",
)  # fmt: skip
GROUP_RIGHTS = ("can_pin_messages", "can_manage_topics")
CHANNEL_RIGHTS = ("can_post_messages", "can_edit_messages")
#: What somebody gets who is made admin without a word about rights.
USUAL_RIGHTS = {
    "can_manage_chat": True, "can_delete_messages": True, "can_manage_video_chats": True, "can_restrict_members": True,
    "can_promote_members": False, "can_change_info": True, "can_invite_users": True, "can_post_stories": False,
    "can_edit_stories": False, "can_delete_stories": False, "can_pin_messages": True, "can_manage_topics": True,
    "can_post_messages": True, "can_edit_messages": True,
}  # fmt: skip
PERMISSIONS = (
    "can_send_messages", "can_send_audios", "can_send_documents", "can_send_photos", "can_send_videos",
    "can_send_video_notes", "can_send_voice_notes", "can_send_polls", "can_send_other_messages",
    "can_add_web_page_previews", "can_react_to_messages", "can_edit_tag", "can_change_info", "can_invite_users",
    "can_pin_messages", "can_manage_topics",
)  # fmt: skip
OPEN_PERMISSIONS = {
    name: name not in ("can_change_info", "can_pin_messages", "can_manage_topics") for name in PERMISSIONS
}
#: The permission that a kind of message needs, and the words Telegram refuses with (TD MessageContent.cpp).
NEEDED = {
    "text": ("can_send_messages", "text messages"), "photo": ("can_send_photos", "photos"),
    "document": ("can_send_documents", "documents"), "audio": ("can_send_audios", "music"),
    "video": ("can_send_videos", "videos"), "video_note": ("can_send_video_notes", "video notes"),
    "voice": ("can_send_voice_notes", "voice notes"), "poll": ("can_send_polls", "polls"),
    "sticker": ("can_send_other_messages", "stickers"), "animation": ("can_send_other_messages", "animations"),
    "location": ("can_send_messages", "locations"),
}  # fmt: skip


def member_json(chat: Chat, member: Member, user: Json) -> Json:
    """A ChatMember object of the kind that the status asks for."""
    shown: Json = {"status": member.status, "user": user}
    if member.status == "creator":
        shown["is_anonymous"] = member.anonymous
    elif member.status == "administrator":
        names = ADMIN_RIGHTS + (CHANNEL_RIGHTS if chat.kind == "channel" else ())
        names += () if chat.kind == "channel" else GROUP_RIGHTS[: 2 if chat.kind == "supergroup" else 1]
        shown |= {"can_be_edited": False, "is_anonymous": member.anonymous}
        shown |= {name: member.rights.get(name, False) for name in names}
        # aiogram (Bot API 10.3) requires it; python-telegram-bot (10.0) does not know it.
        shown["can_send_welcome_messages"] = member.rights.get("can_send_welcome_messages", False)
    elif member.status == "restricted":
        shown |= {"is_member": member.is_member, "until_date": member.until}
        shown |= {name: member.rights.get(name, False) for name in PERMISSIONS}
    elif member.status == "kicked":
        shown["until_date"] = member.until
    if member.custom_title and member.is_admin:
        shown["custom_title"] = member.custom_title
    return shown


def lift(member: Member, now: int) -> None:
    """End a restriction or ban whose time is over (``now`` in Unix seconds); Telegram tells nobody of it."""
    if not 0 < member.until <= now:
        return
    if member.status == "restricted":
        member.status = "member" if member.is_member else "left"
    elif member.status == "kicked":
        member.status = "left"
    member.until, member.rights = 0, {}


def allowed(chat: Chat, member: Member, permission: str) -> bool:
    """Whether a member may do what the permission names; admins always may."""
    if member.is_admin:
        return True
    if member.status == "restricted" and not member.rights.get(permission, False):
        return False
    return chat.permissions.get(permission, OPEN_PERMISSIONS.get(permission, True))
