"""What somebody does about an event of the clock: done, a week later, its survey opened, its pack begun."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from community import calendar, people, rights
from community.refusals import NeedsConsent, NotAllowed
from community.rights import Action
from content import courses, packs
from content.courses import Event
from content.lessons import UnknownPack
from content.texts import Texts
from learning import panel, programmes
from learning.course_days import moment_from
from learning.refusals import Gone
from learning.surveys import pages
from storage.database import Session
from storage.models import Group, Person, Programme, ProgrammeEvent

_WEEK = timedelta(days=7)
DAYS = 5  # a survey of the clock is open for a week of school


async def _opened(
    session: Session, person: Person | None, event_id: int, *, leads: bool = False
) -> tuple[Person, ProgrammeEvent, Programme, Group, Event]:
    """The event, locked, for somebody it is for or (``leads``: only) who facilitates the group."""
    if person is None or person.consented_at is None:
        raise NeedsConsent
    query = (
        select(ProgrammeEvent, Programme, Group)
        .join(Programme, Programme.id == ProgrammeEvent.programme_id)
        .join(Group, Group.id == ProgrammeEvent.group_id)
        .where(ProgrammeEvent.id == event_id)
        .with_for_update(of=ProgrammeEvent)
    )
    found = (await session.execute(query)).one_or_none()
    if found is None:
        raise Gone
    row, programme, group = found
    roles = await people.roles_in(session, person.id, group.id)
    course = courses.house().get(programme.clock or "")
    event = course.event(row.name) if course else None
    concerned = event is not None and not leads and not {str(role) for role in roles}.isdisjoint(event.readers)
    if not (rights.may(roles, Action.SET_UP) or concerned):
        raise NotAllowed
    if event is None or programme.ended_at is not None or group.state != "active":
        raise Gone
    return person, row, programme, group, event


async def done(session: Session, person: Person | None, event_id: int, now: datetime) -> int:
    """It has been done; tapped twice changes nothing. Gives the group. Raises NeedsConsent, NotAllowed, Gone."""
    person, row, _, group, _ = await _opened(session, person, event_id)
    await _settle(session, row, person, now)
    return group.id


async def _settle(session: Session, row: ProgrammeEvent, person: Person, now: datetime) -> None:
    if row.done_at is None:
        row.done_at, row.done_by = now, person.id
        row.told_at = row.told_at or now
        await session.flush()


async def put_off(session: Session, person: Person | None, event_id: int, now: datetime) -> date:
    """A week later, on a school day; gives the day. Tapped twice is a week, not two.

    Raises NeedsConsent, NotAllowed, and Gone for what is done or cannot wait.
    """
    _, row, _, group, event = await _opened(session, person, event_id)
    if not event.may_wait or row.done_at is not None:
        raise Gone
    if row.told_at is not None:
        days = (await calendar.calendars_of(session, {group.school_id}))[group.school_id]
        row.due_at = moment_from(days, calendar.local_day(now, group.zone) + _WEEK, group.zone)
        row.told_at = None
        await session.flush()
    return calendar.local_day(row.due_at, group.zone)


async def survey(session: Session, person: Person | None, event_id: int, say: Texts, now: datetime) -> pages.Page:
    """The event's survey, read back before it is opened: at once, in private, for DAYS school days.

    Whoever wants another day or another way finds it under /survei. Raises NeedsConsent, NotAllowed for who does not
    facilitate the group, Gone.
    """
    person, _, _, group, event = await _opened(session, person, event_id, leads=True)
    if event.survey is None:
        raise Gone
    chosen = [event.survey.instrument, str(group.id), "private", "now", str(DAYS), event.survey.phase]
    return await pages.wizard(session, person, chosen, say, now)


async def begin_pack(session: Session, person: Person | None, event_id: int, now: datetime) -> int:
    """The event's pack begins: in the group, or at the person's own pace where it is not for teachers; gives the group.

    In the group its enrolment belongs to the programme: what groups exchange goes by it. Raises NeedsConsent,
    NotAllowed, Gone, and a Refusal for somebody who follows one at their own pace already.
    """
    person, row, programme, group, event = await _opened(session, person, event_id)
    try:
        pack = packs.pack(event.pack or "")
    except UnknownPack:
        raise Gone from None
    if pack.audience == "teacher":
        await rights.require(session, person, Action.SET_UP, group.id)
        if row.done_at is None:  # tapped again it does not begin anew
            enrolment = await programmes.enrol(session, group.id, pack.id, now)
            enrolment.programme_id = programme.id
    else:
        await panel.begin_alone(session, person, group.id, pack.id, now)
    await _settle(session, row, person, now)
    return group.id
