"""What happens when a message comes into being, changes or goes: ids, updates for bots, events for lookers-on."""

from typing import TYPE_CHECKING

from playground.delivery import deliver
from playground.shapes import chat_json, message_json
from playground.state import Chat, Json, Message

if TYPE_CHECKING:
    from playground.world import World


def new_message(world: "World", chat: Chat, sender: int | None, content: Json) -> Message:
    """A message of this moment with the chat's next id; it is not in the chat before ``post``."""
    return Message(world.next_message_id(chat), world.stamp(), sender, content)


def post(world: "World", chat: Chat, message: Message) -> Message:
    """Put a message into its chat and tell everybody."""
    chat.messages[message.id] = message
    if message.sender in world.bots and not message.service and chat.kind != "private":
        chat.last_bot = message.sender
    deliver(world, chat, message)
    tell_message(world, chat, message)
    return message


def thread_of(chat: Chat, original: Message) -> int | None:
    """The thread an answer falls into: its topic, or in a plain supergroup the message that the talk began with."""
    if chat.kind != "supergroup" or chat.forum:
        return original.thread
    return original.thread or original.id


def service(world: "World", chat: Chat, sender: int | None, content: Json, *, thread: int | None = None) -> Message:
    """Post a service message; all bots in the chat see it, also the one that caused it."""
    message = new_message(world, chat, sender, content)
    message.service, message.thread = True, thread
    return post(world, chat, message)


def changed(world: "World", chat: Chat, message: Message, *, by_bot: bool) -> None:
    """Tell of an edit; bots get no update for their own edits."""
    if not by_bot:
        deliver(world, chat, message, edited=True)
    tell_message(world, chat, message, kind="edit")


def remove(world: "World", chat: Chat, message_ids: list[int]) -> None:
    """Take messages away. Bots are not told; lookers-on are."""
    for message_id in message_ids:
        message = chat.messages.pop(message_id)
        chat.gone[message_id] = message
        if message_id in chat.pinned:
            chat.pinned.remove(message_id)
    gone = {"chat_id": chat.id, "message_ids": message_ids}
    world.events.tell("delete", lambda viewer: gone if sees(chat, viewer) else None)


def sees(chat: Chat, viewer: int | None, message: Message | None = None) -> bool:
    """Whether a person sees the chat (and this message in it); no viewer sees everything."""
    if viewer is None:
        return True
    if message is not None and message.ephemeral_id is not None and viewer not in (message.receiver, message.sender):
        return False
    return viewer == chat.id if chat.kind == "private" else chat.member(viewer) is not None


def shown(world: "World", chat: Chat, message: Message) -> Json:
    """A message for a looker-on: Telegram's object, and what only clients know."""
    view = message_json(world, chat, message, 0)
    if message.ephemeral_id is not None:
        view["ephemeral"] = True
        if message.replaces is not None:
            view["replaces_message_id"] = message.replaces
    if message.keyboard is not None:
        view["keyboard"] = message.keyboard
    if message.silent:
        view["silent"] = True
    if message.reactions:
        view["reactions"] = [{"user_id": user, "reaction": given} for user, given in message.reactions.items() if given]
    if message.id in chat.pinned:
        view["pinned"] = True
    return view


def tell_message(world: "World", chat: Chat, message: Message, kind: str = "message") -> None:
    """Tell lookers-on of a new or changed message."""
    if not world.events.listeners:
        return
    data = {"chat_id": chat.id, "message": shown(world, chat, message)}
    world.events.tell(kind, lambda viewer: data if sees(chat, viewer, message) else None)


def tell_chat(world: "World", chat: Chat) -> None:
    """Tell lookers-on that a chat or its members changed."""
    data = {"chat_id": chat.id, "chat": chat_json(world, chat)}
    world.events.tell(
        "chat", lambda viewer: data if viewer is None or viewer in chat.members or viewer == chat.id else None
    )
