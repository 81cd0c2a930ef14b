"""Promises: one dated thing that one side will do, remembered for both, kept or moved and never silently gone."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial

from sqlalchemy import select

from coaching import due, history, letters, seats, spoken_promises, steps
from coaching.refusals import Gone, NotNow
from coaching.rights import Act
from coaching.seats import Seat
from community import calendar
from community.calendar import local_day
from community.calendar.dates import spans
from community.notes import Note
from community.refusals import Refusal
from storage.database import Session
from storage.models import Commitment, Cycle, Person

LONGEST = 300
FURTHEST = timedelta(days=366)
OFFERED = (3, 5, 10)  # working days from today, to be tapped


def understood(said: str, today: date) -> date | None:
    """The day somebody means by "Jumat", "12 Desember", "besok"; the last one of several; None: not understood."""
    span = spans(said, today)
    return span.last if span is not None and span.last >= today else None


def worded(text: str) -> str:
    """The words of a promise. Raises Refusal for none or endless ones."""
    words = text.strip()
    if not words or len(words) > LONGEST:
        raise Refusal("coaching.promise.words", most=LONGEST)
    return words


async def offered_days(session: Session, seat: Seat, now: datetime) -> list[date]:
    """School days that are offered as buttons."""
    days = (await calendar.calendars_of(session, {seat.group.school_id}))[seat.group.school_id]
    today = local_day(now, seat.group.zone)
    return [due.after_working_days(days, today, n) for n in OFFERED]


async def promise(
    session: Session, person: Person | None, cycle_id: int, text: str, due_on: date, now: datetime,
    voice: Note | None = None,
) -> Commitment:  # fmt: skip
    """The person promises something until that day; the other side is told. Of a spoken promise ``text`` is the title.

    Raises NeedsConsent, Gone, NotAllowed, NotNow, and Refusal for empty or endless words, or a day that is over or
    more than a year away.
    """
    found = await steps.at(session, person, cycle_id, Act.PROMISE)
    seat, words = found.seat, worded(text)
    today = local_day(now, seat.group.zone)
    if not today <= due_on <= today + FURTHEST:
        raise Refusal("coaching.promise.day")
    days = (await calendar.calendars_of(session, {seat.group.school_id}))[seat.group.school_id]
    row = Commitment(
        cycle_id=cycle_id, step_id=found.row.id, person_id=seat.person.id, side=str(seat.side), text=words,
        file_id=voice.file_id if voice else None, seconds=voice.seconds if voice else None,
        due_on=due_on, created_at=now, remind_at=due.first_reminder(days, due_on, seat.group.zone, now),
    )  # fmt: skip
    session.add(row)
    await session.flush()
    await history.write(session, seat.cycle, "promised", person, now, due=due_on.isoformat(), side=str(seat.side))
    await letters.promised(session, seat, row, now, partial(spoken_promises.doors, [row]))
    return row


async def own(session: Session, person: Person | None, commitment_id: int) -> tuple[Commitment, Seat]:
    """A promise of the person's own that still stands. Raises NeedsConsent, Gone, NotNow."""
    row = await session.get(Commitment, commitment_id, populate_existing=True)
    if row is None:
        raise Gone
    seat = await seats.take(session, person, row.cycle_id, Act.PROMISE)
    if row.person_id != seat.person.id:
        raise Gone
    if row.kept_at is not None or row.let_go_at is not None:
        raise NotNow
    return row, seat


async def keep(session: Session, person: Person | None, commitment_id: int, now: datetime) -> Commitment:
    """Done as promised; the other side is told. Raises as own."""
    row, seat = await own(session, person, commitment_id)
    row.kept_at, row.remind_at = now, None
    await session.flush()
    await history.write(session, seat.cycle, "kept", person, now, promise=row.id)
    await letters.told(session, seat, "kept", row.id, now, words=row.text)
    return row


async def move(session: Session, person: Person | None, commitment_id: int, due_on: date, now: datetime) -> Commitment:
    """Another day, told to the other side: a promise is moved in the open. Raises as own, and Refusal for the day."""
    row, seat = await own(session, person, commitment_id)
    today = local_day(now, seat.group.zone)
    if not today <= due_on <= today + FURTHEST:
        raise Refusal("coaching.promise.day")
    days = (await calendar.calendars_of(session, {seat.group.school_id}))[seat.group.school_id]
    before, row.due_on, row.reminded = row.due_on, due_on, 0
    row.remind_at = due.first_reminder(days, due_on, seat.group.zone, now)
    await session.flush()
    line = await history.write(
        session, seat.cycle, "moved", person, now, promise=row.id, was=before.isoformat(), due=due_on.isoformat()
    )
    await letters.told(session, seat, "moved", line.id, now, due_on=due_on, words=row.text)
    return row


async def let_go(session: Session, person: Person | None, commitment_id: int, now: datetime) -> Commitment:
    """It will not be done; said to the other side, and it stays in the history. Raises as own."""
    row, seat = await own(session, person, commitment_id)
    row.let_go_at, row.remind_at = now, None
    await session.flush()
    await history.write(session, seat.cycle, "let_go", person, now, promise=row.id)
    await letters.told(session, seat, "let_go", row.id, now, words=row.text)
    return row


async def fall(session: Session, cycle: Cycle, person: Person, now: datetime) -> Sequence[Commitment]:
    """Somebody leaves their seat: what they promised is nobody else's to keep. Gives what stood until now."""
    rows = await session.scalars(
        select(Commitment).where(
            Commitment.cycle_id == cycle.id, Commitment.person_id == person.id,
            Commitment.kept_at.is_(None), Commitment.let_go_at.is_(None),
        ).order_by(Commitment.due_on, Commitment.id)
    )  # fmt: skip
    fallen = rows.all()
    for row in fallen:
        row.let_go_at, row.remind_at = now, None
        await history.write(session, cycle, "let_go", person, now, promise=row.id)
    await session.flush()
    return fallen


async def standing(session: Session, seat: Seat) -> Sequence[tuple[Commitment, Person]]:
    """The promises that are open in a cycle, the nearest first; every seat sees those, a stand-in too."""
    rows = await session.execute(
        select(Commitment, Person)
        .join(Person, Person.id == Commitment.person_id)
        .where(Commitment.cycle_id == seat.cycle.id, Commitment.kept_at.is_(None), Commitment.let_go_at.is_(None))
        .order_by(Commitment.due_on, Commitment.id)
    )
    return [(row, person) for row, person in rows]
