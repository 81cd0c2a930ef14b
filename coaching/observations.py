"""Watching a lesson or a meeting: notes first, who is watched scores first, and each score says what was seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update

from coaching import history, observation_letters, rubrics, seats, steps
from coaching.refusals import Gone, NotNow
from coaching.rights import Act, Look, Part, Side, may_look
from coaching.steps import Standing
from community import people
from community.refusals import NeedsConsent, NotAllowed, Refusal
from content.rubrics import Criterion, Rubric
from storage.database import Session
from storage.models import (
    Cycle,
    CycleStep,
    Group,
    Observation,
    ObservationNote,
    ObservationScore,
    Person,
    RubricVersion,
)

LONGEST_SEEN = 300
_DONE = {
    Part.OBSERVED: Observation.observed_done_at,
    Part.OBSERVER: Observation.observer_done_at,
    Part.SECOND: Observation.second_done_at,
}


@dataclass(frozen=True, slots=True)
class Watch:
    """A person's part in one observation, and everything that belongs to it."""

    person: Person
    part: Part
    row: Observation
    rubric: Rubric
    cycle: Cycle
    group: Group
    step: CycleStep

    @property
    def is_going_on(self) -> bool:
        """Notes and scores are still taken."""
        return self.cycle.state == "active" and self.step.done_at is None and self.row.opened_at is None

    def has_given(self, part: Part) -> bool:
        """Are all scores of that part there?"""
        return bool(getattr(self.row, f"{part}_done_at"))

    @property
    def waits_for(self) -> list[Part]:
        """Whose scores are still to come, who is watched first."""
        there = [part for part in Part if part is not Part.SECOND or self.row.second_id is not None]
        return [part for part in there if not self.has_given(part)]


async def take(session: Session, person: Person | None, observation_id: int, look: Look) -> Watch:
    """The person's part in it, if the table lets that part look so.

    Raises NeedsConsent, Gone where it is none of theirs (any more), NotAllowed. Two queries.
    """
    if person is None or person.consented_at is None:
        raise NeedsConsent
    rows = await session.execute(
        select(Observation, Cycle, Group, CycleStep, RubricVersion)
        .join(Cycle, Cycle.id == Observation.cycle_id)
        .join(Group, Group.id == Cycle.group_id)
        .join(CycleStep, CycleStep.id == Observation.step_id)
        .join(RubricVersion, RubricVersion.id == Observation.rubric_id)
        .where(Observation.id == observation_id)
        .execution_options(populate_existing=True)
    )
    found = rows.first()
    part = _part(found[0], person) if found is not None else None
    if found is None or part is None:
        raise Gone
    row, cycle, group, step, version = found
    await _still_here(session, person, part, cycle, group)
    if not may_look(part, look):
        raise NotAllowed
    return Watch(person, part, row, rubrics.of(version), cycle, group, step)


def _part(row: Observation, person: Person) -> Part | None:
    held = {Part.OBSERVED: row.observed_id, Part.OBSERVER: row.observer_id, Part.SECOND: row.second_id}
    return next((part for part, number in held.items() if number == person.id), None)


async def _still_here(session: Session, person: Person, part: Part, cycle: Cycle, group: Group) -> None:
    """Who lost the seat in the cycle, or a second one who left the group, looks at nothing any more."""
    if part is Part.SECOND:
        if group.state == "left" or not await people.roles_in(session, person.id, group.id):
            raise Gone
        return
    seat = await seats.take(session, person, cycle.id, Act.SEE)
    if seat.side is Side.STAND_IN:
        raise Gone


async def going_on(session: Session, person: Person | None, observation_id: int, look: Look) -> Watch:
    """As take, for what is still going on. Raises NotNow otherwise."""
    watch = await take(session, person, observation_id, look)
    if not watch.is_going_on:
        raise NotNow
    return watch


async def to_watch(session: Session, found: Standing) -> list[Person]:
    """Whom this person may watch at the open step: nobody where the step asks for none, or is not in their hands."""
    if "observation" not in found.step.needs or found.seat.side not in steps.sides_of(found.step):
        return []
    return [person for row, person in await seats.others(session, found.seat) if row.side != Side.STAND_IN]


async def begin(
    session: Session, person: Person | None, cycle_id: int, rubric_id: str, observed_id: int, now: datetime
) -> Observation:
    """Somebody is going to be watched with that rubric; they are told, with what it looks at.

    One that goes on between the same two with the same rubric is taken up again.
    Raises NeedsConsent, Gone for a rubric or a person that cannot be, NotAllowed, NotNow.
    """
    found = await steps.at(session, person, cycle_id, Act.OBSERVE)
    there = await to_watch(session, found)
    if not there:
        raise NotNow
    observed = next((one for one in there if one.id == observed_id), None)
    rubric = next((one for one in rubrics.to_watch() if one.id == rubric_id), None)
    if observed is None or rubric is None:
        raise Gone
    version, observer = await rubrics.stored(session, rubric), found.seat.person
    row = await session.scalar(
        select(Observation).where(
            Observation.step_id == found.row.id, Observation.observer_id == observer.id,
            Observation.observed_id == observed.id, Observation.rubric_id == version.id,
            Observation.opened_at.is_(None),
        ).limit(1)
    )  # fmt: skip
    if row is None:
        row = Observation(
            cycle_id=cycle_id, step_id=found.row.id, rubric_id=version.id, observed_id=observed.id,
            observer_id=observer.id, started_at=now,
        )  # fmt: skip
        session.add(row)
        await session.flush()
        await observation_letters.begun(session, found.seat, row, rubric, observed, now)
    return row


async def scores_of(session: Session, watch: Watch, person_id: int) -> dict[str, ObservationScore]:
    """The scores of one person by criterion; whose they are allowed to see is not asked here."""
    found = await session.scalars(
        select(ObservationScore).where(
            ObservationScore.observation_id == watch.row.id, ObservationScore.person_id == person_id
        )
    )
    return {one.criterion: one for one in found}


async def has_notes(session: Session, watch: Watch) -> bool:
    """Has this person noted anything yet?"""
    found = await session.scalar(
        select(func.count()).where(
            ObservationNote.observation_id == watch.row.id, ObservationNote.person_id == watch.person.id,
            ObservationNote.medium != "check",
        )
    )  # fmt: skip
    return bool(found)


async def to_score(session: Session, person: Person | None, observation_id: int) -> Watch:
    """As going_on, for one whose turn to score it is.

    Raises NotNow also for who has given theirs already, for an observer before the one who is watched has, and for
    an observer without a note: what was seen comes before what it is worth.
    """
    watch = await going_on(session, person, observation_id, Look.SCORE)
    if watch.has_given(watch.part):
        raise NotNow("observations.given")
    if watch.part is not Part.OBSERVED:
        if not await has_notes(session, watch):
            raise NotNow("observations.evidence_first")
        if not watch.has_given(Part.OBSERVED):
            raise NotNow("observations.observed_first")
    return watch


def criterion_at(rubric: Rubric, place: int) -> Criterion:
    """The criterion at that place. Raises Gone (buttons can be forged)."""
    if not 0 <= place < len(rubric.criteria):
        raise Gone
    return rubric.criteria[place]


def seen_line(words: str) -> str:
    """What was seen, as one line. Raises Refusal for nothing or far too much: no score stands without its reason."""
    line = " ".join(words.split())
    if not line or len(line) > LONGEST_SEEN:
        raise Refusal("observations.seen_length", most=LONGEST_SEEN)
    return line


async def score(
    session: Session, person: Person | None, observation_id: int, place: int, level: int, seen: str, now: datetime
) -> Watch:
    """A level for one criterion with the line of what was seen; the newest stands. Raises as to_score, Refusal."""
    watch = await to_score(session, person, observation_id)
    criterion = criterion_at(watch.rubric, place)
    if not 0 <= level < len(watch.rubric.levels):
        raise Gone
    line = seen_line(seen)
    row = (await scores_of(session, watch, watch.person.id)).get(criterion.id)
    if row is None:
        row = ObservationScore(
            observation_id=watch.row.id, person_id=watch.person.id, criterion=criterion.id, level="", seen="", at=now
        )
        session.add(row)
    row.level, row.seen, row.at = watch.rubric.levels[level].id, line, now
    await session.flush()
    return watch


async def unscored(session: Session, watch: Watch) -> list[int]:
    """The places of the criteria that this person has not scored."""
    given = await scores_of(session, watch, watch.person.id)
    return [place for place, one in enumerate(watch.rubric.criteria) if one.id not in given]


async def finish(session: Session, person: Person | None, observation_id: int, now: datetime) -> Watch:
    """The person's scores are given and stay as they are. With the last ones all are open to both.

    Raises as to_score, and Refusal while a criterion is without one.
    """
    watch = await to_score(session, person, observation_id)
    if await unscored(session, watch):
        raise Refusal("observations.unscored")
    # The row is held: of two who finish in the same moment, the second one sees that the first has.
    await session.execute(select(Observation.id).where(Observation.id == watch.row.id).with_for_update())
    column = _DONE[watch.part]
    claimed = await session.scalar(
        update(Observation)
        .where(Observation.id == watch.row.id, column.is_(None))
        .values({column: now})
        .returning(Observation.id)
        .execution_options(synchronize_session=False)
    )
    if claimed is None:
        raise NotNow("observations.given")
    await session.refresh(watch.row)
    await opened_if_complete(session, watch, now)
    if watch.row.opened_at is None and watch.part is Part.OBSERVED:
        await observation_letters.your_turn(session, watch, now)
    return watch


async def opened_if_complete(session: Session, watch: Watch, now: datetime) -> None:
    """Each has given theirs: from now on both read all of it."""
    if watch.waits_for or watch.row.opened_at is not None:
        return
    watch.row.opened_at = now
    await session.flush()
    await history.write(session, watch.cycle, "observed", None, now)
    await observation_letters.opened(session, watch, now)


async def drop(session: Session, person: Person | None, observation_id: int) -> Watch:
    """An observation that nobody has scored is called off, its notes with it. Raises NotNow for one with scores."""
    watch = await going_on(session, person, observation_id, Look.DROP)
    if watch.has_given(Part.OBSERVED) or watch.has_given(Part.OBSERVER):
        raise NotNow("observations.given")
    await session.execute(delete(Observation).where(Observation.id == watch.row.id))
    return watch


async def of_cycle(session: Session, person: Person, cycle_id: int) -> Sequence[tuple[Observation, RubricVersion]]:
    """The observations of a cycle in which the person watches or is watched, oldest first."""
    rows = await session.execute(
        select(Observation, RubricVersion)
        .join(RubricVersion, RubricVersion.id == Observation.rubric_id)
        .where(Observation.cycle_id == cycle_id)
        .where((Observation.observed_id == person.id) | (Observation.observer_id == person.id))
        .order_by(Observation.id)
    )
    return [(row, version) for row, version in rows]
