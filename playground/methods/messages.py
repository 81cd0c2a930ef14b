"""Sending and deleting text messages, and the little things around them."""

from playground.access import chat_for, check_thread, check_write
from playground.call import Call, method
from playground.entities import formatted
from playground.limits import MESSAGE_TEXT
from playground.outgoing import draft, send
from playground.refusal import bad
from playground.state import Json

_NAMES = """
typing upload_photo record_video upload_video record_voice upload_voice record_audio upload_audio
upload_document choose_sticker find_location record_video_note upload_video_note
"""
_ACTIONS = frozenset(_NAMES.split())


@method("sendMessage")
def send_message(call: Call) -> Json:
    """A text of 1 to 4096 characters, counted after the entities are parsed."""
    if not call.args.text("text"):
        raise bad("message text is empty")
    text, entities = formatted(call.world, call.args)
    ready = draft(call, "text")
    return send(call, ready, text_content(call, text, entities))


def text_content(call: Call, text: str, entities: list[Json]) -> Json:
    """The content of a text message. Raises 400 when nothing is left of the text, or too much."""
    if not text:
        raise bad("text must be non-empty")
    if len(text) > MESSAGE_TEXT:
        raise bad("message is too long")
    content: Json = {"text": text}
    if entities:
        content["entities"] = entities
    return content | preview_of(call)


def preview_of(call: Call) -> Json:
    """link_preview_options as a message shows them, also from the older switch."""
    preview = call.args.json("link_preview_options", "can't parse link preview options JSON object")
    if preview is None and call.args.flag("disable_web_page_preview"):
        preview = {"is_disabled": True}
    return {"link_preview_options": preview} if isinstance(preview, dict) and preview else {}


@method("sendChatAction")
def send_chat_action(call: Call) -> bool:
    """Show that the bot is busy; nothing is kept."""
    action = call.args.text("action").lower()
    if action not in _ACTIONS and action != "cancel":
        raise bad("wrong parameter action in request")
    chat = chat_for(call)
    check_write(call, chat, "text")
    check_thread(call, chat)
    data = {"chat_id": chat.id, "action": action}
    world = call.world
    world.events.tell("action", lambda viewer: data if viewer in (None, chat.id) or chat.member(viewer) else None)
    return True
