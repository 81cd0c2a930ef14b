"""Working hours: the part of a school day in which a colleague can be expected to answer."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from community.calendar.quiet import FRIDAY_PRAYER, local_day
from community.calendar.school import HORIZON, SchoolCalendar

OPENS, CLOSES = time(7, 0), time(15, 0)
_FRIDAY = 4


def working_hours_after(days: SchoolCalendar, moment: datetime, hours: float, zone: str) -> datetime:
    """When so many working hours have gone by since then: school days from 7 to 15, without the Friday prayer.

    In UTC. Where the calendar has no school day left, so many hours on the clock.
    """
    here, left = ZoneInfo(zone), timedelta(hours=hours)
    there = moment.astimezone(here)
    day = there.date()
    for ahead in range(HORIZON):
        at = day + timedelta(days=ahead)
        if not days.is_open(at):
            continue
        for begins, ends in _spans(at.weekday() == _FRIDAY):
            start = max(datetime.combine(at, begins, here), there) if ahead == 0 else datetime.combine(at, begins, here)
            end = datetime.combine(at, ends, here)
            if start >= end:
                continue
            if end - start >= left:
                return (start + left).astimezone(UTC)
            left -= end - start
    return moment + timedelta(hours=hours)


def hours_begin(days: SchoolCalendar, now: datetime, zone: str) -> datetime:
    """``now`` where a school may be asked something: a school day, outside quiet hours; else when it next works.

    Where the calendar has no school day left, ``now``.
    """
    if days.is_open(local_day(now, zone)) and not days.is_quiet(now, zone):
        return now
    return working_hours_after(days, now, 0, zone)


def _spans(is_friday: bool) -> tuple[tuple[time, time], ...]:
    if not is_friday:
        return ((OPENS, CLOSES),)
    return (OPENS, FRIDAY_PRAYER[0]), (FRIDAY_PRAYER[1], CLOSES)


def working_hours_between(days: SchoolCalendar, since: datetime, until: datetime, zone: str) -> float:
    """How many working hours there are from one moment to a later one; 0 where they lie in the same evening."""
    if until <= since:
        return 0.0
    here = ZoneInfo(zone)
    start, end = since.astimezone(here), until.astimezone(here)
    first, last = start.date(), end.date()
    return (_whole(days, first, last) - _before(days, first, start) + _before(days, last, end)) / _HOUR


def _whole(days: SchoolCalendar, first: date, last: date) -> int:
    """Microseconds of the working hours of all days from first on, the last excluded; asked for the same days often."""
    try:
        return days.summed_hours[first, last]
    except KeyError:
        some = (first + timedelta(days=ahead) for ahead in range(min((last - first).days, HORIZON)))
        found = sum(ends - begins for day in some for begins, ends in _open(days, day))
        return days.summed_hours.setdefault((first, last), found)


def _before(days: SchoolCalendar, day: date, moment: datetime) -> int:
    """Those of the day until that moment of it."""
    at = _ticks(moment)
    return sum(min(at, ends) - begins for begins, ends in _open(days, day) if at > begins)


def _open(days: SchoolCalendar, day: date) -> tuple[tuple[int, int], ...]:
    return _TICKS[day.weekday() == _FRIDAY] if days.is_open(day) else ()


def _ticks(at: time | datetime) -> int:
    """Microseconds since midnight: a page of a thousand groups adds up tens of thousands of days."""
    return ((at.hour * 60 + at.minute) * 60 + at.second) * 1_000_000 + at.microsecond


_HOUR = _ticks(time(1))
_TICKS = [tuple((_ticks(begins), _ticks(ends)) for begins, ends in _spans(is_friday)) for is_friday in (False, True)]
