"""Times at which the two sides of a cycle meet: the coach offers, the teacher picks, either moves or calls it off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from coaching import history, seats, session_letters, session_times, slots, steps
from coaching.refusals import Gone, NotNow
from coaching.releasing import OPEN
from coaching.rights import Act, Side
from coaching.seats import Seat
from community import calendar
from community.refusals import Refusal
from storage.database import Session, insert
from storage.models import CoachingSession, Person, SessionSeat

MODES = ("onsite", "online", "blended")  # tatap muka, daring, kombinasi
REASONS = ("ill", "duty", "class")  # to be tapped; anything else in their own words
LONGEST = 200
_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Arranged:
    """One session, seen from somebody's seat in its cycle."""

    row: CoachingSession
    seat: Seat


def starts_of(row: CoachingSession) -> list[datetime]:
    """The times that were offered, in UTC."""
    return [datetime.fromisoformat(one).astimezone(UTC) for one in (row.slots or {}).get("starts", [])]


async def take(session: Session, person: Person | None, session_id: int, act: Act) -> Arranged:
    """A session of one of the person's cycles. Raises NeedsConsent, Gone, NotAllowed."""
    row = await session.get(CoachingSession, session_id, populate_existing=True)
    if row is None or row.cycle_id is None:
        raise Gone
    return Arranged(row, await seats.take(session, person, row.cycle_id, act))


async def of_cycle(session: Session, seat: Seat) -> Sequence[CoachingSession]:
    """Its sessions, the newest first; every seat sees when people meet, a stand-in too."""
    found = await session.scalars(
        select(CoachingSession).where(CoachingSession.cycle_id == seat.cycle.id).order_by(CoachingSession.id.desc())
    )
    return found.all()


async def standing(session: Session, seat: Seat, now: datetime) -> Sequence[CoachingSession]:
    """What is agreed and not over, the soonest first, then what is offered; where there is neither, the newest that
    nobody has said anything about since. Two may be agreed at once: a second talk is offered before the first is held.
    """
    found = [one for one in await of_cycle(session, seat) if one.state in OPEN]
    coming = [one for one in found if not is_over(one, now)]
    return sorted(coming, key=lambda one: one.starts_at or _LAST) or found[:1]


def is_over(row: CoachingSession, now: datetime) -> bool:
    """Has its time passed? What is only offered has none yet."""
    return row.starts_at is not None and row.starts_at + timedelta(minutes=row.minutes) <= now


async def together(session: Session, seat: Seat) -> list[tuple[Side, Person]]:
    """Who has to be there: both sides as they sit now, without a stand-in."""
    others = [(Side(row.side), person) for row, person in await seats.others(session, seat)]
    return [(side, one) for side, one in [(seat.side, seat.person), *others] if side is not Side.STAND_IN]


async def proposed(
    session: Session, person: Person | None, cycle_id: int, minutes: int, now: datetime
) -> tuple[Seat, list[datetime]]:
    """Up to three times that fit everybody. Raises NeedsConsent, Gone, NotAllowed, NotNow."""
    seat = (await steps.at(session, person, cycle_id, Act.OFFER_TIMES)).seat
    them = [one for _, one in await together(session, seat)]
    return seat, await slots.common(session, seat.group, them, _length(minutes), now)


def _length(minutes: int) -> int:
    if minutes not in slots.LENGTHS:
        raise Gone
    return minutes


async def offer(
    session: Session, person: Person | None, cycle_id: int, starts: Sequence[datetime], minutes: int, mode: str,
    now: datetime,
) -> Arranged:  # fmt: skip
    """Up to three times to choose from; the teacher is told. An offer that nobody took up gives way to this one.

    Raises NeedsConsent, Gone, NotAllowed, NotNow, and Refusal for a time at which nobody may be asked to meet.
    """
    found = await steps.at(session, person, cycle_id, Act.OFFER_TIMES)
    seat = found.seat
    if mode not in MODES or not starts:
        raise Gone
    days = (await calendar.calendars_of(session, {seat.group.school_id}))[seat.group.school_id]
    chosen = sorted(set(starts))[: slots.OFFERED]
    for one in chosen:
        slots.checked(days, one, _length(minutes), seat.group.zone, now)
    before = await _before(session, seat, now)
    row = CoachingSession(
        group_id=seat.group.id, cycle_id=cycle_id, step_id=found.row.id, offered_by=seat.person.id, state="offered",
        mode=mode, minutes=minutes, slots={"starts": [one.isoformat() for one in chosen]}, created_at=now,
        replaces_id=(before.replaces_id or before.id) if before else None, version=before.version + 1 if before else 0,
        place=before.place if before else None,
    )  # fmt: skip
    session.add(row)
    await session.flush()
    await session_letters.offered(session, seat, row, chosen, now)
    return Arranged(row, seat)


async def _before(session: Session, seat: Seat, now: datetime) -> CoachingSession | None:
    """The session that this one stands in for: moved, or offered and not taken up."""
    newest = next(iter(await of_cycle(session, seat)), None)
    if newest is None or newest.state not in ("moved", "offered"):
        return None
    if newest.state == "offered":
        newest.state, newest.ended_at = "moved", now
    return newest


async def pick(session: Session, person: Person | None, session_id: int, place: int, now: datetime) -> Arranged:
    """The teacher takes one of the times: everybody's time is booked, both get a calendar file and are reminded.

    Raises NeedsConsent, Gone, NotAllowed, NotNow for an offer that is no longer open, and Refusal for a time that is
    over or that somebody gave away meanwhile.
    """
    found = await take(session, person, session_id, Act.PICK_TIME)
    row, seat = found.row, found.seat
    starts = starts_of(row)
    if not 0 <= place < len(starts):
        raise Gone
    days = (await calendar.calendars_of(session, {seat.group.school_id}))[seat.group.school_id]
    slots.checked(days, starts[place], row.minutes, seat.group.zone, now)
    opened = await steps.standing(session, seat) if seat.cycle.state == "active" else None
    if opened is None or not await _claimed(session, row, "offered", "agreed"):
        raise NotNow
    row.starts_at, row.agreed_at, row.step_id = starts[place], now, opened.row.id
    row.remind_at, row.reminded = session_times.first_word(days, starts[place], row.minutes, seat.group.zone, now)
    await session.flush()
    them = await together(session, seat)
    await slots.book(session, row.id, [one.id for _, one in them], starts[place], row.minutes)
    for side, one in them:
        session.add(SessionSeat(session_id=row.id, person_id=one.id, side=str(side)))
    await session.flush()
    await history.write(session, seat.cycle, "session_agreed", person, now, at=starts[place].isoformat())
    await session_letters.agreed(session, seat, row, now)
    return found


async def _claimed(session: Session, row: CoachingSession, was: str, becomes: str) -> bool:
    """Two taps at once: one of them is the one."""
    claimed = await session.scalar(
        update(CoachingSession)
        .where(CoachingSession.id == row.id, CoachingSession.state == was)
        .values(state=becomes)
        .returning(CoachingSession.id)
        .execution_options(synchronize_session=False)
    )
    await session.refresh(row)
    return claimed is not None


def reasoned(words: str) -> str:
    """A reason in somebody's words, or one of ours. Raises Refusal for none or an endless one."""
    said = " ".join(words.split())
    if not said or len(said) > LONGEST:
        raise Refusal("sessions.change.words", most=LONGEST)
    return said


async def call_off(
    session: Session, person: Person | None, session_id: int, act: str, reason: str, now: datetime
) -> Arranged:
    """It is moved (another time will be offered) or cancelled, with a reason that the other side is told.

    Raises NeedsConsent, Gone, NotAllowed, NotNow for one that is over, and Refusal for no reason.
    """
    found = await take(session, person, session_id, Act.CHANGE_SESSION)
    row, why = found.row, reasoned(reason)
    was, becomes = row.state, {"move": "moved", "cancel": "cancelled"}.get(act)
    if becomes is None:
        raise Gone
    if was not in OPEN or not await _claimed(session, row, was, becomes):
        raise NotNow
    row.reason, row.remind_at, row.ended_at, row.version = why, None, now, row.version + 1
    await slots.release(session, row.id)
    await session.flush()
    what = "session_moved" if act == "move" else "session_off"
    await history.write(session, found.seat.cycle, what, person, now)
    await session_letters.called_off(session, found.seat, row, was == "agreed", now)
    return found


async def put(session: Session, person: Person | None, session_id: int, place: str, now: datetime) -> Arranged:
    """Where it is, as a room or a link; where the time is agreed the other side is told. Raises as call_off."""
    found = await take(session, person, session_id, Act.CHANGE_SESSION)
    if found.row.state not in OPEN:
        raise NotNow
    found.row.place, found.row.version = reasoned(place), found.row.version + 1
    await session.flush()
    if found.row.state == "agreed":
        await session_letters.agreed(session, found.seat, found.row, now, what="placed")
    return found


async def met(session: Session, person: Person | None, session_id: int, yes: bool, now: datetime) -> Arranged:
    """One side's word; held is what somebody says took place and nobody denies. It may be changed.

    Raises NeedsConsent, Gone, NotAllowed, NotNow before its time.
    """
    found = await take(session, person, session_id, Act.SAY_MET)
    row, seat = found.row, found.seat
    if row.state not in ("agreed", "held") or row.starts_at is None or row.starts_at > now:
        raise NotNow
    key = {"session_id": row.id, "person_id": seat.person.id}
    said = {"side": str(seat.side), "met": yes, "answered_at": now}
    statement = insert(session, SessionSeat).values(key | said)
    await session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=said))
    words = set(await session.scalars(select(SessionSeat.met).where(SessionSeat.session_id == row.id)))
    was, row.state = row.state, "held" if True in words and False not in words else "agreed"
    row.ended_at = row.starts_at + timedelta(minutes=row.minutes) if row.state == "held" else None
    await session.flush()
    if row.state == "held" and was != "held":
        await history.write(session, seat.cycle, "session_held", person, now)
    return found


async def ask_for_time(session: Session, person: Person | None, cycle_id: int, now: datetime) -> Seat:
    """The teacher would like to meet; the coach is told, once a day. Raises NeedsConsent, Gone, NotAllowed, NotNow."""
    seat = (await steps.at(session, person, cycle_id, Act.ASK_FOR_TIME)).seat
    await session_letters.asked(session, seat, now)
    return seat


async def ask_for_free_periods(session: Session, person: Person | None, cycle_id: int, now: datetime) -> Seat:
    """The coach asks the others for their free hours, once a day. Raises as ask_for_time."""
    seat = (await steps.at(session, person, cycle_id, Act.OFFER_TIMES)).seat
    await session_letters.asked_for_periods(session, seat, now)
    return seat
