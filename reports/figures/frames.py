"""Figures and instruments by what they speak of: Kirkpatrick's four levels, and the four parts of CIPP."""

from collections.abc import Iterable, Sequence

from content import instruments
from content.figures import LEVELS, PARTS, catalogue
from content.texts import Texts
from reports.figures import words
from reports.figures.values import Figure
from reports.tables import Cell, Table


def by_level(figures: Sequence[Figure], say: Texts) -> Table:
    """Each level with its figures and its instruments; a level of which nothing speaks says so."""
    of = {name: entry.level for name, entry in catalogue().items()}
    asked = [(one.level, one.title.of(say.language)) for one in instruments.house().values()]
    groups = [(say.plain(f"figures.level.l{one}"), one) for one in LEVELS]
    return _grouped("levels", groups, [(of.get(one.id), one) for one in figures], asked, say)


def by_part(figures: Sequence[Figure], say: Texts) -> Table:
    """The same by context, input, process and product."""
    of = {name: entry.part for name, entry in catalogue().items()}
    asked = [(one.part, one.title.of(say.language)) for one in instruments.house().values()]
    groups = [(say.plain(f"figures.cipp.{one}"), one) for one in PARTS]
    return _grouped("cipp", groups, [(of.get(one.id), one) for one in figures], asked, say)


def _grouped(
    key: str, groups: Iterable[tuple[str, object]], figures: Sequence[tuple[object, Figure]],
    asked: Sequence[tuple[object, str]], say: Texts,
) -> Table:  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for name, group in groups:
        lines: list[tuple[Cell, ...]] = []
        for its, one in figures:
            if its == group:
                told = words.told(one, say, whole=True)
                source = say.plain(f"figures.source.{one.source}")
                lines.append((name, catalogue()[one.id].title.of(say.language), words.name_of(one, say), told, source))
        for its, title in asked:
            if its == group:
                lines.append((name, title, None, None, say.plain("figures.source.instrument")))
        rows += lines or [(name, None, None, say.plain("figures.note.no_source"), None)]
    columns = tuple(say.plain(f"figures.column.{one}") for one in ("group", "figure", "part", "value", "source"))
    return Table(say.plain(f"figures.table.{key}"), columns, tuple(rows))
