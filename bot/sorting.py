"""Sorts a raw update: what kind it is, which way it goes, in whose queue, and what of it may be stored."""

import math
from collections.abc import Collection
from datetime import datetime
from typing import Any

from bot.stripping import forwarded_from, reduce

Json = dict[str, Any]

# Named explicitly to Telegram: by default it leaves out chat_member and message_reaction.
ALLOWED = (
    "message", "edited_message", "callback_query", "my_chat_member", "chat_member", "message_reaction", "poll_answer",
)  # fmt: skip
_SERVICE_LINES = (
    "migrate_to_chat_id", "migrate_from_chat_id", "new_chat_title", "new_chat_members", "left_chat_member",
    "group_chat_created", "supergroup_chat_created", "pinned_message", "new_chat_photo", "delete_chat_photo",
    "forum_topic_created", "forum_topic_closed", "forum_topic_reopened", "forum_topic_edited",
)  # fmt: skip
_GROUPS = ("group", "supergroup")  # a tuple: what a stranger sends need not be hashable
_ACTS = frozenset({"message_reaction", "poll_answer"})
LARGEST_ID = 2**62
# What may be raised by an update that no Telegram sends; overflow and depth: by numbers and lists without end.
_ODDITIES = (StopIteration, LookupError, TypeError, AttributeError, ValueError, ArithmeticError, RecursionError)


class Sorter:
    """Knows the bot, and so what is addressed to it."""

    def __init__(self, bot_id: int, username: str) -> None:
        self._bot_id, self._mention = bot_id, f"@{username}".lower()

    def row(self, update: Json, agreed: Collection[int], now: datetime) -> Json:
        """The inbox row of an update; one that cannot be read becomes `odd`, kept by its id alone."""
        row: Json = {"bot_id": self._bot_id, "update_id": update["update_id"], "received_at": now}
        row |= {"state": "new", "lane": "talk", "queue": "odd", "raw": None, "error": None, "done_at": None}
        try:
            kind, body = next((kind, update[kind]) for kind in ALLOWED if kind in update)
            row |= self._sorted(kind, body, agreed, now)
        except _ODDITIES as oddity:
            # Whatever else it holds may belong to somebody who has not agreed.
            row |= {"state": "odd", "error": type(oddity).__name__, "done_at": now}
        return row

    def _sorted(self, kind: str, body: Json, agreed: Collection[int], now: datetime) -> Json:
        if kind in _ACTS and _actor(body) not in agreed:
            # Neither said nor asked of us: of somebody who has not agreed not even that they did it.
            return {"queue": "unneeded", "state": "done", "done_at": now}
        lane, queue = self._lane(kind, body, agreed), _queue(kind, body)
        if lane == "count":
            only = {"chat_id": int(body["chat"]["id"]), "date": int(body["date"])}
            return {"lane": "listen", "queue": queue, "raw": {"count": only}}
        return {"lane": lane, "queue": queue, "raw": {kind: _clean(reduce(kind, body, agreed, self._bot_id))}}

    def _lane(self, kind: str, body: Json, agreed: Collection[int]) -> str:
        """listen: a group's talk; talk: addressed to us; both; count: of somebody who has not agreed."""
        if kind not in {"message", "edited_message"} or body["chat"]["type"] not in {"group", "supergroup"}:
            return "talk"
        if any(name in body for name in _SERVICE_LINES):
            return "talk"
        to_us = self._to_us(body)
        passed_on = forwarded_from(body)
        if body["from"]["id"] in agreed and "sender_chat" not in body and (passed_on is None or passed_on in agreed):
            return "both" if to_us else "listen"
        if kind == "edited_message":
            return "talk"  # counted once already, and of somebody who has not agreed nothing is to be changed
        return "both" if to_us and passed_on is None else "count"

    def _to_us(self, body: Json) -> bool:
        text = str(body.get("text") or body.get("caption") or "")
        word = text.split(maxsplit=1)[0].lower() if text.strip() else ""
        if word.startswith("/"):
            return "@" not in word or word.endswith(self._mention)
        answered = body.get("reply_to_message") or {}
        return (answered.get("from") or {}).get("id") == self._bot_id or self._mention in text.lower()


def _clean(value: Any) -> Any:
    """Without what a database cannot keep: NUL, halves of surrogate pairs; ValueError for endless numbers."""
    if isinstance(value, str):
        # Neither can be printed; nor can an end of a line, which is looked at more closely.
        return value if value.isprintable() else value.replace("\x00", "").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {name if name.isprintable() else _clean(name): _clean(inner) for name, inner in value.items()}
    if (isinstance(value, int) and abs(value) >= 2**63) or (isinstance(value, float) and not math.isfinite(value)):
        raise ValueError("a number that no database keeps")
    return [_clean(inner) for inner in value] if isinstance(value, list) else value


def hurries(update: Any) -> bool:
    """Whether somebody waits for our answer, as far as can be told at once: it is no talk of a group."""
    body = (update.get("message") or update.get("edited_message")) if isinstance(update, dict) else None
    chat = body.get("chat") if isinstance(body, dict) else None
    return not isinstance(chat, dict) or chat.get("type") not in _GROUPS


def number(update: Any) -> int | None:
    """The update's id, where it has one that can be stored."""
    found = update.get("update_id") if isinstance(update, dict) else None
    return found if isinstance(found, int) and not isinstance(found, bool) and 0 <= found < LARGEST_ID else None


def _actor(body: Json) -> int:
    return int((body.get("user") or {}).get("id", 0))


def _queue(kind: str, body: Json) -> str:
    if kind == "callback_query" and "message" in body:
        return f"chat:{int(body['message']['chat']['id'])}"
    if "chat" in body:
        return f"chat:{int(body['chat']['id'])}"
    user = body.get("from") or body.get("user") or {}
    return f"user:{int(user.get('id', 0))}"
