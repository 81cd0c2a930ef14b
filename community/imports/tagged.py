"""Tells of each message of an export what it is for, in its thread."""

from collections import deque
from collections.abc import Iterable, Iterator
from itertools import islice

from community.imports.values import Spoken
from community.tagging import BATCH, Line, Said, Tag, Talk, line_of, look, tag
from community.tagging.model import Seen
from community.tagging.words import kind_of

QUOTED = 20_000
"""How many messages back one may lie that is still known to whoever answers it with a quote."""


def tagged(export: Iterable[Spoken], *, with_words: bool = True) -> Iterator[tuple[Spoken, Tag]]:
    """Every message that somebody sent, in the order of the export, with its tag; lines of the program are left out.

    A deleted message is a line of the program to the codebook (rule 1), though its sender is known: `other`. What is
    kept meanwhile does not grow with the export. For `with_words` see `tag`.
    """
    talk, lines = Talk(), _Lines()
    for spoken, seen in _looked_at(spoken for spoken in export if spoken.sender is not None):
        quoted = lines.of(spoken.reply_to)
        said = Said(
            spoken.text, _kind(spoken), spoken.file_name, spoken.sender or "", quoted, talk.thread, spoken.at, seen
        )
        told = tag(said, with_words=with_words)
        line = line_of(said, told)
        talk.remember(line)
        lines.keep(spoken.key, line)
        yield spoken, told


def _kind(spoken: Spoken) -> str:
    """What live listening would call it: no export but Telegram's says which texts are links."""
    if spoken.deleted:
        return "service"
    return kind_of(spoken.text) if spoken.kind == "text" else spoken.kind


def _looked_at(export: Iterable[Spoken]) -> Iterator[tuple[Spoken, Seen]]:
    rest = iter(export)
    while block := list(islice(rest, BATCH)):
        yield from zip(block, look([spoken.text for spoken in block]), strict=True)


class _Lines:
    """The messages that may still be quoted."""

    def __init__(self) -> None:
        self._lines: dict[int, Line] = {}
        self._order: deque[int] = deque()

    def of(self, key: int | None) -> Line | None:
        return None if key is None else self._lines.get(key)

    def keep(self, key: int, line: Line) -> None:
        if key not in self._lines:
            self._order.append(key)
            if len(self._order) > QUOTED:
                del self._lines[self._order.popleft()]
        self._lines[key] = line
