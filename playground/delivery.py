"""Which bot gets to know what: privacy mode, admin rights, and the update that follows."""

import re
from typing import TYPE_CHECKING, Any

from playground.shapes import message_json
from playground.state import Chat, Json, Member, Message
from playground.utf16 import part

if TYPE_CHECKING:
    from playground.world import Bot, World

_COMMAND = re.compile(r"^/\w+(?:@(\w+))?$")


def push(world: "World", bot: "Bot", kind: str, body: Json, lane: str) -> None:
    """Create an update for one bot, in its queue and in the record of all updates."""
    for user_id in _people(body):
        bot.meet(user_id)
    twice = world.faults.duplicate()
    queued = bot.queue.add(kind, body, lane, world.now(), twice=twice)
    if queued is None:
        return
    world.updates.append({"update_id": queued.update_id, kind: body})
    if bot.poll is not None and not bot.poll.done():
        bot.poll.set_result(True)
    if bot.webhook is not None:
        bot.webhook.wake()


def deliver(world: "World", chat: Chat, message: Message, *, edited: bool = False) -> None:
    """Tell every bot in the chat that may see the message."""
    kind = ("edited_" if edited else "") + ("channel_post" if chat.kind == "channel" else "message")
    for bot in readers(world, chat, message):
        push(world, bot, kind, message_json(world, chat, message, bot.id), f"chat:{chat.id}")


def readers(world: "World", chat: Chat, message: Message) -> "list[Bot]":
    """The bots that see a message. At most one of those in privacy mode does, unless it is a service message."""
    present = world.bots_in(chat)
    if message.ephemeral_id is not None:
        return [bot for bot in present if bot.id == message.receiver]
    if message.service or chat.kind in ("private", "channel"):
        return [bot for bot in present if message.service or bot.id not in (message.sender, message.author)]
    if message.sender in world.bots:
        return []  # bots do not see other bots
    seeing = [bot for bot in present if _reads_all(chat.members[bot.id])]
    private = [bot for bot in present if bot not in seeing]
    replied = [bot for bot in private if _answers(chat, message, bot)]
    meant = replied or [bot for bot in private if message.via_bot == bot.id or _addressed(chat, message, bot)]
    return seeing + meant[:1]


def _reads_all(member: Member) -> bool:
    return member.is_admin or member.reads_all


def _answers(chat: Chat, message: Message, bot: "Bot") -> bool:
    original = chat.messages.get(message.reply_to) if message.reply_to is not None else None
    return original is not None and original.sender == bot.id


def _addressed(chat: Chat, message: Message, bot: "Bot") -> bool:
    """A command for this bot by name, or a general one when it was the last bot to speak in the group."""
    text = message.content.get("text") or message.content.get("caption") or ""
    for entity in message.content.get("entities") or message.content.get("caption_entities") or ():
        if entity["type"] != "bot_command":
            continue
        found = _COMMAND.match(part(text, entity["offset"], entity["length"]))
        name = found[1] if found else None
        if name is None:
            return chat.last_bot == bot.id
        return name.lower() == (bot.user.username or "").lower()
    return False


def _people(body: Any) -> list[int]:
    """Ids of all people in an update: the bot knows them from now on."""
    if isinstance(body, dict):
        found = [body["id"]] if body.get("is_bot") is False else []
        return found + [
            user_id for value in body.values() if isinstance(value, dict | list) for user_id in _people(value)
        ]
    return [user_id for value in body for user_id in _people(value)] if isinstance(body, list) else []
