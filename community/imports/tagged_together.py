"""Tags a long export in several processes, a block each, with the same outcome whatever their number."""

import gc
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from typing import Any, NamedTuple

from community.imports.tagged import tagged
from community.imports.values import Spoken
from community.tagging import standard

BLOCK = 5_000
"""Messages that one process tags at a time: a second of work, and few enough to hold."""

LEAD = 40
"""How many messages before its own a block is read with, so that its first ones stand in their thread."""

Column = tuple[Any, ...]
"""One field of many messages. A block goes from process to process in columns: written and read again that takes 2.0 µs
a message, and 3.2 as tuples of single messages."""


class Counted(NamedTuple):
    """What is counted of a tag. Its words are for a person who reads one message; nobody reads a million."""

    label: str
    confidence: float
    reason: str


def tagged_together(export: Iterable[Spoken], processes: int) -> Iterator[tuple[Spoken, Counted]]:
    """As `tagged`, without words, for an export of any length; what is held at once does not grow with it.

    A quoted message that lies further back than the lead is not known to the block; exports that quote say so by
    `reply_to`. With one process, or where there is one block only, no process is started.
    """
    lines = (spoken for spoken in export if spoken.sender is not None)
    first = list(islice(lines, BLOCK))
    if processes < 2 or len(first) < BLOCK:
        for lead, block in _blocks(first, lines):
            yield from zip(block, map(Counted._make, _counted(lead, block)), strict=True)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("forkserver"), initializer=_settled) as pool:
        under_way: deque[tuple[list[Spoken], Future[list[Column]]]] = deque()
        for lead, block in _blocks(first, lines):
            under_way.append((block, pool.submit(_tags, len(lead), _columns(lead + block))))
            if len(under_way) > processes + 1:
                yield from _told(*under_way.popleft())
        while under_way:
            yield from _told(*under_way.popleft())


def _blocks(first: list[Spoken], rest: Iterator[Spoken]) -> Iterator[tuple[list[Spoken], list[Spoken]]]:
    lead: list[Spoken] = []
    block = first
    while block:
        yield lead, block
        lead, block = block[-LEAD:], list(islice(rest, BLOCK))


def _columns(rows: Iterable[tuple[Any, ...]]) -> list[Column]:
    return [*zip(*rows, strict=True)]


def _counted(lead: list[Spoken], block: list[Spoken]) -> Iterator[tuple[str, float, str]]:
    told = islice(tagged([*lead, *block], with_words=False), len(lead), None)
    return ((tag.label, tag.confidence, tag.reason) for _, tag in told)


def _settled() -> None:
    """Before a process begins: what tagging makes has no circles, so nothing is looked through for them."""
    standard()
    gc.disable()


def _tags(lead: int, columns: list[Column]) -> list[Column]:
    """The tags of a block behind its lead, worked out in a process of its own."""
    spoken = [*map(Spoken._make, zip(*columns, strict=True))]
    return _columns(_counted(spoken[:lead], spoken[lead:]))


def _told(block: list[Spoken], tags: "Future[list[Column]]") -> Iterator[tuple[Spoken, Counted]]:
    return zip(block, map(Counted._make, zip(*tags.result(), strict=True)), strict=True)
