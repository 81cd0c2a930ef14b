"""A week of all groups of a principal or of the Dinas, as counts that point at nobody.

Only the sum is told, and whole weeks alone: a line for each school, or days that overlap, would give away by
subtraction what is kept back.
"""

from datetime import datetime, timedelta

from community import calendar
from content.texts import Texts
from learning import weeks
from reports import counts
from reports.counts import Counts, Span
from reports.dashboard.places import Place
from reports.dashboard.values import Bar, Bars, Figure
from reports.few import bounds, shown, total
from reports.tables import Cell, Table
from storage.database import Session

WEEKS_BACK = 12


async def spans(session: Session, place: Place, now: datetime) -> list[Span]:
    """The school weeks that are over, the newest first."""
    group = place.groups[0]
    days = (await calendar.calendars_of(session, {group.school_id}))[group.school_id]
    today = calendar.local_day(now, group.zone)
    this = weeks.first_day(days, today)
    return [Span(this - timedelta(weeks=back), today, group.zone) for back in range(1, WEEKS_BACK + 1)]


async def of_week(session: Session, place: Place, span: Span, now: datetime, say: Texts) -> Figure:
    """What happened in that week; where coaching stands today only beside the newest."""
    found = (await counts.gather(session, {0: place.groups}, {0: span}, now))[0]
    return figure(found, say, standing=_is_last(span))


def figure(found: Counts, say: Texts, *, standing: bool) -> Figure:
    """A week as table and picture; ``standing``: with the cycles that are late today."""
    rows = [*_happened(found, say), *(_standing(found, say) if standing else ())]
    columns = tuple(say.plain(f"dashboard.column.{name}") for name in ("what", "n", "of"))
    where = say.plain("dashboard.counts.where", groups=found.groups, schools=len(found.schools))
    chart = _bars(found, say, standing=standing)
    thin = chart is not None and any(bar.low is not None for bar in chart.bars)
    notes = [where, say.plain("dashboard.note.few"), say.plain("dashboard.counts.note")]
    notes += [say.plain("dashboard.counts.line")] if thin else []
    return Figure("angka", Table(say.plain("dashboard.counts.title"), columns, tuple(rows), tuple(notes)), chart)


def _bars(found: Counts, say: Texts, *, standing: bool) -> Bars | None:
    """A bar for each part of a known whole. What is not written exactly ends somewhere along the thin line."""
    parts = {
        "reflected": (found.reflected, found.teachers), "answered": (len(found.answer_hours), found.asked),
        "met": (found.met, found.sessions),
    } | ({"late": (found.late, found.open)} if standing else {})  # fmt: skip
    bars = [_bar(name, n, of, say) for name, (n, of) in parts.items() if of]
    known = tuple(one for one in bars if one is not None)
    return Bars(say.plain("dashboard.counts.told"), known) if known else None


def _bar(name: str, n: int, of: int, say: Texts) -> Bar | None:
    ends, words = bounds(n, of), shown(n, of, say)
    if ends is None or words is None:
        return None
    low, high = (None, None) if ends[0] == ends[1] else (ends[0] / of, ends[1] / of)
    told = say.plain("dashboard.of", n=words, of=of)
    return Bar(say.plain(f"dashboard.counts.{name}"), ends[0] / of, told, low, high)


def _is_last(span: Span) -> bool:
    return span.today - span.first < timedelta(weeks=2)


def _happened(found: Counts, say: Texts) -> list[tuple[Cell, ...]]:
    answered = len(found.answer_hours)
    hours = None if found.median_hours is None or total(answered, say) is None else round(found.median_hours, 1)
    wrote = total(found.reflections, say) if total(found.reflected, say) is not None else None
    return [
        _row("reflected", shown(found.reflected, found.teachers, say), total(found.teachers, say), say),
        _row("reflections", wrote, "", say),
        _row("answered", shown(answered, found.asked, say), total(found.asked, say), say),
        _row("hours", hours, "", say),
        _row("met", shown(found.met, found.sessions, say), total(found.sessions, say), say),
        _row("not_met", shown(found.not_met, found.sessions, say), total(found.sessions, say), say),
        _row("closed", total(found.closed, say), "", say),
    ]


def _standing(found: Counts, say: Texts) -> list[tuple[Cell, ...]]:
    return [_row("late", shown(found.late, found.open, say), total(found.open, say), say)]


def _row(name: str, n: Cell, of: Cell, say: Texts) -> tuple[Cell, ...]:
    return (say.plain(f"dashboard.counts.{name}"), n, of)
