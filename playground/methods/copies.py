"""Forwarding and copying messages the bot can see."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

from playground.access import chat_for, check_write, message_id_of
from playground.call import Call, method
from playground.entities import formatted
from playground.limits import CAPTION
from playground.methods.deletes import ids_of
from playground.outgoing import Draft, draft, origin, send
from playground.posting import new_message, post
from playground.refusal import bad
from playground.shapes import message_json
from playground.state import Chat, Json, Message, Poll


@method("forwardMessage")
def forward_message(call: Call) -> Json:
    """Forward one message with its origin."""
    message_id = message_id_of(call)
    chat = chat_for(call)
    check_write(call, chat, "text")
    source = chat_for(call, "from_chat_id", read=True)
    message = source.messages.get(message_id)
    if message is None:
        raise bad("message to forward not found")
    if message.service or message.protected:
        raise bad("message can't be forwarded")
    call.world.floods.spend(call.bot.id, chat.id, call.world.now())
    return message_json(call.world, chat, _forward(call, source, chat, message, {}), call.bot.id)


@method("forwardMessages")
def forward_messages(call: Call) -> list[Json]:
    """Forward 1 to 100 messages; those that cannot be are skipped, albums stay albums."""
    wanted = ids_of(call)
    chat = chat_for(call)
    check_write(call, chat, "text")
    source = chat_for(call, "from_chat_id", read=True)
    found = _those(source, wanted, lambda message: not message.service and not message.protected)
    call.world.floods.spend(call.bot.id, chat.id, call.world.now())
    albums = _albums(call, found)
    return [{"message_id": _forward(call, source, chat, message, albums).id} for message in found]


def _those(source: Chat, wanted: list[int], fit: Callable[[Message], bool]) -> list[Message]:
    """The messages that are there and fit. Raises 400 in TDLib's words and order: none there, not sorted, none fits."""
    there = [source.messages[one] for one in wanted if one in source.messages]
    if not there:
        raise bad("there are no messages to forward")
    if any(first.id >= second.id for first, second in pairwise(there)):
        raise bad("message identifiers must be in a strictly increasing order")
    found = [message for message in there if fit(message)]
    if not found:
        raise bad("messages can't be forwarded")
    return found


def _albums(call: Call, messages: list[Message]) -> dict[str, str]:
    """A new album for each old one of which at least two messages go along."""
    counts = Counter(message.album for message in messages if message.album)
    return {album: str(call.world.random.getrandbits(53)) for album, number in counts.items() if number > 1}


def _forward(call: Call, source: Chat, chat: Chat, message: Message, albums: dict[str, str]) -> Message:
    copy = new_message(call.world, chat, call.bot.id, message.content)
    copy.forward_origin = origin(call, source, message)
    copy.silent = call.args.flag("disable_notification")
    copy.thread, copy.album = call.args.number("message_thread_id") or None, albums.get(message.album or "")
    if chat.kind == "channel":
        copy.sender, copy.sender_chat, copy.author = None, chat.id, call.bot.id
    return post(call.world, chat, copy)


@method("copyMessage")
def copy_message(call: Call) -> Json:
    """Send the content of a message again as one's own; answers with its id alone."""
    message_id = message_id_of(call)
    ready = draft(call, "text")
    source = chat_for(call, "from_chat_id", read=True)
    message = source.messages.get(message_id)
    if message is None:
        raise bad("message to copy not found")
    if not _copyable(call, message):
        raise bad("message can't be copied")
    return {"message_id": _copied(call, ready, message)["message_id"]}


@method("copyMessages")
def copy_messages(call: Call) -> list[Json]:
    """Copy 1 to 100 messages; those that cannot be are skipped, albums stay albums."""
    wanted = ids_of(call)
    ready = draft(call, "text")
    source = chat_for(call, "from_chat_id", read=True)
    found = _those(source, wanted, lambda message: _copyable(call, message))
    albums = _albums(call, found)
    sent = [
        _copied(call, ready, message, album=albums.get(message.album or ""), free=number > 0)
        for number, message in enumerate(found)
    ]
    return [{"message_id": one["message_id"]} for one in sent]


def _copyable(call: Call, message: Message) -> bool:
    """Not a service message, nothing protected, and no quiz whose right answer the bot is not told."""
    poll = call.world.polls[message.content["poll"]["id"]] if "poll" in message.content else None
    return not (message.service or message.protected or (poll is not None and poll.secret and not poll.closed))


def _copied(call: Call, ready: Draft, message: Message, *, album: str | None = None, free: bool = False) -> Json:
    content = dict(message.content)
    if "poll" in content:
        content["poll"] = {"id": _own_copy(call, ready.chat, call.world.polls[content["poll"]["id"]]).id}
    if "caption" in call.args.values and "text" not in content:
        caption, entities = formatted(call.world, call.args, "caption", "parse_mode", "caption_entities")
        if len(caption) > CAPTION:
            raise bad("message caption is too long")
        content = {key: value for key, value in content.items() if not key.startswith("caption")}
        content |= {"caption": caption} if caption else {}
        content |= {"caption_entities": entities} if entities else {}
    return send(call, ready, content, album=album, free=free)


def _own_copy(call: Call, chat: Chat, poll: Poll) -> Poll:
    """A copied poll is the bot's own: open, without votes, and its answers come to the bot."""
    number = str(call.world.random.getrandbits(62))
    fresh = replace(poll, id=number, bot_id=call.bot.id, chat_id=chat.id, votes={}, closed=False, secret=False)
    fresh.extra = {name: value for name, value in poll.extra.items() if name != "close_date"}
    fresh.close_at = call.world.stamp() + fresh.extra["open_period"] if "open_period" in fresh.extra else None
    call.world.polls[number] = fresh
    return fresh
