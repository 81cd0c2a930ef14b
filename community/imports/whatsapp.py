"""Reads a WhatsApp export, message by message."""

import re
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from community.imports.sources import Source
from community.imports.values import BadExport, Reading, Spoken

_HEADER = re.compile(r"^(\d{1,2}/\d{1,2}/\d{2} \d{1,2}\.\d{2}) - ", re.MULTILINE)


class Chat:
    """The messages of one export."""

    def __init__(self, source: Source, zone: ZoneInfo) -> None:
        self.reading = Reading("WhatsApp Android, d/m/yy H.MM")
        self._source, self._zone = source, zone

    def __iter__(self) -> Iterator[Spoken]:
        with self._source.open() as reader:
            text = reader.read().decode("utf-8-sig")
        line, parts = 1, _HEADER.split(text)
        for stamp, body in zip(parts[1::2], parts[2::2], strict=True):
            at = int(datetime.strptime(stamp, "%d/%m/%y %H.%M").replace(tzinfo=self._zone).timestamp())
            sender, colon, words = body.removesuffix("\n").partition(": ")
            if colon and "\n" not in sender:
                yield Spoken(at, sender, words, key=line)
            else:
                yield Spoken(at, None, body.removesuffix("\n"), "service", key=line)
            line += body.count("\n")


def read_chat(source: Source, zone: ZoneInfo, order: str | None = None) -> Chat:
    """The chat, opened."""
    del order
    with source.open() as reader:
        if not _HEADER.search(reader.read(1 << 16).decode("utf-8", "replace")):
            raise BadExport("imports.not_an_export")
    return Chat(source, zone)
