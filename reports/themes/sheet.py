"""The sheet of a coder: a text in each row, and its themes as crosses in columns of their own, or as words in one."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from content.sheets import cells
from content.sheets.cells import Table
from content.texts import LANGUAGES, Texts

TEXT, PERSON, WORDS, WEEK, LESSON = "text", "person", "words", "week", "lesson"
THEMES = "themes"  # the column in which themes stand as words, with a semicolon between them
FIXED = {TEXT, PERSON, WORDS, WEEK, LESSON, THEMES}
NAMED = "tema-refleksi-"  # by its name a sheet is known again, also when somebody whose words are in it has gone
MOST_THEMES = 30
LONGEST_THEME = 80
_THERE = {"x", "v", "1", "ya", "yes", "y", "✓", "✔", "√", "ada"}
_NOT_THERE = {"", "0", "tidak", "no", "n", "-"}
_BETWEEN = re.compile(r"[;,\n]")
_CODE = re.compile(r"[a-z0-9-]{1,40}")


def name_of(group_id: int) -> str:
    """What the sheet of a group is called in a chat, the same in every language."""
    return f"{NAMED}{group_id}.xlsx"


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


def opened(texts: Iterable[tuple[str, str, str]], say: Texts) -> bytes:
    """An XLSX of these texts (code, writer's code, words) with one empty column for themes of the coder's own."""
    rows: list[list[str | int]] = [[TEXT, PERSON, WORDS, THEMES]]
    rows += [[*one, ""] for one in texts]
    guide: list[list[str | int]] = [[line] for line in say.plain("themes.chat.guide").split("\n")]
    return cells.to_xlsx({say.plain("themes.sheet"): rows, say.plain("themes.guide_title"): guide}, {})


def _fits(theme: str) -> bool:
    return bool(theme) and len(theme) <= LONGEST_THEME and theme.casefold() not in FIXED


def read(content: bytes, say: Texts) -> Coding:
    """A coder's sheet: crosses in the columns of themes, themes in the column for words, or both. Raises BadCoding."""
    table = _table(content, say)
    known, problems = _Themes(), list[str]()
    columns: dict[int, str] = {}
    for at, name in enumerate(table.header):
        if name and name.casefold() not in FIXED:
            if known.has(name):
                problems.append(_at(table.header_row, at, say.plain("themes.wrong.theme_twice", theme=name[:40])))
            columns[at] = known.named(name)
    places = {name.casefold(): at for at, name in reversed(list(enumerate(table.header)))}
    writers: dict[str, str] = {}
    found: dict[str, frozenset[str]] = {}
    for number, row in table.rows:
        said = [cell.text for cell in row] + [""] * (len(table.header) - len(row))
        text, writer = said[places[TEXT]], said[places[PERSON]] if PERSON in places else ""
        if not _CODE.fullmatch(text) or text in found:
            key = "twice" if text in found else "no_code"
            problems.append(_at(number, places[TEXT], say.plain(f"themes.wrong.{key}")))
        odd = [at for at in columns if said[at].strip().casefold() not in _THERE | _NOT_THERE]
        problems += [_at(number, at, say.plain("themes.wrong.mark", value=said[at][:40])) for at in odd]
        crossed = [theme for at, theme in columns.items() if said[at].strip().casefold() in _THERE]
        written = _written(said[places[THEMES]]) if THEMES in places else []
        problems += [_at(number, places[THEMES], why) for why in known.wrong(written, say)]
        writers[text] = writer or text
        found[text] = frozenset([*crossed, *map(known.named, written)])
    if not known.every:
        problems.append(_at(table.header_row, places.get(THEMES, 0), say.plain("themes.wrong.no_theme")))
    if problems:
        raise BadCoding(problems)
    return Coding(tuple(known.every), writers, found)


class _Themes:
    """The themes of a sheet in the order in which they come; capitals make no other theme of one."""

    def __init__(self) -> None:
        self._by_key: dict[str, str] = {}

    @property
    def every(self) -> list[str]:
        return list(self._by_key.values())

    def has(self, name: str) -> bool:
        return name.casefold() in self._by_key

    def named(self, name: str) -> str:
        """The theme of that name, as it was spelt first."""
        return self._by_key.setdefault(name.casefold(), name)

    def wrong(self, names: Sequence[str], say: Texts) -> list[str]:
        """What is wrong with these, before they are taken."""
        long = [say.plain("themes.bad_theme", theme=one[:40], most=LONGEST_THEME) for one in names if not _fits(one)]
        new = {one.casefold() for one in names} - self._by_key.keys()
        over = len(self._by_key) <= MOST_THEMES < len(self._by_key) + len(new)  # said once, where it becomes too many
        return long + [say.plain("themes.wrong.too_many", most=MOST_THEMES)] * over


def _written(cell: str) -> list[str]:
    """The themes in a cell."""
    return [" ".join(one.split()) for one in _BETWEEN.split(cell) if one.strip()]


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
