"""Pinning messages; a pin makes a service message that the bot itself also gets."""

from playground.access import chat_for, own
from playground.call import Call, method
from playground.posting import service, tell_chat
from playground.refusal import bad
from playground.state import Chat


@method("pinChatMessage")
def pin_chat_message(call: Call) -> bool:
    """Pin a message; needs the right to."""
    chat = chat_for(call)
    _check(call, chat)
    message_id = call.args.number("message_id")
    message = chat.messages.get(message_id)
    if message is None:
        raise bad("message to pin not found")
    if message.service:
        raise bad("message can't be pinned")
    if message_id in chat.pinned:
        return True
    chat.pinned.append(message_id)
    if chat.kind != "channel":
        service(call.world, chat, call.bot.id, {"pinned_message": message_id})
    tell_chat(call.world, chat)
    return True


@method("unpinChatMessage")
def unpin_chat_message(call: Call) -> bool:
    """Unpin one message, the newest pin when none is named."""
    chat = chat_for(call)
    _check(call, chat)
    message_id = call.args.number("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if message_id not in chat.pinned:
        raise bad("message to unpin not found")
    chat.pinned.remove(message_id)
    tell_chat(call.world, chat)
    return True


@method("unpinAllChatMessages")
def unpin_all_chat_messages(call: Call) -> bool:
    """Unpin everything."""
    chat = chat_for(call)
    _check(call, chat)
    chat.pinned.clear()
    tell_chat(call.world, chat)
    return True


def _check(call: Call, chat: Chat) -> None:
    if chat.kind == "private":
        return
    me = own(call, chat)
    right = "can_edit_messages" if chat.kind == "channel" else "can_pin_messages"
    if not me.may(right):
        raise bad("not enough rights to manage pinned messages in the chat")
