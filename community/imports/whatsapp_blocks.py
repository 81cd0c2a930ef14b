"""The text of an export in blocks of whole lines, decoded, however large the file is."""

import codecs
import re
from collections.abc import Iterator
from itertools import islice

from community.imports.sources import Reader, Source
from community.imports.values import BadExport

BLOCK = 1 << 15
"""Bytes read at a time: what is made of them stays in the processor's cache, which halves the time."""
LONGEST = 1 << 20
"""Bytes of one line, letters of one message. WhatsApp itself allows 65,536 letters."""

_OWN = tuple(mark.encode() for mark in "\u200e\u200f\u2068")  # before what WhatsApp writes, and around a mention
_LEAD = b"\xe2"  # the first byte of each, which most blocks do not have
_A_DATE = re.compile(rb"(?:^|[\n\0\[])\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}[, ]")
"""How a message begins, whatever bytes without a meaning stand before and after it."""
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def blocks(source: Source) -> Iterator[str]:
    """The text, a block after the other; each begins at the start of a line and lacks its own last line break.

    :raises BadExport: it is not text, not in UTF-8 (or UTF-16 with its mark), or a line is longer than can be.
    """
    return (block for block, _ in probed(source, ()))


def probed(source: Source, words: tuple[bytes, ...], narrow: bool = False) -> Iterator[tuple[str, bool]]:
    """Each block, and whether one of the words or WhatsApp's own marks is in it.

    They are looked for in the bytes, in a quarter of the time; a long word is found sooner than a short one. `narrow`:
    a letter for each byte, of a file that is known to be text. One smiling face makes every letter of a block four
    bytes wide, and all that is done with it slow; `wide` makes letters of what is kept.
    """
    for number, data in enumerate(_whole_lines(source)):
        try:
            block = data.decode("latin-1" if narrow else "utf-8")
        except UnicodeDecodeError as error:
            line = 1 + number + _ends(_whole_lines(source), number) + data[: error.start].count(b"\n")
            raise BadExport("imports.encoding", line=line) from error
        if "\r" in block:
            block = block.replace("\r\n", "\n").removesuffix("\r")
        marked = _LEAD in data and any(mark in data for mark in _OWN)
        yield block, marked or any(word in data for word in words)


def _ends(pieces: Iterator[bytes], first: int) -> int:
    """The line breaks of the first pieces: counted again where something is wrong, not in every file."""
    return sum(piece.count(b"\n") for piece in islice(pieces, first))


def wide(text: str) -> str:
    """The letters of a piece of a narrow block, cut where a letter ends."""
    return text if text.isascii() else text.encode("latin-1").decode(errors="replace")


def _whole_lines(source: Source) -> Iterator[bytes]:
    with source.open() as reader:
        rest = b""
        for number, data in enumerate(_utf_8(reader)):
            cut = data.rfind(b"\n")
            if cut < 0:
                rest += data
                if len(rest) > LONGEST:
                    with source.open() as again:
                        raise BadExport("imports.too_long", line=1 + _ends(_utf_8(again), number))
                continue
            yield rest + data[:cut]
            rest = data[cut + 1 :]
    if rest:
        whole = rest.decode(errors="ignore").encode() if _cut_short(rest) else rest
        yield whole


def _utf_8(reader: Reader) -> Iterator[bytes]:
    data = reader.read(BLOCK)
    if data.startswith(_UTF_16):
        decoder = codecs.getincrementaldecoder("utf-16")("replace")
        while data:
            yield _kept(decoder.decode(data).encode(errors="replace"))
            data = reader.read(BLOCK)
        return
    data = data.removeprefix(codecs.BOM_UTF8)
    if b"\0" in data:
        raise BadExport("imports.broken" if _A_DATE.search(data) else "imports.not_an_export")
    while data:
        yield _kept(data)
        data = reader.read(BLOCK)


def _kept(data: bytes) -> bytes:
    """Without bytes of nothing further on in a file, which no database keeps."""
    return data.replace(b"\0", b"")


def _cut_short(end: bytes) -> bool:
    """The file was not copied whole, in the middle of a letter: that letter is left off."""
    try:
        end.decode()
    except UnicodeDecodeError as error:
        return error.end == len(end) and error.reason == "unexpected end of data"
    return False
