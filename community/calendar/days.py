"""The days somebody marked, in the database: read for any number of schools at once."""

from collections import defaultdict
from collections.abc import Collection
from functools import cache

from sqlalchemy import or_, select

from community.calendar.school import KINDS, SCOPES, Marked, SchoolCalendar, of
from content import calendars
from storage.database import Session
from storage.models import CalendarDay, School


async def calendars_of(session: Session, school_ids: Collection[int | None]) -> dict[int | None, SchoolCalendar]:
    """The calendar of each school, in two queries; None, or a school that is gone, has the five-day week."""
    ids = {number for number in school_ids if number is not None}
    columns = (School.id, School.workdays, School.province, School.ramadan_time)
    rows = (await session.execute(select(*columns).where(School.id.in_(ids)))).all() if ids else []
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
    ours = or_(CalendarDay.scope != "school", CalendarDay.school_id.in_(school_ids))
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
