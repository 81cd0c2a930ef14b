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
from reports.dashboard.values import Figure
from reports.few import shown, total
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
    rows = [*_happened(found, say), *(_standing(found, say) if _is_last(span) else ())]
    columns = tuple(say.plain(f"dashboard.column.{name}") for name in ("what", "n", "of"))
    where = say.plain("dashboard.counts.where", groups=found.groups, schools=len(found.schools))
    notes = (where, say.plain("dashboard.note.few"), say.plain("dashboard.counts.note"))
    return Figure("angka", Table(say.plain("dashboard.counts.title"), columns, tuple(rows), notes))


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
