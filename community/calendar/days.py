"""The days somebody marked, in the database: read for any number of schools at once, written for one."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, delete, func, or_, select

from community import rights
from community.calendar.quiet import local_day
from community.calendar.school import KINDS, OPEN, PAUSES, SCOPES, Marked, SchoolCalendar, of
from community.refusals import NotAllowed, Refusal
from community.rights import Action
from content import calendars
from storage.bulk import among
from storage.database import Session
from storage.models import CalendarDay, Group, Person, School

MOST_DAYS = 90  # longer than any holidays; a year typed wrongly is longer still
MOST_AHEAD = 60  # marks of one school that are not over yet
_FAR = timedelta(days=731)


async def calendars_of(session: Session, school_ids: Collection[int | None]) -> dict[int | None, SchoolCalendar]:
    """The calendar of each school, in two queries; None, or a school that is gone, has the five-day week."""
    ids = {number for number in school_ids if number is not None}
    columns = (School.id, School.workdays, School.province, School.ramadan_time)
    rows = (await session.execute(select(*columns).where(among(session, School.id, ids)))).all() if ids else []
    nation, provinces, schools = await _marks(session, ids)
    found = dict.fromkeys(school_ids, of(marked=nation))
    for number, workdays, province, ramadan_time in rows:
        marked = (*nation, *_of_file(province), *provinces.get(province or "", ()), *schools.get(number, ()))
        found[number] = of(workdays, province, ramadan_time, marked)
    return found


@cache
def _of_file(province: str | None) -> tuple[Marked, ...]:
    """What the calendar file of a province says; whatever is marked in the database wins over it."""
    return tuple(
        Marked(
            "province", one.first, one.last or one.first, one.kind, *((one.label.id, one.label.en) if one.label else ())
        )
        for one in calendars.days_of(province)
    )


async def _marks(
    session: Session, school_ids: Collection[int]
) -> tuple[tuple[Marked, ...], dict[str, list[Marked]], dict[int, list[Marked]]]:
    """What was marked for the nation, for each province and for each of these schools, oldest first."""
    query = select(CalendarDay).order_by(CalendarDay.id)
    ours = or_(CalendarDay.scope != "school", among(session, CalendarDay.school_id, school_ids))
    nation: list[Marked] = []
    provinces: dict[str, list[Marked]] = defaultdict(list)
    schools: dict[int, list[Marked]] = defaultdict(list)
    for row in await session.scalars(query.where(ours)):
        if row.scope not in SCOPES or row.kind not in KINDS:
            continue
        mark = Marked(row.scope, row.first_day, row.last_day, row.kind, row.label)
        if row.scope == "nation":
            nation.append(mark)
        elif row.scope == "province":
            provinces[row.province or ""].append(mark)
        elif row.school_id is not None:
            schools[row.school_id].append(mark)
    return tuple(nation), provinces, schools


def checked(first: date, last: date, today: date) -> None:
    """Can these days be marked today? Raises a Refusal that says why not."""
    if last < first:
        raise Refusal("calendar.wrong.order")
    if last < today:
        raise Refusal("calendar.wrong.past")
    if (last - first).days >= MOST_DAYS:
        raise Refusal("calendar.wrong.long", most=MOST_DAYS)
    if first - today > _FAR:
        raise Refusal("calendar.wrong.far")


async def own_school(session: Session, person: Person | None, group_id: int) -> tuple[Group, School]:
    """The group and its school, for somebody who may mark its days. Raises NeedsConsent, NotAllowed, or a Refusal."""
    await rights.require(session, person, Action.MARK_DAYS, group_id)
    group = await session.get(Group, group_id)
    school = await session.get(School, group.school_id) if group and group.school_id else None
    if group is None:
        raise NotAllowed
    if school is None:
        raise Refusal("calendar.wrong.no_school")
    return group, school


def _ahead(school_id: int, today: date) -> tuple[ColumnElement[bool], ...]:
    return CalendarDay.scope == "school", CalendarDay.school_id == school_id, CalendarDay.last_day >= today


async def marked(session: Session, person: Person | None, group_id: int, now: datetime) -> list[CalendarDay]:
    """What is marked for the group's school and not over, in the order of days. Raises as own_school."""
    group, school = await own_school(session, person, group_id)
    query = select(CalendarDay).where(*_ahead(school.id, local_day(now, group.zone)))
    return list(await session.scalars(query.order_by(CalendarDay.first_day, CalendarDay.id)))


async def mark(
    session: Session,
    person: Person | None,
    group_id: int,
    kind: str,
    first: date,
    last: date,
    label: str,
    now: datetime,
) -> CalendarDay:
    """The group's school spends these days otherwise; what was marked within them before no longer counts.

    Marked twice is marked once. Raises NeedsConsent, NotAllowed, or a Refusal that says what is wrong with the days.
    """
    group, school = await own_school(session, person, group_id)
    today = local_day(now, group.zone)
    checked(first, last, today)
    if kind not in (*PAUSES, OPEN):
        raise Refusal("calendar.wrong.kind")
    touching = (CalendarDay.first_day <= last, CalendarDay.last_day >= first)
    ours = (CalendarDay.scope == "school", CalendarDay.school_id == school.id)
    rows = list(await session.scalars(select(CalendarDay).where(*ours, *touching).order_by(CalendarDay.id)))
    newest = rows[-1] if rows else None
    if newest and (newest.first_day, newest.last_day, newest.kind, newest.label) == (first, last, kind, label):
        return newest  # tapped twice
    within = [row.id for row in rows if first <= row.first_day and row.last_day <= last]
    await session.execute(delete(CalendarDay).where(CalendarDay.id.in_(within)))
    count = select(func.count()).select_from(CalendarDay).where(*_ahead(school.id, today))
    if (await session.scalar(count) or 0) >= MOST_AHEAD:
        raise Refusal("calendar.wrong.many", most=MOST_AHEAD)
    row = CalendarDay(
        scope="school", school_id=school.id, first_day=first, last_day=last, kind=kind, label=label,
        created_by=person.id if person else None, created_at=now,
    )  # fmt: skip
    session.add(row)
    await session.flush()
    return row


async def unmark(session: Session, person: Person | None, group_id: int, day_id: int) -> None:
    """These days of the group's school are ordinary again; tapped twice changes nothing. Raises as own_school."""
    _, school = await own_school(session, person, group_id)
    theirs = (CalendarDay.id == day_id, CalendarDay.scope == "school", CalendarDay.school_id == school.id)
    await session.execute(delete(CalendarDay).where(*theirs))
