"""The figures of a place, for what was asked for. Another figure is another line in FIGURES, RESULTS or WORK."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from content.texts import Texts
from reports import overview, periods
from reports.dashboard import (
    beside_figures,
    count_figures,
    people_figures,
    practice_figures,
    result_figures,
    survey_figures,
    talk_figures,
)
from reports.dashboard.places import Kind, Place
from reports.dashboard.values import Figure, Look
from reports.days import days, span
from reports.periods import Period
from storage.database import Session
from storage.models import Group

Made = Awaitable[Figure | None]
Maker = Callable[[Session, Look, Texts], Made]
FIGURES: tuple[Maker, ...] = (
    people_figures.takes_part,
    talk_figures.types,
    beside_figures.before_and_after,
    talk_figures.weeks,
    beside_figures.evenness,
    talk_figures.questions,
    practice_figures.lessons,
    practice_figures.coaching,
    people_figures.groups_beside,
)
RESULTS: tuple[Maker, ...] = (
    result_figures.results,
    result_figures.kinds,
    result_figures.facilitation,
    result_figures.observed,
    result_figures.asked,
    result_figures.obstacles,
    survey_figures.months,
    survey_figures.confidence,
    survey_figures.engagement,
    survey_figures.digital,
    survey_figures.ladder,
    result_figures.pulse,
    result_figures.readiness,
    result_figures.readiness_weeks,
    survey_figures.background,
)
WORK: tuple[Maker, ...] = (
    result_figures.rhythm,
    result_figures.modules,
    result_figures.plans,
    result_figures.competences,
    result_figures.media,
    result_figures.feedback,
)


def parts() -> Mapping[str, Sequence[Maker]]:
    """What a page may show of a place, by its word in the address: one at a time, so that it is small and quick."""
    return {"": FIGURES, "capaian": RESULTS, "kegiatan": WORK}


class Nowhere(LookupError):
    """There is no such thing to look at: a number of somebody else's, or none at all."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A choice in the page's form: its name in the address, and its values with their words; one is chosen."""

    name: str
    label: str
    options: Mapping[str, str]
    chosen: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A place as it is shown: for which days, by which choices, and its figures in their order."""

    place: Place
    span: str
    filters: Sequence[Filter]
    figures: Sequence[Figure] = field(default_factory=tuple)

    @property
    def has_something(self) -> bool:
        """Did anything happen? Who is there has a chart of its own even when nobody does anything."""
        return any(one.chart for one in self.figures if one.key != people_figures.KEY) or self.place.kind is Kind.COUNTS

    def figure(self, key: str) -> Figure:
        """The one of that name. Raises Nowhere."""
        found = next((one for one in self.figures if one.key == key), None)
        if found is None:
            raise Nowhere(key)
        return found


async def shown(session: Session, place: Place, asked: Mapping[str, str], now: datetime, say: Texts) -> Shown:
    """The place with what was ``asked`` of it (`bagian`, `periode`, `grup`, `paket`, or `pekan`). Raises Nowhere."""
    if place.kind is Kind.COUNTS:
        return await _counts(session, place, asked, now, say)
    group = _one_of(asked.get("grup", ""), {str(one.id): one.title for one in place.groups})
    period = _one_of(asked.get("periode", "") or Period.MONTH.value, {one.value: "" for one in Period})
    groups = tuple(one for one in place.groups if group in ("", str(one.id)))
    look = await looked(session, groups, Period(period), now)
    known = await practice_figures.packs(session, look, say)
    pack = asked.get("paket", "")
    look = Look(look.groups, look.since, look.until, look.now, look.zone, pack if pack in known else "")
    named = {one: say.plain(f"dashboard.part.{one or 'talk'}") for one in parts()}
    part = _one_of(asked.get("bagian", ""), named)
    found = [await make(session, look, say) for make in parts()[part]]
    filters = [
        Filter("bagian", say.plain("dashboard.filter.part"), named, part),
        *_filters(place, group, period, known if not part else {}, look.pack, say),
    ]
    when = span(look.since, look.until, look.zone, say)
    return Shown(place, when, filters, [one for one in found if one is not None])


async def looked(session: Session, groups: Sequence[Group], period: Period, now: datetime) -> Look:
    """These groups over a period that ends now, in the zone of the first."""
    zone = groups[0].zone
    first = now
    if period is Period.ALL:
        first = await overview.beginning_of(session, groups)
    return Look(tuple(groups), periods.since(period, now, zone, first), now + timedelta(microseconds=1), now, zone)


def _one_of(asked: str, known: Mapping[str, str]) -> str:
    if asked and asked not in known:
        raise Nowhere(asked)
    return asked


def _filters(
    place: Place, group: str, period: str, packs: Mapping[str, str], pack: str, say: Texts
) -> list[Filter]:  # fmt: skip
    names = {one.value: say.plain(f"dashboard.period.{one.name.lower()}") for one in Period}
    found = [Filter("periode", say.plain("dashboard.filter.period"), names, period)]
    if len(place.groups) > 1:
        every = {"": say.plain("dashboard.filter.all_groups")}
        groups = every | {str(one.id): one.title for one in place.groups}
        found.append(Filter("grup", say.plain("dashboard.filter.group"), groups, group))
    if len(packs) > 1 or pack:
        every = {"": say.plain("dashboard.filter.all_packs")}
        found.append(Filter("paket", say.plain("dashboard.filter.pack"), every | dict(packs), pack))
    return found


async def _counts(session: Session, place: Place, asked: Mapping[str, str], now: datetime, say: Texts) -> Shown:
    every = await count_figures.spans(session, place, now)
    named = {one.first.isoformat(): one for one in every}
    week = _one_of(asked.get("pekan", "") or every[0].first.isoformat(), dict.fromkeys(named, ""))
    words = {name: days(one.first, one.first + timedelta(days=6), say) for name, one in named.items()}
    figure = await count_figures.of_week(session, place, named[week], now, say)
    return Shown(place, words[week], [Filter("pekan", say.plain("dashboard.filter.week"), words, week)], [figure])
