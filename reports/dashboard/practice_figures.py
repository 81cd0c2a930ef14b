"""What became of lessons and of coaching, as counts. Few are never written exactly: who is coached is known."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, select

from coaching import workflows
from content.texts import Texts
from learning import versions
from learning.kinds import REFLECTS
from reports.dashboard.values import Bar, Bars, Figure, Look
from reports.days import day
from reports.few import shown, total
from reports.intervals import wilson
from reports.tables import Cell, Table
from storage.bulk import among
from storage.database import Session
from storage.models import Commitment, Cycle, CycleStep, Delivery, Reflection, Trial, WorkflowVersion

MOST_LESSONS = 60
_DRAWN = 12


@dataclass(slots=True)
class Lesson:
    """One lesson, wherever it went out: to how many teachers, and how many of them tried and reflected."""

    title: str
    first: date
    sent: int = 0
    of: int = 0
    tried: int = 0
    reflected: int = 0


async def lessons(session: Session, look: Look, say: Texts) -> Figure | None:
    """Each lesson that arrived, oldest first; the newest MOST_LESSONS."""
    found = await _lessons(session, look, say)
    if not found:
        return None
    rows = tuple((one.title, day(one.first, say), one.tried, one.reflected, one.of) for one in found)
    exact = tuple((one.title, one.first.isoformat(), one.sent, one.tried, one.reflected, one.of) for one in found)
    names = ("lesson", "day", "tried", "reflected", "of")
    columns = tuple(say.plain(f"dashboard.column.{name}") for name in names)
    title, note = say.plain("dashboard.lessons.title"), say.plain("dashboard.lessons.note")
    drawn = [one for one in found if one.of][-_DRAWN:]
    chart = Bars(say.plain("dashboard.lessons.told"), tuple(_bar(one, say) for one in drawn)) if drawn else None
    given = Table(title, ("lesson", "first_day", "deliveries", "tried", "reflected", "teachers"), exact)
    return Figure("praktik", Table(title, columns, rows, (note,)), chart, given)


def _bar(one: Lesson, say: Texts) -> Bar:
    n = min(one.reflected, one.of)
    low, high = wilson(n, one.of)
    return Bar(one.title, n / one.of, say.plain("dashboard.of", n=n, of=one.of), low, high)


async def packs(session: Session, look: Look, say: Texts) -> dict[str, str]:
    """The packs whose lessons arrived in that time, by their ids, as their titles."""
    rows = await session.execute(
        select(Delivery.pack, func.max(Delivery.version)).where(*_arrived(session, look, "")).group_by(Delivery.pack)
    )
    found = await versions.known(session, [(pack, version) for pack, version in rows])
    named = {pack: one.title(say.language) for (pack, _), one in found.items()}
    return dict(sorted(named.items(), key=lambda one: one[1].casefold()))


def _arrived(session: Session, look: Look, pack: str) -> list[ColumnElement[bool]]:
    where = [
        among(session, Delivery.group_id, [group.id for group in look.groups]), Delivery.delivered_at >= look.since,
        Delivery.delivered_at < look.until,
    ]  # fmt: skip
    return [*where, Delivery.pack == pack] if pack else where


async def _lessons(session: Session, look: Look, say: Texts) -> list[Lesson]:
    here = _arrived(session, look, look.pack)
    sent = (await session.scalars(select(Delivery).where(*here).order_by(Delivery.day, Delivery.id))).all()
    known = await versions.lessons_of(session, sent)
    tried = await _people(session, Trial, here)
    reflected = await _people(session, Reflection, [*here, Reflection.kind.in_(REFLECTS)])
    sizes = {number: one.size for number, one in (await look.counted(session)).of_group.items()}
    found: dict[tuple[str, str], Lesson] = {}
    for one in sent:
        title = known[one.id].text(say.language).title if one.id in known else one.lesson
        row = found.setdefault((one.pack, one.lesson), Lesson(title, one.day))
        row.sent += 1
        row.of += 1 if one.person_id is not None else sizes[one.group_id]  # at one's own pace: that one
        row.tried += tried.get(one.id, 0)
        row.reflected += reflected.get(one.id, 0)
    return list(found.values())[-MOST_LESSONS:]


async def _people(session: Session, table: Any, where: list[ColumnElement[bool]]) -> dict[int, int]:
    rows = await session.execute(
        select(table.delivery_id, func.count(table.person_id.distinct()).label("people"))
        .join(Delivery, Delivery.id == table.delivery_id)
        .where(*where)
        .group_by(table.delivery_id)
    )
    return {row.delivery_id: row.people for row in rows}


_STATIONS = ("begun", "first_step", "promised", "kept", "closed")


async def coaching(session: Session, look: Look, say: Texts) -> Figure | None:
    """How far the cycles that began in that time have come; one and two are not written exactly."""
    found = await _funnels(session, look, say)
    if not found:
        return None
    rows: list[tuple[Cell, ...]] = []
    for title in sorted(found, key=str.casefold):
        counts = found[title]
        begun = counts["begun"]
        told: list[Cell] = [shown(counts[one], begun, say) for one in _STATIONS[1:]]
        rows.append((title, total(begun, say) or say.plain("week.few.less", n=3), *told))
    columns = tuple(say.plain(f"dashboard.coaching.{one}") for one in ("workflow", *_STATIONS))
    notes = (say.plain("dashboard.coaching.note"), say.plain("dashboard.note.few"))
    table = Table(say.plain("dashboard.coaching.title"), columns, tuple(rows), notes)
    return Figure("coaching", table, _funnel(found, rows, say))


def _funnel(found: dict[str, dict[str, int]], rows: list[tuple[Cell, ...]], say: Texts) -> Bars | None:
    """All workflows in one picture; none where a row keeps something back, which the sum would give away."""
    if any(cell is None or not str(cell).isdecimal() for _, *cells in rows for cell in cells):
        return None
    whole = {one: sum(counts[one] for counts in found.values()) for one in _STATIONS}
    begun = whole["begun"]
    bars = [
        Bar(say.plain(f"dashboard.coaching.{one}"), n / begun, say.plain("dashboard.of", n=n, of=begun))
        for one, n in whole.items()
    ]
    return Bars(say.plain("dashboard.coaching.told"), tuple(bars))


async def _funnels(session: Session, look: Look, say: Texts) -> dict[str, dict[str, int]]:
    of_cycle = Commitment.cycle_id == Cycle.id
    rows = await session.execute(
        select(
            WorkflowVersion, Cycle.state,
            exists().where(and_(CycleStep.cycle_id == Cycle.id, CycleStep.done_at.is_not(None))),
            exists().where(of_cycle), exists().where(of_cycle, Commitment.kept_at.is_not(None)),
        )
        .join(WorkflowVersion, WorkflowVersion.id == Cycle.version_id)
        .where(
            among(session, Cycle.group_id, [group.id for group in look.groups]), Cycle.started_at >= look.since,
            Cycle.started_at < look.until,
        )
    )  # fmt: skip
    found: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(_STATIONS, 0))
    for version, state, stepped, promised, kept in rows:
        counts = found[workflows.of(version).title.of(say.language)]
        for name, is_so in zip(_STATIONS, (True, stepped, promised, kept, state == "closed"), strict=True):
            counts[name] += bool(is_so)
    return dict(found)
