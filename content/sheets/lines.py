"""A table of a facilitator's sheet with its headers understood: cells as parts of a pack, and places as addresses."""

from collections.abc import Sequence
from typing import Any

from content.flaws import Flaw, Where
from content.sheets import columns
from content.sheets.cells import Cell, Table
from content.sheets.columns import Column
from content.texts import LANGUAGES, Texts


class Wrong:
    """What is wrong, by address, each cell once: its first misfit often brings others along."""

    def __init__(self, say: Texts) -> None:
        self.say = say
        self._found: dict[tuple[str, str], str] = {}

    def add(self, address: str, words: str, header: str = "") -> None:
        """``header`` names a column that is not there at all; the address is then the row's."""
        told = self.say.plain("content.sheet.no_column", header=header, words=words) if header else words
        self._found.setdefault((address, header), told)

    @property
    def problems(self) -> list[tuple[str, str]]:
        return [(address, words) for (address, _), words in self._found.items()]


class Line:
    """A row: its number, and what it says in all languages (None) and in each."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.parts: dict[str | None, dict[str, Any]] = {None: {}, **{language: {} for language in LANGUAGES}}
        self.filled: set[tuple[str | None, Where]] = set()

    @property
    def facts(self) -> dict[str, Any]:
        return self.parts[None]

    def merged(self, language: str) -> dict[str, Any]:
        """Facts and words together, as front matter has them."""
        both: dict[str, Any] = merged(self.facts, self.parts[language])
        return both


class Sheet:
    """One table, or the absence of one: then it has no lines, and its name is its only address."""

    def __init__(self, kind: str, table: Table | None, wrong: Wrong) -> None:
        self.kind, self.table, self.wrong = kind, table, wrong
        self.places: dict[str, int] = {}  # of each known column, by its full header
        self.lines: list[Line] = []
        if table:
            self._headers(table)
            self.lines = [self._line(table, number, cells) for number, cells in table.rows]

    def speaks(self, language: str) -> bool:
        """Whether any cell holds words in that language."""
        return any(one == language for line in self.lines for one, _ in line.filled)

    def flaw(self, line: Line | None, flaw: Flaw, language: str | None = None) -> None:
        """Notes a flaw at its cell; ``language`` is the one it was found in."""
        column = self._column(flaw.where, language)
        header, words = column.header if column else "", flaw.words(self.wrong.say)
        if self.table is None or line is None:
            self.wrong.add(self.table.name if self.table else self.kind, words, header)
        elif header in self.places:
            self.wrong.add(self.table.address(line.number, self.places[header]), words)
        else:
            self.wrong.add(self.table.address(line.number, 0), words, header)

    def twins(self, line: Line) -> None:
        """Notes every cell that is filled in one language and empty in the other."""
        for column in columns.columns(self.kind):
            filled = {one for one in LANGUAGES if (one, column.where) in line.filled}
            if column.language and filled and column.language not in filled:
                self.flaw(line, Flaw(column.where, "no_language", {"language": column.language}), column.language)

    def _headers(self, table: Table) -> None:
        known = columns.by_header(self.kind)
        for at, header in enumerate(table.header):
            column, address = known.get(columns.plain(header)), table.address(table.header_row, at)
            if column is None:
                if header or any(at < len(cells) and cells[at].text for _, cells in table.rows):
                    self.wrong.add(address, self.wrong.say.plain("content.sheet.unknown_column", header=header or "?"))
            elif column.header in self.places:
                self.wrong.add(address, self.wrong.say.plain("content.sheet.column_twice", header=header))
            else:
                self.places[column.header] = at

    def _line(self, table: Table, number: int, cells: Sequence[Cell]) -> Line:
        line = Line(number)
        for column in columns.columns(self.kind):
            at = self.places.get(column.header, len(cells))
            cell = cells[at] if at < len(cells) else Cell("")
            if not cell.text:
                continue
            line.filled.add((column.language, column.where))
            value, key = _value(column, cell)
            if key:
                words = self.wrong.say.plain(f"content.sheet.{key}", allowed=_allowed(column))
                self.wrong.add(table.address(number, at), words)
            else:
                put(line.parts[column.language], column.where, value)
        return line

    def _column(self, where: Where, language: str | None) -> Column | None:
        """The column for a place: the very one, else the one it is a part of, else the first within it."""
        own = [one for one in columns.columns(self.kind) if one.language in (None, language)]
        exact = [one for one in own if one.where == where]
        around = [one for one in own if where[: len(one.where)] == one.where]
        within = [one for one in own if one.where[: len(where)] == where]
        there = [one for one in within if one.header in self.places]
        return next(iter([*exact, *around, *there, *within]), None)


def _value(column: Column, cell: Cell) -> tuple[Any, str | None]:
    """What a cell means, or the key of what is wrong with it."""
    if cell.date:
        return None, "date"
    if column.condition:
        when = columns.condition_read(cell.text)
        return when, None if when else "condition"
    if column.names:
        spoken = columns.plain(cell.text)
        meanings = {**{str(one).casefold(): one for one in column.names.values()}, **column.names}
        return meanings.get(spoken), None if spoken in meanings else "one_of"
    if column.number and cell.text.isascii() and cell.text.isdigit() and len(cell.text) < 10:
        return int(cell.text), None
    return cell.text, "number" if column.number else None


def _allowed(column: Column) -> str:
    return columns.conditions() if column.condition else ", ".join(column.names or ())


def put(holder: Any, where: Where, value: Any) -> None:
    """Sets the value at the place, making the mappings and lists that lead there; a gap in a list is an empty text."""
    part, rest = where[0], where[1:]
    if isinstance(part, int):
        while len(holder) <= part:
            holder.append({} if rest else "")
    elif rest:
        holder.setdefault(part, [] if isinstance(rest[0], int) else {})
    if rest:
        put(holder[part], rest, value)
    else:
        holder[part] = value


def merged(facts: Any, words: Any) -> Any:
    """Two halves of a value made one: mappings by key, lists by place."""
    if isinstance(facts, dict) and isinstance(words, dict):
        return {
            key: merged(facts[key], words[key]) if key in facts and key in words else facts.get(key, words.get(key))
            for key in [*facts, *(key for key in words if key not in facts)]
        }
    if isinstance(facts, list) and isinstance(words, list):
        longest = range(max(len(facts), len(words)))
        return [merged(facts[at] if at < len(facts) else {}, words[at] if at < len(words) else {}) for at in longest]
    return words if facts == {} else facts
