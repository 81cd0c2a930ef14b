"""Editing a bot's own messages: text, caption, media, keyboard; without time limit (Telegram lets bots do so)."""

from collections.abc import Callable

from playground.access import chat_for, message_id_of
from playground.call import Call, method
from playground.entities import formatted
from playground.keyboards import Markup, check_sent, read
from playground.limits import CAPTION, MESSAGE_TEXT
from playground.methods.media import edited_media
from playground.methods.messages import preview_of
from playground.posting import changed
from playground.refusal import bad
from playground.shapes import message_json
from playground.state import Chat, Json, Message

_CAPTIONED = ("photo", "document", "audio", "video", "voice", "animation")
_SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)


@method("editMessageText")
def edit_message_text(call: Call) -> Json:
    """A new text; without reply_markup the inline keyboard goes."""
    chat, message, markup, content = new_text(call, _editable)
    return _change(call, chat, message, content | preview_of(call), markup)


def new_text(
    call: Call, editable: Callable[[Call], tuple[Chat, Message, Markup]]
) -> tuple[Chat, Message, Markup, Json]:
    """The text an edit brings, checked before and after the message it is for, in Telegram's order."""
    if not call.args.text("text"):
        raise bad("message text is empty")
    text, entities = formatted(call.world, call.args)
    chat, message, markup = editable(call)
    if "text" not in message.content:
        raise bad("there is no text in the message to edit")
    if not text:
        raise bad("text must be non-empty")
    if len(text) > MESSAGE_TEXT:
        raise bad("MESSAGE_TOO_LONG")
    return chat, message, markup, {"text": text} | ({"entities": entities} if entities else {})


@method("editMessageCaption")
def edit_message_caption(call: Call) -> Json:
    """A new caption, or none."""
    caption, entities = formatted(call.world, call.args, "caption", "parse_mode", "caption_entities")
    chat, message, markup = _editable(call)
    if not any(kind in message.content for kind in _CAPTIONED):
        raise bad("there is no caption in the message to edit")
    if len(caption) > CAPTION:
        raise bad("MESSAGE_CAPTION_TOO_LONG")
    kept = {key: value for key, value in message.content.items() if key not in ("caption", "caption_entities")}
    shown: Json = {"caption": caption} if caption else {}
    return _change(call, chat, message, kept | shown | ({"caption_entities": entities} if entities else {}), markup)


@method("editMessageMedia")
def edit_message_media(call: Call) -> Json:
    """Another file in place of the one there, or of the text."""
    content = edited_media(call)
    chat, message, markup = _editable(call)
    if "poll" in message.content or "location" in message.content:
        raise bad("message can't be edited")
    return _change(call, chat, message, content, markup)


@method("editMessageReplyMarkup")
def edit_message_reply_markup(call: Call) -> Json:
    """Another inline keyboard, or none."""
    chat, message, markup = _editable(call)
    return _change(call, chat, message, message.content, markup)


def _editable(call: Call) -> tuple[Chat, Message, Markup]:
    if not call.args.has("chat_id") and call.args.has("inline_message_id"):
        raise bad("MESSAGE_ID_INVALID")  # the simulator has no inline mode, so no such message either
    markup = read(call.args, inline_only=True)
    message_id = message_id_of(call)
    chat = chat_for(call)
    message = chat.messages.get(message_id)
    if message is None:
        raise bad("message to edit not found")
    mine = message.sender == call.bot.id or _own_post(call, chat, message)
    if not mine or message.service or message.forward_origin is not None or message.keyboard is not None:
        raise bad("message can't be edited")
    return chat, message, markup


def _own_post(call: Call, chat: Chat, message: Message) -> bool:
    member = chat.member(call.bot.id)
    return chat.kind == "channel" and message.sender_chat == chat.id and member is not None and member.is_admin


def _change(call: Call, chat: Chat, message: Message, content: Json, markup: Markup) -> Json:
    check_sent(markup, private=chat.kind == "private")
    if content == message.content and markup.inline == message.markup:
        raise bad(_SAME)
    call.world.floods.spend(call.bot.id, chat.id, call.world.now())
    if content != message.content:
        message.edit_date = call.world.stamp()
    message.content, message.markup = content, markup.inline
    changed(call.world, chat, message, by_bot=True)
    return message_json(call.world, chat, message, call.bot.id)
