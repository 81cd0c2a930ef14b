"""Working days and quiet hours, by the wall clock of a group or person."""

from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FIVE_DAYS, SIX_DAYS = "mon,tue,wed,thu,fri", "mon,tue,wed,thu,fri,sat"
QUIET_FROM, QUIET_UNTIL = time(20, 0), time(5, 30)
# Longer than any run of days off; guards against working days that name no day at all.
_HORIZON = 60


@cache
def _days_off(year: int) -> frozenset[date]:
    """National holidays and joint leave (cuti bersama) of Indonesia, as the package `holidays` knows them."""
    return frozenset(holidays.country_holidays("ID", years=year, categories=("public", "government")))


def is_workday(day: date, workdays: str) -> bool:
    """Is school held on that day? ``workdays`` names days of the week, like "mon,tue,wed,thu,fri"."""
    return DAYS[day.weekday()] in workdays.split(",") and day not in _days_off(day.year)


def workday_after(now: datetime, wall: str, zone: str, workdays: str) -> datetime:
    """The next moment strictly after ``now`` at which a wall in ``zone`` shows ``wall`` (HH:MM) on a working day.

    The answer is aware. Raises ValueError when ``workdays`` holds no working day.
    """
    hour, minute = (int(part) for part in wall.split(":"))
    here = ZoneInfo(zone)
    today = now.astimezone(here).date()
    for ahead in range(_HORIZON):
        day = today + timedelta(days=ahead)
        # Built from the wall in its zone, not by adding 24 hours: the sum is right where clocks are moved, too.
        moment = datetime.combine(day, time(hour, minute), tzinfo=here)
        if moment > now and is_workday(day, workdays):
            return moment.astimezone(now.tzinfo)
    raise ValueError(f"no working day within {_HORIZON} days in {workdays!r}")


def is_quiet(now: datetime, zone: str) -> bool:
    """Is it between 20:00 and 05:30 there? Nothing is sent by the clock then."""
    there = now.astimezone(ZoneInfo(zone)).time()
    return not QUIET_UNTIL <= there < QUIET_FROM


def local_day(now: datetime, zone: str) -> date:
    """The date a calendar on the wall shows there."""
    return now.astimezone(ZoneInfo(zone)).date()
