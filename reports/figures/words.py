"""Figures in somebody's language: a cell of a table, the table itself, and every number unrounded for a file."""

from collections.abc import Iterable, Sequence
from datetime import date

from content import instruments, rubrics, workflows
from content.figures import catalogue
from content.texts import Texts
from reports.days import day, local_days
from reports.figures.values import Cell as FigureCell
from reports.figures.values import Figure, FigureTable
from reports.tables import Cell, Table


def told(one: Figure, say: Texts, *, whole: bool = False) -> str:
    """`75 % (47–91), 9 dari 12`, `+50 poin`; a reason in words where there is no value (``whole``), else a dash."""
    if one.value is None:
        return say.plain(f"figures.note.{one.note or 'none_yet'}") if whole else say.plain("figures.none")
    if one.unit == "share":
        return _share(one, say)
    if one.unit == "change":
        points = round(100 * one.value)
        return say.plain("figures.change", sign="+" if points > 0 else "", points=str(points).replace("-", "−"))
    number = decimal(one.value, say, 0 if one.unit in ("count", "points", "rank") else 2 if one.unit == "ratio" else 1)
    if one.unit == "percent" and one.low is not None and one.high is not None:
        ends = {"low": decimal(one.low, say, 0), "high": decimal(one.high, say, 0)}
        return say.plain("figures.mean", mean=say.plain("figures.interval", share=number, **ends), n=one.n)
    if one.unit == "percent":
        return say.plain("figures.share", share=number)
    return say.plain("figures.hours", hours=number) if one.unit == "hours" else number


def precise(one: Figure, say: Texts) -> str:
    """A mean with two places, as papers print it, and of how many it is."""
    if one.value is None or one.unit != "mean":
        return told(one, say, whole=True)
    return say.plain("figures.mean", mean=decimal(one.value, say, 2), n=one.n)


def counted(one: Figure, say: Texts) -> str:
    """As told, with the reason where there is none; a mean says of how many it is."""
    words = told(one, say, whole=True)
    if one.unit != "mean" or one.n is None:
        return words
    return say.plain("figures.mean", mean=words, n=one.n)


def _share(one: Figure, say: Texts) -> str:
    words = share_of(one, say)
    return words if one.of is None else say.plain("figures.n_of", words=words, n=one.n, of=one.of)


def share_of(one: Figure, say: Texts) -> str:
    """`75 % (47–91)`: in whole percent with its interval, without what it is of."""
    share = decimal(100 * (one.value or 0.0), say, 0)
    if one.low is None or one.high is None:
        return say.plain("figures.share", share=share)
    ends = {"low": decimal(100 * one.low, say, 0), "high": decimal(100 * one.high, say, 0)}
    return say.plain("figures.interval", share=share, **ends)


def decimal(value: float, say: Texts, places: int) -> str:
    """As it is written in that language, with so many places."""
    return f"{value:.{places}f}".replace("-", "−").replace(".", say.plain("learning.decimal"))


def name_of(one: Figure, say: Texts) -> str:
    """What it counts, in a few words that begin a line."""
    name = _named(one, say)
    return name[:1].upper() + name[1:]


def _named(one: Figure, say: Texts) -> str:
    if not one.part:
        return say.plain("figures.part.whole") if one.id == "modules" else catalogue()[one.id].title.of(say.language)
    head, _, rest = one.part.partition("-")
    if one.id == "talk":
        name = say.plain(f"reports.label.{rest if head == 'all' else one.part}")
        return say.plain("figures.part.of_all", name=name) if head == "all" else name
    if one.id == "feedback" and rest:
        return say.plain(f"assignments.times.pair.{head}.{rest}")
    if one.id == "rhythm" and one.part == "meetings":
        return say.plain("figures.part.rhythm_meetings")
    if one.id == "pulse":
        return say.plain(f"figures.driver.{one.part}")
    if one.id == "readiness":
        named = say.plain(f"readiness.name.{head}")
        return say.plain("figures.named", name=named, words=say.plain(f"readiness.label.{head}.{rest}"))
    if one.id == "competences" and rest:
        named = say.plain(f"figures.part.{rest}")
        return say.plain("figures.named", name=named, words=say.plain(f"figures.way.{head}"))
    if one.id == "digital":
        parts = {each.id: each.title.of(say.language) for each in instruments.house()["digital-pedagogy"].subscales}
        part = parts.get(rest) or say.plain("figures.part.all_items")
        return say.plain("figures.named", name=part, words=say.plain(f"figures.side.{head}"))
    if one.id == "ladder":
        return _option(one.part, say, "participation", "anak-tangga")
    if one.id in ("obstacles", "needs"):
        return _option(one.part, say)
    if head == "asked":
        scales = instruments.house()[one.id].subscales
        return next((scale.title.of(say.language) for scale in scales if scale.id == rest), rest)
    if one.id in _IN_FILES:
        return _in_a_file(one, head, rest, say)
    values = catalogue()[one.id].values
    return values[int(one.part)].title.of(say.language) if values else say.plain(f"figures.part.{one.part}")


def _option(name: str, say: Texts, instrument: str = "needs", asked: str = "kendala") -> str:
    """An option as it was offered; of an older file, that is kept with its survey, the bare word."""
    item = instruments.house()[instrument].item(asked)
    option = item.option(name) if item else None
    return option.title.of(say.language) if option else name


_IN_FILES = {"modules": "pdca", "media": "media-assistance", "harmoni": "harmoni", "plca": ""}


def _in_a_file(one: Figure, head: str, rest: str, say: Texts) -> str:
    """A step, an option or a dimension by its title in the file it stands in."""
    if one.id == "plca":
        criterion = rubrics.house()["plca"].criterion(one.part)
        return criterion.title.of(say.language) if criterion else one.part
    if one.part == "done":
        return say.plain("figures.part.done")
    if head == "aiw":
        return say.plain("figures.part.aiw", n=rest)
    steps = workflows.house()[_IN_FILES[one.id]].steps
    titles = {step.id: step.title.of(say.language) for step in steps}
    if one.id == "harmoni":
        return titles[one.part]
    if head == "step":
        return say.plain("figures.part.step", name=titles[rest])
    asked = "jenis" if head == "topic" else head
    options = next(ask.options for step in steps for ask in step.asks if ask.id == asked)
    return say.plain("figures.part.topic", name=next(o.title.of(say.language) for o in options if o.id == rest))


def cell(value: FigureCell, say: Texts) -> Cell:
    """A cell in words; of several figures each by its part."""
    if value is None:
        return None
    if isinstance(value, Figure):
        return told(value, say, whole=True)
    if len(value) == 1:
        return told(value[0], say, whole=True)
    parts = [
        say.plain("figures.named", name=say.plain(f"figures.part.{one.part}"), words=told(one, say, whole=True))
        for one in value
    ]
    return "; ".join(parts)


def as_table(table: FigureTable, say: Texts) -> Table:
    """As it is read: words, percentages rounded, each with its interval and what it is of."""
    rows = tuple((_row_name(table, row.name, say), *(cell(one, say) for one in row.cells)) for row in table.rows)
    if table.key == "kinds":  # what each kind is stands behind the figures
        rows = tuple((*row, say.plain(f"figures.kind.{one.name}")) for row, one in zip(rows, table.rows, strict=True))
    columns = tuple(say.plain(f"figures.column.{one}") for one in table.columns)
    notes = tuple(say.plain(f"figures.foot.{one}") for one in table.notes)
    return Table(say.plain(f"figures.table.{table.key}"), columns, rows, notes)


def _row_name(table: FigureTable, name: str, say: Texts) -> str:
    if table.key == "results":
        return say.plain(f"figures.row.{name}")
    return say.plain(f"reports.label.{name}") if table.key == "kinds" else name


def exact(figures: Iterable[Figure], title: str, zone: str, say: Texts) -> Table:
    """Every figure in a row of its own with everything that is known of it, numbers as they are."""
    names = (
        "figure", "part", "value", "unit", "n", "of", "low", "high", "source", "first", "last", "note",
    )  # fmt: skip
    columns = tuple(say.plain(f"figures.column.{name}") for name in names)
    return Table(title, columns, tuple(_line(one, zone, say) for one in figures))


def _line(one: Figure, zone: str, say: Texts) -> tuple[Cell, ...]:
    first, last = local_days(*one.period, zone)
    entry = catalogue().get(one.id)
    note = say.plain(f"figures.note.{one.note}") if one.note else None
    if entry is not None and entry.paper:
        note = say.plain("figures.note.constant", paper=entry.paper)
    title = entry.title.of(say.language) if entry else say.plain(f"figures.table.{one.id}")
    return (
        title, name_of(one, say), one.value, say.plain(f"figures.unit.{one.unit}"), one.n, one.of, one.low, one.high,
        say.plain(f"figures.source.{one.source}"), first.isoformat(), last.isoformat(), note,
    )  # fmt: skip


def week(monday: date, say: Texts) -> str:
    """`3 Agu`: the Monday it begins on."""
    return f"{monday.day} {say.plain('common.months').split()[monday.month - 1]}"


def counts(one: Figure | None, say: Texts) -> str | None:
    """`5 dari 12`: the bare counts of a share; None where there are none."""
    return None if one is None or one.of is None else say.plain("figures.of", n=one.n, of=one.of)


def month(name: str, say: Texts) -> str:
    """`2026-07` as people write it."""
    year, number = name.split("-")
    return say.plain("figures.months", month=say.plain("common.months").split()[int(number) - 1], year=year)


def span_of(figures: Sequence[Figure], zone: str, say: Texts) -> str:
    """From the first day to the last of some figures."""
    first = min(local_days(*one.period, zone)[0] for one in figures)
    last = max(local_days(*one.period, zone)[1] for one in figures)
    return say.plain("reports.span", first=day(first, say), last=day(last, say))
