"""Days of the week as text, and the simple question of a week and the national holidays alone."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from community.calendar import nation

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FIVE_DAYS, SIX_DAYS = "mon,tue,wed,thu,fri", "mon,tue,wed,thu,fri,sat"
# Schools that rest on Friday: six days with Sunday, or five from Sunday to Thursday.
SIX_DAYS_FRIDAY_OFF, FIVE_DAYS_FRIDAY_OFF = "mon,tue,wed,thu,sat,sun", "mon,tue,wed,thu,sun"
# Longer than any run of days off; guards against working days that name no day at all.
_HORIZON = 60


def is_workday(day: date, workdays: str) -> bool:
    """Is school held on that day? ``workdays`` names days of the week, like "mon,tue,wed,thu,fri"."""
    return DAYS[day.weekday()] in workdays.split(",") and nation.holiday(day) is None


def workday_after(now: datetime, wall: str, zone: str, workdays: str) -> datetime:
    """The next moment strictly after ``now`` at which a wall in ``zone`` shows ``wall`` (HH:MM) on a working day.

    Of a school whose own calendar matters, ask SchoolCalendar.moment_after. Raises ValueError when ``workdays``
    holds no working day.
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
