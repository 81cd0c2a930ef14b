"""What the talk is for: its types with their doubt, week by week, and what became of questions."""

from collections.abc import Sequence
from datetime import date
from statistics import median

from community import answers, calendar, conversation
from community.tagging import LABELS
from content.texts import Texts
from reports.conversation import Shares
from reports.dashboard.values import Bar, Bars, Columns, Figure, Layer, Look
from reports.group_talk import LEAST_ANSWERS
from reports.intervals import wilson
from reports.shares import Share
from reports.tables import Cell, Table
from reports.words import exact_shares, shares_table
from storage.database import Session

MOST_WEEKS = 54


async def types(session: Session, look: Look, say: Texts) -> Figure:
    """The five types, with both percentages where there are messages enough."""
    shares = await look.shares(session)
    table = shares_table(shares, say)
    counted = say.plain("dashboard.talk.counted", recorded=shares.recorded, counted=shares.counted)
    notes = (counted, *table.notes) if shares.recorded else (counted, say.plain("reports.shares.none"))
    table = Table(table.title, table.columns, table.rows, notes)
    return Figure("jenis", table, _bars(shares, say), exact_shares(shares, say))


def _bars(shares: Shares, say: Texts) -> Bars | None:
    return bars_of(shares.of_all, say, whole=shares.enough) if shares.recorded else None


def bars_of(of_all: Sequence[Share], say: Texts, *, whole: bool) -> Bars:
    """A bar for each type's share of all messages; of too few its count, in parts of the largest."""
    largest = max(share.n for share in of_all) or 1
    bars = []
    for share in of_all:
        name = say.plain(f"reports.label.{share.label}")
        if share.value is None:  # counts: no bar may look like a percentage
            words = say.plain("reports.picture.count", n=share.n)
            bars.append(Bar(name, 0.8 * share.n / largest, words, look=share.label))
        else:
            words = say.plain("dashboard.percent", share=f"{100 * share.value:.0f}")
            bars.append(Bar(name, share.value, words, share.low, share.high, share.label))
    return Bars(say.plain("dashboard.talk.told"), tuple(bars), whole=whole)


async def weeks(session: Session, look: Look, say: Texts) -> Figure | None:
    """Messages of each type, week by week; the newest MOST_WEEKS."""
    found = await conversation.by_week(session, look.groups, look.since, look.until)
    summed = {week.monday: week.by_label for week in found}
    spoken = [monday for monday, by_label in summed.items() if any(by_label.values())]
    # Weeks before anybody wrote are no silence.
    mondays = [monday for monday in sorted(summed) if spoken and monday >= min(spoken)][-MOST_WEEKS:]
    if len(mondays) < 2:
        return None
    short = [_short(monday, say) for monday in mondays]
    names = {label: say.plain(f"dashboard.type.{label}") for label in LABELS}
    layers = tuple(Layer(names[one], one, tuple(summed[day][one] for day in mondays)) for one in LABELS)
    rows, exact = list[tuple[Cell, ...]](), list[tuple[Cell, ...]]()
    for name, day in zip(short, mondays, strict=True):
        counts = [summed[day][one] for one in LABELS]
        rows.append((name, *counts))
        exact.append((day.isoformat(), *counts))
    columns = (say.plain("dashboard.column.week"), *names.values())
    title = say.plain("reports.weeks.title")
    chart = Columns(say.plain("dashboard.talk.weeks_told"), tuple(short), layers)
    given = Table(title, ("week_from", *LABELS), tuple(exact))
    return Figure("pekan", Table(title, columns, tuple(rows)), chart, given)


def _short(day: date, say: Texts) -> str:
    return f"{day.day} {say.plain('common.months').split()[day.month - 1]}"


async def questions(session: Session, look: Look, say: Texts) -> Figure:
    """Asked, answered and how soon in working hours; who asked and in which words is not said."""
    by_id = {group.id: group for group in look.groups}
    days = await calendar.calendars_of(session, {group.school_id for group in look.groups})
    asked = await answers.asked(session, by_id, look.since, look.until)
    hours = []
    for one in asked:
        if one.answered_at is not None and one.answered_at <= look.now:
            group = by_id[one.group_id]
            hours.append(calendar.working_hours_between(days[group.school_id], one.at, one.answered_at, group.zone))
    counts = {"asked": len(asked), "answered": len(hours), "open": len(asked) - len(hours)}
    rows: list[tuple[Cell, ...]] = [(say.plain(f"dashboard.questions.{name}"), n) for name, n in counts.items()]
    middle = round(median(hours), 1) if len(hours) >= LEAST_ANSWERS else None
    rows.append((say.plain("dashboard.questions.median"), middle))
    note = say.plain("dashboard.questions.note", least=LEAST_ANSWERS)
    columns = (say.plain("dashboard.column.what"), say.plain("dashboard.column.n"))
    chart = None
    if asked:
        low, high = wilson(len(hours), len(asked))
        words = say.plain("dashboard.of", n=len(hours), of=len(asked))
        bar = Bar(say.plain("dashboard.questions.answered"), len(hours) / len(asked), words, low, high)
        chart = Bars(say.plain("dashboard.questions.told"), (bar,))
    return Figure("pertanyaan", Table(say.plain("dashboard.questions.title"), columns, tuple(rows), (note,)), chart)
