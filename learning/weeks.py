"""The weeks a school lives in: where they begin, their last school day, and the moment that closes them."""

from datetime import date, datetime, timedelta
from functools import lru_cache

from community import calendar
from community.calendar import SchoolCalendar

_WEEK = 7
_FARTHEST = 60  # weeks: longer than any holidays


@lru_cache(maxsize=64)
def begins_on(workdays: str) -> int:
    """The day of the week (Monday is 0) on which a school's week begins: the first one after its longest rest.

    Monday to Friday begins on Monday; a school that rests on Friday begins its week on Saturday.
    """
    held = [name in workdays.split(",") for name in calendar.DAYS]
    if not any(held) or all(held):
        return 0
    rests = {}
    for day in range(_WEEK):
        if held[day]:
            rests[day] = next(back for back in range(_WEEK) if held[day - back - 1])
    return max(rests, key=lambda day: (rests[day], -day))


def first_day(days: SchoolCalendar, day: date) -> date:
    """The first day of the school's week in which ``day`` lies."""
    return day - timedelta(days=(day.weekday() - begins_on(days.workdays)) % _WEEK)


def last_open(days: SchoolCalendar, first: date) -> date | None:
    """The last school day of the week that begins on ``first``; None in a week without any."""
    found = (first + timedelta(days=ahead) for ahead in reversed(range(_WEEK)))
    return next((day for day in found if days.is_open(day)), None)


def closes_after(days: SchoolCalendar, now: datetime, wall: str, zone: str) -> datetime:
    """The next moment strictly after ``now`` at which a school week ends: ``wall`` on its last school day.

    Raises ValueError where there is none.
    """
    first = first_day(days, calendar.local_day(now, zone))
    for ahead in range(_FARTHEST):
        moment = _close(days, first + timedelta(weeks=ahead), wall, zone)
        if moment is not None and moment > now:
            return moment
    raise ValueError(f"no school week within {_FARTHEST} weeks in {days.workdays!r}")


def closed_before(days: SchoolCalendar, first: date, wall: str, zone: str, most: int) -> datetime:
    """The moment that closed the last school week before the one that begins on ``first``.

    At most ``most`` weeks back; where none of them held school, the beginning of the first of them.
    """
    for back in range(1, most + 1):
        moment = _close(days, first - timedelta(weeks=back), wall, zone)
        if moment is not None:
            return moment
    return days.moment_on(first - timedelta(weeks=most), "00:00", zone, prompt=False)


def _close(days: SchoolCalendar, first: date, wall: str, zone: str) -> datetime | None:
    day = last_open(days, first)
    return days.moment_on(day, wall, zone, prompt=False) if day is not None else None


def opens_after(days: SchoolCalendar, now: datetime, wall: str, zone: str) -> datetime:
    """The next moment strictly after ``now`` at which a school week has begun: ``wall`` on its first school day.

    Of a school without school days a week later, so that it is seen again.
    """
    first = first_day(days, calendar.local_day(now, zone))
    for ahead in range(_FARTHEST):
        week = (first + timedelta(weeks=ahead, days=number) for number in range(_WEEK))
        opens = next((day for day in week if days.is_open(day)), None)
        if opens is not None and (moment := days.moment_on(opens, wall, zone, prompt=False)) > now:
            return moment
    return now + timedelta(weeks=1)
