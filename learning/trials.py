""" "Sudah saya coba": who tried a lesson in class, and what the pupils did."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from community.refusals import NeedsConsent
from community.rights import Action
from content.packs import Lesson
from learning import deliveries
from learning.refusals import Gone
from storage.database import Session, insert
from storage.models import Delivery, Person, Trial


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a tap; `new` is False when it was recorded before."""

    new: bool
    delivery: Delivery
    lesson: Lesson


async def tried(session: Session, person: Person | None, delivery_id: int, now: datetime) -> Tried:
    """The teacher tried it; a second tap changes nothing. Raises NeedsConsent, NotAllowed, Gone."""
    person, delivery, _, lesson = await deliveries.opened(session, person, delivery_id, Action.TRY, "t")
    row = {"delivery_id": delivery.id, "person_id": person.id, "at": now}
    statement = insert(session, Trial).values(row).on_conflict_do_nothing(index_elements=["delivery_id", "person_id"])
    added = (await session.execute(statement.returning(Trial.id))).scalar_one_or_none()
    if added is not None:
        await deliveries.refresh_counts(session, delivery, now)
    return Tried(added is not None, delivery, lesson)


async def pupils_did(session: Session, person: Person | None, delivery_id: int, text: str) -> None:
    """What the pupils did, in the teacher's words; the last answer stands. Raises NeedsConsent, Gone."""
    if person is None:
        raise NeedsConsent(f"t{delivery_id}")
    changed = await session.scalar(
        update(Trial)
        .where(Trial.delivery_id == delivery_id, Trial.person_id == person.id)
        .values(pupils_did=text)
        .returning(Trial.id)
        .execution_options(synchronize_session=False)
    )
    if changed is None:
        raise Gone


async def of_person(session: Session, person_id: int) -> list[tuple[Trial, Delivery]]:
    """All trials of a person, oldest first."""
    rows = await session.execute(
        select(Trial, Delivery)
        .join(Delivery, Delivery.id == Trial.delivery_id)
        .where(Trial.person_id == person_id)
        .order_by(Trial.at, Trial.id)
    )
    return [(trial, delivery) for trial, delivery in rows]
