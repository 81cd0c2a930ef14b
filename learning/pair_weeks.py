"""When a group's pairs are formed and asked about: the first school day of its week, and the last."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from community import calendar
from community.calendar import SchoolCalendar
from learning import weeks

AFTER_PROMPT = timedelta(minutes=30)
ASKS_AT = "14:00"  # lessons are over, and the group's synthesis is still to come
_WEEK = 7
_FARTHEST = 60  # weeks: longer than any holidays


def week_of(days: SchoolCalendar, day: date) -> date:
    """The Monday within the school's week in which ``day`` lies: the name of that week."""
    first = weeks.first_day(days, day)
    return first + timedelta(days=-first.weekday() % _WEEK)


def forms_at(days: SchoolCalendar, day: date, wall: str, zone: str) -> datetime | None:
    """In the school week of ``day``: half an hour after the prompt of its first school day, or with it where that is
    night already; None in holidays.
    """
    first = weeks.first_day(days, day)
    ahead = (first + timedelta(days=number) for number in range(_WEEK))
    opens = next((one for one in ahead if days.is_open(one)), None)
    if opens is None:
        return None
    prompt = days.moment_on(opens, wall, zone)
    later = (prompt + AFTER_PROMPT).astimezone(ZoneInfo(zone))
    return max(prompt, days.moment_on(opens, f"{later:%H:%M}", zone, prompt=False)) if later.date() == opens else prompt


def forms_after(days: SchoolCalendar, now: datetime, wall: str, zone: str) -> datetime:
    """The next such moment after ``now``; of a school without school days a week later, so that it is seen again."""
    today = calendar.local_day(now, zone)
    for ahead in range(_FARTHEST):
        moment = forms_at(days, today + timedelta(weeks=ahead), wall, zone)
        if moment is not None and moment > now:
            return moment
    return now + timedelta(weeks=1)


def tries_again(days: SchoolCalendar, now: datetime, wall: str, zone: str) -> datetime:
    """When the moment was missed (the assistant was down, the day became a holiday): another day of the same week."""
    today = calendar.local_day(now, zone)
    try:
        moment = days.moment_after(now, wall, zone) + AFTER_PROMPT
    except ValueError:
        return forms_after(days, now, wall, zone)
    same = week_of(days, calendar.local_day(moment, zone)) == week_of(days, today)
    return moment if same else forms_after(days, now, wall, zone)


def ends_at(days: SchoolCalendar, day: date, zone: str) -> datetime | None:
    """Until when two can still meet in the school week of ``day``: its last school day; None in holidays."""
    last = weeks.last_open(days, weeks.first_day(days, day))
    return days.moment_on(last, ASKS_AT, zone, prompt=False) if last is not None else None


def asks_at(days: SchoolCalendar, day: date, zone: str) -> datetime | None:
    """When who has not said whether they met is asked again: after ``day``, on the last school day of that week."""
    ends = ends_at(days, day, zone)
    return ends if ends is not None and calendar.local_day(ends, zone) > day else None
