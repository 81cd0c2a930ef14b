"""The text of an export in blocks of whole lines, decoded, however large the file is."""

import codecs
from collections.abc import Iterator

from community.imports.sources import Source
from community.imports.values import BadExport

BLOCK = 1 << 15
"""Bytes read at a time: what is made of them stays in the processor's cache, which halves the time."""
LONGEST = 1 << 20
"""Letters of one line or one message. WhatsApp itself allows 65,536."""

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def blocks(source: Source) -> Iterator[str]:
    """The text, a block after the other; each begins at the start of a line and lacks its own last line break.

    :raises BadExport: it is not text, not in UTF-8 (or UTF-16 with its mark), or a line is longer than can be.
    """
    with source.open() as reader:
        data = reader.read(BLOCK)
        bom, encoding = next(((bom, name) for bom, name in _BOMS if data.startswith(bom)), (b"", "utf-8"))
        data = data[len(bom) :]
        if encoding == "utf-8" and b"\0" in data:
            raise BadExport("imports.not_an_export")
        decoder = codecs.getincrementaldecoder(encoding)()
        line, rest = 1, ""
        while data:
            try:
                text = rest + decoder.decode(data)
            except UnicodeDecodeError as error:
                raise BadExport("imports.encoding", line=line + data[: error.start].count(b"\n")) from error
            cut = text.rfind("\n") + 1
            rest = text[cut:]
            if len(rest) > LONGEST:
                raise BadExport("imports.too_long", line=line + text.count("\n"))
            if cut:
                block = text[: cut - 1]
                line += block.count("\n") + 1
                yield _unix(block)
            data = reader.read(BLOCK)
    if rest:  # a letter cut in two at the end of a file that was not copied whole is left off
        yield _unix(rest)


def _unix(block: str) -> str:
    """Line breaks as in Unix; some telephones end single lines with the other kind."""
    if "\r" in block:
        block = block.replace("\r\n", "\n").removesuffix("\r")
    return block
