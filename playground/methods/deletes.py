"""Deleting messages: one's own for 48 hours, others' with the right to."""

from playground.access import chat_for, message_id_of
from playground.call import Call, method
from playground.limits import BULK_IDS, DELETE_SECONDS
from playground.posting import remove
from playground.refusal import bad
from playground.state import Chat, Message


@method("deleteMessage")
def delete_message(call: Call) -> bool:
    """Delete one message."""
    message_id = message_id_of(call)
    chat = chat_for(call)
    message = chat.messages.get(message_id)
    if message is None:
        raise bad("message to delete not found")
    _check(call, chat, message)
    remove(call.world, chat, [message_id])
    return True


@method("deleteMessages")
def delete_messages(call: Call) -> bool:
    """Delete 1 to 100 messages; ids that are not there are skipped, one that may not go keeps them all."""
    wanted = ids_of(call)
    chat = chat_for(call)
    there = [message_id for message_id in dict.fromkeys(wanted) if message_id in chat.messages]
    for message_id in there:
        _check(call, chat, chat.messages[message_id])
    if there:
        remove(call.world, chat, there)
    return True


def ids_of(call: Call) -> list[int]:
    """message_ids. Raises 400 when they are no list of 1 to 100 numbers."""
    given = call.args.json("message_ids", "can't parse message identifiers JSON object")
    if given is None:
        raise bad("message identifiers are not specified")
    if not isinstance(given, list) or any(not isinstance(one, int) or isinstance(one, bool) for one in given):
        raise bad("expected an Array of message identifiers")
    if not given:
        raise bad("message identifiers are not specified")
    if len(given) > BULK_IDS:
        raise bad("too many message identifiers specified")
    return given


def _check(call: Call, chat: Chat, message: Message) -> None:
    member = chat.member(call.bot.id)
    allowed = member is not None and member.may("can_delete_messages")
    if chat.kind == "group" and member is not None and member.is_admin:
        allowed = True
    mine = message.sender == call.bot.id
    young = call.world.stamp() - message.date <= DELETE_SECONDS
    if chat.kind == "private":
        if not young:
            raise bad("message can't be deleted for everyone")
        return
    # An admin with the right deletes at any age in supergroups and channels; everything else is for 48 hours.
    if allowed and (chat.kind != "group" or young):
        return
    if not (mine and young) or message.service:
        raise bad(
            "message can't be deleted" if not mine or message.service else "message can't be deleted for everyone"
        )
