"""What observations and modules keep of a person: to be handed over, or to be deleted."""

from typing import Any

from sqlalchemy import delete, or_, select, update

from storage.database import Session
from storage.models import (
    ModuleScore,
    ModuleVersion,
    Observation,
    ObservationNote,
    ObservationScore,
    Person,
    WorkflowVersion,
)

_PARTS = (Observation.observed_id, Observation.observer_id, Observation.second_id)


async def copy_of(session: Session, person: Person) -> dict[str, Any]:
    """What they watched, noted, scored and made, oldest first, as plain JSON; never what others scored."""
    parts = or_(*(column == person.id for column in _PARTS))
    watched = await session.scalars(select(Observation).where(parts).order_by(Observation.id))
    notes = await _own(session, ObservationNote, ObservationNote.person_id, person)
    scores = await _own(session, ObservationScore, ObservationScore.person_id, person)
    made = await _own(session, ModuleVersion, ModuleVersion.made_by, person)
    agreed = await _own(session, ModuleScore, ModuleScore.person_id, person)
    noted = ("observation_id", "medium", "sign", "text", "file_id", "seconds", "shows_pupils", "at")
    return {
        "observations": [
            {"part": _part(row, person), **_values(row, ("id", "cycle_id", "started_at", "opened_at"))}
            for row in watched
        ],
        "observation_notes": [_values(row, noted) for row in notes],
        "observation_scores": [_values(row, ("observation_id", "criterion", "level", "seen", "at")) for row in scores],
        "module_versions": [
            _values(row, ("cycle_id", "number", "title", "medium", "link", "file_id", "made_at")) for row in made
        ],
        "module_scores": [_values(row, ("version_id", "criterion", "level", "seen", "at")) for row in agreed],
    }


def _part(row: Observation, person: Person) -> str:
    return next(part for part in ("observed", "observer", "second") if getattr(row, f"{part}_id") == person.id)


async def _own(session: Session, table: Any, column: Any, person: Person) -> list[Any]:
    return list(await session.scalars(select(table).where(column == person.id).order_by(table.id)))


def _values(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: value.isoformat() if hasattr(value := getattr(row, name), "isoformat") else value for name in names}


async def forget(session: Session, person: Person) -> None:
    """Observations of them go as a whole; of those by them their part; versions and scores of theirs, too."""
    gone: tuple[tuple[Any, Any], ...] = (
        (Observation, Observation.observed_id), (ObservationNote, ObservationNote.person_id),
        (ObservationScore, ObservationScore.person_id), (ModuleScore, ModuleScore.person_id),
        (ModuleVersion, ModuleVersion.made_by),
    )  # fmt: skip
    for table, column in gone:
        await session.execute(delete(table).where(column == person.id).execution_options(synchronize_session=False))
    linked: tuple[tuple[Any, Any], ...] = (
        (Observation, Observation.observer_id), (Observation, Observation.second_id),
        (WorkflowVersion, WorkflowVersion.created_by),
    )  # fmt: skip
    for table, column in linked:
        await session.execute(
            update(table).where(column == person.id).values({column: None}).execution_options(synchronize_session=False)
        )


async def texts(session: Session, person: Person) -> list[str]:
    """The words they wrote there, by which letters that quote them are recognised."""
    found = [
        *await session.scalars(select(ObservationNote.text).where(ObservationNote.person_id == person.id)),
        *await session.scalars(select(ObservationScore.seen).where(ObservationScore.person_id == person.id)),
        *await session.scalars(select(ModuleScore.seen).where(ModuleScore.person_id == person.id)),
        *await session.scalars(select(ModuleVersion.link).where(ModuleVersion.made_by == person.id)),
        *await session.scalars(select(ModuleVersion.title).where(ModuleVersion.made_by == person.id)),
    ]
    return [one for one in found if one]
