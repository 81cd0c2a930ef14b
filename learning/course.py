"""The programme clock: several groups go through the same months together. Who begins, joins, looks, leaves, ends."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, select, update

from community import calendar, people, rights
from community.refusals import NeedsConsent, NotAllowed, Refusal
from community.rights import Action
from community.roles import Role
from content import courses
from content.courses import Course, Event, Stage
from learning import agenda, course_events
from learning.course_days import laid_out, moment_from, month_of, month_start
from learning.refusals import Gone
from storage.bulk import among, insert_rows
from storage.database import Session
from storage.models import Enrolment, Group, Person, Programme, ProgrammeEvent

TITLE = 80  # characters
AHEAD = 3  # months to choose from, this one included
SHOWN = 3  # events that come next


@dataclass(frozen=True, slots=True)
class Step:
    """An event of the clock as its row and what it says."""

    row: ProgrammeEvent
    event: Event


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a group is in its programme. `month` is 0 before it begins; `stage` None before and after it."""

    programme: Programme
    course: Course
    month: int
    stage: Stage | None
    open: list[Step]  # told and not done, the newest first
    ahead: list[Step]
    done: int
    groups: list[Group]  # all that go together, this one among them
    leads_all: bool  # the person facilitates every one of them


@dataclass(frozen=True, slots=True)
class Page:
    """What a facilitator sees of one group."""

    group: Group
    standing: Standing | None
    meeting: agenda.Meeting | None


async def of_group(session: Session, person: Person | None, group_id: int, now: datetime) -> Page:
    """A group's clock, for its facilitator. Raises NeedsConsent, NotAllowed."""
    group = await _led(session, person, group_id)
    programme = (await course_events.running(session, [group_id])).get(group_id)
    meeting = await agenda.meeting_of(session, group)
    if programme is None:
        return Page(group, None, meeting)
    course = courses.house()[programme.clock or ""]
    rows = await session.scalars(
        select(ProgrammeEvent)
        .where(ProgrammeEvent.programme_id == programme.id, ProgrammeEvent.group_id == group_id)
        .order_by(ProgrammeEvent.due_at, ProgrammeEvent.id)
    )
    steps = [Step(row, event) for row in rows if (event := course.event(row.name)) is not None]
    groups = await _groups(session, programme.id)
    month = month_of(programme.started_on, calendar.local_day(now, group.zone))
    standing = Standing(
        programme, course, month, course.stage_in(month),
        open=[one for one in reversed(steps) if _is_open(one)],
        ahead=[one for one in steps if one.row.told_at is None][:SHOWN],
        done=sum(one.row.done_at is not None for one in steps), groups=groups,
        leads_all=await _leads_all(session, person, groups),
    )  # fmt: skip
    return Page(group, standing, meeting)


def _is_open(one: Step) -> bool:
    """Told, not done, and more than something to read in the group."""
    return one.row.told_at is not None and one.row.done_at is None and one.event.readers != ("group",)


async def _led(session: Session, person: Person | None, group_id: int) -> Group:
    await rights.require(session, person, Action.SET_UP, group_id)
    group = await session.get(Group, group_id)
    if group is None or group.state != "active":
        raise NotAllowed
    return group


async def led_by(session: Session, person: Person | None) -> list[Group]:
    """The active groups whose clock the person may set, by title. Raises NeedsConsent."""
    if person is None or person.consented_at is None:
        raise NeedsConsent
    roles = [role for role in Role if rights.may({role}, Action.SET_UP)]
    return [group for group in await people.groups_of(session, person.id, roles) if group.state == "active"]


async def _leads_all(session: Session, person: Person | None, groups: Collection[Group]) -> bool:
    mine = {group.id for group in await led_by(session, person)}
    return all(group.id in mine or group.state != "active" for group in groups)


async def _groups(session: Session, programme_id: int) -> list[Group]:
    those = select(ProgrammeEvent.group_id).where(ProgrammeEvent.programme_id == programme_id)
    return list(await session.scalars(select(Group).where(Group.id.in_(those)).order_by(Group.title, Group.id)))


async def free_groups(session: Session, person: Person | None, group_id: int) -> list[Group]:
    """What may begin together with this group: those the person facilitates and that follow no clock, it among them.

    Raises NeedsConsent, NotAllowed.
    """
    await _led(session, person, group_id)
    mine = await led_by(session, person)
    taken = await course_events.running(session, [group.id for group in mine])
    return [group for group in mine if group.id not in taken]


async def months(session: Session, person: Person | None, group_id: int, now: datetime) -> list[date]:
    """The first school days of the months in which a clock may begin: this month's next one first.

    Raises NeedsConsent, NotAllowed.
    """
    group = await _led(session, person, group_id)
    days = (await calendar.calendars_of(session, {group.school_id}))[group.school_id]
    today = calendar.local_day(now, group.zone)
    found: list[date] = []
    for ahead in range(AHEAD):
        since = today if ahead == 0 else month_start(today.replace(day=1), ahead + 1)
        try:
            moment = moment_from(days, since, group.zone)
            if moment <= now:
                moment = days.moment_after(moment, "13:00", group.zone, prompt=False)
        except ValueError:
            return []
        found.append(calendar.local_day(moment, group.zone))
    return sorted(set(found))


async def start(
    session: Session,
    person: Person | None,
    group_ids: Sequence[int],
    first: date,
    title: str,
    now: datetime,
    *,
    clock: str = "kbp",
) -> Programme:
    """The groups go through the course together from ``first`` on, one of `months` of the first group.

    Raises NeedsConsent, NotAllowed where one of the groups is not the person's, and a Refusal for a group that
    follows a clock already, a day that is not offered or a title that is too long.
    """
    if not group_ids:
        raise Refusal("course.no_groups")
    if first not in await months(session, person, group_ids[0], now) or clock not in courses.house():
        raise Refusal("course.not_possible")
    words = " ".join(title.split())
    if not words or len(words) > TITLE:
        raise Refusal("course.bad_title", most=TITLE)
    groups = [await _entering(session, person, group_id, now) for group_id in sorted(set(group_ids))]
    assert person is not None
    programme = Programme(title=words, clock=clock, started_on=first, created_by=person.id, created_at=now)
    session.add(programme)
    await session.flush()
    await _lay_out(session, programme, groups, now)
    return programme


async def _entering(session: Session, person: Person | None, group_id: int, now: datetime) -> Group:
    """A group that is about to follow a clock, locked: two facilitators may tap at the same moment."""
    group = await _led(session, person, group_id)
    await session.execute(select(Group.id).where(Group.id == group_id).with_for_update())
    before = (await course_events.running(session, [group_id])).get(group_id)
    if before is not None:
        day = calendar.local_day(now, group.zone)
        if month_of(before.started_on, day) <= courses.house()[before.clock or ""].months:
            raise Refusal("course.already", group=group.title)
        before.ended_at = now  # its months are over for all who went together
        await session.flush()
    return group


async def _lay_out(session: Session, programme: Programme, groups: Sequence[Group], now: datetime) -> None:
    """The events that are still to come, each on its group's calendar; what the groups learn with belongs to it."""
    course = courses.house()[programme.clock or ""]
    days = await calendar.calendars_of(session, {group.school_id for group in groups})
    rows = [
        {"programme_id": programme.id, "group_id": group.id, "name": name, "due_at": moment}
        for group in groups
        for name, moment in laid_out(course, programme.started_on, days[group.school_id], group.zone)
        if moment > now
    ]
    ids = [group.id for group in groups]
    if {row["group_id"] for row in rows} != set(ids):
        raise Refusal("course.over")
    await insert_rows(session, ProgrammeEvent, rows, unique=["programme_id", "group_id", "name"])
    await session.execute(
        update(Enrolment)
        .where(
            among(session, Enrolment.group_id, ids), Enrolment.person_id.is_(None), Enrolment.finished_at.is_(None)
        )
        .values(programme_id=programme.id)
        .execution_options(synchronize_session=False)
    )  # fmt: skip


async def joinable(session: Session, person: Person | None, group_id: int, now: datetime) -> list[Programme]:
    """The running programmes of other groups of the person, which this group may join. Raises as of_group."""
    group = await _led(session, person, group_id)
    mine = [one.id for one in await led_by(session, person)]
    found = {one.id: one for one in (await course_events.running(session, mine)).values()}
    day = calendar.local_day(now, group.zone)
    return [
        one
        for _, one in sorted(found.items())
        if month_of(one.started_on, day) <= courses.house()[one.clock or ""].months
    ]


async def join(
    session: Session, person: Person | None, group_id: int, programme_id: int, now: datetime
) -> Programme:  # fmt: skip
    """One more group goes along from now on; what is past is not told it.

    Raises NeedsConsent, NotAllowed, Gone for a programme the person has nothing to do with, and a Refusal for a group
    that follows a clock already or a programme that is over.
    """
    group = await _entering(session, person, group_id, now)
    programme = next((one for one in await joinable(session, person, group_id, now) if one.id == programme_id), None)
    if programme is None:
        raise Gone
    await _lay_out(session, programme, [group], now)
    return programme


async def leave(session: Session, person: Person | None, group_id: int, now: datetime) -> Programme:
    """The group goes by the clock no more; the last one ends the programme. Raises NeedsConsent, NotAllowed, Gone."""
    await _led(session, person, group_id)
    programme = (await course_events.running(session, [group_id])).get(group_id)
    if programme is None:
        raise Gone
    if len(await _groups(session, programme.id)) == 1:
        return await end(session, person, group_id, now)
    theirs = (ProgrammeEvent.programme_id == programme.id, ProgrammeEvent.group_id == group_id)
    await session.execute(delete(ProgrammeEvent).where(*theirs).execution_options(synchronize_session=False))
    await session.execute(
        update(Enrolment)
        .where(Enrolment.programme_id == programme.id, Enrolment.group_id == group_id)
        .values(programme_id=None)
        .execution_options(synchronize_session=False)
    )
    await agenda.stop(session, [group_id])
    return programme


async def end(session: Session, person: Person | None, group_id: int, now: datetime) -> Programme:
    """The programme of this group ends for all groups in it: nothing more is told.

    Raises NeedsConsent, NotAllowed, Gone, and a Refusal where other groups are not the person's.
    """
    await _led(session, person, group_id)
    programme = (await course_events.running(session, [group_id])).get(group_id)
    if programme is None:
        raise Gone
    groups = await _groups(session, programme.id)
    if not await _leads_all(session, person, groups):
        raise Refusal("course.not_all")
    programme.ended_at = now
    waits = (ProgrammeEvent.programme_id == programme.id, ProgrammeEvent.told_at.is_(None))
    await session.execute(delete(ProgrammeEvent).where(*waits).execution_options(synchronize_session=False))
    await session.flush()
    await agenda.stop(session, [group.id for group in groups])
    return programme
