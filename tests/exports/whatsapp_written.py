"""Conversations as WhatsApp exports them: written as a telephone writes them, and read back by the reader of exports.

Every export loses which message is quoted, and what a sticker shows. Without media an Android telephone writes the
same mark for every file, with the words below it or, in other versions, without; an iPhone says of which kind each was
and names documents, but never has the words below.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import PurePosixPath
from typing import NamedTuple
from zoneinfo import ZoneInfo

from community.imports.opening import open_export
from community.imports.tagged import tagged
from community.tagging import Tag
from community.tagging.messages import Message

ZONE = ZoneInfo("Asia/Jakarta")
PROGRAM = ("(sistem)", "(system)")
"""Who "says" a line of the program in the labelled conversations."""

_BELOW = frozenset(("photo", "video", "document"))
"""What may have words below it; a voice note, a sticker have none."""
_FILES = {
    "photo": ("PHOTO", ".jpg"), "video": ("VIDEO", ".mp4"), "voice": ("AUDIO", ".opus"),
    "sticker": ("STICKER", ".webp"),
}  # fmt: skip
_OMITTED = {"photo": "gambar", "video": "video", "voice": "audio", "sticker": "stiker"}
_CHOICE = re.compile(r"\s*[▫▪•]\ufe0f?\s*|\s/\s")


class Form(NamedTuple):
    """One way of exporting: how a message is written behind its stamp."""

    name: str
    is_iphone: bool
    body: Callable[[Message, int], str]


def _android(message: Message, with_media: bool, with_words: bool) -> str:
    kind, text = message["kind"], message["text"]
    if kind not in (*_FILES, "document"):
        return _words(message)
    name = message["file_name"] or f"STK-20250101-WA0001{_FILES[kind][1]}"
    first = f"{name} (file terlampir)" if with_media else "<Media tidak disertakan>"
    return f"{first}\n{text}" if with_words and text and kind in _BELOW else first


def _iphone(message: Message, number: int, with_media: bool) -> str:
    kind, name = message["kind"], message["file_name"]
    if kind == "document":
        left = f"\u200e<terlampir: {number:08}-{name}>" if with_media else "\u200edokumen tidak disertakan"
        return f"\u200e{name} • \u200e2 halaman {left}"
    if kind in _FILES:
        what, ending = _FILES[kind]
        when = f"{datetime.fromisoformat(message['sent_at']).astimezone(ZONE):%Y-%m-%d-%H-%M-%S}"
        name = f"{number:08}-{what}-{when}{PurePosixPath(name or ending).suffix or ending}"
        return f"\u200e<terlampir: {name}>" if with_media else f"\u200e{_OMITTED[kind]} tidak disertakan"
    return _words(message)


def _words(message: Message) -> str:
    if message["kind"] != "poll":
        return str(message["text"])
    question, *choices = _CHOICE.split(message["text"])
    return "\n".join(["POLLING:", question, *(f"OPSI: {one} (2 suara)" for one in choices)])


FORMS = (
    Form("Android, with media", False, lambda message, _: _android(message, True, True)),
    Form("iPhone, with media", True, lambda message, number: _iphone(message, number, True)),
    Form("iPhone, without media", True, lambda message, number: _iphone(message, number, False)),
    Form("Android, without media", False, lambda message, _: _android(message, False, True)),
    Form("Android, without media and the words below", False, lambda message, _: _android(message, False, False)),
)  # fmt: skip


def written(messages: Sequence[Message], form: Form) -> str:
    """One group's conversation as an export."""
    lines = []
    for number, message in enumerate(messages, start=1):
        at = datetime.fromisoformat(message["sent_at"]).astimezone(ZONE)
        stamp = f"[{at:%d/%m/%y, %H.%M.%S}] " if form.is_iphone else f"{at:%d/%m/%y %H.%M} - "
        if message["sender"] in PROGRAM:
            lines.append(stamp + ("\u200e" if form.is_iphone else "") + message["text"])
        else:
            lines.append(f"{stamp}{message['sender']}: {form.body(message, number)}")
    return "".join(f"{line}\n" for line in lines)


def read_back(messages: Sequence[Message], form: Form) -> Iterator[tuple[Message, Tag]]:
    """Every message of these groups that somebody sent, with the tag it gets from its group's export.

    :raises ValueError: the reader found another number of messages, or somebody else said one.
    """
    groups: dict[str, list[Message]] = {}
    for message in messages:
        groups.setdefault(str(message["group"]), []).append(message)
    for members in groups.values():
        said = [one for one in members if one["sender"] not in PROGRAM]
        found = tagged(open_export([written(members, form).encode()], ZONE, "dmy"), with_words=False)
        for message, (spoken, tag) in zip(said, found, strict=True):
            if spoken.sender != message["sender"]:
                raise ValueError(f"{message['id']} was said by {spoken.sender}")
            yield message, tag
