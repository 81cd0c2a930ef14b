"""Users, chats and messages in the Bot API's words, as one bot (or a person who looks on) gets them."""

from typing import TYPE_CHECKING, Any

from playground.files import file_id
from playground.limits import ANONYMOUS_ADMIN, CHANNEL_BOT, SERVICE_ACCOUNT
from playground.state import Chat, Json, Message, Poll, User

if TYPE_CHECKING:
    from playground.world import World

_HIDDEN = {
    ANONYMOUS_ADMIN: {"id": ANONYMOUS_ADMIN, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"},
    CHANNEL_BOT: {"id": CHANNEL_BOT, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"},
    SERVICE_ACCOUNT: {"id": SERVICE_ACCOUNT, "is_bot": False, "first_name": "Telegram"},
}


def user_json(user: User) -> Json:
    """A User; a deleted account keeps only its id and an empty name, as Telegram shows it."""
    if user.deactivated:
        return {"id": user.id, "is_bot": user.is_bot, "first_name": ""}
    shown: Json = {"id": user.id, "is_bot": user.is_bot, "first_name": user.first_name}
    for name in ("last_name", "username"):
        if getattr(user, name):
            shown[name] = getattr(user, name)
    if user.language_code and not user.is_bot:
        shown["language_code"] = user.language_code
    return shown


def person(world: "World", user_id: int) -> Json:
    """The User object of an id, including Telegram's own accounts."""
    if user_id in _HIDDEN:
        return dict(_HIDDEN[user_id])
    return user_json(world.users[user_id])


def chat_json(world: "World", chat: Chat) -> Json:
    """A Chat as it stands inside messages and updates."""
    shown: Json = {"id": chat.id, "type": chat.kind}
    if chat.kind == "private":
        user = world.users[chat.id]
        shown["first_name"] = "" if user.deactivated else user.first_name
        for name in ("last_name", "username"):
            if getattr(user, name) and not user.deactivated:
                shown[name] = getattr(user, name)
        return shown
    shown["title"] = chat.title or ""
    if chat.username:
        shown["username"] = chat.username
    if chat.forum:
        shown["is_forum"] = True
    return shown


def poll_json(poll: Poll) -> Json:
    """A Poll with its present counts; the right answers are shown when it is closed."""
    counts = [0] * len(poll.options)
    for chosen in poll.votes.values():
        for option in chosen:
            counts[option] += 1
    options = [option | {"voter_count": count} for option, count in zip(poll.options, counts, strict=True)]
    shown: Json = {
        "id": poll.id, "question": poll.question, "options": options, "total_voter_count": len(poll.votes),
        "is_closed": poll.closed, "is_anonymous": poll.anonymous, "type": poll.kind,
        "allows_multiple_answers": poll.multiple, "allows_revoting": bool(poll.extra.get("allows_revoting", True)),
        "members_only": False,
    }  # fmt: skip
    if poll.question_entities:
        shown["question_entities"] = poll.question_entities
    shown |= {k: v for k, v in poll.extra.items() if k != "allows_revoting"}
    if poll.kind == "quiz" and (poll.closed or not poll.secret):
        shown["correct_option_ids"] = poll.correct
    return shown


def origin_of(world: "World", source: int, date: int) -> Json:
    """The MessageOrigin of something forwarded from a person, or (a negative id) from a channel. Raises KeyError."""
    if source > 0:
        return {"type": "user", "date": date, "sender_user": person(world, source)}
    channel = world.chats[source]
    return {"type": "channel", "date": date, "chat": chat_json(world, channel), "message_id": max(channel.last_id, 1)}


def message_json(world: "World", chat: Chat, message: Message, bot_id: int, *, nested: bool = False) -> Json:
    """A Message; ``bot_id`` 0 is a person who looks on. A nested one carries no reply_to_message of its own."""
    shown: Json = {"message_id": message.id, "date": message.date, "chat": chat_json(world, chat)}
    _put_sender(world, chat, message, shown)
    if message.thread is not None and not (message.thread == 1 and chat.forum):
        shown["message_thread_id"] = message.thread
        if chat.forum:
            shown["is_topic_message"] = True
    if message.reply_to is not None and not nested:
        original = chat.messages.get(message.reply_to)
        if original is not None:
            shown["reply_to_message"] = message_json(world, chat, original, bot_id, nested=True)
    for name, value in (
        ("external_reply", message.external_reply),
        ("quote", message.quote),
        ("edit_date", message.edit_date),
        ("media_group_id", message.album),
        ("forward_origin", message.forward_origin),
        ("reply_markup", message.markup),
        ("has_protected_content", message.protected or None),
        ("is_automatic_forward", message.automatic or None),
        ("ephemeral_message_id", message.ephemeral_id),
    ):
        if value is not None:
            shown[name] = value
    if message.via_bot is not None:
        shown["via_bot"] = person(world, message.via_bot)
    if message.receiver is not None:
        shown["receiver_user"] = person(world, message.receiver)
    content: Json = _with_files(world, message.content, bot_id)
    if "poll" in content:
        content = content | {"poll": poll_json(world.polls[content["poll"]["id"]])}
    if "pinned_message" in content:
        content = content | {"pinned_message": pinned_json(world, chat, content["pinned_message"], bot_id)}
    return shown | content


def pinned_json(world: "World", chat: Chat, message_id: int, bot_id: int) -> Json:
    """The pinned message, or what is left of it."""
    message = chat.messages.get(message_id)
    if message is None:
        return inaccessible(world, chat, message_id)
    return message_json(world, chat, message, bot_id, nested=True)


def inaccessible(world: "World", chat: Chat, message_id: int) -> Json:
    """An InaccessibleMessage: date 0, nothing but where it was."""
    return {"chat": chat_json(world, chat), "message_id": message_id, "date": 0}


def _put_sender(world: "World", chat: Chat, message: Message, shown: Json) -> None:
    if message.sender is not None:
        shown["from"] = person(world, message.sender)
    if message.sender_chat is not None:
        shown["sender_chat"] = chat_json(world, world.chats[message.sender_chat])
    if message.author_signature:
        shown["author_signature"] = message.author_signature


def _with_files(world: "World", value: Any, bot_id: int) -> Any:
    if isinstance(value, dict):
        shown = {key: _with_files(world, inner, bot_id) for key, inner in value.items()}
        if "file_unique_id" in value:
            shown = {"file_id": file_id(world.files[value["file_unique_id"]], bot_id)} | shown
        return shown
    if isinstance(value, list):
        return [_with_files(world, inner, bot_id) for inner in value]
    return value
