"""Figures of surveys that were asked in the chat: the share that said yes, obstacles, the means of a questionnaire."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from learning.surveys import results, weekly
from learning.surveys.scores import ENOUGH
from reports.dashboard.values import Look
from reports.figures.entered import month_of
from reports.figures.sums import Tell, added, of_all
from reports.figures.values import Figure, careful, hidden, share
from storage.database import Session

OBSTACLES = "kendala"  # the item of the instrument `needs`
WEEKLY = frozenset({weekly.NAME})
# The figures of the others are called as they are.
OF_INSTRUMENTS = {"coaching-satisfaction": "satisfaction", "strategies": "strategies.said"}


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
        careful(key, *added(parts, ids), span) for span, parts in sorted(said.items()) if parts.keys() & set(ids)
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
    return tuple(share(f"{entry}.{option}", n, of[entry], period) for (entry, option), n in chosen.most_common())


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
        Figure(key, sums[one] / n, "mean", "computed", period, n)
        if n >= ENOUGH
        else hidden(key, "mean", "computed", period)
        for one, n in many.items()
        for key, period in [(f"{instrument}.asked-{one}", month_of(max(months), look.zone))]
    )
