"""What an exported conversation tells, as figures of a page: of what was read just now, and of nothing that is kept."""

from dataclasses import dataclass

from community.tagging import LABELS
from content.texts import Texts
from reports.dashboard.talk_figures import bars_of
from reports.dashboard.values import Bar, Bars, Columns, Figure, Layer
from reports.drawing import alone
from reports.history import History, Stretch
from reports.history_drawing import picture
from reports.history_sheet import sheet
from reports.history_words import (
    busiest,
    consultation_lines,
    equality_lines,
    facts,
    named,
    steps_table,
    types_table,
)
from reports.tables import Cell, Table

MOST_LINES = 100


@dataclass(frozen=True, slots=True)
class Told:
    """One conversation: facts by name, figures, lines that fit no form (``more``: not named), and both files."""

    facts: tuple[tuple[str, str], ...]
    figures: tuple[Figure, ...]
    hours: Figure
    busiest: int  # messages in the hour that has most of them
    lines: tuple[int, ...]
    more: int
    workbook: bytes
    png: bytes


def told(history: History, say: Texts) -> Told:
    """All of it, without a name; the files are those of `sejawat analyze`."""
    with alone:
        png = picture(history, say)
    lines = tuple(place.line for place in history.places[:MOST_LINES])
    return Told(
        facts=tuple(facts(history, say)), figures=tuple(_figures(history, say)), hours=_hours(history, say),
        busiest=max(n for row in history.hours for n in row), lines=lines, more=history.not_understood - len(lines),
        workbook=sheet(history, say), png=png,
    )  # fmt: skip


def _figures(history: History, say: Texts) -> list[Figure]:
    enough = any(one.value is not None for one in history.shares.of_all)
    types = Figure("jenis", types_table(history, say), bars_of(history.shares.of_all, say, whole=enough))
    found = [types, Figure("waktu", steps_table(history, say), _columns(history, say))]
    return [*found, _voices(history, say), _questions(history, say)]


def _columns(history: History, say: Texts) -> Columns | None:
    if len(history.stretches) < 2:
        return None
    steps = tuple(_short(one, history.step, say) for one in history.stretches)
    layers = tuple(
        Layer(say.plain(f"dashboard.type.{one}"), one, tuple(each.by_label[one] for each in history.stretches))
        for one in LABELS
    )
    return Columns(say.plain("analysis.page.chart"), steps, layers)


def _short(one: Stretch, step: str, say: Texts) -> str:
    """A week by its day and month alone: five of them stand side by side."""
    words = named(one, step, say)
    return words.rsplit(" ", 1)[0] if step == "week" else words


def _voices(history: History, say: Texts) -> Figure:
    found = history.equality
    top = found.top_three
    share = None if top is None else say.plain("dashboard.percent", share=f"{100 * top:.0f}")
    gini = None if found.gini is None else round(found.gini, 2)
    rows: tuple[tuple[Cell, ...], ...] = (
        (say.plain("analysis.fact.people"), found.people), (say.plain("dashboard.even.top_three"), share),
        (say.plain("dashboard.even.gini"), gini),
    )  # fmt: skip
    return Figure("suara", _counted("analysis.equality.title", rows, equality_lines(found, say), say))


def _questions(history: History, say: Texts) -> Figure:
    found = history.consultations
    counts = {"asked": found.asked, "answered": found.answered.n, "open": found.unanswered}
    rows = tuple((say.plain(f"dashboard.questions.{name}"), n) for name, n in counts.items())
    table = _counted("analysis.consultations.title", rows, consultation_lines(found, say), say)
    one, chart = found.answered, None
    if one.value is not None:
        words = say.plain("dashboard.of", n=one.n, of=one.of)
        bar = Bar(say.plain("dashboard.questions.answered"), one.value, words, one.low, one.high)
        chart = Bars(say.plain("dashboard.questions.told"), (bar,))
    return Figure("tanya", table, chart)


def _counted(title: str, rows: tuple[tuple[Cell, ...], ...], notes: list[str], say: Texts) -> Table:
    columns = (say.plain("dashboard.column.what"), say.plain("dashboard.column.n"))
    return Table(say.plain(title), columns, rows, tuple(notes))


def _hours(history: History, say: Texts) -> Figure:
    """From the first hour with a message to the last, each day's count; an hour without any is empty."""
    used = [hour for hour in range(24) if any(row[hour] for row in history.hours)]
    rows = tuple(
        (f"{hour:02}.00", *(row[hour] or "" for row in history.hours)) for hour in range(used[0], used[-1] + 1)
    )
    columns = (say.plain("analysis.column.hour"), *(name[:3] for name in say.plain("common.weekdays").split()))
    notes = (*filter(None, (busiest(history, say),)), say.plain("analysis.page.hours_chart"))
    return Figure("jam", Table(say.plain("analysis.hours.title"), columns, rows, notes))
