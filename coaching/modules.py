"""A module that a group makes by plan, do, check, act: its versions, and what was agreed on each criterion."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from coaching import history, letters, observations, rubrics, seats, steps
from coaching.cycle_notes import Given
from coaching.refusals import Gone, NotNow
from coaching.rights import Act
from coaching.seats import Seat
from coaching.steps import Standing
from community.refusals import Refusal
from content.rubrics import Rubric
from storage.database import Session
from storage.models import Cycle, ModuleScore, ModuleVersion, Person, RubricVersion

MEDIA = ("document", "photo", "link")
LONGEST_TITLE = 120
MOST = 40  # versions of one module


async def versions(session: Session, seat: Seat) -> Sequence[tuple[ModuleVersion, Person]]:
    """Every version and who made it, the oldest first."""
    rows = await session.execute(
        select(ModuleVersion, Person)
        .join(Person, Person.id == ModuleVersion.made_by)
        .where(ModuleVersion.cycle_id == seat.cycle.id)
        .order_by(ModuleVersion.number)
    )
    return [(row, person) for row, person in rows]


def titled(words: str) -> str:
    """The title of a version, as one line. Raises Refusal for none or an endless one."""
    title = " ".join(words.split())
    if not title or len(title) > LONGEST_TITLE:
        raise Refusal("modules.title_length", most=LONGEST_TITLE)
    return title


async def keep(
    session: Session, person: Person | None, cycle_id: int, title: str, given: Given, from_id: int, now: datetime
) -> ModuleVersion:
    """The next version: a file, a photo or a link, grown from an earlier one (0: from none). The others are told.

    Raises NeedsConsent, Gone for a version to grow from that is not there, NotAllowed, NotNow, Refusal.
    """
    found = await at(session, person, cycle_id, "version")
    seat, name = found.seat, titled(title)
    if given.medium not in MEDIA or not (given.file_id or given.text):
        raise NotNow("modules.takes")
    before = {row.id: row for row, _ in await versions(session, seat)}
    if from_id and from_id not in before:
        raise Gone
    if len(before) >= MOST:
        raise NotNow("modules.full")
    # The cycle's row is held: two makers who send at once get two numbers.
    await session.execute(select(Cycle.id).where(Cycle.id == cycle_id).with_for_update())
    newest = await session.scalar(select(func.max(ModuleVersion.number)).where(ModuleVersion.cycle_id == cycle_id))
    row = ModuleVersion(
        cycle_id=cycle_id, step_id=found.row.id, number=(newest or 0) + 1, title=name, medium=given.medium,
        link=given.text if given.medium == "link" else None, file_id=given.file_id, from_id=from_id or None,
        made_by=seat.person.id, made_at=now,
    )  # fmt: skip
    session.add(row)
    await session.flush()
    await history.write(session, seat.cycle, "version", person, now, number=row.number)
    await letters.told(session, seat, "version", row.id, now, title=name, n=row.number)
    return row


async def at(session: Session, person: Person | None, cycle_id: int, need: str) -> Standing:
    """The open step, if it needs that of the module. Raises NeedsConsent, Gone, NotAllowed, NotNow."""
    found = await steps.at(session, person, cycle_id, Act.MAKE)
    if need not in found.step.needs:
        raise NotNow
    return found


async def one(session: Session, person: Person | None, version_id: int) -> tuple[ModuleVersion, Seat]:
    """A version, for somebody who sits in its cycle. Raises NeedsConsent, Gone, NotAllowed."""
    row = await session.get(ModuleVersion, version_id, populate_existing=True)
    if row is None:
        raise Gone
    return row, await seats.take(session, person, row.cycle_id, Act.READ)


async def newest(session: Session, cycle_id: int) -> ModuleVersion | None:
    """The version that the group works with now."""
    found: ModuleVersion | None = await session.scalar(
        select(ModuleVersion).where(ModuleVersion.cycle_id == cycle_id).order_by(ModuleVersion.number.desc()).limit(1)
    )
    return found


async def agree(
    session: Session, person: Person | None, cycle_id: int, rubric_id: str, place: int, level: int, seen: str,
    now: datetime,
) -> ModuleScore:  # fmt: skip
    """What the group agreed on for one criterion of the newest version, with the line of what was seen.

    The newest answer stands. Raises NeedsConsent, Gone, NotAllowed, NotNow without a version, Refusal.
    """
    found = await at(session, person, cycle_id, "criteria")
    rubric, version = by_id(rubric_id), await newest(session, cycle_id)
    criterion = observations.criterion_at(rubric, place)
    if not 0 <= level < len(rubric.levels):
        raise Gone
    if version is None:
        raise NotNow("modules.no_version")
    line, kept = observations.seen_line(seen), await rubrics.stored(session, rubric)
    row = await session.scalar(
        select(ModuleScore).where(
            ModuleScore.version_id == version.id, ModuleScore.rubric_id == kept.id,
            ModuleScore.criterion == criterion.id,
        )
    )  # fmt: skip
    if row is None:
        row = ModuleScore(version_id=version.id, rubric_id=kept.id, criterion=criterion.id)
        session.add(row)
    row.step_id, row.person_id, row.at = found.row.id, found.seat.person.id, now
    row.level, row.seen = rubric.levels[level].id, line
    await session.flush()
    return row


def by_id(rubric_id: str) -> Rubric:
    """A rubric for modules. Raises Gone."""
    found = next((each for each in rubrics.for_modules() if each.id == rubric_id), None)
    if found is None:
        raise Gone
    return found


async def scores(session: Session, version: ModuleVersion) -> list[tuple[ModuleScore, Rubric]]:
    """What was agreed on for a version, by rubric; each rubric as it stood then."""
    rows = await session.execute(
        select(ModuleScore, RubricVersion)
        .join(RubricVersion, RubricVersion.id == ModuleScore.rubric_id)
        .where(ModuleScore.version_id == version.id)
        .order_by(ModuleScore.rubric_id, ModuleScore.id)
    )
    return [(row, rubrics.of(kept)) for row, kept in rows]


async def criteria_met(session: Session, version: ModuleVersion, rubric_id: str) -> int:
    """How many criteria of one rubric stand on its highest rung: of authentic intellectual work 0 to 3."""
    return sum(
        rubric.id == rubric_id and rubric.level(row.level) == len(rubric.levels) - 1
        for row, rubric in await scores(session, version)
    )
