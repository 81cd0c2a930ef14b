"""The sheet of a coder: a text in each row, a theme in each column, a cross where it is there."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from content.sheets import cells
from content.sheets.cells import Table
from content.texts import LANGUAGES, Texts

TEXT, PERSON, WORDS, WEEK, LESSON = "text", "person", "words", "week", "lesson"
FIXED = {TEXT, PERSON, WORDS, WEEK, LESSON}
MOST_THEMES = 30
LONGEST_THEME = 80
_THERE = {"x", "v", "1", "ya", "yes", "y", "✓", "✔", "√", "ada"}
_NOT_THERE = {"", "0", "tidak", "no", "n", "-"}
_CODE = re.compile(r"[a-z0-9-]{1,40}")


class BadCoding(ValueError):
    """A sheet that cannot be taken: everything that is wrong, each line with the address of its cell."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(self.problems))


class Coding(NamedTuple):
    """What one coder decided: for each text who wrote it, and the themes that are there."""

    themes: tuple[str, ...]
    writers: dict[str, str]
    found: dict[str, frozenset[str]]


def blank(content: bytes, themes: Sequence[str], say: Texts) -> bytes:
    """An XLSX to code by hand from the words.csv of a research export. Raises BadCoding."""
    named = [" ".join(theme.split()) for theme in themes]
    problems = [say.plain("themes.bad_theme", theme=one[:40], most=LONGEST_THEME) for one in named if not _fits(one)]
    if not named or len(named) > MOST_THEMES or len({one.casefold() for one in named}) < len(named):
        problems.append(say.plain("themes.bad_themes", most=MOST_THEMES))
    if problems:
        raise BadCoding(problems)
    table = _table(content, say)
    places = {name: at for at, name in enumerate(table.header) if name in FIXED}
    header: list[str | int] = [TEXT, PERSON, WORDS, *named]
    rows: list[list[str | int]] = [
        [*(row[places[name]].text if places.get(name, len(row)) < len(row) else "" for name in (TEXT, PERSON, WORDS)),
         *([""] * len(named))]
        for _, row in table.rows
    ]  # fmt: skip
    guide: list[list[str | int]] = [[line] for line in say.plain("themes.guide").split("\n")]
    offered = {at: ["x"] for at in range(3, 3 + len(named))}
    return cells.to_xlsx({say.plain("themes.sheet"): [header, *rows], say.plain("themes.guide_title"): guide},
                         {say.plain("themes.sheet"): offered})  # fmt: skip


def _fits(theme: str) -> bool:
    return bool(theme) and len(theme) <= LONGEST_THEME and theme.casefold() not in FIXED


def read(content: bytes, say: Texts) -> Coding:
    """A coder's sheet. Raises BadCoding with everything that is wrong."""
    table = _table(content, say)
    themes: dict[int, str] = {}
    problems: list[str] = []
    for at, name in enumerate(table.header):
        if name and name.casefold() not in FIXED:
            if name.casefold() in {one.casefold() for one in themes.values()}:
                problems.append(_at(table.header_row, at, say.plain("themes.wrong.theme_twice", theme=name[:40])))
            themes[at] = name
    if not themes:
        problems.append(_at(table.header_row, 0, say.plain("themes.wrong.no_theme")))
    places = {name: at for at, name in enumerate(table.header)}
    writers: dict[str, str] = {}
    found: dict[str, frozenset[str]] = {}
    for number, row in table.rows:
        said = [cell.text for cell in row] + [""] * (len(table.header) - len(row))
        text, writer = said[places[TEXT]], said[places[PERSON]] if PERSON in places else ""
        if not _CODE.fullmatch(text) or text in found:
            key = "twice" if text in found else "no_code"
            problems.append(_at(number, places[TEXT], say.plain(f"themes.wrong.{key}")))
        odd = [at for at in themes if said[at].strip().casefold() not in _THERE | _NOT_THERE]
        problems += [_at(number, at, say.plain("themes.wrong.mark", value=said[at][:40])) for at in odd]
        writers[text] = writer or text
        found[text] = frozenset(theme for at, theme in themes.items() if said[at].strip().casefold() in _THERE)
    if problems:
        raise BadCoding(problems)
    return Coding(tuple(themes.values()), writers, found)


def _at(row: int, column: int, words: str) -> str:
    return f"{cells.letters(column)}{row}: {words}"


def _table(content: bytes, say: Texts) -> Table:
    titles = [Texts(language).plain("themes.sheet") for language in LANGUAGES]
    try:
        found = cells.tables(content, titles, lambda words: words == TEXT)
    except cells.Unreadable as reason:
        raise BadCoding([say.plain(f"evaluation.sheet.{reason}")]) from None
    if not found:
        raise BadCoding([say.plain("themes.no_table", column=TEXT)])
    return next(iter(found.values()))
