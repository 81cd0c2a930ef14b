"""Opens an export, whichever program wrote it: told from what it holds, never from its name."""

from collections.abc import Iterable
from importlib import import_module
from typing import Literal, cast
from zoneinfo import ZoneInfo

from community.imports.sources import Given, Source, sources
from community.imports.values import BadExport, Export

Order = Literal["dmy", "mdy"]
_LOOKED_AT = 1 << 16


def open_export(given: Iterable[Given], zone: ZoneInfo, order: Order | None = None) -> Export:
    """One conversation from its file or files: WhatsApp (text, zip), Telegram (JSON, HTML pages), also inside a zip.

    Several exports of one WhatsApp chat are merged. `zone` is where the exporting telephone was; `order` says whether
    dates are day first where they do not tell it themselves.

    :raises BadExport: nothing can be made of it; the reason is one sentence (`text_key`, `blanks`).
    :raises AmbiguousDates: `order` is needed.
    """
    found: dict[str, list[Source]] = {"json": [], "html": [], "chat": []}
    for one in given:
        for kind, source in _kinds(sources(one)):
            found[kind].append(source)
    kinds = [kind for kind, some in found.items() if some]
    if not kinds:
        raise BadExport("imports.not_an_export")
    if len(kinds) > 1:
        raise BadExport("imports.mixed")
    return _open(kinds[0], found[kinds[0]], zone, order)


def _open(kind: str, files: list[Source], zone: ZoneInfo, order: Order | None) -> Export:
    if kind == "json":
        if len(files) > 1:
            raise BadExport("imports.several_chats")
        telegram = import_module("community.imports.telegram_json")
        return cast(Export, telegram.read_json(files[0], zone))
    if kind == "html":
        telegram = import_module("community.imports.telegram_html")
        return cast(Export, telegram.read_html(files, zone))
    from community.imports.whatsapp import read_chat

    return read_chat(files[0], zone, order)


def _kinds(files: list[Source]) -> Iterable[tuple[str, Source]]:
    for source in files:
        with source.open() as reader:
            head = reader.read(_LOOKED_AT)
        start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
        if start[:1] == b"{":
            yield "json", source
        elif start[:1] == b"<" and b"<html" in start[:500].lower():
            yield "html", source
        else:
            yield "chat", source
