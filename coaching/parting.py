"""Somebody has their data deleted: what whoever met them, or coached with them, is told of it, without a name."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from coaching import ics, letters, workflows
from coaching.session_letters import FILE, when, zone_of
from content.texts import Texts
from storage.database import Session
from storage.letters import Draft, Lane, document, message
from storage.models import CoachingSession, Cycle, CycleMember, Group, Person, SessionSeat, WorkflowVersion
from storage.outbox import attach


async def cycles_end(session: Session, person: Person, now: datetime) -> None:
    """Before they go: the cycles of two in which they are the teacher go as a whole, and the other side hears of it."""
    other = aliased(CycleMember)
    found = await session.execute(
        select(Cycle, WorkflowVersion, Person, Group)
        .join(CycleMember, (CycleMember.cycle_id == Cycle.id) & CycleMember.until.is_(None))
        .join(other, (other.cycle_id == Cycle.id) & other.until.is_(None))
        .join(WorkflowVersion, WorkflowVersion.id == Cycle.version_id)
        .join(Person, Person.id == other.person_id)
        .join(Group, Group.id == Cycle.group_id)
        .where(CycleMember.person_id == person.id, CycleMember.side == "coachee", Person.id != person.id)
        .where(Cycle.between != "group", Cycle.state.in_(("active", "paused")))
        .order_by(Cycle.id, Person.id)
    )
    for cycle, version, reader, group in found.all():
        if reader.tg_user_id is None or not reader.reachable or reader.consented_at is None:
            continue
        title = workflows.of(version).title.of(reader.language)
        words = Texts(reader.language)("coaching.news.data_deleted", workflow=title)
        named = f"cyc.gone:{cycle.id}:{now.timestamp():.0f}:{reader.id}"  # numbers of cycles that are gone come again
        draft = message(
            reader.tg_user_id, words, key=named, lane=Lane.REMINDER, person_id=reader.id, group_id=group.id
        )  # fmt: skip
        await letters.send(session, group, [draft], now)


async def told(session: Session, person: Person, now: datetime) -> None:
    """Before anything of theirs goes. Neither letter nor file says who has gone, nor the place they may have named."""
    sat = select(SessionSeat.session_id).where(SessionSeat.person_id == person.id)
    theirs = or_(CoachingSession.id.in_(sat), CoachingSession.offered_by == person.id)
    found = await session.execute(
        select(CoachingSession, Person, Group)
        .join(SessionSeat, SessionSeat.session_id == CoachingSession.id)
        .join(Person, Person.id == SessionSeat.person_id)
        .join(Cycle, Cycle.id == CoachingSession.cycle_id)
        .join(Group, Group.id == Cycle.group_id)
        .where(theirs, CoachingSession.state == "agreed", CoachingSession.starts_at > now, Person.id != person.id)
        .order_by(CoachingSession.id, Person.id)
    )
    for row, reader, group in found.all():
        await letters.send(session, group, await _off(session, row, reader, group, now), now)


async def _off(session: Session, row: CoachingSession, reader: Person, group: Group, now: datetime) -> list[Draft]:
    if reader.tg_user_id is None or not reader.reachable or reader.consented_at is None or row.starts_at is None:
        return []
    say = Texts(reader.language)
    title = say.plain("sessions.file.title", name=say.plain("community.address.colleague"))
    entry = ics.Appointment(
        f"sesi-{row.replaces_id or row.id}", row.version + 1, row.starts_at, row.minutes, title, is_off=True
    )  # fmt: skip
    digest = await attach(session, FILE, ics.file(entry, now), now, reader.id)
    words = say("sessions.news.gone", what=when(row.starts_at, zone_of(reader, group), say))
    named = f"ses.gone:{row.id}:{row.version + 1}:{reader.id}"
    about = {"person_id": reader.id, "group_id": group.id, "not_after": row.starts_at}
    return [document(reader.tg_user_id, digest, words, key=named, lane=Lane.REMINDER, **about)]
