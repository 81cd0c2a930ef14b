"""Messages in JSONL files: one JSON object a line, read in order, tagged in their threads."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from community.tagging.model import Seen
from community.tagging.talk import BATCH, Talk, line_of, look, tag
from community.tagging.values import LABELS, Line, Said, Tag
from community.tagging.words import kind_of

Message = dict[str, Any]


class BadFile(ValueError):
    """A file that cannot be used; `text_key` and `blanks` say why, with the line, in words for a person."""

    def __init__(self, text_key: str, **blanks: object) -> None:
        super().__init__(text_key, blanks)
        self.text_key = text_key
        self.blanks = blanks


def read_messages(path: Path) -> Iterator[Message]:
    """The messages of a file in its order; empty lines are skipped. Raises `BadFile`."""
    seen: set[str] = set()
    for number, line in _lines(path):
        message = _object(line, path, number)
        known = str(message["id"])
        if known in seen:
            raise BadFile("tagging.command.twice", path=path, line=number, id=known)
        seen.add(known)
        yield message
    if not seen:
        raise BadFile("tagging.command.empty", path=path)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line
    except FileNotFoundError:
        raise BadFile("tagging.command.no_file", path=path) from None
    except UnicodeDecodeError:
        raise BadFile("tagging.command.unreadable", path=path, why="UTF-8?") from None
    except OSError as problem:
        raise BadFile("tagging.command.unreadable", path=path, why=problem.strerror) from None


def _object(line: str, path: Path, number: int) -> Message:
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        message = None
    if not isinstance(message, dict):
        raise BadFile("tagging.command.not_json", path=path, line=number)
    if not isinstance(message.get("id"), str | int) or message["id"] == "":
        raise BadFile("tagging.command.no_id", path=path, line=number)
    for name in ("text", "kind", "file_name", "sender"):
        if not isinstance(message.get(name), str | None):
            raise BadFile("tagging.command.bad_field", path=path, line=number, field=name)
    return message


def labels_of(path: Path) -> dict[str, Message]:
    """The labelled messages of a file by id. Raises `BadFile` where a label is missing or unknown."""
    found: dict[str, Message] = {}
    for number, message in enumerate(read_messages(path), start=1):
        if message.get("label") not in LABELS:
            label, allowed = message.get("label"), ", ".join(LABELS)
            raise BadFile("tagging.command.bad_label", path=path, line=number, label=label, labels=allowed)
        found[str(message["id"])] = message
    return found


@dataclass(slots=True)
class Groups:
    """Tags messages of many groups, each in its own thread, with the tagger's own labels as context."""

    by: Callable[[Said], Tag] = tag
    """What tags a message: rules and model, or one of them alone."""
    _talks: dict[str, Talk] = field(default_factory=dict)
    _lines: dict[str, Line] = field(default_factory=dict)

    def said(self, message: Message, seen: Seen | None = None) -> Said:
        """The next message in its thread; what it answers is looked up by `reply_to`."""
        told = message.get
        text = told("text") or ""
        return Said(
            text,
            told("kind") or kind_of(text),
            told("file_name"),
            told("sender") or "",
            self._lines.get(str(told("reply_to"))),
            self._talk(message).thread,
            _moment(told("sent_at")),
            seen,
        )

    def tag_all(self, messages: Iterable[Message]) -> Iterator[tuple[Message, Tag]]:
        """Each message with its tag, as `tag` gives it one by one; quicker for many."""
        rest = iter(messages)
        while block := list(islice(rest, BATCH)):
            for message, seen in zip(block, look([one.get("text") or "" for one in block]), strict=True):
                yield message, self.tag(message, seen)

    def tag(self, message: Message, seen: Seen | None = None) -> Tag:
        """The tag of the next message, which the messages after it are read with."""
        said = self.said(message, seen)
        tagged = self.by(said)
        self.remember(message, said, tagged)
        return tagged

    def remember(self, message: Message, said: Said, tagged: Tag) -> None:
        """Add a tagged message to the thread of its group."""
        line = self._lines[str(message["id"])] = line_of(said, tagged)
        self._talk(message).remember(line)

    def _talk(self, message: Message) -> Talk:
        group = str(message.get("group"))
        if (talk := self._talks.get(group)) is None:
            talk = self._talks[group] = Talk()
        return talk


def _moment(written: object) -> int | None:
    """An ISO moment as seconds since 1970; None for what is none."""
    try:
        return int(datetime.fromisoformat(str(written)).timestamp()) if written else None
    except (ValueError, OverflowError):
        return None
