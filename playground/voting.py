"""Reactions and polls by people: what they choose, and which bots are told."""

from collections import Counter
from typing import TYPE_CHECKING

from playground.delivery import push
from playground.limits import POLL_OPTIONS_MAX
from playground.posting import sees, tell_message
from playground.shapes import chat_json, person, poll_json
from playground.state import Chat, Json, Message, Poll

if TYPE_CHECKING:
    from playground.world import World

_OFFERED = """
❤ 👍 👎 🔥 🥰 👏 😁 🤔 🤯 😱 🤬 😢 🎉 🤩 🤮 💩 🙏 👌 🕊 🤡
🥱 🥴 😍 🐳 ❤‍🔥 🌚 🌭 💯 🤣 ⚡ 🍌 🏆 💔 🤨 😐 🍓 🍾 💋 🖕 😈
😴 😭 🤓 👻 👨‍💻 👀 🎃 🙈 😇 😨 🤝 ✍ 🤗 🫡 🎅 🎄 ☃ 💅 🤪 🗿
🆒 💘 🙉 🦄 😘 💊 🙊 😎 👾 🤷‍♂ 🤷 🤷‍♀ 😡
"""
REACTIONS = frozenset(_OFFERED.split())


def react(world: "World", user: int, chat: Chat, message_id: int, emoji: str | None) -> None:
    """Put a reaction on a message, or take it off. Raises ValueError for one that Telegram does not have."""
    message = world.find(chat, message_id)
    if emoji is not None:
        emoji = emoji.replace("\ufe0f", "")
        if emoji not in REACTIONS:
            raise ValueError(f"{emoji} is no reaction that Telegram offers to everybody")
    old = message.reactions.get(user, [])
    new: list[Json] = [] if emoji is None else [{"type": "emoji", "emoji": emoji}]
    if old == new:
        return
    message.reactions[user] = new
    tell_reaction(world, chat, message)
    if chat.kind == "channel":
        _tell_counts(world, chat, message)
        return
    member = chat.member(user)
    body: Json = {"chat": chat_json(world, chat), "message_id": message.id, "date": world.stamp()}
    body |= {"old_reaction": old, "new_reaction": new}
    if member is not None and member.anonymous:
        body["actor_chat"] = chat_json(world, chat)
    else:
        body["user"] = person(world, user)
    for bot in world.bots_in(chat):
        if chat.kind == "private" or chat.members[bot.id].is_admin:
            push(world, bot, "message_reaction", body, f"chat:{chat.id}:8")


def _tell_counts(world: "World", chat: Chat, message: Message) -> None:
    """In a channel nobody knows who reacted: bots get the counts."""
    counts = Counter(one["emoji"] for given in message.reactions.values() for one in given)
    reactions = [{"type": {"type": "emoji", "emoji": emoji}, "total_count": n} for emoji, n in counts.items()]
    body: Json = {"chat": chat_json(world, chat), "message_id": message.id, "date": world.stamp()}
    for bot in world.bots_in(chat):
        if chat.members[bot.id].is_admin:
            push(world, bot, "message_reaction_count", body | {"reactions": reactions}, f"chat:{chat.id}:8")


def tell_reaction(world: "World", chat: Chat, message: Message) -> None:
    """Tell lookers-on which reactions a message has now."""
    given = [{"user_id": who, "reaction": what} for who, what in message.reactions.items() if what]
    data: Json = {"chat_id": chat.id, "message_id": message.id, "reactions": given}
    world.events.tell("reaction", lambda viewer: data if sees(chat, viewer, message) else None)


def own_poll(world: "World", chat: Chat, question: str, options: list[str] | None, correct: int | None) -> Poll:
    """A poll that a person makes; with ``correct``, the number of the right option, a quiz. Raises ValueError."""
    if not question or not options or len(options) > POLL_OPTIONS_MAX or not 0 <= (correct or 0) < len(options):
        raise ValueError(
            f"a poll has a question (text) and 1 to {POLL_OPTIONS_MAX} options, a quiz a right one of them"
        )
    listed: list[Json] = [{"persistent_id": str(number), "text": one} for number, one in enumerate(options)]
    kind = "regular" if correct is None else "quiz"
    poll = Poll(str(world.random.getrandbits(62)), None, chat.id, 0, question, [], listed, True, kind, False, {})
    poll.correct = [] if correct is None else [correct]
    world.polls[poll.id] = poll
    return poll


def vote(world: "World", user: int, chat: Chat, message_id: int, options: list[int]) -> None:
    """Vote in a poll, or take the vote back with no options. Raises ValueError."""
    message = world.find(chat, message_id)
    if "poll" not in message.content:
        raise ValueError(f"message {message_id} is no poll")
    poll = world.polls[message.content["poll"]["id"]]
    close_if_due(world, poll)
    if poll.closed:
        raise ValueError("the poll is closed")
    if any(not 0 <= option < len(poll.options) for option in options) or (len(options) > 1 and not poll.multiple):
        raise ValueError(f"choose {'some' if poll.multiple else 'one'} of 0 to {len(poll.options) - 1}")
    if user in poll.votes and not poll.extra.get("allows_revoting", True):
        raise ValueError("this poll does not let a vote be changed")
    if options:
        poll.votes[user] = sorted(set(options))
    else:
        poll.votes.pop(user, None)
    tell_message(world, chat, message, kind="edit")
    if poll.bot_id is None:
        return
    bot = world.bots[poll.bot_id]
    push(world, bot, "poll", poll_json(poll), f"poll:{poll.id}")
    if not poll.anonymous:
        chosen = poll.votes.get(user, [])
        body: Json = {"poll_id": poll.id, "user": person(world, user), "option_ids": chosen}
        body["option_persistent_ids"] = [poll.options[option]["persistent_id"] for option in chosen]
        push(world, bot, "poll_answer", body, f"poll:{poll.id}")


def close_if_due(world: "World", poll: Poll) -> None:
    """Close a poll whose time is over by the playground's clock; its bot is told."""
    if poll.closed or poll.close_at is None or world.stamp() < poll.close_at:
        return
    poll.closed = True
    if poll.bot_id is not None:
        push(world, world.bots[poll.bot_id], "poll", poll_json(poll), f"poll:{poll.id}")


def close_all_due(world: "World") -> None:
    """Close every poll whose time was passed when the clock was turned."""
    for poll in world.polls.values():
        close_if_due(world, poll)
