"""Walks through Telegram's result.json without holding it: chats, and one message after the other."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import ijson

from community.imports.sources import Reader

Event = tuple[str, Any]
Object = dict[str, Any]

PIECE = 512
"""Bytes handed on at a time: what cannot be read is found within so many."""
LARGEST_PIECE = 1 << 17
LONGEST = 1 << 20
"""Bytes that a message may have, and that may lie between two objects: whatever is longer is no chat."""
DEEPEST = 32
"""Objects within objects; Telegram's own files have nine."""
MOST_CHATS = 10_000
_ESCAPE = re.compile(rb"\\(?:x([0-9A-Fa-f]{2})|.)", re.DOTALL)
_X = re.compile(rb"(?:x[0-9A-Fa-f]?)?\Z")
_BOM = b"\xef\xbb\xbf"


class Broken(ValueError):
    """Here the file stops being what it was: cut off, damaged, or too long or too deep to be a chat."""


class Json:
    """The bytes of a file as JSON, in pieces, with the lines counted.

    Telegram Desktop writes control characters as ``\\xNN``, which JSON does not know; they become ``\\u00NN``, also
    where a piece ends within one. An escaped backslash before an x stays what it is.
    """

    def __init__(self, file: Reader) -> None:
        self._file = file
        self._kept = b""
        self.piece = b""
        self.line = 1
        self.fed = 0
        self.quiet_from = 0

    def read(self, size: int) -> bytes:
        """The next piece, empty at the end of the file. Raises `Broken` where no object has begun for too long."""
        if size == 0:
            return b""
        if self.fed - self.quiet_from > LONGEST:
            raise Broken
        # A string that goes on and on is looked through anew with each piece: the pieces grow with it.
        raw = self._kept + self._file.read(min(max(PIECE, self.fed - self.quiet_from), LARGEST_PIECE))
        if self.fed == 0:
            raw = raw.removeprefix(_BOM)
        self._kept = b""
        raw = self._whole(raw)
        if b"\\x" in raw:
            raw = _ESCAPE.sub(_legal, raw)
        self.line += raw.count(b"\n")
        self.fed += len(raw)
        self.piece = raw or self.piece
        return raw

    def _whole(self, raw: bytes) -> bytes:
        """The piece up to the escape that it only begins; at the end of the file all of it."""
        while (cut := _begun(raw)) is not None:
            if cut:
                self._kept = raw[cut:]
                return raw[:cut]
            more = self._file.read(PIECE)
            if not more:
                break
            raw += more
        return raw


def _begun(raw: bytes) -> int | None:
    """Where the escape begins that the last bytes leave unfinished: an odd backslash, with or without x and a digit."""
    ending = len(_X.search(raw, max(0, len(raw) - 2))[0])  # type: ignore[index]
    before = raw[: len(raw) - ending]
    run = len(before) - len(before.rstrip(b"\\"))
    return len(before) - 1 if run % 2 else None


def _legal(escape: re.Match[bytes]) -> bytes:
    return b"\\u00" + escape[1] if escape[1] else escape[0]


class Chat(NamedTuple):
    """A chat of an export: its place among those that have messages, what it is called, and how much is in it."""

    place: int
    name: str | None
    type: str
    messages: int


class Survey(NamedTuple):
    """What an export holds. A file with one chat is not counted: that would be reading it twice."""

    is_full: bool
    chats: list[Chat]


def survey(file: Reader) -> Survey:
    """The chats of a file from its beginning, as far as it can be read."""
    source, chats = Json(file), list[Chat]()
    header: Object = {}
    events = _events(source)
    try:
        for depth, event, key, value in _outline(events, source):
            if event == "start_map":
                header = {}
            elif event == "start_array" and key == "messages":
                name, kind = header.get("name"), header.get("type")
                chat = Chat(len(chats), name if isinstance(name, str) else None, str(kind or ""), 0)
                chats.append(chat)
                if len(chats) > MOST_CHATS:
                    raise Broken
                if depth == 1:
                    return Survey(False, chats)
                _count(events, source, chats)
            elif key in ("name", "type"):
                header[key] = value
    except Broken:
        pass
    return Survey(True, chats)


def messages(source: Json, place: int) -> Iterator[Any]:
    """The messages of the chat at that place, each as it stands in the file. Raises `Broken` where the file breaks."""
    events = _events(source)
    found = -1
    for _, event, key, _value in _outline(events, source):
        if event != "start_array" or key != "messages":
            continue
        found += 1
        if found < place:
            _skip(events, source)
            continue
        for kind, value in events:
            if kind == "end_array":
                return
            yield _build(kind, events, source) if kind in ("start_map", "start_array") else value


def _events(source: Json) -> Iterator[Event]:
    """What the JSON consists of, in order. Raises `Broken` where it is none."""
    try:
        yield from ijson.basic_parse(source, use_float=True)
    except (ijson.JSONError, UnicodeDecodeError, ValueError):
        raise Broken from None


def _outline(events: Iterator[Event], source: Json) -> Iterator[tuple[int, str, str | None, Any]]:
    """What stands in the maps that may be a chat: the file itself, and the items of a list of chats.

    Each with the depth of that map (1 or 4), the event, and its key. The consumer takes the events of an array that
    it wants to see itself up to its end.
    """
    depth, keys = 0, [""] * 5
    for event, value in events:
        if event == "map_key":
            if depth in (1, 4):
                keys[depth] = value
        elif event in ("start_map", "start_array"):
            source.quiet_from = source.fed
            if depth in (1, 4) and event == "start_array" and keys[depth] == "messages":
                yield depth, event, "messages", None
                continue  # the consumer has gone to its end
            depth += 1
            if depth > DEEPEST:
                raise Broken
            if depth in (1, 4) and event == "start_map":
                yield depth, event, None, None
        elif event in ("end_map", "end_array"):
            depth -= 1
        elif depth in (1, 4):
            yield depth, event, keys[depth], value


def _count(events: Iterator[Event], source: Json, chats: list[Chat]) -> None:
    """Go to the end of an array of messages, and note how many it had, also where it breaks off."""
    number = 0
    try:
        for so_far in _through(events, source):
            number = so_far
    finally:
        chats[-1] = chats[-1]._replace(messages=number)


def _skip(events: Iterator[Event], source: Json) -> None:
    for _ in _through(events, source):
        pass


def _through(events: Iterator[Event], source: Json) -> Iterator[int]:
    """Go to the end of an array; gives how many items have begun so far."""
    depth = number = 0
    for event, _ in events:
        if event in ("start_map", "start_array"):
            source.quiet_from = source.fed
            number += depth == 0
            depth += 1
            if depth > DEEPEST:
                raise Broken
            if depth == 1:
                yield number
        elif event in ("end_map", "end_array"):
            if depth == 0:
                return
            depth -= 1


def _build(opened: str, events: Iterator[Event], source: Json) -> Any:
    """One message as a value, whose first event was this one."""
    begun = source.quiet_from = source.fed
    root = current = _container(opened)
    above: list[tuple[Any, str]] = []
    key = ""
    for event, value in events:
        if event == "map_key":
            key = value
            continue
        if event in ("end_map", "end_array"):
            if not above:
                return root
            current, key = above.pop()
            continue
        is_inner = event in ("start_map", "start_array")
        child = _container(event) if is_inner else value
        if type(current) is dict:
            current[key] = child
        else:
            current.append(child)
        if is_inner:
            above.append((current, key))
            current = child
            source.quiet_from = source.fed
            if len(above) > DEEPEST or source.fed - begun > LONGEST:
                raise Broken
    raise Broken


def _container(event: str) -> Any:
    return {} if event == "start_map" else []
