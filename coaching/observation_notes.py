"""What is noted while a lesson is watched: by a tap, in words, by voice, as a photo; and the check sheet before it."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, false, or_, select, true

from coaching import observations, rubrics, seats
from coaching.cycle_notes import Given
from coaching.observations import Watch
from coaching.refusals import Gone, NotNow
from coaching.rights import Act, Look, Side
from storage.database import Session
from storage.models import ObservationNote, Person

TAP, CHECK = "tap", "check"
MEDIA = ("text", "voice", "photo")
MOST = 120  # notes of one person in one lesson
LONGEST = 1_000


async def tap(session: Session, person: Person | None, observation_id: int, place: int, now: datetime) -> Watch:
    """One of the rubric's quick notes, with its time. Raises as observations.going_on, Gone, NotNow when it is full."""
    watch = await observations.going_on(session, person, observation_id, Look.NOTE)
    if not 0 <= place < len(watch.rubric.taps):
        raise Gone
    await _add(session, watch, ObservationNote(medium=TAP, sign=watch.rubric.taps[place].id), now)
    return watch


async def add(
    session: Session, person: Person | None, observation_id: int, given: Given, now: datetime
) -> tuple[Watch, ObservationNote]:
    """Words, a voice or a photo. Raises as tap, NotNow for another kind."""
    watch = await observations.going_on(session, person, observation_id, Look.NOTE)
    if given.medium not in MEDIA:
        raise NotNow("observations.takes")
    row = ObservationNote(
        medium=given.medium, text=(given.text or "")[:LONGEST] or None, file_id=given.file_id, seconds=given.seconds
    )
    await _add(session, watch, row, now)
    return watch, row


async def _add(session: Session, watch: Watch, row: ObservationNote, now: datetime) -> None:
    if watch.has_given(watch.part):
        raise NotNow("observations.given")
    if len(await own(session, watch)) >= MOST:
        raise NotNow("observations.full")
    row.observation_id, row.person_id, row.at = watch.row.id, watch.person.id, now
    session.add(row)
    await session.flush()


async def own(session: Session, watch: Watch) -> Sequence[ObservationNote]:
    """What this person has noted, oldest first."""
    found = await session.scalars(
        select(ObservationNote)
        .where(ObservationNote.observation_id == watch.row.id, ObservationNote.person_id == watch.person.id)
        .where(ObservationNote.medium != CHECK)
        .order_by(ObservationNote.at, ObservationNote.id)
    )
    return found.all()


def counted(notes: Sequence[ObservationNote]) -> Counter[str]:
    """How often each quick note was tapped."""
    return Counter(one.sign for one in notes if one.medium == TAP and one.sign)


async def mark(session: Session, person: Person | None, note_id: int, *, shows_pupils: bool) -> Watch:
    """ "Ada wajah atau nama murid?", answered by who took the photo. Raises NeedsConsent, Gone, NotAllowed."""
    row = await session.get(ObservationNote, note_id, populate_existing=True)
    if row is None or row.medium != "photo":
        raise Gone
    watch = await observations.take(session, person, row.observation_id, Look.NOTE)
    if row.person_id != watch.person.id:
        raise Gone
    row.shows_pupils = shows_pupils
    await session.flush()
    return watch


async def read(session: Session, watch: Watch) -> list[tuple[ObservationNote, Person]]:
    """The notes this person reads: their own, and once it is open all others.

    A photo with a pupil in it, or of which nobody has said, stays with who took it and with the coach.
    """
    open_to: ColumnElement[bool] = ObservationNote.person_id == watch.person.id
    if watch.row.opened_at is not None:
        safe = or_(ObservationNote.medium != "photo", ObservationNote.shows_pupils.is_(False))
        open_to = or_(open_to, safe, await _coach(session, watch))
    rows = await session.execute(
        select(ObservationNote, Person)
        .join(Person, Person.id == ObservationNote.person_id)
        .where(ObservationNote.observation_id == watch.row.id, ObservationNote.medium != CHECK, open_to)
        .order_by(ObservationNote.at, ObservationNote.id)
    )
    return [(note, writer) for note, writer in rows]


async def _coach(session: Session, watch: Watch) -> ColumnElement[bool]:
    """True for everything, to the coach of a coach's or a group's cycle; colleagues have none."""
    seat = await seats.take(session, watch.person, watch.cycle.id, Act.SEE)
    is_coach = seat.side is Side.COACH and watch.cycle.between != "colleagues"
    return true() if is_coach else false()


async def ticked(session: Session, watch: Watch) -> set[str]:
    """The lines of the check sheet that somebody has ticked."""
    found = await session.scalars(
        select(ObservationNote.sign).where(
            ObservationNote.observation_id == watch.row.id, ObservationNote.medium == CHECK
        )
    )
    return {one for one in found if one}


async def tick(session: Session, person: Person | None, observation_id: int, place: int, now: datetime) -> Watch:
    """A line of the check sheet is settled, or not yet after all; either of the two may say so. Raises as going_on."""
    watch = await observations.going_on(session, person, observation_id, Look.TICK)
    sheet = rubrics.before()
    if sheet is None:
        raise Gone
    line = observations.criterion_at(sheet, place)
    if line.id in await ticked(session, watch):
        await session.execute(
            delete(ObservationNote).where(
                ObservationNote.observation_id == watch.row.id, ObservationNote.medium == CHECK,
                ObservationNote.sign == line.id,
            ).execution_options(synchronize_session=False)
        )  # fmt: skip
        return watch
    session.add(
        ObservationNote(observation_id=watch.row.id, person_id=watch.person.id, medium=CHECK, sign=line.id, at=now)
    )
    await session.flush()
    return watch
