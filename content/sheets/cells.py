"""XLSX and CSV as tables of words with their addresses, and back; nothing here knows what a pack is."""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from content.sheets.unpacking import Mountain, unpacked

MOST_BYTES = 5_000_000  # of a file; a pack of 60 lessons has 200,000
MOST_UNPACKED = 20_000_000
MOST_ROWS, MOST_COLUMNS = 2_000, 300
MOST_CELLS = 200_000  # that hold something, or stand between commas; a pack of 60 lessons has 6,000
MOST_PLACES = 3_000_000  # that are looked at; sheets are given out to their last row and column, however empty
MOST_ABOVE = 10  # rows among which the header is looked for: "Daftar guru SDN Melati" may stand above it
# A sheet would take these for a formula, also after another program has saved it; an apostrophe stands before them.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")


class BadSheet(ValueError):
    """A sheet that cannot be taken: everything that is wrong, as (address, words); the address may be empty."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(f"{address}: {words}" if address else words for address, words in self.problems))


class Unreadable(ValueError):
    """Not a file of that kind; the message is a key of content.sheet."""


class Cell(NamedTuple):
    """What stands in a cell, as words. ``date``: the program made a date of it, and what was typed is lost."""

    text: str
    date: bool = False


class Table(NamedTuple):
    """A sheet: its name, the number of its header's row, the header, and the rows that hold something."""

    name: str
    header_row: int
    header: list[str]
    rows: list[tuple[int, list[Cell]]]

    def address(self, row: int, column: int) -> str:
        """Pelajaran!F7; ``column`` counts from 0."""
        return f"{self.name}!{letters(column)}{row}"


def letters(column: int) -> str:
    """The name of a column that counts from 0: A, Z, AA."""
    name = ""
    while column >= 0:
        column, rest = divmod(column, 26)
        name, column = chr(ord("A") + rest) + name, column - 1
    return name


def neutral(words: str) -> str:
    """Words that no program takes for a formula."""
    return f"'{words}" if _FORMULA.match(words) else words


def restored(words: str) -> str:
    """What ``neutral`` was given."""
    return words[1:] if words.startswith("'") and _FORMULA.match(words) else words


def tables(
    content: bytes, titles: Sequence[str], is_header: Callable[[str], bool], most_unpacked: int = MOST_UNPACKED
) -> dict[str, Table]:
    """The tables of a file by their title. Raises Unreadable, also for one that would fill the memory.

    A single table without a title is the last of ``titles``. ``is_header`` tells in which way a CSV is cut, and which
    row is the header: a few others may stand above it. Reading takes up to seconds: off the loop, please.
    """
    if len(content) > MOST_BYTES:
        raise Unreadable("too_big")
    if content.startswith(b"PK"):
        grids = _xlsx(content, most_unpacked)
    elif b"\0" in content[:1000] and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("unreadable")
    else:
        grids = _sections(list(_csv(content, is_header)), titles)
    known = {title.casefold(): title for title in titles}
    found = {
        known[one.strip().casefold()]: (one, grid) for one, grid in grids.items() if one.strip().casefold() in known
    }
    chosen = (found or _alone(grids, titles)).items()
    made = {title: _table(one.strip(), grid, is_header) for title, (one, grid) in chosen}
    return {title: table for title, table in made.items() if table}


def _alone(grids: Mapping[str, "Grid"], titles: Sequence[str]) -> dict[str, tuple[str, "Grid"]]:
    """A sheet that is the only one need not be called what it is; the empty ones a new workbook has do not count."""
    filled = [one for one in grids.items() if any(cell.text for _, cells in one[1] for cell in cells)]
    return {titles[-1]: filled[0]} if len(filled) == 1 else {}


Grid = Sequence[tuple[int, list[Cell]]]


def _table(name: str, grid: Grid, is_header: Callable[[str], bool]) -> Table | None:
    filled = [(number, cells) for number, cells in grid if any(cell.text for cell in cells)]
    for at, (number, header) in enumerate(filled[:MOST_ABOVE]):
        if any(is_header(cell.text) for cell in header):
            rows = filled[at + 1 :]
            return Table(name, number, [cell.text for cell in header], rows) if rows else None
    return None


def _xlsx(content: bytes, most_unpacked: int) -> dict[str, Grid]:
    from openpyxl import load_workbook

    try:
        plain = io.BytesIO(unpacked(content, most_unpacked))
        book = load_workbook(plain, read_only=True, data_only=True, keep_links=False)
        try:
            left = _Room()
            return {sheet.title: list(_rows(sheet, left)) for sheet in book.worksheets}
        finally:
            book.close()
    except Unreadable:
        raise
    except Mountain:
        raise Unreadable("too_big") from None
    except Exception:  # a broken or foreign file fails anywhere inside the library, in its own ways
        raise Unreadable("unreadable") from None


class _Room:
    """How many more cells are taken from a file, and how many places looked at."""

    def __init__(self) -> None:
        self._cells, self._places = MOST_CELLS, MOST_PLACES

    def take(self, cells: int, places: int) -> None:
        """Raises Unreadable when there is no more."""
        self._cells, self._places = self._cells - cells, self._places - places
        if self._cells < 0 or self._places < 0:
            raise Unreadable("too_big")


def _rows(sheet: object, left: _Room) -> Iterator[tuple[int, list[Cell]]]:
    """The rows that hold something, each to its last filled cell."""
    sheet.reset_dimensions()  # type: ignore[attr-defined]  # what a file claims of its size need not be true
    found = sheet.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS, values_only=True)  # type: ignore[attr-defined]
    for number, values in enumerate(found, 1):
        cells = [_cell(value) for value in values]
        while cells and not cells[-1].text:
            cells.pop()
        left.take(len(cells), len(values))
        if number > MOST_ROWS and cells:
            raise Unreadable("too_big")
        if cells:
            yield number, cells


_EMPTY = Cell("")


def _cell(value: object) -> Cell:
    if value is None:
        return _EMPTY
    if isinstance(value, bool):
        return Cell("ya" if value else "tidak")
    if isinstance(value, float) and value.is_integer():
        return Cell(str(int(value)))
    if isinstance(value, datetime | date | time | timedelta):
        return Cell(str(value), date=True)
    # Excel writes a carriage return inside a cell in this way, and the library leaves it so.
    return Cell(_words(str(value).replace("_x000D_\n", "\n")))


def _words(written: str) -> str:
    return restored(written.replace("\r\n", "\n").replace("\r", "\n").strip())


def _csv(content: bytes, is_header: Callable[[str], bool]) -> Iterator[tuple[int, list[Cell]]]:
    text = _decoded(content)
    best: list[list[str]] = []
    most, too_big = -1, False
    for sign in ",;\t":
        try:
            rows = list(_cut(text, sign))
        except csv.Error:
            continue
        except Unreadable:
            too_big = True
            continue
        known = sum(is_header(cell) for row in rows for cell in row)
        if known > most:
            best, most = rows, known
    if most < (1 if too_big else 0):  # no header in another way of cutting it either
        raise Unreadable("too_big" if too_big else "unreadable")
    for number, row in enumerate(best, 1):
        yield number, [Cell(_words(cell)) for cell in row]


def _cut(text: str, sign: str) -> Iterator[list[str]]:
    left = _Room()
    for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=sign), 1):
        left.take(len(row), 0)
        if number > MOST_ROWS:
            raise Unreadable("too_big")
        yield row[:MOST_COLUMNS]


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _sections(rows: list[tuple[int, list[Cell]]], titles: Sequence[str]) -> dict[str, Grid]:
    """The tables of one CSV stand below each other, each under a row that holds nothing but its title."""
    known = {title.casefold() for title in titles}
    name, found = titles[-1], dict[str, list[tuple[int, list[Cell]]]]()
    for number, cells in rows:
        filled = [cell.text for cell in cells if cell.text]
        if len(filled) == 1 and cells[0].text.casefold() in known:
            name = cells[0].text
        elif filled:
            found.setdefault(name, []).append((number, cells))
    return dict(found)


Row = Sequence[str | int]


def to_xlsx(sheets: Mapping[str, Sequence[Row]], choices: Mapping[str, Mapping[int, Sequence[str]]]) -> bytes:
    """A workbook of these sheets, the first row of each being its header; ``choices`` offers answers in a column."""
    from xlsxwriter import Workbook

    file = io.BytesIO()
    book = Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold, wrapped = book.add_format({"bold": True, "text_wrap": True, "valign": "top"}), None
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 1)
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, int):
                    sheet.write_number(at, column, value, wrapped)
                elif value:
                    sheet.write_string(at, column, neutral(value), wrapped if at else bold)
        for column, header in enumerate(rows[0]):
            sheet.set_column(
                column, column, min(50, max(12, *(len(str(row[column])) for row in rows), len(str(header))))
            )
        for column, allowed in choices.get(name, {}).items():
            sheet.data_validation(1, column, 400, column, {"validate": "list", "source": list(allowed)})
    book.close()
    return file.getvalue()


def to_csv(sheets: Mapping[str, Sequence[Row]]) -> bytes:
    """The sheets below each other, each under its title."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    for name, rows in sheets.items():
        writer.writerow([name])
        writer.writerows([[neutral(str(value)) for value in row] for row in rows])
        writer.writerow([])
    return file.getvalue().encode("utf-8-sig")  # the mark at the beginning tells Excel that this is UTF-8
