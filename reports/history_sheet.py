"""The figures of an exported conversation as a workbook, numbers unrounded, for whoever calculates further."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from community.tagging import LABELS
from content.texts import Texts
from reports.history import History
from reports.history_words import REFERENCE, consultation_lines, equality_lines, facts, guessed, steps_table
from reports.tables import Cell

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook

Rows = Sequence[Sequence[Cell]]


def sheet(history: History, say: Texts, *, reference: bool = False) -> bytes:
    """An XLSX with a sheet for each question. People are numbers; what could not be read is named by line alone."""
    import xlsxwriter

    out = io.BytesIO()
    # Words stay words: an export may hold =HYPERLINK(…).
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        steps = steps_table(history, say)
        _add(book, say, "facts", _facts(history, say), 34)
        _add(book, say, "types", _types(history, say, reference), 34)
        _add(book, say, "steps", [steps.columns, *steps.rows], 14)
        _add(book, say, "people", _people(history, say), 14)
        _add(book, say, "hours", _hours(history, say), 8)
        if history.places:
            lines = [[place.line] for place in history.places]
            _add(book, say, "missed", [[say.plain("analysis.column.line")], *lines], 8)
    return out.getvalue()


def _add(book: "Workbook", say: Texts, name: str, rows: Rows, width: int) -> None:
    page = book.add_worksheet(say.plain(f"analysis.sheet.{name}"))
    bold = book.add_format({"bold": True})
    page.freeze_panes(1, 0)
    page.set_column(0, 0, width)
    page.set_column(1, 12, 14)
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell is not None:
                page.write(at, column, cell, *([bold] if at == 0 else []))


def _facts(history: History, say: Texts) -> Rows:
    head = [say.plain("analysis.column.what"), say.plain("analysis.column.how_many")]
    numbers: dict[str, Cell] = {
        say.plain(f"analysis.fact.{name}"): getattr(history, name)
        for name in ("messages", "people", "media", "deleted", "edited", "system_lines", "not_understood")
    }
    rows: list[list[Cell]] = [[name, numbers.get(name, value)] for name, value in facts(history, say)]
    words = [*equality_lines(history.equality, say), *consultation_lines(history.consultations, say)]
    words += [say.plain("analysis.guessed"), say.plain("analysis.no_names")]
    return [head, *rows, [], *([line] for line in words)]


def _types(history: History, say: Texts, reference: bool) -> Rows:
    columns = [say.plain("reports.column.type")]
    for key in ("reports.column.of_four", "reports.column.of_all"):
        way = say.plain(key)
        columns += [f"n ({way})", *(f"{say.plain(f'analysis.column.{one}')} ({way})" for one in _PARTS)]
    columns += [say.plain("analysis.column.reference")] * reference
    four = {share.label: share for share in history.shares.of_four}
    rows: list[list[Cell]] = []
    for share in history.shares.of_all:
        cells: list[Cell] = [say.plain(f"reports.label.{share.label}")]
        for one in (four.get(share.label), share):
            cells += [one.n, one.of, one.value, one.low, one.high] if one else [None] * 5
        told = REFERENCE.get(share.label)
        rows.append(cells + ([told / 100 if told else None] if reference else []))
    notes = [*guessed(history, say), *([say.plain("analysis.reference")] * reference)]
    return [columns, *rows, [], *([note] for note in notes)]


_PARTS = ("of", "share", "low", "high")


def _people(history: History, say: Texts) -> Rows:
    head = [say.plain(f"analysis.column.{name}") for name in ("person", "first_day", "messages")]
    head += [say.plain(f"reports.label.{label}") for label in LABELS]
    rows: list[list[Cell]] = [
        [
            say.plain("analysis.equality.person", n=one.number), one.first_day.isoformat(), one.n,
            *(one.by_label[label] for label in LABELS),
        ]
        for one in history.equality.speakers
    ]  # fmt: skip
    return [head, *rows]


def _hours(history: History, say: Texts) -> Rows:
    head = [say.plain("analysis.column.hour"), *say.plain("common.weekdays").split()]
    return [head, *([hour, *(row[hour] for row in history.hours)] for hour in range(24))]
