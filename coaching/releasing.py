"""What is still to come in a cycle that rests, ends or changes hands is off at once: booked time is free, both know."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select

from coaching import ics, letters, slots
from coaching.session_letters import FILE, described, reason_of, zone_of
from community import people
from content.texts import Texts
from storage.database import Session
from storage.letters import Draft, Lane, document
from storage.models import CoachingSession, Cycle, Group, Person, SessionSeat
from storage.outbox import attach

OPEN = ("offered", "agreed")


async def let_go(session: Session, cycle: Cycle, group: Group, why: str, now: datetime) -> int:
    """What is offered or agreed and has not begun does not take place; gives how many that were.

    ``why`` is a reason of ours: rests, ended, or handed, after which another coach offers times anew. Whoever had it in
    the calendar is told in one message, with the file that takes it out.
    """
    rows = await session.scalars(
        select(CoachingSession)
        .where(CoachingSession.cycle_id == cycle.id, CoachingSession.state.in_(OPEN))
        .where(or_(CoachingSession.starts_at.is_(None), CoachingSession.starts_at > now))
        .order_by(CoachingSession.id)
        .execution_options(populate_existing=True)
    )
    found, drafts = rows.all(), list[Draft]()
    for row in found:
        was_agreed = row.state == "agreed"
        row.state, row.reason = "moved" if why == "handed" else "cancelled", why
        row.remind_at, row.ended_at, row.version = None, now, row.version + 1
        await slots.release(session, row.id)
        if was_agreed:
            drafts += await _told(session, cycle, group, row, now)
    await session.flush()
    await letters.send(session, group, drafts, now)
    return len(found)


async def _told(session: Session, cycle: Cycle, group: Group, row: CoachingSession, now: datetime) -> list[Draft]:
    them = (
        await session.scalars(
            select(Person)
            .join(SessionSeat, SessionSeat.person_id == Person.id)
            .where(SessionSeat.session_id == row.id)
            .order_by(Person.id)
        )
    ).all()
    return [one for reader in them for one in await _off(session, cycle, group, row, reader, them, now)]


async def _off(
    session: Session, cycle: Cycle, group: Group, row: CoachingSession, reader: Person, them: Sequence[Person],
    now: datetime,
) -> list[Draft]:  # fmt: skip
    if reader.tg_user_id is None or not reader.reachable or reader.consented_at is None:
        return []
    say = Texts(reader.language)
    name = say.plain("coaching.and").join(people.display(one, say) for one in them if one.id != reader.id)
    title, what = say.plain("sessions.file.title", name=name), described(row, zone_of(reader, group), say)
    uid, starts = f"sesi-{row.replaces_id or row.id}", row.starts_at or now
    entry = ics.Appointment(uid, row.version, starts, row.minutes, title, row.place or "", is_off=True)
    digest = await attach(session, FILE, ics.file(entry, now), now, reader.id)
    caption = say("sessions.news.released", name=name, what=what, reason=reason_of(row, say))
    named = letters.key(cycle, f"ses.unfile.{row.version}", row.id, reader)
    about = {"person_id": reader.id, "group_id": group.id, "not_after": row.starts_at}
    return [document(reader.tg_user_id, digest, caption, key=named, lane=Lane.REMINDER, **about)]
