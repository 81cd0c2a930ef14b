"""What may be stored of an update: an allow-list, so that silence is no (I11).

Nothing of a person who has not agreed gets past here, wherever they stand in the update: as its sender, as
the author of the message it answers or forwards, as somebody mentioned in it. What they say *to* the
assistant (a command, a button) is kept without name until it is answered. What anybody passes on to the assistant
in private stays whose it was: the kind of message is kept, not the words.
"""

from collections.abc import Collection
from typing import Any

Json = dict[str, Any]

# Of somebody who agreed. Not here on purpose: forward_origin, external_reply, quote, contact, location,
# new_chat_members, pinned_message and whatever Telegram adds tomorrow.
_MESSAGE = (
    "message_id", "date", "edit_date", "text", "caption", "message_thread_id", "is_topic_message",
    "media_group_id", "voice", "audio", "video", "video_note", "animation", "photo", "document",
)  # fmt: skip
# Of everybody: what happens to the group itself.
_SERVICE = ("migrate_to_chat_id", "migrate_from_chat_id", "new_chat_title", "group_chat_created")
_FILE = ("file_id", "file_unique_id", "file_name", "mime_type", "file_size", "duration", "width", "height", "length")
_STANDING = ("status", "until_date")
NOBODY = "-"
# What an update must hold to be read, without what it says. Whether a quiz tells its answer decides about copies.
_OF_POLL = ("type", "correct_option_ids")
_EMPTY_POLL: Json = {
    "id": NOBODY, "question": NOBODY, "options": [], "total_voter_count": 0, "is_closed": False, "is_anonymous": True,
    "type": "regular", "allows_multiple_answers": False, "allows_revoting": True, "members_only": False,
}  # fmt: skip
_NO_FILE: Json = {"file_id": NOBODY, "file_unique_id": NOBODY}
_NO_PICTURE = _NO_FILE | {"width": 0, "height": 0}
# Of what was passed on: that it was a photo, a voice and so on, and nothing to open it with.
_PASSED_ON: dict[str, Any] = {
    "text": NOBODY,
    "photo": [_NO_PICTURE],
    "document": _NO_FILE,
    "audio": _NO_FILE | {"duration": 0},
    "video": _NO_PICTURE | {"duration": 0},
    "animation": _NO_PICTURE | {"duration": 0},
    "voice": _NO_FILE | {"duration": 0},
    "video_note": _NO_FILE | {"length": 0, "duration": 0},
    "sticker": _NO_PICTURE | {"type": "regular", "is_animated": False, "is_video": False},
}
_PLACE: Json = {"latitude": 0.0, "longitude": 0.0}
_EMPTY: dict[str, Json] = {
    "location": _PLACE,
    "venue": {"location": _PLACE, "title": NOBODY, "address": NOBODY},
    "contact": {"phone_number": NOBODY, "first_name": NOBODY},
}


def actors(update: Json) -> set[int]:
    """Everybody whose consent decides what of this update may be kept: senders and authors."""
    found: set[int] = set()
    for body in update.values():
        if not isinstance(body, dict):
            continue
        found.update(_ids(body.get(name)) for name in ("from", "user", "left_chat_member"))
        found.add(forwarded_from(body) or 0)
        member = body.get("new_chat_member")
        found.update(_ids(member.get("user")) for member in [member] if isinstance(member, dict))
    return found - {0}


def forwarded_from(body: Json) -> int | None:
    """Whose words a message passes on: a user's id, 0 for somebody who hides, None where no person's words are."""
    origin = body.get("forward_origin")
    if not isinstance(origin, dict) or origin.get("type") not in {"user", "hidden_user"}:
        return None
    return _ids(origin.get("sender_user"))


def _ids(user: Any) -> int:
    number = user.get("id") if isinstance(user, dict) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else 0


def reduce(kind: str, body: Json, agreed: Collection[int], bot_id: int) -> Json:
    """The part of an update's body that may be stored; it stays readable as the Bot API type it was."""
    if kind in {"message", "edited_message"}:
        return _message(body, agreed, bot_id)
    if kind == "callback_query":
        return _callback(body, agreed, bot_id)
    if kind in {"my_chat_member", "chat_member"}:
        return _membership(body, agreed, bot_id)
    if kind == "message_reaction":
        kept = {name: body[name] for name in ("message_id", "date", "old_reaction", "new_reaction")}
        kept["chat"] = _chat(body["chat"], agreed)
        return kept | ({"user": _user(body["user"], agreed, bot_id)} if "user" in body else {})
    if kind == "poll_answer":
        kept = {name: body[name] for name in ("poll_id", "option_ids", "option_persistent_ids") if name in body}
        return kept | {"user": _user(body.get("user"), agreed, bot_id)}
    return {}


def _message(body: Json, agreed: Collection[int], bot_id: int) -> Json:
    author = _ids(body.get("from"))
    kept: Json = {"message_id": body["message_id"], "date": body["date"], "chat": _chat(body["chat"], agreed)}
    if "from" in body:
        kept["from"] = _user(body["from"], agreed, bot_id)
    if "sender_chat" in body:  # an anonymous admin or a channel: a chat, not a person
        kept["sender_chat"] = _chat(body["sender_chat"], ())
    kept |= {name: body[name] for name in _SERVICE if name in body}
    if _ids(body.get("left_chat_member")) in agreed:
        kept["left_chat_member"] = _user(body["left_chat_member"], agreed, bot_id)
    if author in agreed and _is_passed_on(body, author):
        kept |= _passed_on(body)
    elif author in agreed and "sender_chat" not in body:
        kept |= {name: _file(body[name]) for name in _MESSAGE if name in body}
        _keep_rest(kept, body)
    else:
        words = _command_only(body)
        kept |= {"text": words, "entities": _entities(body, commands_only=True)} if words else {}
        if "message_thread_id" in body:
            kept["message_thread_id"] = body["message_thread_id"]
    answered = body.get("reply_to_message")
    if isinstance(answered, dict) and "message_id" in answered:
        kept["reply_to_message"] = {
            "message_id": answered["message_id"],
            "date": answered.get("date", 0),
            "chat": kept["chat"],
            "from": _user(answered.get("from"), (), bot_id),
        }
        if _ids(answered.get("from")) == bot_id:
            kept["reply_to_message"] |= _own_buttons(answered)
    return kept


def _is_passed_on(body: Json, author: int) -> bool:
    """In the private chat another person's words, which are nobody's note; in a group they are counted or heard."""
    return body["chat"].get("type") == "private" and forwarded_from(body) not in (None, author)


def _passed_on(body: Json) -> Json:
    """What kind of message it is, enough to copy it by its id (a broadcast), and that somebody else said it."""
    kept = {name: stub for name, stub in _PASSED_ON.items() if name in body}
    kept |= {"media_group_id": body["media_group_id"]} if "media_group_id" in body else {}
    return kept | _given(body) | {"forward_origin": {"type": "hidden_user", "date": 0, "sender_user_name": NOBODY}}


def _own_buttons(answered: Json) -> Json:
    """What our own buttons call back, without their labels.

    They tell what a message of ours is about even when its delivery was never confirmed and its id is unknown.
    """
    rows = (answered.get("reply_markup") or {}).get("inline_keyboard") or []
    calls = [button["callback_data"] for row in rows for button in row if "callback_data" in button]
    buttons = [{"text": NOBODY, "callback_data": call} for call in calls]
    return {"reply_markup": {"inline_keyboard": [buttons]}} if buttons else {}


def _keep_rest(kept: Json, body: Json) -> None:
    """The parts of an agreed message that need a look inside."""
    for name in ("entities", "caption_entities"):
        if name in body:
            kept[name] = _entities(body, name=name)
    if "sticker" in body:
        names = ("file_id", "file_unique_id", "type", "width", "height", "is_animated", "is_video", "emoji")
        kept["sticker"] = {name: body["sticker"][name] for name in names if name in body["sticker"]}
    if "poll" in body:
        kept["text"] = str(body["poll"].get("question", ""))
    if body["chat"].get("type") == "private":
        kept |= _given(body)


def _given(body: Json) -> Json:
    """What is sent to the assistant itself may be meant for a broadcast: kept is what kind of message it is.

    Of a poll, a place or a contact nothing but that it is one; of an origin only that it was a channel.
    """
    kept: Json = {}
    if body.get("has_protected_content"):
        kept["has_protected_content"] = True
    if "poll" in body:
        kept["poll"] = _EMPTY_POLL | {name: body["poll"][name] for name in _OF_POLL if name in body["poll"]}
    kept |= {name: dict(_EMPTY[name]) for name in _EMPTY if name in body}
    if (body.get("forward_origin") or {}).get("type") == "channel":
        nobodys = {"id": 0, "type": "channel"}
        kept["forward_origin"] = {"type": "channel", "date": 0, "chat": nobodys, "message_id": 0}
    return kept


def _file(value: Any) -> Any:
    if isinstance(value, list):
        return [_file(one) for one in value]
    if isinstance(value, dict):
        return {name: value[name] for name in _FILE if name in value}
    return value


def _entities(body: Json, *, name: str = "entities", commands_only: bool = False) -> list[Json]:
    kept = []
    for entity in body.get(name) or []:
        plain = {part: entity[part] for part in ("type", "offset", "length", "url") if part in entity}
        if plain.get("type") == "text_mention":  # carries another person's name and id
            plain["type"] = "underline"
        if not commands_only or (plain.get("type") == "bot_command" and plain.get("offset") == 0):
            kept.append(plain)
    return kept


def _command_only(body: Json) -> str:
    """`/command` and, for /start, its payload: what somebody who has not agreed says to the assistant."""
    text = body.get("text")
    if not isinstance(text, str) or not text.startswith("/"):
        return ""
    words = text.split()
    known_payload = words[0].partition("@")[0].lower() == "/start" and len(words) == 2 and len(words[1]) <= 64
    return " ".join(words[:2]) if known_payload else words[0][:64]


def _callback(body: Json, agreed: Collection[int], bot_id: int) -> Json:
    kept: Json = {"id": body["id"], "chat_instance": body.get("chat_instance", "")}
    kept["from"] = _user(body["from"], agreed, bot_id)
    if isinstance(body.get("data"), str):
        kept["data"] = body["data"][:64]
    message = body.get("message")
    if isinstance(message, dict):
        kept["message"] = {
            "message_id": message["message_id"],
            "date": message.get("date", 0),
            "chat": _chat(message["chat"], agreed),
        }
        if "message_thread_id" in message:
            kept["message"]["message_thread_id"] = message["message_thread_id"]
    return kept


def _membership(body: Json, agreed: Collection[int], bot_id: int) -> Json:
    kept: Json = {"chat": _chat(body["chat"], agreed), "date": body["date"]}
    kept["from"] = _user(body["from"], agreed, bot_id)
    for name in ("old_chat_member", "new_chat_member"):
        member = body[name]
        # Rights are all true or false; a custom title is words about a person.
        kept[name] = {part: value for part, value in member.items() if isinstance(value, bool) or part in _STANDING}
        kept[name]["user"] = _user(member["user"], agreed, bot_id)
    return kept


def _user(user: Any, agreed: Collection[int], bot_id: int) -> Json:
    number = _ids(user)
    plain: Json = {"id": number, "is_bot": bool(isinstance(user, dict) and user.get("is_bot")), "first_name": NOBODY}
    if isinstance(user, dict) and isinstance(user.get("language_code"), str):
        plain["language_code"] = user["language_code"]
    if number in agreed or number == bot_id:
        plain |= {part: user[part] for part in ("first_name", "last_name", "username") if part in user}
    return plain


def _chat(chat: Json, agreed: Collection[int]) -> Json:
    kept = {"id": chat["id"], "type": chat["type"]}
    if chat["type"] != "private" and "title" in chat:
        kept["title"] = chat["title"]
    if chat["type"] == "private":
        kept["first_name"] = chat.get("first_name", NOBODY) if chat["id"] in agreed else NOBODY
    if chat.get("is_forum"):
        kept["is_forum"] = True
    return kept
