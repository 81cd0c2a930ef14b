"""A table as a value, and what it looks like on a phone and in a file."""

import csv
import io
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from content.sheets.cells import neutral

PHONE = 30  # characters of Telegram's monospaced type that fit a narrow phone without breaking a line
Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Table:
    """What was counted. The first column names the row, the others hold its figures."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"{self.title}: a row of {len(row)} cells under {len(self.columns)} columns: {row}")


def as_text(table: Table, width: int = PHONE) -> str:
    """Columns and rows in at most ``width`` characters a line.

    Where a row would be wider, its name is wrapped: beside a single figure, else on lines of its own with the
    figures beneath; figures that are wider still are shown whole, and the phone breaks the line.
    """
    lines = [tuple(_shown(cell) for cell in row) for row in (table.columns, *table.rows)]
    sizes = [max(len(line[column]) for line in lines) for column in range(len(table.columns))]
    if sum(sizes) + len(sizes) - 1 <= width:
        return "\n".join(_beside(line, sizes) for line in lines)
    figures = sizes[1:]
    room = width - sum(figures) - 1
    if len(figures) == 1 and room >= width // 2:
        return "\n".join(_wrapped(line, [room, *figures]) for line in lines)
    found: list[str] = []
    for line in lines:
        found += textwrap.wrap(line[0], width) or [""]
        found.append(_figures(line[1:], figures).rjust(width))
    return "\n".join(found)


def as_csv(table: Table) -> str:
    """The same as comma-separated values with a header, numbers unrounded.

    Words that a spreadsheet would take for a formula get an apostrophe, which tells it that they are words.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([_harmless(name) for name in table.columns])
    writer.writerows([_harmless(cell) for cell in row] for row in table.rows)
    return out.getvalue()


def _harmless(cell: Cell) -> str | int | float:
    if not isinstance(cell, str):
        return "" if cell is None else cell
    # A lone carriage return is not quoted: for a spreadsheet a new line would begin behind it.
    return neutral(cell.replace("\r\n", "\n").replace("\r", "\n"))


def as_xlsx(table: Table, made: datetime) -> bytes:
    """The same as a workbook: words stay words, whatever they begin with; the notes stand on a second sheet.

    The same table ``made`` at the same moment is the same file, byte by byte.
    """
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": made})
        page, bold = book.add_worksheet("1"), book.add_format({"bold": True})
        page.freeze_panes(1, 1)
        page.set_column(0, 0, 34)
        page.set_column(1, max(1, len(table.columns) - 1), 16)
        page.write_row(0, 0, table.columns, bold)
        for at, row in enumerate(table.rows, start=1):
            for column, cell in enumerate(row):
                if cell is not None:
                    page.write(at, column, cell)
        about = book.add_worksheet("2")
        about.set_column(0, 0, 100)
        about.write_column(0, 0, [table.title, *table.notes])
    return out.getvalue()


def as_book(tables: Sequence[Table]) -> bytes:
    """Each table on a sheet of its own with its notes below; words stay words, whatever they begin with."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as made:
        bold, wrap = made.add_format({"bold": True}), made.add_format({"text_wrap": True, "valign": "top"})
        for number, table in enumerate(tables, 1):
            page = made.add_worksheet(f"{number}")
            page.freeze_panes(2, 1)
            page.set_column(0, len(table.columns), 30)
            page.write(0, 0, table.title, bold)
            page.write_row(1, 0, table.columns, bold)
            rows: list[Sequence[Any]] = [*table.rows, (), *((note,) for note in table.notes)]
            for at, row in enumerate(rows, start=2):
                for column, cell in enumerate(row):
                    if cell is not None:
                        page.write(at, column, cell, wrap)
    return out.getvalue()


def _shown(cell: Cell) -> str:
    return "–" if cell is None else str(cell)


def _beside(line: tuple[str, ...], sizes: list[int]) -> str:
    return f"{line[0].ljust(sizes[0])} {_figures(line[1:], sizes[1:])}"


def _wrapped(line: tuple[str, ...], sizes: list[int]) -> str:
    """The figure stands beside the last line of the name, so that nothing comes between its words."""
    *above, last = textwrap.wrap(line[0], sizes[0]) or [""]
    return "\n".join([*above, _beside((last, *line[1:]), sizes)])


def _figures(cells: tuple[str, ...], sizes: list[int]) -> str:
    return " ".join(cell.rjust(size) for cell, size in zip(cells, sizes, strict=True))
