"""A plan as a sheet, with the two rows of headings that schools know, and back; every mistake is named by its cell."""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from coaching import plan_kinds
from coaching.plans import COMPETENCES, LONGEST, MOST_ROWS, NUMBERS, counted
from community.refusals import Refusal
from content.plans import Entry
from content.sheets import cells
from content.sheets.cells import Cell, Table
from content.texts import Texts
from storage.models import PlanRow

MOST_UNPACKED = 5_000_000  # bytes of the parts of a workbook; forty rows have 60,000
# The fourteen columns: the field, and the heading above it where two or three share one.
COLUMNS: tuple[tuple[str, str], ...] = (
    ("number", ""), ("result", ""), ("aim", ""), ("quantity", ""), ("points", ""), ("total", ""), ("material", ""),
    ("challenge", ""), ("anticipation", ""), ("when_text", "carrying_out"), ("place", "carrying_out"),
    ("preparation", "carrying_out"), ("support_source", "support"), ("support_form", "support"),
)  # fmt: skip
_WIDTHS = {"number": 5, "result": 38, "quantity": 10, "points": 8, "total": 10, "when_text": 22, "place": 18}
# As people head these columns, without capitals, signs and double spaces; the last of some are slips of scanned forms.
_HEADERS = {
    "number": ("no", "nomor", "number"),
    "result": ("rhk pengembangan kompetensi", "rhk", "rencana hasil kerja", "result", "work result (rhk)",
               "work result rhk", "risk pengembangan kompetensi"),
    "aim": ("tujuan pengembangan kompetensi", "tujuan", "aim"),
    "quantity": ("kuantitas", "ku", "jumlah kegiatan", "quantity"),
    "points": ("poin", "points"),
    "total": ("jumlah poin", "jml", "jml poin", "total poin", "total points", "total"),
    "material": ("materi pengembangan kompetensi yang ditingkatkan", "materi", "material"),
    "challenge": ("tantangan", "challenge"),
    "anticipation": ("antisipasi solusi", "antisipasi", "solusi", "anticipation", "anticipation solution"),
    "when_text": ("waktu", "when"),
    "place": ("tempat", "where", "place"),
    "preparation": ("persiapan", "preparation", "periapan"),
    "support_source": ("asal", "sumber", "source", "asas"),
    "support_form": ("bentuk", "form"),
    "competence": ("kompetensi", "competence"),
}  # fmt: skip
_BY_HEADER = {spelt: name for name, spellings in _HEADERS.items() for spelt in spellings}
_SIGNS = re.compile(r"[^\w]+|_+")
WRITTEN = ("aim", "material", "challenge", "anticipation", "when_text", "place", "preparation", "support_source",
           "support_form")  # fmt: skip


@dataclass(slots=True)
class Sheet:
    """What was read: the rows as values of PlanRow, what is wrong by its cell, and what the teacher should know."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)


def write(rows: Sequence[PlanRow], say: Texts) -> bytes:
    """The plan as XLSX. A cell is words or a number, never a formula, whatever it begins with."""
    from xlsxwriter import Workbook

    file = io.BytesIO()
    book = Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                           "strings_to_numbers": False})  # fmt: skip
    head = book.add_format(
        {"bold": True, "text_wrap": True, "align": "center", "valign": "vcenter", "border": 1, "bg_color": "#E3EFEF"}
    )
    body = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
    sheet = book.add_worksheet(say.plain("plans.sheet.title"))
    for at, (name, above) in enumerate(COLUMNS):
        sheet.set_column(at, at, _WIDTHS.get(name, 28))
        if above:
            sheet.write_string(1, at, say.plain(f"plans.column.{name}"), head)
        else:
            sheet.merge_range(0, at, 1, at, say.plain(f"plans.column.{name}"), head)
    for above in dict.fromkeys(above for _, above in COLUMNS if above):
        under = [at for at, (_, one) in enumerate(COLUMNS) if one == above]
        sheet.merge_range(0, under[0], 0, under[-1], say.plain(f"plans.column.{above}"), head)
    for number, row in enumerate(rows, 2):
        for at, (name, _) in enumerate(COLUMNS):
            _put(sheet, number, at, _value(row, name), body)
    sheet.freeze_panes(2, 2)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, 1)
    book.close()
    return file.getvalue()


def _value(row: PlanRow, name: str) -> str | int | None:
    if name == "total":
        return row.total or None
    value: str | int | None = getattr(row, name)
    return value


def _put(sheet: Any, row: int, column: int, value: str | int | None, style: Any) -> None:
    if isinstance(value, int):
        sheet.write_number(row, column, value, style)
    elif value:
        sheet.write_string(row, column, cells.neutral(value), style)
    else:
        sheet.write_blank(row, column, None, style)


def read(content: bytes, say: Texts, known: Mapping[str, Entry], *, counts: bool) -> Sheet:
    """The rows of a sheet; where ``problems`` is not empty, none of them may be kept. Raises Refusal for no sheet.

    ``known`` is the catalogue of the school; with ``counts`` what it says an activity counts for must stand there.
    """
    table = _table(content, say)
    places, below, unused = _places(table)
    if len(table.rows) - below > MOST_ROWS:
        raise Refusal("plans.sheet.too_many_rows", most=MOST_ROWS)
    sheet = Sheet(unused=unused)
    for number, row in table.rows[below:]:
        reading = _Reading(sheet, places, number, row, say)
        values = reading.values()
        if values is None:
            continue
        _kinds(values, reading, known, counts=counts)
        if counts:
            reading.sum_up(values)
        if reading.fine:
            sheet.rows.append(values)
    if not sheet.rows and not sheet.problems:
        raise Refusal("plans.sheet.no_rows")
    return sheet


def _table(content: bytes, say: Texts) -> Table:
    title = say.plain("plans.sheet.title")
    try:
        if content.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                    raise Refusal("plans.sheet.too_big")
        found = cells.tables(content, (title,), lambda words: _BY_HEADER.get(_plain(words)) == "result")
    except zipfile.BadZipFile:
        raise Refusal("plans.sheet.unreadable") from None
    except cells.Unreadable as reason:
        raise Refusal(f"plans.sheet.{'too_big' if str(reason) == 'too_big' else 'unreadable'}") from None
    if title not in found:
        raise Refusal("plans.sheet.no_table")
    return found[title]


def _plain(header: str) -> str:
    return _SIGNS.sub(" ", header).strip().casefold()


def _places(table: Table) -> tuple[dict[str, int], int, list[str]]:
    """Where each field stands, how many rows of headings are below the first, and headings nobody knows."""
    first, below = table.header, 0
    second = [cell.text for cell in table.rows[0][1]] if table.rows else []
    # The second row of headings names parts of "Rencana Pelaksanaan" and "Dukungan", and no row of a plan.
    if sum(_BY_HEADER.get(_plain(words)) in _SECOND for words in second) >= 2:
        below = 1
    places: dict[str, int] = {}
    unused: list[str] = []
    for at in range(max(len(first), len(second))):
        words = [one[at] for one in ([second, first] if below else [first]) if at < len(one) and one[at]]
        name = next((_BY_HEADER[_plain(one)] for one in words if _plain(one) in _BY_HEADER), None)
        if name is not None and name not in places:
            places[name] = at
        elif words:
            unused.append(words[0][:40])
    return places, below, unused


_SUMS = {"jumlah", "total", "jumlah poin", "jumlah seluruhnya", "sum"}
_SECOND = {name for name, above in COLUMNS if above}


class _Reading:
    """One row on its way to values."""

    def __init__(self, sheet: Sheet, places: Mapping[str, int], number: int, row: Sequence[Cell], say: Texts) -> None:
        self.sheet, self.places, self.number, self.row, self.say = sheet, places, number, row, say
        self.fine = True

    def values(self) -> dict[str, Any] | None:
        """The row as values of PlanRow; None when it is empty, or holds a sum alone. Mistakes are noted."""
        if not any(self._cell(name).text for name in ("result", *WRITTEN, "quantity")):
            return None
        if _plain(self._cell("result").text) in _SUMS:
            return None
        found: dict[str, Any] = {name: self._words(name) or "" for name in ("result", *WRITTEN)}
        if not self._cell("result").text:
            self.wrong("result", "no_result")
        found |= {name: self._number(name) for name in NUMBERS}
        found["competence"] = self._competence()
        return found

    def _cell(self, name: str) -> Cell:
        at = self.places.get(name)
        return self.row[at] if at is not None and at < len(self.row) else Cell("")

    def _words(self, name: str) -> str | None:
        """The words of a cell; None, with the mistake noted, where they cannot be kept."""
        cell = self._cell(name)
        words = " ".join(cell.text.split())
        if cell.date and name != "when_text":
            self.wrong(name, "date")
            return None
        if len(words) > LONGEST:
            self.wrong(name, "too_long", most=LONGEST)
            return None
        return words.removesuffix(" 00:00:00") if cell.date else words

    def _number(self, name: str) -> int | None:
        words = self._words(name)
        try:
            return counted(name, words) if words else None
        except Refusal:
            self.wrong(name, "number", value=(words or "")[:40], most=NUMBERS[name])
            return None

    def _competence(self) -> str | None:
        words = (self._words("competence") or "").casefold()
        if words and words not in COMPETENCES:
            self.wrong("competence", "competence", value=words[:40], known=", ".join(COMPETENCES))
            return None
        return words or None

    def sum_up(self, found: Mapping[str, Any]) -> None:
        """The sum is counted here; where the sheet says another one, the teacher is told."""
        written = self._cell("total").text
        total = (found["quantity"] or 0) * (found["points"] or 0)
        if written.isascii() and written.isdecimal() and len(written) < 6 and int(written) != total:
            self.sheet.remarks.append(
                self.say.plain("plans.sheet.sum", address=self.address("total"), written=written, total=total)
            )

    def address(self, name: str) -> str:
        """B7; of a column that is not there, the row's first cell."""
        return f"{cells.letters(self.places.get(name, 0))}{self.number}"

    def wrong(self, name: str, problem: str, **blanks: Any) -> None:
        """Note a mistake at the cell of that field."""
        self.fine = False
        words = self.say.plain(f"plans.wrong.{problem}", **blanks)
        self.sheet.problems.append(self.say.plain("plans.sheet.at", address=self.address(name), words=words))


def _kinds(values: dict[str, Any], reading: _Reading, known: Mapping[str, Entry], *, counts: bool) -> None:
    """The kind of activity a row speaks of, and its points; without points counted, none are kept."""
    values["kind"] = plan_kinds.kind_of(values["result"], known) if values["result"] else None
    entry = known.get(values["kind"] or "")
    if not counts:
        values["points"] = None
    elif entry is not None and values["points"] is None:
        values["points"] = entry.points
    elif entry is not None and values["points"] != entry.points:
        reading.wrong("points", "other_points", title=entry.title.of(reading.say.language), points=entry.points)
