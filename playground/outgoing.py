"""How a bot's message is sent: everything that all the send… methods share, in Telegram's order of checks."""

from dataclasses import dataclass

from playground.access import chat_for, check_thread, check_write
from playground.arguments import integer
from playground.call import Call
from playground.entities import formatted_text
from playground.ephemeral import Ephemeral, check_ephemeral, keep_ephemeral, read_ephemeral
from playground.keyboards import Markup, check_sent, read
from playground.limits import QUOTE
from playground.posting import new_message, post, thread_of
from playground.refusal import bad
from playground.shapes import message_json, person
from playground.state import Chat, Json, Message


@dataclass
class Reply:
    """reply_parameters as they were given."""

    message_id: int
    chat_id: str
    without: bool
    quote: str
    quote_entities: list[Json]
    quote_position: int | None
    ephemeral_id: int


@dataclass
class Draft:
    """A message that is about to be sent: its arguments are well formed and its chat may be written to."""

    chat: Chat
    thread: int | None
    reply_to: int | None
    reply_ephemeral: int | None
    external: Json | None
    quote: Json | None
    markup: Markup
    ephemeral: Ephemeral | None


def read_reply(call: Call) -> Reply | None:
    """The reply asked for, in its present or its older form. Raises 400 when it cannot be read."""
    given = call.args.json("reply_parameters", "can't parse reply parameters JSON object")
    if given is None:
        old = call.args.number("reply_to_message_id")
        return Reply(old, "", call.args.flag("allow_sending_without_reply"), "", [], None, 0) if old > 0 else None
    if not isinstance(given, dict):
        raise bad("object expected as reply parameters")
    ephemeral_id = _number(given, "ephemeral_message_id")
    if not ephemeral_id and "message_id" not in given:
        raise bad("can't parse reply parameters: Can't find field \"message_id\"")
    quote, entities = formatted_text(
        call.world, str(given.get("quote") or ""), str(given.get("quote_parse_mode") or ""), given.get("quote_entities")
    )
    position = given.get("quote_position")
    without = given.get("allow_sending_without_reply") in (True, "true", "True", 1)
    return Reply(
        _number(given, "message_id"), str(given.get("chat_id") or ""), without, quote,
        entities, position if isinstance(position, int) else None, ephemeral_id,
    )  # fmt: skip


def draft(call: Call, kind: str) -> Draft:
    """Check arguments, chat, access, topic and the message replied to. Call it after the content's own arguments."""
    markup = read(call.args)
    reply = read_reply(call)
    ephemeral = read_ephemeral(call)
    chat = chat_for(call)
    check_write(call, chat, kind)
    thread = check_thread(call, chat)
    ready = Draft(chat, thread, None, None, None, None, markup, ephemeral)
    if reply is not None:
        _put_reply(call, ready, reply)
    return ready


def _put_reply(call: Call, ready: Draft, reply: Reply) -> None:
    chat = ready.chat
    if reply.ephemeral_id:
        ready.reply_ephemeral = reply.ephemeral_id
        return
    if reply.chat_id and integer(reply.chat_id) != chat.id:
        _put_external(call, ready, reply)
        return
    original = chat.messages.get(reply.message_id)
    if original is None:
        if not reply.without:
            raise bad("message to be replied not found")
        return
    ready.reply_to = original.id
    if ready.thread is None:
        ready.thread = thread_of(chat, original)
    if reply.quote:
        ready.quote = quoted(original, reply.quote, reply.quote_entities, reply.quote_position)


def _put_external(call: Call, ready: Draft, reply: Reply) -> None:
    other = call.world.chat(integer(reply.chat_id), call.bot.id)
    original = other.messages.get(reply.message_id) if other is not None else None
    if other is None or original is None:
        raise bad("message to be replied not found")
    ready.external = {"origin": origin(call, other, original), "message_id": original.id}
    if other.kind in ("supergroup", "channel"):
        ready.external["chat"] = message_json(call.world, other, original, call.bot.id)["chat"]


def quoted(original: Message, quote: str, entities: list[Json], position: int | None) -> Json:
    """A TextQuote. Raises 400 when the words are not in the message."""
    text = original.content.get("text") or original.content.get("caption") or ""
    at = text.find(quote)
    if at < 0 or len(quote) > QUOTE:
        raise bad("QUOTE_TEXT_INVALID")
    offset = len(text[:at].encode("utf-16-le")) // 2
    shown: Json = {"text": quote, "position": offset if position is None else position, "is_manual": True}
    return shown | ({"entities": entities} if entities else {})


def origin(call: Call, chat: Chat, message: Message) -> Json:
    """Where a forwarded message comes from, as a MessageOrigin."""
    if message.forward_origin is not None:
        return message.forward_origin
    if chat.kind == "channel":
        where = message_json(call.world, chat, message, call.bot.id)["chat"]
        return {"type": "channel", "date": message.date, "chat": where, "message_id": message.id}
    if message.sender_chat is not None:
        who = message_json(call.world, chat, message, call.bot.id)["sender_chat"]
        return {"type": "chat", "date": message.date, "sender_chat": who}
    assert message.sender is not None
    return {"type": "user", "date": message.date, "sender_user": person(call.world, message.sender)}


def send(call: Call, ready: Draft, content: Json, *, album: str | None = None, free: bool = False) -> Json:
    """Send what has been checked: last the refusals of Telegram itself and the flood limits. Returns the Message."""
    private = ready.chat.kind == "private"
    check_sent(ready.markup, private=private, ephemeral=ready.ephemeral is not None)
    if ready.ephemeral is not None or ready.reply_ephemeral is not None:
        check_ephemeral(call, ready.chat, ready.ephemeral, ready.reply_ephemeral)
    if not free:
        call.world.floods.spend(call.bot.id, ready.chat.id, call.world.now())
    if ready.ephemeral is not None:
        message = Message(0, call.world.stamp(), call.bot.id, content)
    else:
        message = new_message(call.world, ready.chat, call.bot.id, content)
    message.thread, message.reply_to, message.album = ready.thread, ready.reply_to, album
    message.external_reply, message.quote = ready.external, ready.quote
    message.markup, message.keyboard = ready.markup.inline, ready.markup.keyboard
    message.protected = call.args.flag("protect_content")
    message.silent = call.args.flag("disable_notification")
    if ready.chat.kind == "channel":
        message.sender, message.sender_chat, message.author = None, ready.chat.id, call.bot.id
    if "poll" in content:
        poll = call.world.polls[content["poll"]["id"]]
        poll.chat_id, poll.message_id = ready.chat.id, message.id
    if ready.ephemeral is not None:
        message.reply_ephemeral = ready.reply_ephemeral
        keep_ephemeral(call, ready.chat, message, ready.ephemeral)
    else:
        post(call.world, ready.chat, message)
    return message_json(call.world, ready.chat, message, call.bot.id)


def _number(given: Json, name: str) -> int:
    value = given.get(name)
    if isinstance(value, bool) or value is None:
        return 0
    return value if isinstance(value, int) else integer(str(value))
