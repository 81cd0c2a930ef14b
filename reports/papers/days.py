"""Days and hours as papers spell them: in full, with the zone by its short name."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from content.texts import Texts


def month(day: date, say: Texts) -> str:
    """Juli."""
    return say.plain("finishing.paper.months").split()[day.month - 1]


def long_day(day: date, say: Texts) -> str:
    """22 Juli 2026."""
    return say.plain("finishing.paper.day", day=day.day, month=month(day, say), year=day.year)


def full_day(day: date, say: Texts) -> str:
    """Rabu, 22 Juli 2026."""
    weekday = say.plain("common.weekdays").split()[day.weekday()]
    return say.plain("papers.full_day", weekday=weekday, day=long_day(day, say))


def clock(moment: datetime, zone: str, say: Texts) -> str:
    """13.30 WITA: the wall time there. Indonesia's three zones are called WIB, WITA and WIT."""
    local = moment.astimezone(ZoneInfo(zone))
    hour, minute = f"{local.hour:02}", f"{local.minute:02}"
    return f"{say.plain('broadcasts.when.clock', hour=hour, minute=minute)} {local.tzname()}"


def hours(value: float, say: Texts) -> str:
    """3,2."""
    return f"{value:.1f}".replace(".", say.plain("learning.decimal"))
