"""Tags a long export in several processes, a block each, with the same outcome whatever their number."""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context

from community.imports.tagged import tagged
from community.imports.values import Spoken
from community.tagging import Tag

BLOCK = 5_000
"""Messages that one process tags at a time: a second of work, and few enough to hold."""

LEAD = 40
"""How many messages before its own a block is read with, so that its first ones stand in their thread."""

Plain = tuple[object, ...]


def tagged_together(export: Iterable[Spoken], processes: int) -> Iterator[tuple[Spoken, Tag]]:
    """As `tagged`, for an export of any length; what is held at once does not grow with it.

    A quoted message that lies further back than the lead is not known to the block; exports that quote say so by
    `reply_to`. With one process, or where there is one block only, no process is started.
    """
    lines = (spoken for spoken in export if spoken.sender is not None)
    first = list(islice(lines, BLOCK))
    if processes < 2 or len(first) < BLOCK:
        yield from _in_blocks(first, lines)
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("forkserver")) as pool:
        under_way: deque[tuple[list[Spoken], Future[list[Plain]]]] = deque()
        for lead, block in _blocks(first, lines):
            under_way.append((block, pool.submit(_tags, _plain(lead), _plain(block))))
            if len(under_way) > processes + 1:
                yield from _told(*under_way.popleft())
        while under_way:
            yield from _told(*under_way.popleft())


def _in_blocks(first: list[Spoken], rest: Iterator[Spoken]) -> Iterator[tuple[Spoken, Tag]]:
    for lead, block in _blocks(first, rest):
        yield from islice(tagged([*lead, *block]), len(lead), None)


def _blocks(first: list[Spoken], rest: Iterator[Spoken]) -> Iterator[tuple[list[Spoken], list[Spoken]]]:
    lead: list[Spoken] = []
    block = first
    while block:
        yield lead, block
        lead, block = block[-LEAD:], list(islice(rest, BLOCK))


def _plain(many: Sequence[Spoken]) -> list[Plain]:
    """Tuples go from process to process in half the time of named ones."""
    return [tuple(one) for one in many]


def _tags(lead: list[Plain], block: list[Plain]) -> list[Plain]:
    """The tags of a block, worked out in a process of its own."""
    spoken = [Spoken._make(one) for one in (*lead, *block)]
    told = islice(tagged(spoken), len(lead), None)
    return [(tag.label, tag.secondary, tag.confidence, tag.reason, tag.evidence, tag.source) for _, tag in told]


def _told(block: list[Spoken], tags: "Future[list[Plain]]") -> Iterator[tuple[Spoken, Tag]]:
    for spoken, tag in zip(block, tags.result(), strict=True):
        yield spoken, Tag(*tag)  # type: ignore[arg-type]
