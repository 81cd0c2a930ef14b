"""The curve of one teacher over time, with one rubric: rungs as values, never a mean, never two instruments in one."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from coaching import agreement, observations, seats
from coaching.agreement import Agreed
from coaching.observations import Watch
from coaching.rights import Look
from community.calendar import local_day
from content.rubrics import Rubric
from storage.database import Session
from storage.models import Cycle, CycleMember, Observation, ObservationScore, Person, RubricVersion

MOST = 12  # observations in one picture, the newest ones


@dataclass(frozen=True, slots=True)
class Point:
    """One observation: the rung of each criterion, from 0, as the one who was watched and as the observer saw it."""

    day: date
    own: dict[str, int]
    seen: dict[str, int]


@dataclass(frozen=True, slots=True)
class Curve:
    """The observations of one person with one version of a rubric, oldest first."""

    rubric: Rubric
    points: list[Point]


async def of(session: Session, person: Person | None, observation_id: int) -> Curve:
    """The curve to which an observation belongs: only observations that this person may read one by one.

    Raises NeedsConsent, Gone, NotAllowed.
    """
    watch = await observations.take(session, person, observation_id, Look.CURVE)
    rows = await session.execute(
        select(Observation)
        .join(RubricVersion, RubricVersion.id == Observation.rubric_id)
        .join(Cycle, Cycle.id == Observation.cycle_id)
        .join(CycleMember, CycleMember.cycle_id == Cycle.id)
        .where(CycleMember.person_id == watch.person.id, CycleMember.until.is_(None), CycleMember.side != "stand_in")
        .where(exists().where(seats.holds_role()))
        .where(Observation.observed_id == watch.row.observed_id, Observation.opened_at.is_not(None))
        .where((Observation.observed_id == watch.person.id) | (Observation.observer_id == watch.person.id))
        .where(RubricVersion.rubric == watch.rubric.id, RubricVersion.version == watch.rubric.version)
        .order_by(Observation.opened_at.desc(), Observation.id.desc())
        .limit(MOST)
    )
    found = sorted(rows.scalars().unique(), key=lambda row: (row.started_at, row.id))
    given = await _rungs(session, [row.id for row in found], watch.rubric)
    zone = watch.group.zone
    return Curve(
        watch.rubric,
        [
            Point(
                local_day(row.started_at, zone),
                given.get((row.id, row.observed_id), {}),
                given.get((row.id, row.observer_id or 0), {}),
            )
            for row in found
        ],
    )


async def _rungs(session: Session, numbers: list[int], rubric: Rubric) -> dict[tuple[int, int], dict[str, int]]:
    rows = await session.scalars(select(ObservationScore).where(ObservationScore.observation_id.in_(numbers)))
    found: dict[tuple[int, int], dict[str, int]] = {}
    for one in rows:
        rung = rubric.level(one.level)
        if rung is not None and rubric.criterion(one.criterion) is not None:
            found.setdefault((one.observation_id, one.person_id), {})[one.criterion] = rung
    return found


async def of_two(session: Session, watch: Watch) -> Agreed | None:
    """How far the two observers of this observation agree, over all that they watched of the same person together.

    None before all of it is open, or without a second observer.
    """
    row = watch.row
    if row.opened_at is None or row.second_id is None or row.observer_id is None:
        return None
    one, other = aliased(ObservationScore), aliased(ObservationScore)
    rows = await session.execute(
        select(one.level, other.level)
        .join(other, (other.observation_id == one.observation_id) & (other.criterion == one.criterion))
        .join(Observation, Observation.id == one.observation_id)
        .join(RubricVersion, RubricVersion.id == Observation.rubric_id)
        .where(Observation.opened_at.is_not(None), Observation.cycle_id == row.cycle_id)
        .where(Observation.observed_id == row.observed_id)
        .where(RubricVersion.rubric == watch.rubric.id, RubricVersion.version == watch.rubric.version)
        .where(one.person_id == row.observer_id, other.person_id == row.second_id)
    )
    rungs = [(watch.rubric.level(first), watch.rubric.level(second)) for first, second in rows]
    pairs = [(first, second) for first, second in rungs if first is not None and second is not None]
    return agreement.agreed(pairs, len(watch.rubric.levels))


def figure(curve: Curve, language: str) -> dict[str, object]:
    """The curve as plain JSON for whoever draws it: titles, rungs, and per criterion the values by day."""
    return {
        "title": curve.rubric.title.of(language),
        "levels": [one.title.of(language) for one in curve.rubric.levels],
        "days": [point.day.isoformat() for point in curve.points],
        "criteria": [
            {
                "title": one.title.of(language),
                "own": [point.own.get(one.id) for point in curve.points],
                "seen": [point.seen.get(one.id) for point in curve.points],
            }
            for one in curve.rubric.criteria
        ],
    }
