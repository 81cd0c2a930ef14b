"""Reads result.json of Telegram Desktop: one chat, or the one of a full export that is a group."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from community.imports.sources import Source
from community.imports.telegram_people import Senders
from community.imports.telegram_stream import Broken, Chat, Json, Survey, messages, survey
from community.imports.values import BadExport, NotUnderstood, Reading, Spoken

Message = dict[str, Any]

MOST_NOT_UNDERSTOOD = 100
"""How many of the places that fit nothing are kept with their words."""
_GROUPS = frozenset(("private_group", "private_supergroup", "public_supergroup"))
_CHANNELS = frozenset(("private_channel", "public_channel"))
_MEDIA = {
    "sticker": "sticker", "voice_message": "voice", "video_message": "video", "video_file": "video",
    "animation": "video", "audio_file": "document",
}  # fmt: skip
_YEAR_OF_TELEGRAM = 2013
"""Exports before 2021 give what was never edited as edited in 1970."""


def read_json(file: Source, zone: ZoneInfo, chat: str | None = None) -> "JsonExport":
    """One chat of a result.json, in either of its layouts; its messages are read when they are gone through.

    Of a full export with several chats it is the one called `chat`, otherwise the group with most messages (the
    largest chat where there is no group); the grammar says which. Times are taken from `date_unixtime`; where an old
    export has none, its local times are read in `zone`. A file that breaks off is read up to there, and the place is
    among what was not understood.

    :raises BadExport: there is no chat in it, or none with that name.
    """
    with file.open() as reader:
        found = survey(reader)
    if not found.chats:
        raise BadExport("imports.not_an_export")
    return JsonExport(file, zone, found, _chosen(found, chat))


def _chosen(found: Survey, name: str | None) -> Chat:
    asked = [one for one in found.chats if name is None or (one.name or "").casefold() == name.casefold()]
    if not asked:
        known = ", ".join(one.name or "?" for one in found.chats if one.type in _GROUPS | _CHANNELS)
        raise BadExport("analysis.bad.no_such_chat", name=name, known=known[:300] or "–")
    return max(asked, key=lambda one: (one.type in _GROUPS, one.messages, -one.place))


class JsonExport:
    """The chosen chat of a result.json."""

    def __init__(self, file: Source, zone: ZoneInfo, found: Survey, chat: Chat) -> None:
        self._file, self._zone, self._chat = file, zone, chat
        self.reading = Reading(_grammar(found, chat))

    def __iter__(self) -> Iterator[Spoken]:
        """Its messages in the order of the file."""
        self.reading.not_understood.clear()
        self.reading.how_many_not_understood = 0
        senders = Senders()
        with self._file.open() as reader:
            source = Json(reader)
            try:
                for message in messages(source, self._chat.place):
                    spoken = self._spoken(message, senders)
                    if spoken:
                        yield spoken
                    else:
                        self._miss(source, _said_of(message))
            except Broken:
                self._miss(source, source.piece[-80:].decode("utf-8", "replace"))

    def _miss(self, source: Json, words: str) -> None:
        self.reading.how_many_not_understood += 1
        if len(self.reading.not_understood) < MOST_NOT_UNDERSTOOD:
            self.reading.not_understood.append(NotUnderstood(source.line, " ".join(words.split())[:80]))

    def _spoken(self, message: Any, senders: Senders) -> Spoken | None:
        """A message as a value; None for one that says neither when nor what."""
        if type(message) is not dict or message.get("type") not in ("message", "service"):
            return None
        at, key = _moment(message, self._zone), message.get("id")
        if at is None or type(key) is not int:
            return None
        if message["type"] == "service":
            return Spoken(at, None, _kept(_service(message)), "service", key=key)
        kind = _kind(message)
        text = _poll(message["poll"]) if kind == "poll" else _text(message)
        return Spoken(
            at, senders.name(message.get("from"), message.get("from_id")), _kept(text), kind, _file_name(message, kind),
            edited=_is_edited(message), key=key, reply_to=_reply(message),
        )  # fmt: skip


def _grammar(found: Survey, chat: Chat) -> str:
    parts = ["Telegram JSON"]
    if found.is_full:
        parts.append(f"full export, chat {chat.place + 1} of {len(found.chats)}")
    if chat.name and chat.type in _GROUPS | _CHANNELS:
        parts.append(_shown(chat.name))  # a private chat is called by a person's name
    parts.append(_shown(chat.type.replace("_", " ")) or "type not told")
    return ", ".join(parts)


def _shown(words: str) -> str:
    """Fit for a terminal: without signs that steer it, and short."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in words[:200]).split())[:60]


def _moment(message: Message, zone: ZoneInfo) -> int | None:
    """Seconds since 1970, from the moment where there is one, else from the exporter's wall clock."""
    try:
        if message.get("date_unixtime") is not None:
            at = int(message["date_unixtime"])
        else:
            wall = datetime.fromisoformat(message["date"])
            at = int((wall if wall.tzinfo else wall.replace(tzinfo=zone)).timestamp())
        datetime.fromtimestamp(at, zone)
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        return None
    return at


def _is_edited(message: Message) -> bool:
    if message.get("edited_unixtime"):
        return bool(message["edited_unixtime"] != "0")
    edited = message.get("edited")
    return isinstance(edited, str) and edited[:4].isdecimal() and int(edited[:4]) >= _YEAR_OF_TELEGRAM


def _reply(message: Message) -> int | None:
    """What it answers in this chat; an answer to a message of another chat has no key here."""
    replied = message.get("reply_to_message_id")
    return replied if type(replied) is int and "reply_to_peer_id" not in message else None


def _kind(message: Message) -> str:
    """The first that fits, as Telegram writes them."""
    if isinstance(message.get("poll"), dict):
        return "poll"
    if "photo" in message:
        return "photo"
    if message.get("media_type") in _MEDIA:
        return _MEDIA[message["media_type"]]
    if "file" in message or "file_name" in message:
        mime = str(message.get("mime_type") or "")
        return {"image": "photo", "video": "video"}.get(mime.partition("/")[0], "document")
    if "contact_information" in message:
        return "contact"
    if "location_information" in message or "place_name" in message:
        return "location"
    return "link" if _leads_on(message.get("text")) or _leads_on(message.get("text_entities")) else "text"


def _leads_on(text: Any) -> bool:
    """Whether words of a text lead to an address that they do not show."""
    parts = text if isinstance(text, list) else ()
    return any(isinstance(part, dict) and part.get("type") == "text_link" for part in parts)


def _file_name(message: Message, kind: str) -> str | None:
    """The name a file came with; what stands for a file that was left out is none, nor is a photo's number."""
    if kind not in ("document", "video", "voice"):
        return None
    for value in (message.get("file_name"), message.get("file")):
        if isinstance(value, str) and value and not value.startswith("(File "):
            return _kept(value).replace("\\", "/").rsplit("/", 1)[-1] or None
    return None


def _kept(words: str) -> str:
    """Without NUL, which JSON can say and no database keeps."""
    return words.replace("\0", "")


def _text(message: Message) -> str:
    return _flat(message.get("text")) or _flat(message.get("text_entities"))


def _flat(text: Any) -> str:
    """A text, which is a string or a list of strings and of objects with a text."""
    if isinstance(text, str):
        return text
    if not isinstance(text, list):
        return ""
    parts = (part.get("text") if isinstance(part, dict) else part for part in text)
    return "".join(part for part in parts if isinstance(part, str))


def _poll(poll: Message) -> str:
    """The question, and each answer on a line of its own."""
    answers = poll.get("answers")
    options = [_flat(one.get("text")) for one in answers if isinstance(one, dict)] if isinstance(answers, list) else []
    return "\n".join([_flat(poll.get("question")), *options])


def _service(message: Message) -> str:
    told = (message.get("action"), message.get("title"))
    return " ".join(part for part in told if isinstance(part, str))


def _said_of(message: Any) -> str:
    if not isinstance(message, dict):
        return str(message)[:80]
    kind, key = message.get("type"), message.get("id")
    return f"message {str(key)[:20]}: {str(kind)[:40]}"
