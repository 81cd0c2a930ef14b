"""Forum topics: making, renaming, closing, deleting; the general topic."""

from playground.access import chat_for, own
from playground.call import Call, method
from playground.limits import TOPIC_NAME
from playground.membership import add_topic
from playground.posting import remove, service, tell_chat
from playground.refusal import bad
from playground.state import Chat, Json, Topic

_COLORS = (7_322_096, 16_766_590, 13_338_331, 9_367_192, 16_749_490, 16_478_047)


@method("createForumTopic")
def create_forum_topic(call: Call) -> Json:
    """A new topic; a name beyond 128 characters is cut."""
    name = call.args.text("name").strip()[:TOPIC_NAME]
    color = call.args.number("icon_color", _COLORS[0])
    chat = _forum(call)
    if not name:
        raise bad("topic name must be non-empty")
    if color not in _COLORS:
        raise bad("invalid icon color specified")
    icon = call.args.text("icon_custom_emoji_id") or None
    topic = add_topic(call.world, chat, name, call.bot.id, color, icon)
    shown: Json = {"message_thread_id": topic.thread_id, "name": topic.name, "icon_color": topic.icon_color}
    return shown | ({"icon_custom_emoji_id": icon} if icon else {})


@method("editForumTopic")
def edit_forum_topic(call: Call) -> bool:
    """Another name or icon."""
    chat, topic = _topic(call)
    name = call.args.text("name").strip()[:TOPIC_NAME]
    if not name or name == topic.name:
        raise bad("TOPIC_NOT_MODIFIED")
    topic.name = name
    _say(call, chat, topic.thread_id, {"forum_topic_edited": {"name": name}})
    return True


@method("closeForumTopic")
def close_forum_topic(call: Call) -> bool:
    """Let nobody but admins write in it."""
    chat, topic = _topic(call)
    if topic.closed:
        raise bad("TOPIC_NOT_MODIFIED")
    topic.closed = True
    _say(call, chat, topic.thread_id, {"forum_topic_closed": {}})
    return True


@method("reopenForumTopic")
def reopen_forum_topic(call: Call) -> bool:
    """Let everybody write in it again."""
    chat, topic = _topic(call)
    if not topic.closed:
        raise bad("TOPIC_NOT_MODIFIED")
    topic.closed = False
    _say(call, chat, topic.thread_id, {"forum_topic_reopened": {}})
    return True


@method("deleteForumTopic")
def delete_forum_topic(call: Call) -> bool:
    """Take a topic away with all its messages."""
    chat, topic = _topic(call, "can_delete_messages")
    topic.deleted = True
    remove(call.world, chat, [message.id for message in chat.messages.values() if message.thread == topic.thread_id])
    tell_chat(call.world, chat)
    return True


@method("closeGeneralForumTopic")
def close_general(call: Call) -> bool:
    """Let nobody but admins write in the general topic."""
    chat = _forum(call)
    if chat.general_closed:
        raise bad("TOPIC_NOT_MODIFIED")
    chat.general_closed = True
    _say(call, chat, None, {"forum_topic_closed": {}})
    return True


@method("reopenGeneralForumTopic")
def reopen_general(call: Call) -> bool:
    """Let everybody write in the general topic again."""
    chat = _forum(call)
    if not chat.general_closed:
        raise bad("TOPIC_NOT_MODIFIED")
    chat.general_closed = False
    _say(call, chat, None, {"forum_topic_reopened": {}})
    return True


def _forum(call: Call, right: str = "can_manage_topics") -> Chat:
    chat = chat_for(call)
    if not chat.forum:
        raise bad("the chat is not a forum")
    if not own(call, chat).may(right):
        raise bad(
            "not enough rights to manage topics"
            if right == "can_manage_topics"
            else "not enough rights to delete a topic"
        )
    return chat


def _topic(call: Call, right: str = "can_manage_topics") -> tuple[Chat, Topic]:
    chat = _forum(call, right)
    topic = chat.topics.get(call.args.number("message_thread_id"))
    if topic is None or topic.deleted:
        raise bad("message thread not found")
    return chat, topic


def _say(call: Call, chat: Chat, thread: int | None, content: Json) -> None:
    service(call.world, chat, call.bot.id, content, thread=thread)
    tell_chat(call.world, chat)
