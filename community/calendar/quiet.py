"""Hours by the wall clock: quiet at night, longer nights in Ramadan, and the Friday prayer."""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

QUIET_FROM, QUIET_UNTIL = time(20, 0), time(5, 30)
FRIDAY_PRAYER = (time(11, 0), time(13, 30))
_FRIDAY = 4


class Hours(NamedTuple):
    """When a day may be spoken to: from ``opens`` until before ``closes``; ``earliest`` is for prompts."""

    opens: time
    closes: time
    earliest: time
    latest: time  # for a wall time that lies after the closing


ORDINARY = Hours(QUIET_UNTIL, QUIET_FROM, QUIET_UNTIL, time(19, 30))
# Sahur ends before dawn and the night is for prayer: the day begins later and ends before the fast is broken.
RAMADAN = Hours(time(6, 0), time(17, 0), time(7, 30), time(16, 30))


@lru_cache(maxsize=1440)
def clock(wall: str) -> time:
    """``HH:MM`` as a time of day. Raises ValueError."""
    hour, minute = wall.split(":")
    return time(int(hour), int(minute))


def hours(fasting: bool) -> Hours:
    """The hours of a day in Ramadan, or of any other."""
    return RAMADAN if fasting else ORDINARY


def fitted(wall: time, day: date, fasting: bool) -> time:
    """The wall time itself where something may be sent then, else the nearest one that day at which it may."""
    open_ = hours(fasting)
    at = max(wall, open_.opens)
    if at >= open_.closes:
        at = open_.latest
    begins, ends = FRIDAY_PRAYER
    return ends if day.weekday() == _FRIDAY and begins <= at < ends else at


def quiet_at(there: datetime, fasting: bool) -> bool:
    """Is it quiet at this local moment, on a day that is a fasting day or not?"""
    at, open_ = there.time(), hours(fasting)
    if not open_.opens <= at < open_.closes:
        return True
    return there.weekday() == _FRIDAY and FRIDAY_PRAYER[0] <= at < FRIDAY_PRAYER[1]


def wakes(there: datetime, fasting: bool, tomorrow_fasting: bool) -> tuple[date, time]:
    """From a quiet local moment: the day and the wall time at which it is no longer quiet."""
    day, open_ = there.date(), hours(fasting)
    if there.time() < open_.opens:
        return day, open_.opens
    if there.time() >= open_.closes:
        return day + timedelta(days=1), hours(tomorrow_fasting).opens
    return day, FRIDAY_PRAYER[1]


def local_day(now: datetime, zone: str) -> date:
    """The date a calendar on the wall shows there."""
    return now.astimezone(ZoneInfo(zone)).date()
