"""What an export gives, whichever program wrote it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

FILES = frozenset(("photo", "document", "video", "voice", "sticker", "contact", "media"))
"""The kinds that are a file, wherever media are counted; a poll and a place are not."""
MANY_HIDDEN, ONE_IN = 5, 20
"""From so many files that an export left out, and one such file in so many messages, what is counted says so."""


def many_hidden(hidden: int, messages: int) -> bool:
    """Whether so many files were left out of an export that it has to be said."""
    return hidden >= MANY_HIDDEN and hidden * ONE_IN >= messages


class Spoken(NamedTuple):
    """One entry of an export: what somebody said, or a line of the program itself (`sender` is None)."""

    at: int
    """Seconds since 1970 in UTC; an export's local time is read in the zone it is opened with."""
    sender: str | None
    text: str
    kind: str = "text"
    """text, photo, document, video, voice, sticker, poll, contact, location; `service` for a line of the program.
    `link` where words lead to an address that they do not show; one that they show is in the text.
    `media` is something left out of which the file does not say what it was."""
    file_name: str | None = None
    deleted: bool = False
    edited: bool = False
    key: int = 0
    """The number of the line (WhatsApp) or of the message (Telegram, several exports merged), from 1."""
    reply_to: int | None = None
    """The key of the message it answers; WhatsApp exports do not say."""


class NotUnderstood(NamedTuple):
    """A place in a file that fits no grammar: its line, counted from 1, and at most 80 characters of it."""

    line: int
    excerpt: str


@dataclass(slots=True)
class Reading:
    """What was noticed while an export was read; complete when its messages have been gone through."""

    grammar: str
    """One line of what was detected, such as `WhatsApp Android, d/m/yy H.MM`."""
    not_understood: list[NotUnderstood] = field(default_factory=list)
    """The first hundred of them."""
    how_many_not_understood: int = 0


class Export(Protocol):
    """An opened export: its messages once, in the order of the file, and what was noticed on the way."""

    reading: Reading

    def __iter__(self) -> Iterator[Spoken]: ...


class BadExport(ValueError):
    """A file that cannot be read as an export; `text_key` and `blanks` say why in words for a person."""

    def __init__(self, text_key: str, **blanks: object) -> None:
        super().__init__(text_key, blanks)
        self.text_key = text_key
        self.blanks = blanks


class AmbiguousDates(BadExport):
    """Every date of the file can be read day first and month first: the person must say which."""
