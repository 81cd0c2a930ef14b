"""What people said of themselves, as counts: readiness as it stands and week by week, the pulse month by month."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from statistics import fmean
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from community import readiness
from content.lessons import READINESS
from learning.pulses import ENOUGH, questions
from reports import readiness_history
from reports.dashboard.values import Look
from reports.days import local_days
from reports.figures.sums import Tell
from reports.figures.teachers import teach_in
from reports.figures.values import Figure, careful, missing, together
from storage.bulk import among
from storage.database import Session
from storage.models import Pulse, PulseAnswer


async def ready(session: Session, look: Look) -> Tell:
    """How many of those who answered a question chose each answer, as they stand now.

    The answers to one question add up to all who gave one: where one would point at somebody, none is told.
    """
    by_group = await teach_in(session, look)
    said = await readiness.of(session, {person_id for people in by_group.values() for person_id in people})
    period = (look.since, look.until)

    def tell(ids: Collection[int]) -> list[Figure]:
        here = [said[person_id] for person_id in {one for number in ids for one in by_group[number]}]
        found: list[Figure] = []
        for question, answers in READINESS.items():
            chosen = Counter(one[question] for one in here if question in one)
            parts = [careful(f"readiness.{question}-{one}", chosen[one], chosen.total(), period) for one in answers]
            found += together(parts)
        return found

    return tell


async def ready_weeks(session: Session, look: Look) -> Mapping[date, tuple[Figure, ...]]:
    """The same by week (its Monday), oldest first, of the weeks that were written; a question without numbers is not
    there. Of several groups the sum of those that have them: what each of them keeps back was never written.
    """
    first, last = local_days(look.since, look.until, look.zone)
    found = await readiness_history.by_week(session, [one.id for one in look.groups], first, last)
    return {
        week: tuple(
            careful(f"readiness.{question}-{answer}", n, sum(numbers.values()), week_of(week, look.zone))
            for question in READINESS
            if (numbers := said.get(question))
            for answer, n in numbers.items()
        )
        for week, said in found.items()
    }


def week_of(monday: date, zone: str) -> tuple[datetime, datetime]:
    """That week by the wall in the zone."""
    here = ZoneInfo(zone)
    return datetime.combine(monday, time(), here), datetime.combine(monday + timedelta(days=7), time(), here)


async def pulse(session: Session, look: Look) -> Mapping[str, tuple[Figure, ...]]:
    """By month ("2026-07"), the mean (1 to 5) of each of the four drivers; of pulses that are closed and had enough.

    An open one is left out: two looks at it would tell what the person said who answered in between.
    """
    rows = await session.execute(
        select(Pulse.id, Pulse.question, Pulse.opened_at, PulseAnswer.value, func.count())
        .join(PulseAnswer, PulseAnswer.pulse_id == Pulse.id)
        .where(
            among(session, Pulse.group_id, [one.id for one in look.groups]), Pulse.closed_at.is_not(None),
            Pulse.opened_at >= look.since, Pulse.opened_at < look.until,
        )
        .group_by(Pulse.id, Pulse.question, Pulse.opened_at, PulseAnswer.value)
    )  # fmt: skip
    answers: dict[tuple[str, str, int], list[int]] = defaultdict(list)
    for number, question, opened_at, value, n in rows:
        month = opened_at.astimezone(ZoneInfo(look.zone)).strftime("%Y-%m")
        answers[month, question, number] += [value] * n
    months: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for (month, question, _), values in answers.items():
        if len(values) >= ENOUGH:
            months[month][question] += values
    return {month: tuple(_mean(one, months[month][one], look) for one in questions()) for month in sorted(months)}


def _mean(question: str, values: list[int], look: Look) -> Figure:
    key, period = f"pulse.{question}", (look.since, look.until)
    if not values:
        return missing(key, "mean", "computed", period)
    return Figure(key, fmean(values), "mean", "computed", period, len(values))
