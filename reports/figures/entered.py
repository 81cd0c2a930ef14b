"""Figures that people enter: how meetings were led and what was seen in them. What nobody gives yet says so.

The answers of surveys come in through `of_survey`.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import select

from coaching import meeting_scores, rubrics
from content.rubrics import house
from learning.surveys import results, weekly
from learning.surveys.scores import ENOUGH
from reports.dashboard.values import Look
from reports.figures.sums import Tell, added, of_all
from reports.figures.values import Figure, careful, hidden, share
from storage.bulk import among
from storage.database import Session
from storage.models import Cycle, Observation, ObservationScore, RubricVersion

MEETING = "plca"  # the rubric; the questionnaire of that name is another instrument
OBSTACLES = "kendala"  # the item of the instrument `needs`
WEEKLY = frozenset({weekly.NAME})
OF_INSTRUMENTS = {"coaching-satisfaction": "satisfaction"}  # the entries of the others are called as they are
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


async def of_survey(session: Session, look: Look, instrument: str) -> Sequence[Figure]:
    """By month, oldest first: of those who answered closed surveys with that instrument, the share that said yes.

    What is asked each week (WEEKLY) is told by week. The key is the instrument's entry in the catalogue; carefully, for
    who was asked is known. Read once for all figures of a page.
    """
    if instrument not in look.said:
        look.said[instrument] = list(await of_all(session, look, partial(_said, instrument=instrument)))
    return look.said[instrument]


async def _said(session: Session, look: Look, instrument: str) -> Tell:
    said: dict[tuple[datetime, datetime], dict[int, tuple[int, int]]] = defaultdict(dict)
    for survey, found in await results.closed(
        session, [one.id for one in look.groups], instrument, look.since, look.until
    ):
        spread = next((one for one in found.spreads if one.yes is not None), None)
        if spread is not None and survey.opened_at is not None:
            span = _span_of(instrument, survey.opened_at, look.zone)
            yes, of = said[span].get(survey.group_id, (0, 0))
            said[span][survey.group_id] = yes + (spread.yes or 0), of + spread.n
    key = OF_INSTRUMENTS.get(instrument, instrument)
    return lambda ids: [
        careful(key, *added(parts, ids), span, "entered")
        for span, parts in sorted(said.items())
        if parts.keys() & set(ids)
    ]


def _span_of(instrument: str, opened: datetime, zone: str) -> tuple[datetime, datetime]:
    """The week or month in which it was asked, by the wall in the zone."""
    local = opened.astimezone(ZoneInfo(zone))
    if instrument not in WEEKLY:
        return month_of(f"{local:%Y-%m}", zone)
    monday = local.date() - timedelta(days=local.weekday())
    first, after = (datetime.combine(day, time(), local.tzinfo) for day in (monday, monday + timedelta(weeks=1)))
    return first, after


async def obstacles(session: Session, look: Look) -> tuple[Figure, ...]:
    """Of the answers without names, the share that chose each obstacle, most often chosen first.

    Surveys of the start stand under "needs", the others under "obstacles"; only those that had enough answers.
    """
    chosen, of = Counter[tuple[str, str]](), Counter[str]()
    for survey, found in await results.closed(
        session, [one.id for one in look.groups], "needs", look.since, look.until
    ):
        for spread in [one for one in found.spreads if one.item.id == OBSTACLES]:
            entry = "needs" if survey.phase == "start" else "obstacles"
            of[entry] += spread.n
            chosen.update({(entry, o.id): n for o, n in zip(spread.item.options, spread.counts, strict=True)})
    period = (look.since, look.until)
    return tuple(
        share(f"{entry}.{option}", n, of[entry], period, "entered") for (entry, option), n in chosen.most_common()
    )


async def asked(session: Session, look: Look, instrument: str) -> tuple[Figure, ...]:
    """The mean of each sub-scale of a questionnaire, on its own levels (1 up), in its last month; with its n.

    Of all surveys of that month together, each as heavy as it has answers; of fewer than ENOUGH people nothing.
    """
    found = await results.closed(session, [one.id for one in look.groups], instrument, look.since, look.until)
    months = [survey.opens_at.astimezone(ZoneInfo(look.zone)).strftime("%Y-%m") for survey, _ in found]
    sums, many = defaultdict[str, float](float), Counter[str]()
    for month, (_, figures) in zip(months, found, strict=True):
        if month == max(months):
            for scale in figures.scales:
                sums[scale.id] += scale.mean * scale.n
                many[scale.id] += scale.n
    return tuple(
        Figure(key, sums[one] / n, "mean", "entered", period, n)
        if n >= ENOUGH
        else hidden(key, "mean", "entered", period)
        for one, n in many.items()
        for key, period in [(f"{instrument}.asked-{one}", month_of(max(months), look.zone))]
    )
