"""Finds in a film the tracks that nobody sees or hears, and the bytes they are made of.

Beside picture and sound a camera may write where it was, second by second, as a track of its own: `meta` (GoPro,
telephones), `camm` (Android's camera motion). Source: ISO 14496-12, sections 8.4.3 and 8.7.
"""

import struct
from collections.abc import Iterator

_UNSEEN = (b"meta", b"camm")
_MOST_PIECES = 200_000  # hours of film


def unseen(content: bytes, start: int, end: int) -> bool:
    """Whether the track, whose body lies there, tells only what its camera noted down."""
    place = _found(content, start, end, b"mdia", b"hdlr")
    return place is not None and content[place[0] + 8 : place[0] + 12] in _UNSEEN


def pieces(content: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where each of the track's chunks begins and ends; together no more than the film. Raises struct.error.

    `stsc` says how many pieces a chunk has, from which chunk on; `stsz` how long each is; `stco` or `co64` where it is.
    """
    table = _found(content, start, end, b"mdia", b"minf", b"stbl")
    if table is None:
        return
    sizes, runs, at, run, left = _sizes(content, *table), _runs(content, *table), 0, 0, len(content)
    for number, offset in enumerate(_offsets(content, *table), 1):
        while run + 1 < len(runs) and runs[run + 1][0] <= number:
            run += 1
        many = runs[run][1] if runs else 0
        length = min(sum(sizes[at : at + many]), left)
        at, left = at + many, left - length  # who forges a film must not have it written over a thousand times
        yield offset, offset + length


def _found(content: bytes, start: int, end: int, *path: bytes) -> tuple[int, int] | None:
    """Where the body of the box at the end of the path lies."""
    for wanted in path:
        at = start
        while at + 8 <= end:
            size, name = struct.unpack_from(">I4s", content, at)
            if size < 8:
                return None
            if name == wanted:
                start, end = at + 8, min(at + size, end)
                break
            at += size
        else:
            return None
    return start, end


def _numbers(content: bytes, place: tuple[int, int], form: str, skipped: int) -> list[tuple[int, ...]]:
    """The rows of a table box: a count behind ``skipped`` bytes, then rows of the form."""
    start = place[0] + skipped
    count, row = struct.unpack_from(">I", content, start)[0], struct.Struct(form)
    start += 4
    end = min(start + min(count, _MOST_PIECES) * row.size, place[1], len(content))
    return list(row.iter_unpack(content[start : end - (end - start) % row.size]))


def _sizes(content: bytes, start: int, end: int) -> list[int]:
    place = _found(content, start, end, b"stsz")
    if place is None:
        return []
    same, count = struct.unpack_from(">II", content, place[0] + 4)
    return [same] * min(count, _MOST_PIECES) if same else [size for (size,) in _numbers(content, place, ">I", 8)]


def _runs(content: bytes, start: int, end: int) -> list[tuple[int, int]]:
    place = _found(content, start, end, b"stsc")
    return [(first, many) for first, many, _ in _numbers(content, place, ">III", 4)] if place else []


def _offsets(content: bytes, start: int, end: int) -> list[int]:
    for name, form in ((b"stco", ">I"), (b"co64", ">Q")):
        if place := _found(content, start, end, name):
            return [offset for (offset,) in _numbers(content, place, form, 4)]
    return []
