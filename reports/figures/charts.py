"""Figures as charts: bars with their intervals, before and after, lines over months, means on a scale, evenness."""

from collections.abc import Mapping, Sequence

from content import instruments
from content.texts import Texts
from reports.charts.values import End, Line, Lines, Lorenz, Pair, Pairs, Point, Profile
from reports.dashboard.values import Bar, Bars
from reports.figures import words
from reports.figures.evenness import Evenness
from reports.figures.values import Figure, FigureTable


def bars(figures: Sequence[Figure], title: str, say: Texts) -> Bars | None:
    """A bar for each figure that has a value; shares of the whole, counts in parts of the largest. None without one."""
    known = [one for one in figures if one.value is not None]
    if not any(one.value for one in known):
        return None
    whole = all(one.unit == "share" for one in known)
    largest = max(one.value or 0.0 for one in known)
    found = []
    for one in known:
        length = (one.value or 0.0) if whole else 0.8 * (one.value or 0.0) / largest
        if one.of is not None and one.n is not None:
            beside = say.plain("figures.of", n=one.n, of=one.of)
        else:
            beside = words.told(one, say)
        found.append(Bar(words.name_of(one, say), length, beside, one.low, one.high))
    return Bars(say.plain("figures.chart.told_bars", title=title), tuple(found), whole)


def percents(figures: Sequence[Figure], title: str, say: Texts) -> Bars | None:
    """A bar for each percentage with its interval; None where none has a value."""
    known = [one for one in figures if one.value is not None and one.low is not None and one.high is not None]
    found = [
        Bar(
            words.name_of(one, say), (one.value or 0.0) / 100,
            say.plain("figures.share", share=words.decimal(one.value or 0.0, say, 0)),
            max(0.0, (one.low or 0.0) / 100), min(1.0, (one.high or 0.0) / 100),
        )
        for one in known
    ]  # fmt: skip
    return Bars(say.plain("figures.chart.told_bars", title=title), tuple(found)) if found else None


def pairs(table: FigureTable, say: Texts) -> Pairs | None:
    """Before and after of every row, each of its parts for itself; None where nothing has a value."""
    found = []
    for row in table.rows:
        before, after = ([cell] if isinstance(cell, Figure) else list(cell or ()) for cell in row.cells[:2])
        for first, last in zip(before, after, strict=True):
            name = say.plain(f"figures.row.{row.name}")
            if len(before) > 1:
                name = say.plain("figures.named", name=name, words=say.plain(f"figures.part.{first.part}"))
            found.append(Pair(name, _end(first, say), _end(last, say)))
    if not any(one.before.share or one.after.share for one in found):
        return None
    names = (say.plain("figures.chart.before"), say.plain("figures.chart.after"))
    told = say.plain("figures.chart.told_pairs", title=say.plain(f"figures.table.{table.key}"))
    return Pairs(told, names, tuple(found))


def _end(one: Figure, say: Texts) -> End:
    if one.value is None or one.unit != "share":
        return End(None, words.told(one, say, whole=True))
    return End(one.value, words.share_of(one, say), one.low, one.high)


def months(found: Sequence[tuple[str, Figure]], title: str, say: Texts) -> Lines | None:
    """One share month by month with its interval; None where no month has a value."""
    steps = [words.month(name, say) for name, _ in found]
    return _line(steps, [one for _, one in found], title, say.plain("figures.chart.told_line", title=title))


def weekly(found: Sequence[Figure], title: str, say: Texts) -> Lines | None:
    """The same week by week, each figure being of a week."""
    steps = [words.week(one.period[0].date(), say) for one in found]
    return _line(steps, found, title, say.plain("figures.chart.told_weeks", title=title))


def _line(steps: Sequence[str], each: Sequence[Figure], title: str, told: str) -> Lines | None:
    if not any(one.value is not None for one in each):
        return None
    line = Line(
        title, tuple(one.value for one in each), tuple(one.low for one in each), tuple(one.high for one in each),
        tuple("" if one.value is None else f"{one.n}/{one.of}" for one in each),
    )  # fmt: skip
    return Lines(told, tuple(steps), (line,))


def beside(steps: Sequence[str], found: Mapping[str, Sequence[Figure | None]], told: str) -> Lines | None:
    """Up to four shares over the same steps; None where no step has a value."""
    drawn = tuple(Line(name, tuple(one.value if one else None for one in each)) for name, each in found.items())
    if not any(value is not None for line in drawn for value in line.values):
        return None
    return Lines(told, tuple(steps), drawn)


def pulse(found: Mapping[str, Sequence[Figure]], title: str, say: Texts) -> Lines | None:
    """The four drivers month by month, from 1 to 5."""
    if not found:
        return None
    keys = [one.key for one in next(iter(found.values()))]
    by_key = {key: [next(one for one in each if one.key == key) for each in found.values()] for key in keys}
    drawn = tuple(
        Line(words.name_of(each[0], say), tuple(one.value for one in each)) for each in by_key.values()
    )  # fmt: skip
    steps = tuple(words.month(name, say) for name in found)
    return Lines(say.plain("figures.chart.told_line", title=title), steps, drawn, 1.0, 5.0, percent=False)


def profile(found: Sequence[Figure], instrument: str, title: str, say: Texts) -> Profile | None:
    """Means on the levels of their instrument, each with its n."""
    if not found:
        return None
    points = tuple(Point(words.name_of(one, say), one.value, words.counted(one, say)) for one in found)
    most = float(len(instruments.house()[instrument].scale))
    return Profile(say.plain("figures.chart.told_bars", title=title), 1.0, most, points)


def lorenz(found: Evenness, title: str, say: Texts) -> Lorenz:
    """How evenly people speak."""
    return Lorenz(
        say.plain("figures.chart.told_even", title=title), found.shares, say.plain("figures.chart.all_equal"),
        say.plain("figures.chart.spoken"), say.plain("figures.chart.messages"),
    )  # fmt: skip
