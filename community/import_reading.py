"""Reads an export that somebody sent: what is in it, and each message tagged in its thread, without a database.

It takes seconds of processor for a large file: call it in a thread.
"""

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, cast
from zoneinfo import ZoneInfo

from community.imports.opening import Order, open_export
from community.imports.values import BadExport, Export, Spoken
from community.tagging import Said, Tag, Talk, tag

MOST_MESSAGES = 100_000
"""Taken in at once: WhatsApp exports at most 40,000, a school's Telegram group has fewer."""
MOST_PEOPLE = 2_000
"""WhatsApp's groups have up to 1,024 members; whoever came and went comes to it."""
MOST_LINES = 12
_SPOKEN = frozenset(("pak", "bapak", "bu", "ibu", "ustaz", "ustadz", "ustazah", "ustadzah", "bunda", "kak", "kakak"))
_NUMBERS = re.compile(r"(?<!\w)[+@]?\d(?:[\s().-]?\d){8,15}(?!\w)|\S+@\S+\.\w+|@\u2068[^\u2069]{1,80}\u2069")
_WORDLESS = frozenset(("photo", "document", "video", "voice", "sticker", "contact", "location"))
Json = dict[str, Any]


@dataclass(slots=True)
class Found:
    """What an export holds, in counts; `lines` are the first that were not understood."""

    grammar: str
    first: str = ""
    last: str = ""
    messages: int = 0
    people: int = 0
    system_lines: int = 0
    media: int = 0
    deleted: int = 0
    edited: int = 0
    not_understood: int = 0
    lines: list[int] = field(default_factory=list)

    def plain(self) -> Json:
        return asdict(self)


class Heard(NamedTuple):
    """A message with what it is for."""

    spoken: Spoken
    tag: Tag


class Row(NamedTuple):
    """A message as it may be stored: its speaker by a place among `Anonymous.keys`, without names in its words."""

    at: int
    speaker: int
    kind: str
    text: str | None
    tag: Tag
    mark: int


@dataclass(slots=True)
class Anonymous:
    """The messages of an export without names: people by keyed hashes, in the order in which they first speak."""

    keys: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


def opened(content: bytes, zone: str, order: Order | None) -> Export:
    """The export in these bytes. Raises BadExport, AmbiguousDates."""
    return open_export([content], ZoneInfo(zone), order)


def look(export: Export, zone: str) -> Found:
    """Counts alone; not a word is kept. Raises BadExport for what is too much, or no conversation."""
    count = _Counting(zone)
    for spoken in export:
        count.see(spoken)
    return count.told(export)


def hear(export: Export, zone: str) -> tuple[Found, list[Heard]]:
    """All messages of people, tagged. Raises as look."""
    count = _Counting(zone)
    messages = list(tagged(count.seen(export)))
    return count.told(export), messages


class _Counting:
    """Counts messages as they go by."""

    def __init__(self, zone: str) -> None:
        self._zone = ZoneInfo(zone)
        self._found = Found("")
        self._people: set[str] = set()
        self._span: list[int] = []

    def seen(self, export: Iterable[Spoken]) -> Iterator[Spoken]:
        for spoken in export:
            self.see(spoken)
            yield spoken

    def see(self, spoken: Spoken) -> None:
        found = self._found
        if spoken.sender is None:
            found.system_lines += 1
            return
        found.messages += 1
        found.media += spoken.kind in _WORDLESS
        found.deleted += spoken.deleted
        found.edited += spoken.edited
        self._people.add(name_key(spoken.sender))
        if found.messages > MOST_MESSAGES or len(self._people) > MOST_PEOPLE:
            raise BadExport("imported.too_much", messages=MOST_MESSAGES, people=MOST_PEOPLE)
        self._span = [min(self._span[0], spoken.at), max(self._span[1], spoken.at)] if self._span else [spoken.at] * 2

    def told(self, export: Export) -> Found:
        found = self._found
        if not self._span:
            raise BadExport("imports.not_an_export")
        found.grammar, found.people = export.reading.grammar[:80], len(self._people)
        found.first, found.last = (datetime.fromtimestamp(at, self._zone).isoformat() for at in self._span)
        found.not_understood = export.reading.how_many_not_understood
        found.lines = [one.line for one in export.reading.not_understood[:MOST_LINES]]
        return found


def tagged(messages: Iterable[Spoken]) -> Iterator[Heard]:
    """The messages of people, each read in its thread and with the label of what it answers."""
    talk, labels = Talk(), dict[int, str]()
    for spoken in messages:
        if spoken.sender is None:
            continue
        said = Said(
            spoken.text, "service" if spoken.deleted else spoken.kind, spoken.file_name, spoken.sender,
            labels.get(spoken.reply_to) if spoken.reply_to is not None else None, talk.thread,
        )  # fmt: skip
        found = tag(said)
        talk.remember(said, found)
        labels[spoken.key] = found.label
        yield Heard(spoken, found)


def name_key(name: str) -> str:
    """What makes two spellings one name: no capitals, no invisible signs, no `~` of a name from a profile."""
    shown = "".join(sign for sign in unicodedata.normalize("NFKC", name) if unicodedata.category(sign) != "Cf")
    return " ".join(shown.casefold().lstrip("~ ").split())


def person_key(name: str, secret: bytes) -> str:
    """Stands for a name that is not stored: without the secret nobody can tell whose it is."""
    return hmac.new(secret, name_key(name).encode(), hashlib.sha256).hexdigest()


def anonymous(messages: Iterable[Heard], secret: bytes) -> Anonymous:
    """The same without a name, in the words neither; telephone numbers and addresses go, too."""
    messages = list(messages)
    names = {one.spoken.sender: 0 for one in messages if one.spoken.sender}
    hide, found, places = _Hiding(names), Anonymous(), dict[str, int]()
    for name in names:
        key = person_key(name, secret)
        names[name] = places.setdefault(key, len(places))
    found.keys = list(places)
    for spoken, given in messages:
        speaker = names[cast(str, spoken.sender)]
        mark = _mark(spoken, found.keys[speaker], secret)
        found.rows.append(Row(spoken.at, speaker, spoken.kind[:16], hide(spoken.text) or None, given, mark))
    return found


def _mark(spoken: Spoken, key: str, secret: bytes) -> int:
    """The same for one message in two exports: minute (Android tells no seconds), speaker and words."""
    told = f"{spoken.at // 60}\0{key}\0{' '.join(spoken.text.split())}".encode()
    return int.from_bytes(hashlib.blake2b(told, digest_size=8, key=secret[:64]).digest(), "big", signed=True)


class _Hiding:
    """Takes names, telephone numbers and addresses out of words."""

    def __init__(self, names: Iterable[str]) -> None:
        known = {part for name in names for part in _spoken_as(name)}
        longest_first = sorted(known, key=lambda one: (-len(one), one))
        listed = "|".join(re.escape(one) for one in longest_first) or r"\b\B"
        self._names = re.compile(rf"(?<!\w)(?:{listed})(?!\w)", re.IGNORECASE)

    def __call__(self, text: str) -> str:
        return self._names.sub("[nama]", _NUMBERS.sub("[nomor]", text.replace("\0", "")))


def _spoken_as(name: str) -> Iterator[str]:
    """A name, and the same without the form of address that many contacts are kept under."""
    words = name_key(name).split()
    for some in (words, words[1:] if words and words[0].rstrip(".") in _SPOKEN else []):
        if len(whole := " ".join(some)) > 2:
            yield whole
