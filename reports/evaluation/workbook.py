"""The figures of a study as a workbook, numbers unrounded, for whoever calculates further."""

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from content.texts import Texts
from reports.evaluation.figures import Evaluation
from reports.evaluation.words import plain, sections, tables
from reports.tables import Cell

Rows = Sequence[Sequence[Cell]]


def workbook(found: Evaluation, say: Texts) -> bytes:
    """An XLSX: the sentences, every table as it is read, and all figures by their names, unrounded."""
    import xlsxwriter

    out = io.BytesIO()
    # Words stay words: the name of a group may begin like a formula.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        said = [[line] for title, lines in sections(found, say) for line in (title.upper(), *lines, "")]
        _add(book, say.plain("evaluation.page.reading"), [[say.plain("evaluation.title")], *said], 110)
        for table in tables(found, say):
            notes: Rows = [[], *([note] for note in table.notes)]
            _add(book, table.title, [table.columns, *table.rows, *notes], 52)
        _add(book, "JSON", [("figure", "value"), *_flat("", plain(found))], 44)
    return out.getvalue()


def _add(book: Any, title: str, rows: Rows, width: int) -> None:
    page, bold = book.add_worksheet(title[:31]), book.add_format({"bold": True})
    page.freeze_panes(1, 0)
    page.set_column(0, 0, width)
    page.set_column(1, 8, 18)
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell is not None:
                page.write(at, column, cell, *([bold] if at == 0 else []))


def _flat(name: str, value: Any) -> Iterator[tuple[str, Cell]]:
    """ancova.difference.low and the like; of a list, each by its number."""
    if isinstance(value, Mapping | list):
        for key, one in value.items() if isinstance(value, Mapping) else enumerate(value, start=1):
            yield from _flat(f"{name}.{key}" if name else str(key), one)
    elif value is not None:
        yield name, str(value).lower() if isinstance(value, bool) else value
