"""Editing and deleting ephemeral messages (Bot API 10.3); sending them is a parameter of the send… methods."""

from playground.access import chat_for, user_of
from playground.call import Call, method
from playground.entities import formatted
from playground.keyboards import Markup, check_sent, read
from playground.limits import CAPTION
from playground.methods.edits import new_text
from playground.methods.media import edited_media
from playground.posting import sees, tell_message
from playground.refusal import bad
from playground.state import Chat, Json, Message


@method("editEphemeralMessageText")
def edit_text(call: Call) -> bool:
    """A new text for the one who sees it."""
    chat, message, markup, content = new_text(call, _editable)
    return _change(call, chat, message, content, markup)


@method("editEphemeralMessageCaption")
def edit_caption(call: Call) -> bool:
    """A new caption for the one who sees it."""
    caption, entities = formatted(call.world, call.args, "caption", "parse_mode", "caption_entities")
    chat, message, markup = _editable(call)
    if "text" in message.content:
        raise bad("there is no caption in the message to edit")
    if len(caption) > CAPTION:
        raise bad("MESSAGE_CAPTION_TOO_LONG")
    kept = {key: value for key, value in message.content.items() if not key.startswith("caption")}
    kept |= {"caption": caption} if caption else {}
    return _change(call, chat, message, kept | ({"caption_entities": entities} if entities else {}), markup)


@method("editEphemeralMessageMedia")
def edit_media(call: Call) -> bool:
    """Another file for the one who sees it."""
    content = edited_media(call)
    chat, message, markup = _editable(call)
    return _change(call, chat, message, content, markup)


@method("editEphemeralMessageReplyMarkup")
def edit_reply_markup(call: Call) -> bool:
    """Another inline keyboard for the one who sees it."""
    chat, message, markup = _editable(call)
    return _change(call, chat, message, message.content, markup)


@method("deleteEphemeralMessage")
def delete(call: Call) -> bool:
    """Take the message away from the one who sees it."""
    receiver = user_of(call, "receiver_user_id")
    chat = chat_for(call)
    message = _found(call, chat, receiver, "message to delete not found")
    assert message.ephemeral_id is not None
    del chat.ephemerals[message.ephemeral_id]
    gone: Json = {"chat_id": chat.id, "message_ids": [0], "ephemeral_message_ids": [message.ephemeral_id]}
    call.world.events.tell("delete", lambda viewer: gone if sees(chat, viewer, message) else None)
    return True


def _found(call: Call, chat: Chat, receiver: int, words: str) -> Message:
    message = chat.ephemerals.get(call.args.number("ephemeral_message_id"))
    if message is None or message.receiver != receiver or message.sender != call.bot.id:
        raise bad(words)
    return message


def _editable(call: Call) -> tuple[Chat, Message, Markup]:
    markup = read(call.args, inline_only=True)
    receiver = user_of(call, "receiver_user_id")
    chat = chat_for(call)
    return chat, _found(call, chat, receiver, "message to edit not found"), markup


def _change(call: Call, chat: Chat, message: Message, content: Json, markup: Markup) -> bool:
    check_sent(markup, private=False, ephemeral=True)
    call.world.floods.spend(call.bot.id, chat.id, call.world.now())
    message.content, message.markup = content, markup.inline
    message.edit_date = call.world.stamp()
    tell_message(call.world, chat, message, kind="edit")
    return True
