"""What a survey came to: as values, tables, a message (n first), a workbook, and scores for an evaluation."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from secrets import SystemRandom
from statistics import fmean
from typing import Any

from community import pupils
from content.texts import Texts
from learning.surveys import words
from learning.surveys.results import Result
from learning.surveys.scores import ENOUGH, Scale, Spread
from reports.evaluation.published import normalised_gain
from reports.evaluation.values import Score
from reports.intervals import wilson
from reports.tables import Cell, Table, as_text

MOST_WORDS, LONGEST = 8, 160  # answers in words that stand in a message, and characters of each


@dataclass(frozen=True, slots=True)
class Share:
    """What was chosen: ``n`` of the ``of`` who answered this item, with the ends (0..1) of the 95 % interval.

    ``place`` is the mean place of a ranked option, 1 for first.
    """

    label: str
    n: int
    of: int
    low: float
    high: float
    place: float | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One scale before and after. ``gain`` is the normalised one of the means (Hake), None without room above.

    ``pairs`` people answered both times; ``paired`` is their mean change, None where nobody can be linked. The means
    are those of everybody who answered each time.
    """

    name: str
    before: Scale
    after: Scale
    gain: float | None
    pairs: int
    paired: float | None

    @property
    def points(self) -> float:
        """After minus before."""
        return self.after.mean - self.before.mean


def shares(spread: Spread, result: Result, say: Texts) -> list[Share]:
    """The options of one item, the most chosen first; the levels of a scale stay in their order."""
    labels = words.labels(result.instrument, spread.item, say)
    places: Sequence[float | None] = spread.places or (None,) * len(labels)
    found = [
        Share(label, n, spread.n, *wilson(n, spread.n), place)
        for label, n, place in zip(labels, spread.counts, places, strict=True)
        if spread.n
    ]
    if spread.item.ranked:
        return sorted(found, key=lambda one: (one.place is None, one.place or 0.0, -one.n))
    return found if spread.item.kind == "likert" else sorted(found, key=lambda one: -one.n)


def changes(result: Result, say: Texts) -> list[Change]:
    """Every scale that was asked at the start and at the end."""
    if result.before is None:
        return []
    first = {one.id: one for one in _scales(result.before)}
    found = []
    for after in _scales(result.figures):
        before = first.get(after.id)
        if before is None:
            continue
        both = [(one.before, one.after) for one in result.pairs.get(after.id, ())]
        moved = [b - a for a, b in both if a is not None and b is not None]
        gain = normalised_gain(before.mean, after.mean, _top(result, after.id))
        paired = fmean(moved) if moved else None
        found.append(Change(_called(result, after.id, say), before, after, gain, len(moved), paired))
    return found


def scores(result: Result, scale: str, arm: str, school: str = "") -> tuple[Score, ...]:
    """The pairs of one scale as an evaluation takes them, people by numbers that are dealt anew each time."""
    pairs = list(result.pairs.get(scale, ()))
    SystemRandom().shuffle(pairs)  # no order from which somebody could be told
    return tuple(Score(f"{at:03}", arm, one.before, one.after, school) for at, one in enumerate(pairs, start=1))


def _scales(figures: Any) -> tuple[Scale, ...]:
    return (*figures.scales, *([figures.right] if figures.right else []))


def _top(result: Result, scale: str) -> float:
    return 1.0 if scale == "right" else float(len(result.instrument.scale))


def _called(result: Result, scale: str, say: Texts) -> str:
    if scale == "right":
        return say.plain("surveys.result.right")
    known = {one.id: one.title.of(say.language) for one in result.instrument.subscales}
    return known.get(scale) or say.plain("surveys.result.whole")


def message_html(result: Result, say: Texts) -> str:
    """For the facilitator's chat: how many answered of how many, then scales, what changed, single items, words."""
    figures = result.figures
    told = [
        say(
            "surveys.result.head", title=words.titled(result.survey, say), group=result.group.title,
            n=figures.answered, of=figures.asked,
        )
    ]  # fmt: skip
    if not figures.enough:
        few = "surveys.result.too_few" if result.instrument.anonymous else "surveys.result.nothing"
        return "\n\n".join([*told, say(few, n=ENOUGH)])
    for table in tables(result, say, rounded=True):
        told.append(say("surveys.result.table", title=table.title, body=as_text(table)))
        told += [say("surveys.result.note", words=note) for note in table.notes]
    told += _said(result, say)
    told.append(say("surveys.result.foot", **_foot(result, say)))
    return _fitting(told)


def _fitting(told: list[str]) -> str:
    """As much as a message holds; everything stands in the workbook."""
    while len("\n\n".join(told)) > 3900 and len(told) > 3:
        told.pop(-2)
    return "\n\n".join(told)


def _foot(result: Result, say: Texts) -> dict[str, object]:
    return {"level": result.instrument.level or "–", "part": say.plain(f"figures.cipp.{result.instrument.part}")}


def _said(result: Result, say: Texts) -> Iterator[str]:
    for item, said in result.figures.words:
        lines = "\n".join(f"• {one[:LONGEST]}" for one in said[:MOST_WORDS])
        yield say("surveys.result.words", title=item.words.of(say.language), lines=lines, n=len(said))


def tables(result: Result, say: Texts, *, rounded: bool = False) -> list[Table]:
    """Scales, changes and single items; ``rounded`` as they are read on a phone, else unrounded."""
    found = []
    figures = result.figures
    several = bool(result.instrument.subscales) or len([i for i in result.instrument.items if i.kind == "likert"]) > 1
    moved = changes(result, say)
    if moved:
        found.append(_changes_table(moved, say, rounded))
    elif figures.scales and (several or not rounded):
        found.append(_scales_table(result, say, rounded))
    if figures.right and not moved:
        rows = ((_called(result, "right", say), *_numbers(figures.right, say, rounded)),)
        found.append(Table(say.plain("surveys.result.right"), _heads(say, "scale", "mean", "sd", "n"), rows))
    singles = [one for one in figures.spreads if one.n and (one.item.of is None or not rounded)]
    found += [_spread_table(one, result, say, rounded) for one in singles]
    for one in figures.amounts:
        row = (
            say.plain("surveys.result.amount"),
            _number(one.mean, say, rounded),
            _number(one.sd, say, rounded),
            one.n,
        )
        found.append(Table(one.item.words.of(say.language), _heads(say, "what", "mean", "sd", "n"), (row,)))
    return found


def _scales_table(result: Result, say: Texts, rounded: bool) -> Table:
    rows = [(_called(result, one.id, say), *_numbers(one, say, rounded)) for one in result.figures.scales]
    top = len(result.instrument.scale)
    notes = (say.plain("surveys.result.scale_note", top=top),)
    return Table(say.plain("surveys.result.scales"), _heads(say, "scale", "mean", "sd", "n"), tuple(rows), notes)


def _changes_table(moved: Sequence[Change], say: Texts, rounded: bool) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for one in moved:
        figures = (one.before.mean, one.after.mean, one.gain)
        row: list[Cell] = [one.name, *(_number(figure, say, rounded) for figure in figures)]
        if not rounded:
            row += [one.before.sd, one.after.sd, one.before.n, one.after.n, one.points, one.pairs, one.paired]
        rows.append(tuple(row))
    heads = _heads(say, "scale", "before", "after", "gain")
    if not rounded:
        heads += _heads(say, "sd_before", "sd_after", "n_before", "n_after", "points", "pairs", "paired")
    least, most = min(one.pairs for one in moved), max(one.pairs for one in moved)
    many = str(least) if least == most else f"{least}–{most}"
    first = moved[0]
    note = say.plain("surveys.result.change_note", before=first.before.n, after=first.after.n, pairs=many)
    return Table(say.plain("surveys.result.changes"), heads, tuple(rows), (note,))


def _spread_table(spread: Spread, result: Result, say: Texts, rounded: bool) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for one in shares(spread, result, say):
        if rounded:
            rows.append(
                (
                    one.label,
                    one.n,
                    say.plain("surveys.result.ends", low=round(100 * one.low), high=round(100 * one.high)),
                )
            )
        else:
            rows.append((one.label, one.n, one.of, one.n / one.of, one.low, one.high, one.place))
    heads = (
        _heads(say, "choice", "n", "interval")
        if rounded
        else _heads(say, "choice", "n", "of", "share", "low", "high", "place")
    )
    note = say.plain("surveys.result.spread_note", n=spread.n)
    if spread.yes is not None and spread.n:
        low, high = (round(100 * end) for end in wilson(spread.yes, spread.n))
        which = words.agreeing(result.instrument, spread.item, say)
        note = say.plain("surveys.result.yes_note", n=spread.n, yes=spread.yes, which=which, low=low, high=high)
    return Table(spread.item.words.of(say.language), heads, tuple(rows), (note,))


def _heads(say: Texts, *names: str) -> tuple[str, ...]:
    return tuple(say.plain(f"surveys.column.{name}") for name in names)


def _numbers(one: Scale, say: Texts, rounded: bool) -> tuple[Cell, ...]:
    return (_number(one.mean, say, rounded), _number(one.sd, say, rounded), one.n)


def _number(value: float | None, say: Texts, rounded: bool) -> Cell:
    if value is None or not rounded:
        return value
    return f"{value:.2f}".replace(".", say.plain("learning.decimal"))


def workbook(result: Result, say: Texts) -> bytes:
    """An XLSX: what it is, every table unrounded, the words, and pairs that `sejawat evaluate` reads.

    Where an unnamed survey has too few answers it holds nothing but that.
    """
    import xlsxwriter

    out = io.BytesIO()
    # Words stay words: what a teacher wrote may begin like a formula.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        for number, (title, rows) in enumerate(_pages(result, say), start=1):
            page, bold = (
                book.add_worksheet(f"{number} {title}"[:31].translate(_NOT_IN_A_NAME)),
                book.add_format({"bold": True}),
            )
            page.freeze_panes(1, 0)
            page.set_column(0, 0, 52)
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if cell is not None:
                        page.write(at, column, cell, *([bold] if at == 0 else []))
    return out.getvalue()


_NOT_IN_A_NAME = str.maketrans("[]:*?/\\'", "        ")


def _pages(result: Result, say: Texts) -> Iterator[tuple[str, Sequence[Sequence[Cell]]]]:
    figures = result.figures
    about: list[Sequence[Cell]] = [
        (say.plain("surveys.column.what"), say.plain("surveys.column.value")),
        (say.plain("surveys.sheet.title"), words.titled(result.survey, say)),
        (say.plain("surveys.sheet.group"), result.group.title),
        (say.plain("surveys.sheet.answered"), figures.answered),
        (say.plain("surveys.sheet.asked"), figures.asked),
        (say.plain("surveys.sheet.level"), result.instrument.level),
        (say.plain("surveys.sheet.part"), say.plain(f"figures.cipp.{result.instrument.part}")),
        (say.plain("surveys.sheet.rule"),),
    ]
    if not figures.enough:
        about.append((say.plain("surveys.result.too_few", n=ENOUGH),))
    yield say.plain("surveys.sheet.about"), about
    if not figures.enough:
        return
    for table in tables(result, say):
        yield table.title, [table.columns, *table.rows, (), *((note,) for note in table.notes)]
    for item, said in figures.words:
        told = ((pupils.hidden(one),) for one in said)  # a file goes on to others
        yield say.plain("surveys.sheet.words"), [(item.words.of(say.language),), *told]
    for scale in result.pairs:
        heads = tuple(say.plain(f"evaluation.sheet.column.{name}") for name in ("person", "arm", "before", "after"))
        arm = say.plain("surveys.sheet.arm")
        rows = [(one.person, one.arm, one.before, one.after) for one in scores(result, scale, arm)]
        yield say.plain("surveys.sheet.pairs", scale=_called(result, scale, say)), [heads, *rows]
