"""The school calendar: which days are school days, at which hours something may be sent, and why a day is off."""

from community.calendar.days import calendars_of
from community.calendar.nation import joint_leave_known
from community.calendar.quiet import FRIDAY_PRAYER, QUIET_FROM, QUIET_UNTIL, local_day
from community.calendar.school import Marked, Reason, SchoolCalendar, of
from community.calendar.spoken import spoken, wall_of
from community.calendar.week import (
    DAYS,
    FIVE_DAYS,
    FIVE_DAYS_FRIDAY_OFF,
    SIX_DAYS,
    SIX_DAYS_FRIDAY_OFF,
)
from community.calendar.working import hours_begin, working_hours_after, working_hours_between

__all__ = [
    "DAYS",
    "FIVE_DAYS",
    "FIVE_DAYS_FRIDAY_OFF",
    "FRIDAY_PRAYER",
    "QUIET_FROM",
    "QUIET_UNTIL",
    "SIX_DAYS",
    "SIX_DAYS_FRIDAY_OFF",
    "Marked",
    "Reason",
    "SchoolCalendar",
    "calendars_of",
    "hours_begin",
    "joint_leave_known",
    "local_day",
    "of",
    "spoken",
    "wall_of",
    "working_hours_after",
    "working_hours_between",
]
