"""The sheet of scores: read from XLSX or CSV, every mistake named by its cell; and an empty one to fill in."""

import math
import re
from collections.abc import Sequence
from typing import NamedTuple

from content.sheets import cells
from content.sheets.cells import Cell, Table
from content.texts import LANGUAGES, Texts
from reports.evaluation.values import CannotEvaluate, Score, Study

PERSON, ARM, SCHOOL, BEFORE, AFTER = COLUMNS = ("person", "arm", "school", "before", "after")
NEEDED = (PERSON, ARM, BEFORE, AFTER)
LONGEST = 100
# As people head their columns, without capitals, signs and double spaces.
_HEADERS = {
    PERSON: ("kode", "nama", "guru", "nama guru", "peserta", "person", "code", "id", "name", "teacher"),
    ARM: ("kelompok", "grup", "arm", "group"),
    SCHOOL: ("sekolah", "nama sekolah", "asal sekolah", "satuan pendidikan", "school"),
    BEFORE: ("awal", "skor awal", "nilai awal", "sebelum", "pre", "pretes", "pre test", "pretest", "before"),
    AFTER: ("akhir", "skor akhir", "nilai akhir", "sesudah", "post", "postes", "post test", "posttest", "after"),
}
_BY_HEADER = {spelt: column for column, spellings in _HEADERS.items() for spelt in spellings}
_SIGNS = re.compile(r"[^\w]+|_+")
_NUMBER = re.compile(r"[-−]?\d{1,9}(?:[.,]\d{1,12})?")
_MISSING = {"", "-", "–", "na", "n/a", "tidak ada", "tidak hadir", "kosong", "absent", "missing"}
_FORMULA = re.compile(r"[=+\-@]")  # so begins a formula, never a code, a name or a school
_PROGRAMMES = {"program", "programme", "intervensi", "intervention", "eksperimen", "perlakuan", "treatment"}
_COMPARISONS = {"kontrol", "control", "pembanding", "comparison"}


class BadScores(ValueError):
    """A sheet that cannot be taken: everything that is wrong, each line with the address of its cell."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(self.problems))


class Scale(NamedTuple):
    """The ends of the scale, where they are known; a score beyond them is a mistake."""

    low: float | None = None
    high: float | None = None

    def holds(self, value: float) -> bool:
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


def read(content: bytes, say: Texts, scale: Scale, programme: str | None = None, *, drawn: bool = False) -> Study:
    """The study in a sheet. ``programme`` names the group in the programme where its word does not tell.

    Raises BadScores with everything that is wrong, CannotEvaluate where the groups are not the two that are needed.
    """
    table = _table(content, say)
    reading = _Reading(table, say, scale)
    scores = [score for number, row in table.rows if (score := reading.score(number, row))]
    reading.twins(scores)
    if reading.problems:
        raise BadScores(reading.problems)
    one, other = _arms([score for _, score in scores], programme)
    return Study(one, other, tuple(score for _, score in scores), scale.low, scale.high, drawn)


def _table(content: bytes, say: Texts) -> Table:
    title = Texts(LANGUAGES[0]).plain("evaluation.sheet.title")
    try:
        found = cells.tables(content, (title,), lambda words: _BY_HEADER.get(_plain(words)) == AFTER)
    except cells.Unreadable as reason:
        raise BadScores([say.plain(f"evaluation.sheet.{reason}")]) from None
    if title not in found:
        known = ", ".join(say.plain(f"evaluation.sheet.column.{column}") for column in NEEDED)
        raise BadScores([say.plain("evaluation.sheet.no_table", known=known)])
    return found[title]


def _plain(header: str) -> str:
    return _SIGNS.sub(" ", header).strip().casefold()


class _Reading:
    """One table on its way to scores; what is wrong is gathered with the cell's address."""

    def __init__(self, table: Table, say: Texts, scale: Scale) -> None:
        self.table, self.say, self.scale = table, say, scale
        self.problems: list[str] = []
        self.places: dict[str, int] = {}
        for at, words in enumerate(table.header):
            column = _BY_HEADER.get(_plain(words))
            if column and column in self.places:
                self._wrong(table.header_row, at, "column_twice", header=words[:40])
            elif column:
                self.places[column] = at
        for column in NEEDED:
            if column not in self.places:
                header = say.plain(f"evaluation.sheet.column.{column}")
                self._wrong(table.header_row, 0, "no_column", header=header)

    def score(self, number: int, row: Sequence[Cell]) -> tuple[int, Score] | None:
        """The score of a row with the row's number; None of an empty row and of one with a mistake."""
        if not any(self._cell(row, column).text for column in COLUMNS) or any(c not in self.places for c in NEEDED):
            return None
        before = len(self.problems)
        person, arm = (self._words(number, row, column, needed=True) for column in (PERSON, ARM))
        school = self._words(number, row, SCHOOL, needed=SCHOOL in self.places)
        first, last = self._number(number, row, BEFORE), self._number(number, row, AFTER)
        score = Score(person, arm.casefold(), first, last, school)
        return (number, score) if len(self.problems) == before else None

    def twins(self, scores: Sequence[tuple[int, Score]]) -> None:
        """Notes every person who stands in the sheet twice."""
        seen: dict[str, int] = {}
        for number, score in scores:
            first = seen.setdefault(score.person.casefold(), number)
            if first != number:
                self._wrong(number, self.places[PERSON], "twice", row=first)

    def _cell(self, row: Sequence[Cell], column: str) -> Cell:
        at = self.places.get(column)
        return row[at] if at is not None and at < len(row) else Cell("")

    def _words(self, number: int, row: Sequence[Cell], column: str, *, needed: bool) -> str:
        cell = self._cell(row, column)
        words = " ".join(cell.text.split())
        if cell.date:
            self._wrong(number, self.places[column], "date")
        elif needed and not words:
            self._wrong(number, self.places[column], "empty")
        elif _FORMULA.match(words):
            self._wrong(number, self.places[column], "formula")
        elif len(words) > LONGEST:
            self._wrong(number, self.places[column], "too_long", most=LONGEST)
        return words

    def _number(self, number: int, row: Sequence[Cell], column: str) -> float | None:
        cell, at = self._cell(row, column), self.places[column]
        words = cell.text.strip()
        if cell.date:
            self._wrong(number, at, "date")
        elif words.casefold() in _MISSING:
            return None
        elif not _NUMBER.fullmatch(words):
            self._wrong(number, at, "number", value=words[:40])
        else:
            value = float(words.replace(",", ".").replace("−", "-"))
            if math.isfinite(value) and self.scale.holds(value):
                return value
            self._wrong(number, at, "beyond", value=words[:40], low=_end(self.scale.low), high=_end(self.scale.high))
        return None

    def _wrong(self, number: int, at: int, problem: str, **blanks: object) -> None:
        address = f"{cells.letters(at)}{number}"
        self.problems.append(f"{address}: {self.say.plain(f'evaluation.sheet.wrong.{problem}', **blanks)}")


def _end(value: float | None) -> str:
    return "…" if value is None else f"{value:g}"


def _arms(scores: Sequence[Score], named: str | None) -> tuple[str, str]:
    """The programme's group and the other. Which is which is read from their words, or told, never guessed."""
    arms = sorted({score.arm for score in scores})
    if len(arms) != 2:
        raise CannotEvaluate("evaluation.cannot.not_two", n=len(arms), arms=", ".join(arms[:5]) or "–")
    if named is not None:
        if named.casefold() not in arms:
            raise CannotEvaluate("evaluation.cannot.no_such_arm", arm=named, arms=", ".join(arms))
        return named.casefold(), next(arm for arm in arms if arm != named.casefold())
    told = [arm for arm in arms if _PROGRAMMES & set(_plain(arm).split())]
    if len(told) != 1:
        told = [arm for arm in arms if not _COMPARISONS & set(_plain(arm).split())]
    if len(told) != 1:
        raise CannotEvaluate("evaluation.cannot.which_arm", arms=", ".join(arms))
    return told[0], next(arm for arm in arms if arm != told[0])


def template(say: Texts) -> bytes:
    """An empty sheet with the headers, as XLSX, and on a second page how to fill it in."""
    header: list[str | int] = [say.plain(f"evaluation.sheet.column.{column}") for column in COLUMNS]
    guide: list[list[str | int]] = [[line] for line in say.plain("evaluation.sheet.guide").split("\n")]
    title = Texts(LANGUAGES[0]).plain("evaluation.sheet.title")
    return cells.to_xlsx({title: [header], say.plain("evaluation.sheet.guide_title"): guide}, {})
