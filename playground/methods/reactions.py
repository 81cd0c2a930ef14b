"""A bot's reaction to a message: at most one."""

from playground.access import chat_for, message_id_of
from playground.call import Call, method
from playground.refusal import bad
from playground.state import Json
from playground.voting import REACTIONS, tell_reaction


@method("setMessageReaction")
def set_message_reaction(call: Call) -> bool:
    """Set or take off the bot's reaction; other bots and people get no update for it."""
    given = call.args.json("reaction", "can't parse reaction types JSON object")
    message_id = message_id_of(call)
    chosen = _chosen(given)
    chat = chat_for(call)
    message = chat.messages.get(message_id)
    if message is None:
        raise bad("message to react not found")
    if len(chosen) > 1:
        raise bad("REACTIONS_TOO_MANY")
    for reaction in chosen:
        if reaction["type"] != "emoji" or reaction["emoji"] not in REACTIONS:
            raise bad("REACTION_INVALID")
    message.reactions[call.bot.id] = chosen
    tell_reaction(call.world, chat, message)
    return True


def _chosen(given: object) -> list[Json]:
    if given is None:
        return []
    if not isinstance(given, list):
        raise bad("expected an Array of ReactionType")
    chosen: list[Json] = []
    for one in given:
        if not isinstance(one, dict) or one.get("type") not in ("emoji", "custom_emoji", "paid"):
            raise bad("can't parse ReactionType")
        emoji = str(one.get("emoji", "")).replace("\ufe0f", "")
        chosen.append({"type": one["type"], "emoji": emoji})
    return chosen
