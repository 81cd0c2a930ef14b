"""A moment as people type and read it, and the next one at which a school may be written to."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from community import calendar
from community.calendar import SchoolCalendar
from community.calendar.dates import spans
from content.texts import Texts

MORNING = "07:00"
ZONES = {"wib": "Asia/Jakarta", "wita": "Asia/Makassar", "wit": "Asia/Jayapura"}
# In these weeks there is school, only prompts pause: a facilitator may well have something to say.
_SCHOOL_ALL_THE_SAME = frozenset({"exam", "report", "orientation"})
_HORIZON = 400
_CLOCK = re.compile(r"(?<![\d/.:-])([01]?\d|2[0-3])[.:]([0-5]\d)(?![\d/.:-])", re.ASCII)
_HOUR = re.compile(r"(?:^|\s)(?:jam|pukul|at)?\s*([01]?\d|2[0-3])$", re.ASCII)
_FILLERS = frozenset({"jam", "pukul", "at", "on"})
# Up to which hour the word still means the second half of the day: 2 siang is 14.00, 11 siang is 11.00.
_PARTS = {"pagi": 0, "am": 0, "siang": 5, "sore": 11, "malam": 11, "pm": 11}


def read(text: str, now: datetime, zone: str) -> datetime | None:
    """What somebody in ``zone`` means by "Senin 07.00", "12 Des 06.30" or "besok jam 7", in UTC.

    Without a day it is the nearest coming hour; None for what is not understood or contradicts itself. The moment
    may lie in the past: "hari ini 07.00", said at noon.
    """
    words = " ".join(re.sub(r"\bhari\b(?!\s+ini)", " ", text.casefold().replace(",", " ")).split())
    for short, name in ZONES.items():
        if re.search(rf"(?<!\w){short}(?!\w)", words):
            zone, words = name, " ".join(re.sub(rf"(?<!\w){short}(?!\w)", " ", words).split())
    clock, words = _clock(words)
    if clock is None:
        return None
    here = ZoneInfo(zone)
    today = now.astimezone(here).date()

    def at(day: date) -> datetime:
        return datetime.combine(day, clock, here).astimezone(UTC)

    if not words:
        return at(today) if at(today) > now else at(today + timedelta(days=1))
    day = _day(words, today)
    if day == today and at(day) <= now:
        again = _day(words, today + timedelta(days=1))
        # "Senin 07.00", said on a Monday at noon: the next one.
        day = again if again == today + timedelta(days=7) else day
    return at(day) if day is not None else None


def _clock(words: str) -> tuple[time | None, str]:
    """The time of day in the words, and the words without it; None where there is none or more than one."""
    parts = [word for word in words.split() if word in _PARTS]
    words = " ".join(word for word in words.split() if word not in _PARTS)
    second_half_until = _PARTS[parts[0]] if parts else 0
    for pattern in (_CLOCK, _HOUR):
        found = list(pattern.finditer(words))
        if len(found) == 1:
            hour, minute = int(found[0][1]), int(found[0][2]) if pattern is _CLOCK else 0
            hour += 12 if 1 <= hour <= second_half_until else 0
            rest = f"{words[: found[0].start()]} {words[found[0].end() :]}".split()
            return time(hour, minute), " ".join(_without_fillers(rest))
        if found:
            return None, words
    return None, words


def _without_fillers(words: list[str]) -> list[str]:
    return [word for word in words if word not in _FILLERS]


def _day(words: str, today: date) -> date | None:
    """The one day that the words name; a day of the week beside a date must be the same day."""
    found = spans(words, today)
    if found is None or found.first != found.last:
        return None
    if found.rest:
        other = spans(found.rest, found.first)
        if other is None or other.rest or (other.first, other.last) != (found.first, found.first):
            return None
    return found.first


def said(moment: datetime, zone: str, say: Texts) -> str:
    """The moment as people there say it, as plain text: "Senin, 7 Des, 07.00 WIB"; `read` understands it."""
    local = moment.astimezone(ZoneInfo(zone))
    day = calendar.spoken(local.date(), say)
    return say.plain("broadcasts.when.moment", day=day, clock=clock(moment, zone, say), zone=local.tzname())


def clock(moment: datetime, zone: str, say: Texts) -> str:
    """The wall time there: 07.05."""
    local = moment.astimezone(ZoneInfo(zone))
    return say.plain("broadcasts.when.clock", hour=f"{local.hour:02}", minute=f"{local.minute:02}")


def rests(school: SchoolCalendar, day: date) -> bool:
    """Is nobody at school that day? Weeks of exams and reports are days of work like others here."""
    reason = school.why_closed(day)
    return reason is not None and reason.kind not in _SCHOOL_ALL_THE_SAME


def is_open(school: SchoolCalendar, now: datetime, zone: str) -> bool:
    """May a school be written to at this moment: a day on which people are at work, outside quiet hours?"""
    return not rests(school, calendar.local_day(now, zone)) and not school.is_quiet(now, zone)


def next_morning(school: SchoolCalendar, now: datetime, zone: str) -> datetime:
    """The next seven o'clock on a day of work, strictly after ``now``; where there is none, when it is not quiet."""
    today = calendar.local_day(now, zone)
    for ahead in range(_HORIZON):
        day = today + timedelta(days=ahead)
        moment = school.moment_on(day, MORNING, zone, prompt=False)
        if moment > now and not rests(school, day):
            return moment
    return school.awake_after(now, zone)


def opening(school: SchoolCalendar, now: datetime, zone: str) -> datetime:
    """``now`` where the school may be written to, else the next moment at which it may: a morning, mostly."""
    if is_open(school, now, zone):
        return now
    awake = school.awake_after(now, zone)
    same_day = calendar.local_day(awake, zone) == calendar.local_day(now, zone)
    # Only the Friday prayer ends in the middle of a day; what ends at dawn waits for seven o'clock.
    at_noon = same_day and awake.astimezone(ZoneInfo(zone)).time() > time(12)
    return awake if at_noon and is_open(school, awake, zone) else next_morning(school, now, zone)
