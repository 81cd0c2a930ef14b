"""The months of a programme clock on a school's calendar: which month a day lies in, and when each event is due."""

import calendar as months
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from community.calendar import SchoolCalendar
from content.courses import Course, Event, Stage

WALL = "13:00"  # when lessons are over in most classes; on Fridays after the prayer


def month_start(started_on: date, month: int) -> date:
    """The first day of the course's month, counted from 1: the same day of the month as the very first."""
    year, ahead = divmod(started_on.month - 1 + month - 1, 12)
    last = months.monthrange(started_on.year + year, ahead + 1)[1]
    return date(started_on.year + year, ahead + 1, min(started_on.day, last))


def month_of(started_on: date, day: date) -> int:
    """The month of the course in which a day lies; 0 before it has begun."""
    month = max((day.year - started_on.year) * 12 + day.month - started_on.month, 0)
    while month_start(started_on, month + 1) <= day:
        month += 1
    return month


def moment_from(days: SchoolCalendar, day: date, zone: str, wall: str = WALL) -> datetime:
    """The moment on the first school day that is not before ``day``. Raises ValueError where there is none."""
    return days.moment_after(_eve(day, zone), wall, zone, prompt=False)


def _eve(day: date, zone: str) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC) - timedelta(seconds=1)


def laid_out(course: Course, started_on: date, days: SchoolCalendar, zone: str) -> list[tuple[str, datetime]]:
    """Every event of the course with its moment, in the order of moments; none for a school without school days.

    What comes again and again is numbered. Where holidays move two of them to one day, the later one stays.
    """
    found: list[tuple[str, datetime]] = []
    for stage in course.stages:
        for event in stage.events:
            try:
                moments = [moment_from(days, day, zone) for day in _nominal(stage, event, started_on)]
            except ValueError:
                return []
            if not event.when.days:
                found += [(event.name, moments[0])]
                continue
            found += [
                (f"{event.name}.{number}", moment)
                for number, moment in enumerate(moments, start=1)
                if moment not in moments[number:]
            ]
    return sorted(found, key=lambda one: one[1])


def _nominal(stage: Stage, event: Event, started_on: date) -> list[date]:
    """The days on which it would be, were there school every day."""
    if event.when.month is not None:
        return [month_start(started_on, event.when.month) + timedelta(weeks=event.when.week - 1)]
    day, over = month_start(started_on, stage.first), month_start(started_on, stage.last + 1)
    found = []
    while day < over:
        found.append(day)
        day += timedelta(days=event.when.days)
    return found
