"""Days as people write them."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from content.texts import Texts


def day(moment: date, say: Texts) -> str:
    """5 Mei 2026 in Indonesian, 5 May 2026 in English."""
    months = say.plain("reports.months").split()
    return f"{moment.day} {months[moment.month - 1]} {moment.year}"


def days(first: date, last: date, say: Texts) -> str:
    """A stretch of days, or the one day it is."""
    if first == last:
        return day(last, say)
    return say.plain("reports.span", first=day(first, say), last=day(last, say))


def span(since: datetime, until: datetime, zone: str, say: Texts) -> str:
    """First and last local day of [since, until)."""
    return days(*local_days(since, until, zone), say)


def local_days(since: datetime, until: datetime, zone: str) -> tuple[date, date]:
    """The first and last local day that [since, until) touches: midnight as the end belongs to the day before."""
    here = ZoneInfo(zone)
    last = max(since, until - timedelta(microseconds=1))
    return since.astimezone(here).date(), last.astimezone(here).date()
