"""What a letter counts against, and what of Telegram's answer to it is kept and told."""

from typing import Any

from storage.models import Letter
from storage.post_office import Due

PERSON_GONE = (
    "bot was blocked by the user", "user is deactivated", "bot can't initiate conversation with a user",
    "chat not found", "PEER_ID_INVALID",
)  # fmt: skip
GROUP_GONE = ("bot was kicked from", "bot is not a member of", "chat was deleted", "chat not found")
# Questions to Telegram and the menu are calls, not messages: they do not count against a chat.
_UNBOUND = (
    "answerCallbackQuery", "getChat", "getFile", "setMyCommands", "deleteMyCommands", "getMe", "setMessageReaction",
)  # fmt: skip


def bound_to(letter: Letter | Due) -> int | None:
    """The chat whose limit a letter counts against; None for calls that no chat sees."""
    return None if letter.method.startswith(_UNBOUND) else letter.chat_id


def told(method: str, result: Any) -> Any:
    """What comes back of an answer. A member may not have agreed: their standing is kept, their name is not."""
    if method != "getChatMember" or not isinstance(result, dict):
        return result
    return {"status": result.get("status"), "user": {"id": (result.get("user") or {}).get("id")}}


def kept_of(result: Any) -> dict[str, Any] | None:
    """What later letters need of a result; names and words of others are not kept."""
    if isinstance(result, list) and result and all(isinstance(one, dict) and "message_id" in one for one in result):
        return {"message_ids": [one["message_id"] for one in result]}  # an album, copies: one call, many messages
    if not isinstance(result, dict) or "message_id" not in result:
        return None
    found = {"message_id": result["message_id"], "chat_id": (result.get("chat") or {}).get("id")}
    if "ephemeral_message_id" in result:
        found["ephemeral_message_id"] = result["ephemeral_message_id"]
    if "poll" in result:
        found["poll_id"] = result["poll"].get("id")
    return found
