"""Figures of surveys that put single answers together: engagement class by class, the ladder, digital pedagogy."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from statistics import fmean
from zoneinfo import ZoneInfo

from content.figures import Unit
from content.instruments import from_json, house
from learning.surveys import results, scores
from learning.surveys.scores import ENOUGH, Response
from reports.dashboard.values import Look
from reports.evaluation.published import normalised_gain
from reports.figures.entered import Months, month_of
from reports.figures.sums import Tell
from reports.figures.values import Figure, Note, Period, hidden, missing
from reports.intervals import student
from storage.database import Session
from storage.models import Survey

ENGAGEMENT, LADDER, DIGITAL = "engagement", "participation", "digital-pedagogy"  # the instruments
RUNG = "anak-tangga"
Given = Sequence[tuple[Survey, Sequence[Response]]]


async def _answered(session: Session, look: Look, instrument: str) -> Given:
    return await results.answered(session, [one.id for one in look.groups], instrument, look.since, look.until)


def _of(given: Given, group_ids: Collection[int]) -> Given:
    return [(survey, each) for survey, each in given if survey.group_id in group_ids]


async def engagement(session: Session, look: Look) -> Tell:
    """What classes of some of these groups say, from one reading."""
    given = await _answered(session, look, ENGAGEMENT)
    return lambda ids: _engaged(_of(given, ids), (look.since, look.until))


def _engaged(given: Given, period: Period) -> tuple[Figure, ...]:
    """The mean percent of pupils who took part in usual lessons and in those with the module, and by how many percent
    the latter is above the former: the mean over classes, each compared with itself. Of fewer than ENOUGH classes none.
    """
    pairs = [
        (float(one["biasa"]), float(one["modul"]))
        for _, each in given
        for one in each
        if one.get("biasa") and "modul" in one
    ]
    if not pairs:
        return ()
    if len(pairs) < ENOUGH:
        return (hidden("engagement", "percent", "entered", period),)
    changes = [100 * (module - usual) / usual for usual, module in pairs]
    sides = {"usual": [usual for usual, _ in pairs], "module": [module for _, module in pairs]}
    return (
        *[
            Figure(f"engagement.{name}", fmean(each), "percent", "entered", period, len(each), None, *student(each))
            for name, each in sides.items()
        ],
        Figure("engagement", fmean(changes), "percent", "entered", period, len(pairs), None, *student(changes)),
    )


async def ladder(session: Session, look: Look) -> Months:
    """By month ("2026-07"), oldest first: how many schools put themselves on each rung, of those that answered."""
    rungs: dict[str, Counter[str]] = defaultdict(Counter)
    for survey, each in await _answered(session, look, LADDER):
        rungs[_month(survey, look)].update(one[RUNG] for one in each if RUNG in one)
    item = house()[LADDER].item(RUNG)
    order = [one.id for one in item.options] if item else []
    return [
        (month, Figure(f"ladder.{rung}", float(n), "count", "entered", month_of(month, look.zone), n, counted.total()))
        for month, counted in sorted(rungs.items())
        for rung, n in sorted(counted.items(), key=lambda one: order.index(one[0]) if one[0] in order else -1)
    ]


def latest(months: Months) -> list[Figure]:
    """The figures of the last month."""
    return [one for month, one in months if month == months[-1][0]]


async def digital(session: Session, look: Look) -> Tell:
    """What people of some of these groups said, from one reading."""
    given = await _answered(session, look, DIGITAL)
    return lambda ids: _told(_of(given, ids), look)


def _told(given: Given, look: Look) -> tuple[Figure, ...]:
    """Each part of the questionnaire and the whole of it: the mean in the first month it was asked and in the last,
    how far it rose in levels and in percent, and the normalised gain. Of fewer than ENOUGH people nothing.
    """
    months: dict[str, list[tuple[Survey, Sequence[Response]]]] = defaultdict(list)
    for survey, each in given:
        months[_month(survey, look)].append((survey, each))
    if not months:
        return ()
    first, last = min(months), max(months)
    before, after = _values(months[first]) if first != last else {}, _values(months[last])
    top = float(len(house()[DIGITAL].scale))
    ends = (month_of(first, look.zone), month_of(last, look.zone))
    return tuple(one for name in after for one in _rise(name, before.get(name, []), after[name], top, ends))


def _month(survey: Survey, look: Look) -> str:
    return survey.opens_at.astimezone(ZoneInfo(look.zone)).strftime("%Y-%m")


def _values(given: Given) -> dict[str, list[float]]:
    """Everybody's score on each part, and under "whole" on all items together."""
    found: dict[str, list[float]] = {one.id: [] for one in house()[DIGITAL].subscales}
    found["whole"] = []
    for survey, each in given:
        instrument = from_json(survey.content)
        rated = [one for one in instrument.items if one.kind == "likert"]
        for response in each:
            parts: Mapping[str, float | None] = scores.of_person(instrument, response) | {
                "whole": scores.score(instrument, rated, response)
            }
            for name, value in parts.items():
                if value is not None and name in found:
                    found[name].append(value)
    return found


def _rise(
    name: str, before: Sequence[float], after: Sequence[float], top: float, ends: tuple[Period, Period]
) -> list[Figure]:  # fmt: skip
    sides = [_mean(f"digital.{side}-{name}", each, period)
             for side, each, period in (("before", before, ends[0]), ("after", after, ends[1]))]  # fmt: skip
    low, high = (one.value for one in sides)
    whole: Period = (ends[0][0], ends[1][1])

    why: Note = "few" if "few" in (sides[0].note, sides[1].note) else "none_yet"
    units: dict[str, Unit] = {"change": "ratio", "percent": "percent", "gain": "ratio"}
    if low is None or high is None:
        rest = [missing(f"digital.{part}-{name}", unit, "computed", whole, why) for part, unit in units.items()]
        return [*sides, *rest]
    rise = {"change": high - low, "percent": 100 * (high - low) / low, "gain": normalised_gain(low, high, top)}
    return [
        *sides,
        *(Figure(f"digital.{part}-{name}", rise[part], unit, "computed", whole) for part, unit in units.items()),
    ]


def _mean(key: str, values: Sequence[float], period: Period) -> Figure:
    if not values:
        return missing(key, "mean", "computed", period)
    if len(values) < ENOUGH:
        return hidden(key, "mean", "computed", period)
    return Figure(key, fmean(values), "mean", "computed", period, len(values), None, *student(values))
