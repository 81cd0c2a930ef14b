"""What people do with messages: write, press, edit, delete, react, vote, block (the bot is told as Telegram would)."""

from typing import TYPE_CHECKING

from playground.access import is_too_old
from playground.delivery import deliver, push
from playground.entities import formatted_text
from playground.files import media
from playground.limits import ANONYMOUS_ADMIN, CAPTION, CHANNEL_BOT, DEEP_LINK, MESSAGE_TEXT
from playground.membership import member_update
from playground.posting import changed, new_message, post, remove, sees, tell_message, thread_of
from playground.shapes import inaccessible, message_json, origin_of, person
from playground.standing import NEEDED, allowed, lift
from playground.state import Callback, Chat, Json, Message
from playground.voting import own_poll

if TYPE_CHECKING:
    from playground.world import World

_MEDIA = ("photo", "document", "voice", "audio", "video", "video_note", "animation", "sticker")


def open_chat(world: "World", user_id: int, chat_id: int, bot_id: int | None = None) -> Chat:
    """The chat a person means; their own id is the private chat with the bot. Raises ValueError with what to do."""
    if user_id not in world.users:
        raise ValueError(f"there is no user {user_id}: add one with POST /playground/add_user")
    if world.users[user_id].deactivated:
        raise ValueError(f"user {user_id} has deleted their account: they do nothing any more")
    if chat_id == user_id:
        return world.private(world.the_bot(bot_id).id, user_id)
    chat = world.chats.get(chat_id)
    if chat is None:
        raise ValueError(f"there is no chat {chat_id}: a private chat has the person's own id")
    if chat.migrated_to is not None:
        raise ValueError(f"chat {chat_id} became {chat.migrated_to}: use that id")
    if chat.member(user_id) is None:
        raise ValueError(f"user {user_id} is not in chat {chat_id}: let them join first")
    return chat


def write(world: "World", user_id: int, chat: Chat, content: Json, kind: str = "text") -> Message:
    """A message by a person, not yet posted. Raises ValueError when they may not write."""
    if chat.kind == "private" and not chat.started:
        raise ValueError(f"user {user_id} has not started the bot: POST /playground/start first")
    if chat.kind == "private" and chat.blocked:
        raise ValueError(f"user {user_id} has blocked the bot: POST /playground/unblock or /playground/start first")
    if (standing := chat.members.get(user_id)) is not None:
        lift(standing, world.stamp())
    member = chat.member(user_id)
    if chat.kind == "channel":
        if member is None or not member.may("can_post_messages"):
            raise ValueError(f"user {user_id} may not post in channel {chat.id}: promote them first")
        message = new_message(world, chat, None, content)
        message.sender_chat = chat.id
        return message
    if member is not None and not allowed(chat, member, NEEDED.get(kind, NEEDED["text"])[0]):
        raise ValueError(f"user {user_id} may not send {kind} in chat {chat.id}: they are restricted")
    message = new_message(world, chat, user_id, content)
    if member is not None and member.anonymous:
        message.sender, message.sender_chat = ANONYMOUS_ADMIN, chat.id
        message.author_signature = member.custom_title
    return message


def content_of(
    world: "World", kind: str, text: str, file_name: str | None, content: bytes | None, mime: str | None = None
) -> Json:
    """What a person's message holds: text, or a file with the text as its caption. Raises ValueError."""
    clean, entities = formatted_text(world, text, "", None)
    if kind == "text":
        if not 0 < len(clean) <= MESSAGE_TEXT:
            raise ValueError(
                f"a text has 1 to {MESSAGE_TEXT} characters, not {len(clean)}: Telegram's apps send no other"
            )
        return {"text": clean} | ({"entities": entities} if entities else {})
    if kind == "location":
        return {"location": {"latitude": -6.2884, "longitude": 106.7167}}
    if kind == "contact":
        return {"contact": {"phone_number": "+620000000000", "first_name": clean or "Kontak"}}
    if kind not in _MEDIA:
        raise ValueError(f"unknown kind {kind!r}: choose text, location, contact, {', '.join(_MEDIA)}")
    if len(clean) > CAPTION:
        raise ValueError(f"a caption has at most {CAPTION} characters, not {len(clean)}")
    file = world.store(kind, content, file_name, mime)
    shown: Json = {kind: media(file)}
    if kind == "animation":
        shown["document"] = media(file) if not isinstance(shown[kind], list) else shown[kind]
        shown["document"] = {k: v for k, v in shown["document"].items() if k not in ("width", "height", "duration")}
    if clean and kind not in ("sticker", "video_note"):
        shown |= {"caption": clean} | ({"caption_entities": entities} if entities else {})
    return shown


def send(
    world: "World",
    user: int,
    chat: int,
    text: str = "",
    *,
    reply_to: int | None = None,
    kind: str = "text",
    file_name: str | None = None,
    content: bytes | None = None,
    thread: int | None = None,
    quote: str | None = None,
    as_chat: int | None = None,
    album: str | None = None,
    forward_from: int | None = None,
    via_bot: int | None = None,
    mime_type: str | None = None,
    bot_id: int | None = None,
    ephemeral: bool = False,
    options: list[str] | None = None,
    correct: int | None = None,
    protected: bool = False,
) -> Message:
    """A person sends a message; the rest is what their app would let them do. Raises ValueError."""
    where = open_chat(world, user, chat, bot_id)
    if ephemeral:
        return _whisper(world, where, user, content_of(world, kind, text, file_name, content, mime_type), bot_id)
    if kind == "poll":
        poll = own_poll(world, where, text, options, correct)
        poll.secret = forward_from is not None
        message = write(world, user, where, {"poll": {"id": poll.id}}, kind)
    else:
        message = write(world, user, where, content_of(world, kind, text, file_name, content, mime_type), kind)
    if reply_to is not None:
        original = world.find(where, reply_to)
        message.reply_to = original.id
        message.thread = thread_of(where, original)
        if quote is not None:
            message.quote = _quote(original, quote)
    if thread is not None:
        topic = where.topics.get(thread)
        if topic is None or topic.closed:
            raise ValueError(f"chat {chat} has no open topic {thread}: make one with POST /playground/topic")
        message.thread = thread
        # Without an explicit reply a message in a topic answers the one that opened it.
        message.reply_to = message.reply_to or thread
    if as_chat is not None:
        _speak_as(world, where, message, user, as_chat)
    if forward_from is not None:
        message.forward_origin = origin_of(world, forward_from, message.date)
    message.album, message.via_bot, message.protected = album, via_bot, protected
    return post(world, where, message)


def _whisper(world: "World", chat: Chat, user: int, content: Json, bot_id: int | None) -> Message:
    """An ephemeral command (BotCommand.is_ephemeral): only its sender and the bot see it."""
    bot = world.the_bot(bot_id)
    if not chat.is_group or chat.member(bot.id) is None:
        raise ValueError("an ephemeral command goes to a bot in a group or supergroup")
    message = Message(0, world.stamp(), user, content, receiver=bot.id, ephemeral_id=world.serial(), after=chat.last_id)
    assert message.ephemeral_id is not None
    chat.ephemerals[message.ephemeral_id] = message
    deliver(world, chat, message)
    tell_message(world, chat, message)
    return message


def _speak_as(world: "World", chat: Chat, message: Message, user: int, as_chat: int) -> None:
    voice = world.chats.get(as_chat)
    if voice is None or voice.member(user) is None:
        raise ValueError(f"user {user} cannot speak as {as_chat}: name the group itself or a channel they are in")
    message.sender = ANONYMOUS_ADMIN if as_chat == chat.id else CHANNEL_BOT
    message.sender_chat = as_chat


def _quote(original: Message, quote: str) -> Json:
    text = original.content.get("text") or original.content.get("caption") or ""
    at = text.find(quote)
    if at < 0:
        raise ValueError(f"message {original.id} does not contain {quote!r}: quote its exact words")
    return {"text": quote, "position": len(text[:at].encode("utf-16-le")) // 2, "is_manual": True}


def start(world: "World", user: int, payload: str = "", *, bot_id: int | None = None) -> Message:
    """Open or unblock the private chat and send /start with a deep link's payload."""
    if len(payload) > DEEP_LINK or not all(c.isascii() and (c.isalnum() or c in "_-") for c in payload):
        raise ValueError("a start payload is at most 64 of A-Z a-z 0-9 _ - (Telegram opens no other link)")
    chat = open_chat(world, user, user, bot_id)
    if chat.blocked:
        unblock(world, user, bot_id=bot_id)
    chat.started = True
    return send(world, user, user, f"/start {payload}".strip(), bot_id=bot_id)


def block(world: "World", user: int, *, bot_id: int | None = None) -> None:
    """Block the bot; it is told through my_chat_member."""
    chat = open_chat(world, user, user, bot_id)
    if not chat.blocked:
        chat.blocked = chat.started = True
        member_update(world, chat, world.bots[chat.bot_id].id, user, "member", "kicked")


def unblock(world: "World", user: int, *, bot_id: int | None = None) -> None:
    """Take the block back; it is told through my_chat_member."""
    chat = open_chat(world, user, user, bot_id)
    if chat.blocked:
        chat.blocked = False
        member_update(world, chat, world.bots[chat.bot_id].id, user, "kicked", "member")


def press(
    world: "World",
    user: int,
    chat: int,
    message_id: int,
    *,
    data: str | None = None,
    label: str | None = None,
    ephemeral_id: int | None = None,
    bot_id: int | None = None,
) -> str:
    """Tap an inline button, by its label (a beginning is enough) or its data. Raises ValueError."""
    where = open_chat(world, user, chat, bot_id)
    message = _tapped(where, user, message_id, ephemeral_id)
    rows = (message.markup or {}).get("inline_keyboard", [])
    if data is None:
        buttons = [button for row in rows for button in row if label is not None and button["text"].startswith(label)]
        if not buttons:
            there = [button["text"] for row in rows for button in row]
            raise ValueError(f"message {message_id} has no button {label!r}: it has {there}")
        if "callback_data" not in buttons[0]:
            raise ValueError(f"button {buttons[0]['text']!r} calls nothing back: it has {sorted(buttons[0])}")
        data = buttons[0]["callback_data"]
    assert data is not None
    owner = where.bot_id or message.sender or next(bot.id for bot in world.bots_in(where))
    number = str(world.random.getrandbits(62))
    press = Callback(number, owner, user, where.id, message.id, message.ephemeral_id, data, world.now())
    world.callbacks[number] = press
    bot = world.bots[owner]
    reachable = message.ephemeral_id is not None or message.id in where.messages
    if reachable and not is_too_old(message, world.stamp()):
        shown = message_json(world, where, message, owner)
    else:
        shown = inaccessible(world, where, message.id)
    body: Json = {"id": number, "from": person(world, user), "message": shown}
    push(world, bot, "callback_query", body | {"chat_instance": where.instance, "data": data}, f"user:{user}:3")
    return number


def _tapped(chat: Chat, user: int, message_id: int, ephemeral_id: int | None) -> Message:
    if message_id == 0 or ephemeral_id is not None:
        mine = [m for m in chat.ephemerals.values() if m.receiver == user and ephemeral_id in (None, m.ephemeral_id)]
        if not mine:
            raise ValueError(f"user {user} sees no such ephemeral message in chat {chat.id}")
        return mine[-1]
    # A phone may still show what has been deleted.
    message = chat.messages.get(message_id) or chat.gone.get(message_id)
    if message is None:
        raise ValueError(f"chat {chat.id} has no message {message_id}: look at GET /playground/messages")
    return message


def edit(world: "World", user: int, chat: int, message_id: int, text: str, *, bot_id: int | None = None) -> None:
    """Change one's own text or caption."""
    where = open_chat(world, user, chat, bot_id)
    message = _own(world, where, user, message_id)
    caption = "text" not in message.content
    clean, entities = formatted_text(world, text, "", None)
    names = ("caption", "caption_entities") if caption else ("text", "entities")
    kept = {key: value for key, value in message.content.items() if key not in names}
    message.content = kept | {names[0]: clean} | ({names[1]: entities} if entities else {})
    message.edit_date = world.stamp()
    changed(world, where, message, by_bot=False)


def delete(world: "World", user: int, chat: int, message_id: int, *, bot_id: int | None = None) -> None:
    """Delete one's own message (an admin: anybody's); bots are not told."""
    where = open_chat(world, user, chat, bot_id)
    member = where.member(user)
    if member is None or not member.may("can_delete_messages"):
        _own(world, where, user, message_id)
    world.find(where, message_id)
    remove(world, where, [message_id])


def _own(world: "World", chat: Chat, user: int, message_id: int) -> Message:
    message = world.find(chat, message_id)
    if message.sender != user and message.sender_chat is None and chat.kind != "private":
        raise ValueError(f"message {message_id} is not user {user}'s own")
    return message


def deactivate(world: "World", user: int) -> None:
    """Delete the account: its name goes everywhere, and nobody can write to it."""
    if user not in world.users:
        raise ValueError(f"there is no user {user}")
    world.users[user].deactivated = True


def visible(world: "World", chat: Chat, viewer: int | None, after: int = 0) -> list[Message]:
    """The messages a person sees in a chat, oldest first."""
    every = [message for message in chat.messages.values() if message.id > after]
    every += [message for message in chat.ephemerals.values() if message.after >= after]
    return sorted((m for m in every if sees(chat, viewer, m)), key=lambda m: (m.id or m.after, m.ephemeral_id or 0))
