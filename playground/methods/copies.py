"""Forwarding and copying messages the bot can see."""

from playground.access import chat_for, check_write, message_id_of
from playground.call import Call, method
from playground.entities import formatted
from playground.limits import CAPTION
from playground.methods.deletes import ids_of
from playground.outgoing import Draft, draft, origin, send
from playground.posting import new_message, post
from playground.refusal import bad
from playground.shapes import message_json
from playground.state import Chat, Json, Message

_LASTING = ("text", "caption")


@method("forwardMessage")
def forward_message(call: Call) -> Json:
    """Forward one message with its origin."""
    message_id = message_id_of(call)
    chat = chat_for(call)
    check_write(call, chat, "text")
    source = chat_for(call, "from_chat_id")
    message = source.messages.get(message_id)
    if message is None:
        raise bad("message to forward not found")
    if message.service or message.protected:
        raise bad("message can't be forwarded")
    call.world.floods.spend(call.bot.id, chat.id, call.world.now())
    return message_json(call.world, chat, _forward(call, source, chat, message), call.bot.id)


@method("forwardMessages")
def forward_messages(call: Call) -> list[Json]:
    """Forward 1 to 100 messages; those that cannot be are skipped."""
    wanted = ids_of(call)
    chat = chat_for(call)
    check_write(call, chat, "text")
    source = chat_for(call, "from_chat_id")
    found = [source.messages[one] for one in wanted if one in source.messages]
    found = [message for message in found if not message.service and not message.protected]
    if not found:
        raise bad("message to forward not found")
    call.world.floods.spend(call.bot.id, chat.id, call.world.now())
    return [{"message_id": _forward(call, source, chat, message).id} for message in found]


def _forward(call: Call, source: Chat, chat: Chat, message: Message) -> Message:
    copy = new_message(call.world, chat, call.bot.id, message.content)
    copy.forward_origin = origin(call, source, message)
    copy.silent = call.args.flag("disable_notification")
    copy.thread = call.args.number("message_thread_id") or None
    if chat.kind == "channel":
        copy.sender, copy.sender_chat, copy.author = None, chat.id, call.bot.id
    return post(call.world, chat, copy)


@method("copyMessage")
def copy_message(call: Call) -> Json:
    """Send the content of a message again as one's own; answers with its id alone."""
    message_id = message_id_of(call)
    ready = draft(call, "text")
    source = chat_for(call, "from_chat_id")
    return {"message_id": _copied(call, ready, source, message_id)["message_id"]}


@method("copyMessages")
def copy_messages(call: Call) -> list[Json]:
    """Copy 1 to 100 messages; those that are not there are skipped."""
    wanted = ids_of(call)
    ready = draft(call, "text")
    source = chat_for(call, "from_chat_id")
    there = [one for one in wanted if one in source.messages and not source.messages[one].service]
    if not there:
        raise bad("message to copy not found")
    sent = [_copied(call, ready, source, one, free=number > 0) for number, one in enumerate(there)]
    return [{"message_id": one["message_id"]} for one in sent]


def _copied(call: Call, ready: Draft, source: Chat, message_id: int, *, free: bool = False) -> Json:
    message = source.messages.get(message_id)
    if message is None:
        raise bad("message to copy not found")
    if message.service or message.protected or "poll" in message.content:
        raise bad("message can't be copied")
    content = dict(message.content)
    if "caption" in call.args.values and "text" not in content:
        caption, entities = formatted(call.world, call.args, "caption", "parse_mode", "caption_entities")
        if len(caption) > CAPTION:
            raise bad("message caption is too long")
        content = {key: value for key, value in content.items() if not key.startswith("caption")}
        content |= {"caption": caption} if caption else {}
        content |= {"caption_entities": entities} if entities else {}
    return send(call, ready, content, free=free)
