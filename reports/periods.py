"""The stretches of time a report may be asked for."""

from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Period(StrEnum):
    """Named in the buttons and on the command line."""

    WEEK = "7"
    MONTH = "30"
    TERM = "180"  # a semester, on the dashboard
    ALL = "all"


def since(period: Period, now: datetime, zone: str, beginning: datetime) -> datetime:
    """Local midnight of the period's first day (today is its last); `beginning` when all is asked for.

    Whole local days, because the anonymous count of a group is kept by day.
    """
    here = ZoneInfo(zone)
    if period is Period.ALL:
        first = beginning.astimezone(here).date()
    else:
        first = now.astimezone(here).date() - timedelta(days=int(period) - 1)
    return datetime.combine(first, time(), here).astimezone(UTC)
