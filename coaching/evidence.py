"""Evidence: a photo, a file or a link. Where a pupil can be recognised it stays with the coach and goes at closing."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, or_, select, update

from coaching import seats
from coaching.refusals import Gone
from coaching.rights import Act, Side, reads
from coaching.seats import Seat
from storage.database import Session
from storage.models import CycleNote, Observation, ObservationNote, Person

KINDS = ("photo", "document", "link")
PICTURED = ("photo", "document")  # where a face may be


def open_to(seat: Seat) -> ColumnElement[bool]:
    """Notes that this seat reads: its own, and those for both that were meant for whoever sat there at the time.

    Of a group's makers none but the coach sees a picture with a pupil in it, or one of which nobody has said.
    """
    own = CycleNote.person_id == seat.person.id
    if not reads(seat.side, "both"):
        return own
    meant = and_(CycleNote.audience == "both", CycleNote.audience_at >= seat.row.reads_since)
    if seat.side is not Side.COACH:
        unsaid = and_(CycleNote.shows_pupils.is_(None), CycleNote.medium.not_in(PICTURED))
        meant = and_(meant, or_(CycleNote.shows_pupils.is_(False), unsaid))
    return or_(own, meant)


async def mark(session: Session, person: Person | None, note_id: int, *, shows_pupils: bool) -> CycleNote:
    """ "Ada wajah atau nama murid?", answered by who sent it. Raises NeedsConsent, Gone."""
    row = await session.get(CycleNote, note_id, populate_existing=True)
    if row is None or row.medium not in KINDS:
        raise Gone
    seat = await seats.take(session, person, row.cycle_id, Act.ANSWER)
    if row.person_id != seat.person.id:
        raise Gone
    row.shows_pupils = shows_pupils
    await session.flush()
    return row


async def looked_at(
    session: Session, person: Person | None, cycle_id: int, now: datetime, notes: Collection[int]
) -> int:
    """The other side has seen these notes; gives how many pieces were new. Raises NeedsConsent, Gone, NotAllowed."""
    seat = await seats.take(session, person, cycle_id, Act.READ)
    seen = await session.scalars(
        update(CycleNote)
        .where(CycleNote.cycle_id == cycle_id, CycleNote.person_id != seat.person.id, open_to(seat))
        .where(CycleNote.medium.in_(KINDS), CycleNote.reviewed_at.is_(None), CycleNote.id.in_(notes))
        .values(reviewed_at=now)
        .returning(CycleNote.id)
        .execution_options(synchronize_session=False)
    )
    return len(seen.all())


async def unreviewed(session: Session, seat: Seat) -> int:
    """How many pieces the other side has not looked at yet."""
    found = await session.scalars(
        select(CycleNote.id).where(
            CycleNote.cycle_id == seat.cycle.id, CycleNote.person_id != seat.person.id, open_to(seat),
            CycleNote.medium.in_(KINDS), CycleNote.reviewed_at.is_(None),
        )
    )  # fmt: skip
    return len(found.all())


async def forget_pupils(session: Session, cycle_id: int) -> None:
    """At closing, evidence with a pupil's face or name goes for good."""
    # Of a photo nobody may have said: it counts as one with pupils.
    unsaid = and_(CycleNote.shows_pupils.is_(None), CycleNote.medium == "photo")
    await session.execute(
        delete(CycleNote)
        .where(CycleNote.cycle_id == cycle_id, or_(CycleNote.shows_pupils.is_(True), unsaid))
        .execution_options(synchronize_session=False)
    )
    watched = select(Observation.id).where(Observation.cycle_id == cycle_id)
    await session.execute(
        delete(ObservationNote)
        .where(ObservationNote.observation_id.in_(watched), ObservationNote.medium == "photo")
        .where(ObservationNote.shows_pupils.is_not(False))
        .execution_options(synchronize_session=False)
    )
