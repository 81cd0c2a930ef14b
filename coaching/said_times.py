"""A day and an hour as people type them: "Selasa 9.00", "12 Desember jam 10", "besok pukul 1 siang"."""

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from community.calendar import local_day
from community.calendar.dates import spans

_PART = r"(?:\s*(?P<part>pagi|siang|sore|am|pm)\b)?"
_NAMED = re.compile(
    r"\b(?:jam|pukul|pkl\.?|at)\s*(?P<hour>\d{1,2})(?:[.:](?P<minute>\d{2}))?\b(?![./:]\d)" + _PART, re.ASCII
)
_BARE = re.compile(r"(?<![\d./:-])(?P<hour>\d{1,2})[.:](?P<minute>\d{2})\b(?![./:-]\d)" + _PART, re.ASCII)
_SPOKEN = re.compile(r"(?<![\d./:-])(?P<hour>\d{1,2})(?P<minute>)\s*(?P<part>pagi|siang|sore|am|pm)\b", re.ASCII)
_NOON = 12
_EARLY = 7  # "jam 1 siang", "jam 4 sore": an hour that small is after noon


def understood(said: str, zone: str, now: datetime) -> datetime | None:
    """The moment, in UTC, that somebody means, in that zone; None where day or hour is not understood."""
    text = " ".join(said.lower().split())
    found = _NAMED.search(text) or _BARE.search(text) or _SPOKEN.search(text)
    if found is None:
        return None
    wall = _wall(found)
    day = _day(f"{text[: found.start()]} {text[found.end() :]}", local_day(now, zone))
    if wall is None or day is None:
        return None
    return datetime.combine(day, wall, ZoneInfo(zone)).astimezone(UTC)


def _wall(found: re.Match[str]) -> time | None:
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    if found["part"] in ("siang", "sore", "pm") and hour < (_NOON if found["part"] == "pm" else _EARLY):
        hour += _NOON
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _day(rest: str, today: date) -> date | None:
    span = spans(rest, today)
    return span.first if span is not None and span.first == span.last else None
