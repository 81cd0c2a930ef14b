"""When a step or a promise is due, counted in working days, and when somebody is reminded of it."""

from datetime import date, datetime, timedelta

from community.calendar import SchoolCalendar

REMINDS_AT = "14:00"  # lessons are over, and there is still time that day


def after_working_days(days: SchoolCalendar, day: date, n: int) -> date:
    """The n-th school day after that day; where the calendar ends before, so many days later all the same."""
    found = days.open_days_after(day, n)
    return found[-1] if len(found) == n else day + timedelta(days=n)


def first_reminder(days: SchoolCalendar, due_on: date, zone: str, now: datetime) -> datetime | None:
    """The afternoon of the school day before; if that is over, the one after the due date."""
    before = due_on - timedelta(days=1)
    for _ in range(14):
        if days.is_open(before):
            moment = days.moment_on(before, REMINDS_AT, zone, prompt=False)
            return moment if moment > now else late_reminder(days, due_on, zone, now)
        before -= timedelta(days=1)
    return late_reminder(days, due_on, zone, now)


def late_reminder(days: SchoolCalendar, due_on: date, zone: str, now: datetime) -> datetime | None:
    """The afternoon of the first school day after the due date that is still to come; None where there is none."""
    end_of_due = days.moment_on(due_on, "19:00", zone, prompt=False)
    try:
        return days.moment_after(max(now, end_of_due), REMINDS_AT, zone, prompt=False)
    except ValueError:
        return None
