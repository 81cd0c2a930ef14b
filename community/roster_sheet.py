"""The sheet of a group's members: read from XLSX or CSV, every mistake named by its cell; and an empty one."""

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

from community.people import NAME_LENGTH
from community.refusals import Refusal
from community.roles import Role
from community.setup_answers import ZONES
from content.sheets import cells
from content.sheets.cells import Cell, Table
from content.texts import LANGUAGES, Texts

MOST_ROWS = 2_000
MOST_IN_CELL = 200
MOST_UNPACKED = 10_000_000  # bytes of the parts of a workbook; 2,000 members have 400,000
NAME, ROLE, SCHOOL, GUGUS, GRADE, ZONE = COLUMNS = ("name", "role", "school", "gugus", "grade", "zone")
# As people head their columns, without capitals, signs and double spaces.
_HEADERS = {
    NAME: ("nama", "nama guru", "nama lengkap", "name", "full name"),
    ROLE: ("peran", "jabatan", "role"),
    SCHOOL: ("sekolah", "nama sekolah", "asal sekolah", "unit kerja", "satuan pendidikan", "school"),
    GUGUS: ("gugus", "nama gugus", "cluster"),
    GRADE: ("kelas", "mengajar kelas", "guru kelas", "grade", "class"),
    ZONE: ("zona", "zona waktu", "zone", "time zone", "timezone"),
}
_LONGEST = {NAME: NAME_LENGTH, ROLE: MOST_IN_CELL, SCHOOL: 128, GUGUS: 64, GRADE: 32, ZONE: MOST_IN_CELL}
_BY_HEADER = {spelt: column for column, spellings in _HEADERS.items() for spelt in spellings}
_SIGNS = re.compile(r"[^\w]+|_+")
_BETWEEN_ROLES = re.compile(r"\s*(?:[,;/&+]|\bdan\b|\band\b)\s*")
_NO_NAME = re.compile(r"[=+\-@]")  # so begins a formula, never a name, a school or a grade
_ALIASES = {"kepsek": Role.PRINCIPAL, "kepala": Role.PRINCIPAL, "pelatih": Role.COACH, "pendamping": Role.COACH}


class Line(NamedTuple):
    """A member as the sheet has them; an empty cell says nothing and changes nothing."""

    row: int
    name: str
    roles: tuple[Role, ...] = (Role.TEACHER,)
    school: str = ""
    gugus: str = ""
    grade: str = ""
    zone: str = ""  # IANA

    @property
    def key(self) -> str:
        return key(self.name)


class Sheet(NamedTuple):
    """What was read: the members, the headers that are not used, where each column is, and what is wrong."""

    lines: list[Line]
    unused: list[str]
    places: dict[str, int]
    problems: list[str]

    def address(self, row: int, column: str) -> str:
        """B7; of a column the sheet does not have, the row's first cell."""
        return f"{cells.letters(self.places.get(column, 0))}{row}"


def key(words: str) -> str:
    """By which two spellings are the same: capitals and spaces do not matter."""
    return " ".join(words.split()).casefold()


def read(content: bytes, say: Texts) -> Sheet:
    """The members of a sheet. What is wrong in it stands in ``problems``, all of it. Raises Refusal for no sheet."""
    table = _table(content, say)
    places: dict[str, int] = {}
    unused = []
    for at, words in enumerate(table.header):
        column = _BY_HEADER.get(_plain(words))
        if column and column not in places:
            places[column] = at
        elif words:
            unused.append(words[:40])
    sheet = Sheet([], unused, places, [])
    seen: dict[str, int] = {}
    for number, row in table.rows:
        line = _Reading(sheet, number, row, say).line()
        first = seen.setdefault(line.key, number) if line else number
        if line and first != number:
            sheet.problems.append(_said(sheet.address(number, NAME), "twice", say, row=first))
        elif line:
            sheet.lines.append(line)
    return sheet


def _said(address: str, problem: str, say: Texts, **blanks: Any) -> str:
    return say.plain("roster.at", address=address, words=say.plain(f"roster.wrong.{problem}", **blanks))


def said(sheet: Sheet, row: int, column: str, problem: str, say: Texts, **blanks: Any) -> str:
    """A problem of a cell that only shows beside what is stored: "B7: …"."""
    return _said(sheet.address(row, column), problem, say, **blanks)


def _table(content: bytes, say: Texts) -> Table:
    try:
        found = cells.tables(content, (_title(),), lambda words: _BY_HEADER.get(_plain(words)) == NAME, MOST_UNPACKED)
    except cells.Unreadable as reason:
        too_big = str(reason) == "too_big"
        raise (Refusal("roster.too_big", rows=MOST_ROWS) if too_big else Refusal("roster.unreadable")) from None
    table = found.get(_title())
    if table is None:
        known = ", ".join(say.plain(f"roster.column.{column}") for column in COLUMNS)
        raise Refusal("roster.no_table", known=known)
    if len(table.rows) > MOST_ROWS:
        raise Refusal("roster.too_big", rows=MOST_ROWS)
    return table


def _title() -> str:
    return Texts(LANGUAGES[0]).plain("roster.sheet")


def _plain(header: str) -> str:
    return _SIGNS.sub(" ", header).strip().casefold()


class _Reading:
    """One row on its way to a line."""

    def __init__(self, sheet: Sheet, number: int, row: Sequence[Cell], say: Texts) -> None:
        self.sheet, self.number, self.row, self.say = sheet, number, row, say
        self.fine = True

    def line(self) -> Line | None:
        """The member, or None when a cell is wrong (noted in the sheet's problems) or the row is empty."""
        if not any(self._cell(column).text for column in COLUMNS):
            return None
        name = self._words(NAME)
        if self.fine and not any(sign.isalpha() for sign in name):
            self._wrong(NAME, "no_name")
        roles = self._understood(ROLE, _roles) or (Role.TEACHER,)
        school, gugus, grade = self._words(SCHOOL), self._words(GUGUS), self._words(GRADE)
        zone = self._understood(ZONE, _zone) or ""
        return Line(self.number, name, roles, school, gugus, grade, zone) if self.fine else None

    def _cell(self, column: str) -> Cell:
        at = self.sheet.places.get(column)
        return self.row[at] if at is not None and at < len(self.row) else Cell("")

    def _words(self, column: str) -> str:
        cell = self._cell(column)
        words = " ".join(cell.text.split())
        if cell.date:
            self._wrong(column, "date")
        elif _NO_NAME.match(words):
            self._wrong(column, "formula")
        elif len(words) > _LONGEST[column]:
            self._wrong(column, "too_long", most=_LONGEST[column])
        return words

    def _understood(self, column: str, read: Callable[[str], Any]) -> Any:
        words = self._words(column)
        found = read(words) if words and self.fine else None
        if words and self.fine and found is None:
            known = _known_roles(self.say) if column == ROLE else ", ".join(name.upper() for name in ZONES)
            self._wrong(column, column, value=words[:40], known=known)
        return found

    def _wrong(self, column: str, problem: str, **blanks: Any) -> None:
        self.fine = False
        self.sheet.problems.append(_said(self.sheet.address(self.number, column), problem, self.say, **blanks))


def _known_roles(say: Texts) -> str:
    return ", ".join(say.plain(f"community.role.{role}") for role in Role)


@cache
def _role_names() -> dict[str, Role]:
    spoken = {key(Texts(language).plain(f"community.role.{role}")): role for role in Role for language in LANGUAGES}
    return _ALIASES | {str(role): role for role in Role} | spoken


def _roles(words: str) -> tuple[Role, ...] | None:
    """ "coach, kepala sekolah"; None when one of them is not known."""
    spoken = [part for part in _BETWEEN_ROLES.split(key(words)) if part]
    found = [_role_names().get(part) for part in spoken]
    known = tuple(dict.fromkeys(role for role in found if role))
    return known if known and None not in found else None


def _zone(words: str) -> str | None:
    """WIB, Asia/Jakarta, Jakarta; None for anything else."""
    spoken = {key(zone): zone for zone in ZONES.values()} | {key(zone.split("/")[1]): zone for zone in ZONES.values()}
    return (spoken | ZONES).get(key(words))


def template(say: Texts) -> bytes:
    """An empty sheet to fill in, as XLSX, and how it is done on a second one.

    Roles are not offered for choosing: a cell may hold two of them, which a list would refuse.
    """
    header: list[str | int] = [say.plain(f"roster.column.{column}") for column in COLUMNS]
    guide: list[list[str | int]] = [[line] for line in say.plain("roster.guide").split("\n")]
    zones = {COLUMNS.index(ZONE): [name.upper() for name in ZONES]}
    return cells.to_xlsx({_title(): [header], say.plain("roster.guide_title"): guide}, {_title(): zones})
