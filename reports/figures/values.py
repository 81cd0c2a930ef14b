"""One figure, and tables of figures, as plain values: whatever is shown of them is made of these."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from content.figures import Origin, Unit
from reports.few import LEAST
from reports.intervals import wilson
from reports.shares import Share

Period = tuple[datetime, datetime]
# Why there is no value, or what is to be known of it: a phrase below `figures.note`.
Note = Literal["", "nobody", "few", "none_yet", "too_few_messages", "too_soon"]


@dataclass(frozen=True, slots=True)
class Figure:
    """What was found for ``key`` (an id of the catalogue, and after a dot the part of it) in [period[0], period[1]).

    ``value`` is in its ``unit``: a share from 0 to 1 with its 95 % interval ``low``..``high``, ``n`` of ``of``; a
    change in parts of 1 (0.5 are fifty percentage points); working hours. None is no value, and ``note`` says why.
    """

    key: str
    value: float | None
    unit: Unit
    source: Origin
    period: Period
    n: int | None = None
    of: int | None = None
    low: float | None = None
    high: float | None = None
    note: Note = ""

    @property
    def id(self) -> str:
        """Its entry in the catalogue."""
        return self.key.partition(".")[0]

    @property
    def part(self) -> str:
        """Which part of that; empty for the whole."""
        return self.key.partition(".")[2]


Cell = Figure | Sequence[Figure] | None


@dataclass(frozen=True, slots=True)
class Row:
    """A line: ``name`` is a phrase's key or words as they are, and a cell may hold several figures."""

    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class FigureTable:
    """Figures laid out: ``key`` names it among phrases (`figures.table.<key>`), ``columns`` are phrases, too."""

    key: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()

    def figures(self) -> tuple[Figure, ...]:
        """Every figure in it."""
        found: list[Figure] = []
        for row in self.rows:
            for cell in row.cells:
                found += [cell] if isinstance(cell, Figure) else list(cell or ())
        return tuple(found)


def share(key: str, n: int, of: int, period: Period, source: Origin = "computed") -> Figure:
    """``n`` of ``of`` with its interval; of nobody there is no share."""
    if of == 0:
        return Figure(key, None, "share", source, period, 0, 0, note="nobody")
    low, high = wilson(n, of)
    return Figure(key, n / of, "share", source, period, n, of, low, high)


def careful(key: str, n: int, of: int, period: Period, source: Origin = "computed") -> Figure:
    """As share, where it is known who ``of`` are: a part that would point at one or two of them is not in the value."""
    return hidden(key, "share", source, period) if points_at(n, of) else share(key, n, of, period, source)


def points_at(n: int, of: int) -> bool:
    """Would this part of so many people tell of one or two what they did or did not? None and all tell of nobody."""
    return 0 < of < LEAST or (n not in (0, of) and min(n, of - n) < LEAST)


def hidden(key: str, unit: Unit, source: Origin, period: Period) -> Figure:
    """There is one, but it would point at somebody."""
    return Figure(key, None, unit, source, period, note="few")


def together(parts: Sequence[Figure]) -> list[Figure]:
    """Parts that add up to something known: where one is hidden all are, or it could be reckoned from the others."""
    if any(one.note == "few" for one in parts):
        return [hidden(one.key, one.unit, one.source, one.period) for one in parts]
    return list(parts)


def missing(key: str, unit: Unit, source: Origin, period: Period, note: Note = "none_yet") -> Figure:
    """There is none: nothing happened yet, or nobody gives it."""
    return Figure(key, None, unit, source, period, note=note)


def too_soon(one: Figure) -> Figure:
    """The same without a value: there has not been enough time for a beginning and an end."""
    return missing(one.key, one.unit, one.source, one.period, "too_soon")


def count(key: str, n: int, period: Period, of: int | None = None) -> Figure:
    """So many; of so many where that is known."""
    return Figure(key, float(n), "count", "computed", period, n, of)


def of_messages(key: str, found: Share, period: Period) -> Figure:
    """A share of messages, as reports.shares gives it: corrected for what the tagger is known to have wrong."""
    note: Note = "too_few_messages" if found.value is None else ""
    return Figure(key, found.value, "share", "computed", period, found.n, found.of, found.low, found.high, note)


def mean_of(key: str, parts: Sequence[Figure], period: Period) -> Figure:
    """The mean of some shares; without an interval, for it is of no sample of its own."""
    known = [one.value for one in parts if one.value is not None]
    if len(known) < len(parts) or not known:
        return missing(key, "share", "computed", period)
    return Figure(key, sum(known) / len(known), "share", "computed", period)


def change(key: str, before: Figure, after: Figure) -> Figure:
    """From before to after, in parts of 1; None where one of the two is missing.

    Without an interval: the same people are in both, and an interval for strangers would be wrong for them.
    """
    period = (before.period[0], after.period[1])
    if before.value is None or after.value is None:
        why = {before.note, after.note}
        note: Note = "few" if "few" in why else "too_soon" if "too_soon" in why else "none_yet"
        return missing(key, "change", after.source, period, note)
    return Figure(key, after.value - before.value, "change", after.source, period)
