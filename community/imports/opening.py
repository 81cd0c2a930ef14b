"""Opens an export, whichever program wrote it: told from what it holds, never from its name."""

import re
from collections.abc import Iterable
from typing import Literal
from zoneinfo import ZoneInfo

from community.imports.sources import Given, Source, sources
from community.imports.values import BadExport, Export

Order = Literal["dmy", "mdy"]
_LOOKED_AT = 1 << 10
_WANTED = tuple(
    re.compile(name, re.IGNORECASE)
    for name in (r"_chat\.txt", r".*whatsapp.*\.txt", r"result\.json", r"messages\d*\.html", r".*\.txt")
)
"""Names in a zip, the surest first: an iPhone's, Android's in every language, Telegram's, any text."""


def open_export(given: Iterable[Given], zone: ZoneInfo, order: Order | None = None) -> Export:
    """One conversation from its file or files: WhatsApp (text, zip), Telegram (JSON, HTML pages), also inside a zip.

    Several exports of one WhatsApp chat are merged. `zone` is where the exporting telephone was; `order` says whether
    dates are day first where they do not tell it themselves.

    :raises BadExport: nothing can be made of it; the reason is one sentence (`text_key`, `blanks`).
    :raises AmbiguousDates: `order` is needed.
    """
    found: dict[str, list[Source]] = {"json": [], "html": [], "chat": []}
    for one in given:
        for source in _chosen(sources(one)):
            found[_kind(source)].append(source)
    kinds = [kind for kind, some in found.items() if some]
    if not kinds:
        raise BadExport("imports.not_an_export")
    if len(kinds) > 1:
        raise BadExport("imports.mixed")
    return _open(kinds[0], found[kinds[0]], zone, order)


def _open(kind: str, files: list[Source], zone: ZoneInfo, order: Order | None) -> Export:
    if kind == "json":
        from community.imports.telegram_json import read_json

        if len(files) > 1:
            raise BadExport("imports.several_chats")
        return read_json(files[0], zone)
    if kind == "html":
        from community.imports.telegram_html import read_html

        return read_html(files, zone)
    from community.imports.whatsapp import read_chat

    if len(files) == 1:
        return read_chat(files[0], zone, order)
    from community.imports.merging import merged

    return merged(read_chat(one, zone, order) for one in files)


def _chosen(files: list[Source]) -> list[Source]:
    """Of the texts in a zip those of the conversation; people also send each other texts, pages and data."""
    if len(files) < 2:
        return files
    for wanted in _WANTED:
        some = [file for file in files if wanted.fullmatch(file.name)]
        if some:
            return some
    raise BadExport("imports.nothing_inside")


def _kind(source: Source) -> str:
    with source.open() as reader:
        head = reader.read(_LOOKED_AT)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:1] == b"{":
        return "json"
    return "html" if start[:1] == b"<" and b"<html" in start.lower() else "chat"
