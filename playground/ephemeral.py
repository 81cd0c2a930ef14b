"""Ephemeral messages (Bot API 10.2, as 10.3 names them): for one member of a group, with message_id 0."""

from dataclasses import dataclass
from datetime import timedelta

from playground.arguments import integer
from playground.call import Call
from playground.limits import EPHEMERAL_ANSWER_SECONDS
from playground.posting import tell_message
from playground.refusal import bad
from playground.state import Chat, Message


@dataclass
class Ephemeral:
    """ephemeral_message_parameters as they were given."""

    receiver: int
    callback_id: str
    replace: bool


def read_ephemeral(call: Call) -> Ephemeral | None:
    """The parameters, also in the older top-level form. Raises 400 when they cannot be read."""
    given = call.args.json("ephemeral_message_parameters", "can't parse ephemeral message parameters JSON object")
    if given is None:
        old = call.args.number("receiver_user_id")
        return Ephemeral(old, call.args.text("callback_query_id"), False) if old > 0 else None
    if not isinstance(given, dict):
        raise bad("object expected as ephemeral message parameters")
    receiver = integer(str(given.get("receiver_user_id", "")))
    if receiver <= 0:
        raise bad("invalid receiver_user_id specified")
    return Ephemeral(
        receiver, str(given.get("callback_query_id") or ""), bool(given.get("replace_callback_query_message"))
    )


def check_ephemeral(call: Call, chat: Chat, asked: Ephemeral | None, reply_to: int | None) -> None:
    """Whether the bot may speak to this member alone now.

    Within 15 s of the member's own action any bot may; an admin may at any time, to anybody but a bot. The words are
    those of the MTProto errors that Telegram is expected to pass on; no source confirms them.
    """
    if chat.kind not in ("group", "supergroup"):
        raise bad("ephemeral messages can be sent only in groups and supergroups")
    if asked is None:
        raise bad("reply to an ephemeral message must be an ephemeral message")
    member = chat.member(asked.receiver)
    if member is None or asked.receiver in call.world.bots:
        raise bad("USER_NOT_PARTICIPANT")
    now = call.world.now()
    if reply_to is not None:
        original = chat.ephemerals.get(reply_to)
        age = call.world.stamp() - original.date if original is not None else 0
        if original is None or original.sender != asked.receiver or age > EPHEMERAL_ANSWER_SECONDS:
            raise bad("MESSAGE_ID_INVALID")
        return
    if asked.callback_id:
        press = call.world.callbacks.get(asked.callback_id)
        fits = press is not None and (press.bot_id, press.chat_id, press.user_id) == (
            call.bot.id,
            chat.id,
            asked.receiver,
        )
        if not fits or press is None or now - press.at > timedelta(seconds=EPHEMERAL_ANSWER_SECONDS):
            raise bad("query is too old and response timeout expired or query ID is invalid")
        return
    me = chat.member(call.bot.id)
    if me is None or not me.is_admin:
        raise bad("CHAT_ADMIN_REQUIRED")


def keep_ephemeral(call: Call, chat: Chat, message: Message, asked: Ephemeral) -> None:
    """Put the message where only its receiver sees it."""
    message.ephemeral_id = call.world.serial()
    message.receiver, message.after = asked.receiver, chat.last_id
    if asked.replace and asked.callback_id:
        message.replaces = call.world.callbacks[asked.callback_id].message_id
    chat.ephemerals[message.ephemeral_id] = message
    tell_message(call.world, chat, message)
