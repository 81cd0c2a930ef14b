"""A conversation that a facilitator sent, as the courier reads it: counts, or rows without names, or names alone."""

from collections.abc import Iterable, Iterator
from datetime import date
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

from community import import_reading
from community.imported import Coming
from community.imported_people import Names
from community.imports.tagged import tagged
from community.imports.values import AmbiguousDates, BadExport, Export, Spoken
from community.tagging import Tag
from content.texts import Texts
from reports import import_results
from reports.drawing import alone
from reports.history import History, gather
from reports.history_drawing import picture
from reports.history_page import page
from reports.history_sheet import sheet
from reports.history_words import plain

Json = dict[str, Any]
_reading = Lock()  # one large file at a time: each may take a hundred megabytes


def read(content: bytes, wanted: Json, secret: bytes | None) -> Json | Coming | Names:
    """What `community.import_talk` asked for. It takes seconds: call it in a thread.

    `wanted` has `what` (look, keep, names), `group`, `zone`, `order`; to keep also `person`, `days`, `language`, and
    `study` with `until`; for names `after`. A file that is none, or that needs a question first, is told as `bad` or
    `ask`.
    """
    with _reading:
        try:
            export = import_reading.opened(content, wanted["zone"], wanted["order"])
            return _read(export, wanted, secret)
        except AmbiguousDates as unclear:
            return {"ask": "order", "first": str(unclear.blanks["first"])[:20]}
        except BadExport as reason:
            return {"bad": reason.text_key, "blanks": {name: str(value)[:300] for name, value in reason.blanks.items()}}


def _read(export: Export, wanted: Json, secret: bytes | None) -> Json | Coming | Names:
    if wanted["what"] == "look":
        return {"found": import_reading.look(export, wanted["zone"]).plain()}
    if secret is None:
        return {"bad": "imported.again", "blanks": {}}
    if wanted["what"] == "names":
        messages = import_reading.names(export, wanted["zone"])
        return Names(int(wanted["group"]), messages, int(wanted.get("after", 0)))
    found, kept = import_reading.hear(export, wanted["zone"])
    tags: list[Tag] = []

    def by(lines: Iterable[Spoken]) -> Iterator[tuple[Spoken, Tag]]:
        for spoken, told in tagged(lines):
            tags.append(told)
            yield spoken, told

    history = gather(kept, ZoneInfo(wanted["zone"]), by)
    say, until = Texts(wanted["language"]), wanted.get("until")
    rows = import_reading.anonymous(kept, tags, secret)
    return Coming(
        int(wanted["group"]), int(wanted["person"]), int(wanted["days"]), found, rows,
        plain(history) | {"hidden": history.hidden},
        import_results.told(history, say), _files(history, say), wanted.get("study"),
        date.fromisoformat(until) if until else None,
    )  # fmt: skip


def _files(history: History, say: Texts) -> list[tuple[str, bytes]]:
    """The picture, the workbook and the page of `sejawat analyze`, by the name each is sent under."""
    with alone:
        png = picture(history, say)
    name = say.plain("imported.file_name")
    return [(f"{name}.png", png), (f"{name}.xlsx", sheet(history, say)), (f"{name}.html", page(history, say).encode())]
