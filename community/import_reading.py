"""Reads an export that somebody sent: what is in it, and each message tagged in its thread, without a database.

It takes seconds of processor for a large file: call it in a thread.
"""

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, cast
from zoneinfo import ZoneInfo

from community.import_names import Hiding, clean, name_key
from community.imports.opening import Order, open_export
from community.imports.values import FILES, BadExport, Export, Reading, Spoken
from community.tagging import Tag
from community.tagging.values import HIDDEN

MOST_MESSAGES = 100_000
"""Taken in at once: WhatsApp exports at most 40,000, a school's Telegram group has fewer."""
MOST_PEOPLE = 2_000
"""WhatsApp's groups have up to 1,024 members; whoever came and went comes to it."""
MOST_LINES = 12
Json = dict[str, Any]


@dataclass(slots=True)
class Found:
    """What an export holds, in counts; `hidden` of the media it left out, `lines` are the first not understood."""

    grammar: str
    first: str = ""
    last: str = ""
    messages: int = 0
    people: int = 0
    system_lines: int = 0
    media: int = 0
    hidden: int = 0
    deleted: int = 0
    edited: int = 0
    not_understood: int = 0
    lines: list[int] = field(default_factory=list)

    def plain(self) -> Json:
        return asdict(self)


@dataclass(slots=True)
class Kept:
    """An export in memory, to be gone through more than once."""

    reading: Reading
    lines: list[Spoken]

    def __iter__(self) -> Iterator[Spoken]:
        return iter(self.lines)


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


def hear(export: Export, zone: str) -> tuple[Found, Kept]:
    """All of it, in memory, once it is known not to be too much. Raises as look."""
    count = _Counting(zone)
    lines = list(count.seen(export))
    return count.told(export), Kept(export.reading, lines)


def names(export: Export, zone: str) -> Counter[str]:
    """Who wrote how much, by the names of the export. Raises as look."""
    return Counter(one.sender for one in _Counting(zone).seen(export) if one.sender is not None)


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
            self._enough()
            return
        found.messages += 1
        found.media += spoken.kind in FILES
        found.hidden += spoken.kind == HIDDEN
        found.deleted += spoken.deleted
        found.edited += spoken.edited
        self._people.add(name_key(spoken.sender))
        self._enough()
        self._span = [min(self._span[0], spoken.at), max(self._span[1], spoken.at)] if self._span else [spoken.at] * 2

    def _enough(self) -> None:
        is_long = max(self._found.messages, self._found.system_lines) > MOST_MESSAGES
        if is_long or len(self._people) > MOST_PEOPLE:
            raise BadExport("imported.too_much", messages=MOST_MESSAGES, people=MOST_PEOPLE)

    def told(self, export: Export) -> Found:
        found = self._found
        if not self._span:
            raise BadExport("imports.not_an_export")
        found.grammar, found.people = clean(export.reading.grammar)[:80], len(self._people)
        found.first, found.last = (datetime.fromtimestamp(at, self._zone).isoformat() for at in self._span)
        found.not_understood = export.reading.how_many_not_understood
        found.lines = [one.line for one in export.reading.not_understood[:MOST_LINES]]
        return found


def person_key(name: str, secret: bytes) -> str:
    """Stands for a name that is not stored: without the secret nobody can tell whose it is."""
    return hmac.new(secret, name_key(name).encode(), hashlib.sha256).hexdigest()


def anonymous(export: Kept, tags: Iterable[Tag], secret: bytes) -> Anonymous:
    """The messages of people with their tags in the same order, without a name, in the words neither.

    Telephone numbers and addresses go, too.
    """
    names = {one.sender: 0 for one in export if one.sender is not None}
    hide, found, places = Hiding(names), Anonymous(), dict[str, int]()
    for name in names:
        key = person_key(name, secret)
        names[name] = places.setdefault(key, len(places))
    found.keys = list(places)
    for spoken, given in zip((one for one in export if one.sender is not None), tags, strict=True):
        speaker = names[cast(str, spoken.sender)]
        mark = _mark(spoken, secret)
        found.rows.append(Row(spoken.at, speaker, spoken.kind[:16], hide(spoken.text) or None, given, mark))
    return found


def _mark(spoken: Spoken, secret: bytes) -> int:
    """The same for one message in two exports: its minute (Android tells no seconds) and its words.

    Not who said it: another telephone knows the same people by other names.
    """
    told = f"{spoken.at // 60}\0{' '.join(clean(spoken.text).split())}".encode()
    return int.from_bytes(hashlib.blake2b(told, digest_size=8, key=secret[:64]).digest(), "big", signed=True)
