"""Days as people type them, in Indonesian and English: "besok", "1-6 Des", "20 Desember 2026", "12/12 - 14/12"."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

# By the first three letters, which are enough for whole names, short ones and most slips.
_MONTHS = {
    "jan": 1, "feb": 2, "peb": 2, "mar": 3, "mrt": 3, "apr": 4, "mei": 5, "may": 5, "jun": 6, "jul": 7, "agu": 8,
    "ags": 8, "agt": 8, "aug": 8, "sep": 9, "okt": 10, "oct": 10, "nov": 11, "nop": 11, "des": 12, "dec": 12,
}  # fmt: skip
_WEEKDAYS = {
    "senin": 0, "monday": 0, "selasa": 1, "tuesday": 1, "rabu": 2, "wednesday": 2, "kamis": 3, "thursday": 3,
    "jumat": 4, "jum'at": 4, "friday": 4, "sabtu": 5, "saturday": 5, "minggu": 6, "ahad": 6, "sunday": 6,
}  # fmt: skip
_RELATIVE = {"hari ini": 0, "today": 0, "besok": 1, "tomorrow": 1, "lusa": 2}
_MONTH = r"(?P<{}>(?:" + "|".join(_MONTHS) + r")[a-z]{{0,6}})\b\.?"
_YEAR = r"(?:,?\s+(?P<{}>\d{{4}})\b)?"
_TO = r"\s*(?:-|–|—|\bs\.?\s?/?\s?d\.?\s|\bsampai(?:\s+dengan)?\b|\bhingga\b|\bto\b|\buntil\b|\bthrough\b)\s*"


@dataclass(frozen=True, slots=True)
class Span:
    """The days somebody named, and the rest of what they wrote."""

    first: date
    last: date
    rest: str


@dataclass(frozen=True, slots=True)
class _Point:
    """A day as far as it was said, and where in the text it stood."""

    day: int
    month: int | None
    year: int | None
    start: int
    end: int

    def at(self, year: int, month: int) -> date | None:
        try:
            return date(self.year or year, self.month or month, self.day)
        except ValueError:
            return None


def _number(text: str | None) -> int | None:
    return int(text) if text else None


def _year(text: str | None) -> int | None:
    return None if not text else int(text) + (2000 if len(text) == 2 else 0)


_Reader = Callable[[re.Match[str]], tuple[int, int | None, int | None]]


def _slashed(found: re.Match[str]) -> tuple[int, int | None, int | None]:
    day, month = int(found["day"]), int(found["month"])
    # 12/20: nobody means a twentieth month.
    return (month, day, _year(found["year"])) if month > 12 >= day else (day, month, _year(found["year"]))


def _named(found: re.Match[str]) -> tuple[int, int | None, int | None]:
    return int(found["day"]), _MONTHS[found["month"][:3]], _number(found["year"])


# How one day is written; the first that fits at the earliest place is taken.
_FORMS: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (
        re.compile(r"\b(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})\b", re.ASCII),
        lambda found: (int(found["day"]), int(found["month"]), int(found["year"])),
    ),
    (
        re.compile(r"\b(?P<day>\d{1,2})([/.-])(?P<month>\d{1,2})\2(?P<year>\d{4}|\d{2})\b(?![/.]\d)", re.ASCII),
        _slashed,
    ),
    (re.compile(r"\b(?P<day>\d{1,2})/(?P<month>\d{1,2})(?P<year>)\b(?![/.]\d)", re.ASCII), _slashed),
    (re.compile(r"\b(?P<day>\d{1,2})\s*" + _MONTH.format("month") + _YEAR.format("year"), re.ASCII), _named),
    (
        re.compile(
            r"\b" + _MONTH.format("month") + r"\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?\b" + _YEAR.format("year"), re.ASCII
        ),
        _named,
    ),
    (re.compile(r"\b(?:tgl\.?|tanggal)\s*(?P<day>\d{1,2})\b", re.ASCII), lambda found: (int(found["day"]), None, None)),
)
_ENDS = " ,.:;-–—"
_BEFORE = re.compile(r"\b(?P<day>\d{1,2})" + _TO + r"$", re.ASCII)  # the 1 of "1-6 Des"
_AFTER = re.compile(_TO + r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\b" + _YEAR.format("year"), re.ASCII)  # the 6 of "Dec 1-6"
_WORD = re.compile(r"\b(" + "|".join([*_RELATIVE, *_WEEKDAYS]) + r")\b(?:\s+(depan|besok|next|ini))?")
_NEXT = re.compile(r"\bnext\s+(" + "|".join(_WEEKDAYS) + r")\b")
_WEEK = re.compile(r"\b(?:(?:pekan|minggu)\s+(ini|depan)|(this|next)\s+week)\b")
_LENGTH = re.compile(r"\b(?P<count>\d{1,2})\s+(?:hari|days?)\b(?!\s+ini)", re.ASCII)


def spans(said: str, today: date) -> Span | None:
    """The days a text names, seen from ``today``; None where it names none, or one that no calendar has.

    A day without a year is the next one of that name, today included. The order is day, month, as in Indonesia.
    """
    text = " ".join(said.lower().split())
    for reader in (_length, _week, _dates, _words):
        found = reader(text, today)
        if found is not None:
            return replace(found, rest=_as_written(found.rest, said))
    return None


def _as_written(rest: str, said: str) -> str:
    """The words of the rest with the capitals they had."""
    written, found = said.split(), []
    for word in rest.split():
        at = next((at for at, one in enumerate(written) if one.lower().strip(_ENDS) == word.strip(_ENDS)), None)
        found.append(word if at is None else written[at])
        written = written if at is None else written[at + 1 :]
    return " ".join(found).strip(_ENDS)


def _rest(text: str, start: int, end: int) -> str:
    return " ".join(f"{text[:start]} {text[end:]}".strip(_ENDS).split())


def _length(text: str, today: date) -> Span | None:
    """ "3 hari", "3 hari mulai besok": as many days in a row."""
    found = _LENGTH.search(text)
    if found is None or not int(found["count"]):
        return None
    rest = _rest(text, found.start(), found.end())
    begins = _dates(rest, today) or _words(rest, today)
    first = begins.first if begins else today
    words = begins.rest if begins else rest
    words = re.sub(r"\b(mulai|dari|sejak|from|starting)\b", "", words)
    return Span(first, first + timedelta(days=int(found["count"]) - 1), " ".join(words.split()))


def _week(text: str, today: date) -> Span | None:
    """ "pekan ini" is what is left of it; "minggu depan" is the whole next week."""
    found = _WEEK.search(text)
    if found is None:
        return None
    monday = today - timedelta(days=today.weekday())
    coming = bool({"depan", "next"} & set(found.groups()))
    first = monday + timedelta(days=7) if coming else today
    last = monday + timedelta(days=13 if coming else 6)
    return Span(first, last, _rest(text, found.start(), found.end()))


def _point(text: str, start: int = 0) -> _Point | None:
    """The first day written in the text from ``start`` on."""
    best: _Point | None = None
    for pattern, read in _FORMS:
        found = pattern.search(text, start)
        if found is not None and (best is None or found.start() < best.start):
            day, month, year = read(found)
            best = _Point(day, month, year, found.start(), found.end())
    return best


def _dates(text: str, today: date) -> Span | None:
    one = _point(text)
    if one is None:
        return None
    before, after = _BEFORE.search(text[: one.start]), _AFTER.match(text, one.end)
    other = _point(text, one.end)
    joined = other is not None and re.fullmatch(_TO, text[one.end : other.start]) is not None
    if other is not None and joined:
        first, last = one, other
    elif before is not None:
        first, last = _Point(int(before["day"]), one.month, one.year, before.start(), one.end), one
    elif after is not None:
        last = _Point(int(after["day"]), one.month, _number(after["year"]) or one.year, one.start, after.end())
        first = one
    else:
        first, last = one, one
    days = _placed(first, last, today)
    return Span(*days, _rest(text, first.start, max(first.end, last.end))) if days else None


def _placed(first: _Point, last: _Point, today: date) -> tuple[date, date] | None:
    """Both ends with their month and year: the next days of that name, in order."""
    month = first.month or last.month
    year = first.year or last.year
    if month is None:  # "tanggal 20"
        return _this_month_or_later(first, last, today)
    ends = last.at(last.year or year or today.year, last.month or month)
    begins = first.at(year or today.year, month)
    if begins is None or ends is None:
        return _leap(first, last, today)
    if ends < begins and last.year is None:
        ends = _moved(ends, 1)
    if ends < begins and first.year is None and begins.month > ends.month:
        begins = _moved(begins, -1)  # "28 Des - 3 Jan 2027"
    if ends < today and year is None:
        begins, ends = _moved(begins, 1), _moved(ends, 1)
    return (begins, ends) if begins <= ends else None


def _leap(first: _Point, last: _Point, today: date) -> tuple[date, date] | None:
    """29 February without a year: the next one there is."""
    if first.year or last.year or (first.day, first.month) != (29, 2) or first != last:
        return None
    day = next((day for year in range(today.year, today.year + 9) if (day := first.at(year, 2)) and day >= today), None)
    return (day, day) if day else None


def _moved(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def _this_month_or_later(first: _Point, last: _Point, today: date) -> tuple[date, date] | None:
    for ahead in range(12):
        year, month = today.year + (today.month - 1 + ahead) // 12, (today.month - 1 + ahead) % 12 + 1
        begins, ends = first.at(year, month), last.at(year, month)
        if begins and ends and begins <= ends and ends >= today:
            return begins, ends
    return None


def _words(text: str, today: date) -> Span | None:
    """ "besok", "Senin", "Senin depan", "Senin sampai Rabu"."""
    found = _NEXT.search(text) or _WORD.search(text)
    if found is None:
        return None
    first = _day_called(found, today)
    joined = re.compile(_TO).match(text, found.end())
    other = _WORD.match(text, joined.end()) if joined else None
    if other is None:
        return Span(first, first, _rest(text, found.start(), found.end()))
    last = _day_called(other, first)
    if other[1] in _RELATIVE:
        last = today + timedelta(days=_RELATIVE[other[1]])
    return Span(first, last, _rest(text, found.start(), other.end())) if last >= first else None


def _day_called(found: re.Match[str], today: date) -> date:
    if found[1] in _RELATIVE:
        return today + timedelta(days=_RELATIVE[found[1]])
    if found.re is _NEXT or found[2] in {"depan", "next"}:  # of the week after this one
        return today + timedelta(days=7 - today.weekday() + _WEEKDAYS[found[1]])
    return today + timedelta(days=(_WEEKDAYS[found[1]] - today.weekday()) % 7)
