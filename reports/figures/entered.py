"""Figures that people enter: how meetings were led and what was seen in them. What nobody gives yet says so."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import select

from coaching import meeting_scores, rubrics
from content.rubrics import house
from reports.dashboard.values import Look
from reports.figures.sums import Tell, added, of_all
from reports.figures.values import Figure, careful
from storage.bulk import among
from storage.database import Session
from storage.models import Cycle, Observation, ObservationScore, RubricVersion

MEETING = "plca"  # the rubric; the questionnaire of that name is another instrument
Months = Sequence[tuple[str, Figure]]


async def facilitation(session: Session, look: Look) -> Months:
    """Of those who led a meeting in a month and were seen by enough others, how many showed all three signs.

    By month ("2026-07") in its order; carefully, for who led is known.
    """
    return [(f"{one.period[0]:%Y-%m}", one) for one in await of_all(session, look, _able)]


async def _able(session: Session, look: Look) -> Tell:
    by_group = await meeting_scores.able_by_month(session, look.groups)

    def tell(ids: Collection[int]) -> list[Figure]:
        able, led = Counter[str](), Counter[str]()
        for months in [by_group[number] for number in ids]:
            for month, (n, of) in months.items():
                able[month] += n
                led[month] += of
        periods = {month: month_of(month, look.zone) for month in sorted(led)}
        return [
            careful("facilitation", able[month], led[month], period, "entered")
            for month, period in periods.items()
            if period[0] < look.until and period[1] > look.since
        ]

    return tell


def month_of(month: str, zone: str) -> tuple[datetime, datetime]:
    """That month ("2026-07") by the wall in the zone."""
    first = date.fromisoformat(f"{month}-01")
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    here = ZoneInfo(zone)
    return datetime.combine(first, time(), here), datetime.combine(after, time(), here)


async def observed(session: Session, look: Look) -> Tell:
    """Of the meetings that were observed with the rubric, in how many each dimension stood on the upper rungs.

    The observer's scores alone: whoever led has given theirs for themselves. Rungs are counted, never averaged.
    """
    rows = await session.execute(
        select(Cycle.group_id, RubricVersion, ObservationScore.criterion, ObservationScore.level)
        .select_from(Observation)
        .join(Cycle, Cycle.id == Observation.cycle_id)
        .join(RubricVersion, RubricVersion.id == Observation.rubric_id)
        .join(
            ObservationScore,
            (ObservationScore.observation_id == Observation.id)
            & (ObservationScore.person_id == Observation.observer_id),
        )
        .where(among(session, Cycle.group_id, [one.id for one in look.groups]), RubricVersion.rubric == MEETING)
        .where(
            Observation.opened_at.is_not(None), Observation.started_at >= look.since,
            Observation.started_at < look.until,
        )
    )  # fmt: skip
    scores: dict[str, dict[int, tuple[int, int]]] = defaultdict(dict)
    for number, version, criterion, level in rows:
        rubric = rubrics.of(version)
        high, seen = scores[criterion].get(number, (0, 0))
        scores[criterion][number] = high + (2 * (rubric.level(level) or 0) >= len(rubric.levels)), seen + 1
    period, dimensions = (look.since, look.until), house()[MEETING].criteria
    return lambda ids: [careful(f"plca.{one.id}", *added(scores[one.id], ids), period, "entered") for one in dimensions]
