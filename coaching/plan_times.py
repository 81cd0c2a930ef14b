"""When a row of a plan will be done, as teachers write it: "minggu ke-3 Feb dan ke-2 Mei", "week III of May", "12 Mei".

The n-th week of a month is its days 7n-6 to 7n, the fifth what is left: each lies in one month and holds every weekday
once. A month without a year lies in the school year of the plan.
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from rapidfuzz import fuzz, process

from community.calendar.dates import spans
from community.school_years import begins

MOST = 200  # characters that are looked at
MOST_SPANS = 12
_MONTHS = {
    "jan": 1, "feb": 2, "peb": 2, "mar": 3, "mrt": 3, "apr": 4, "mei": 5, "may": 5, "jun": 6, "jul": 7, "agu": 8,
    "ags": 8, "agt": 8, "aug": 8, "sep": 9, "okt": 10, "oct": 10, "nov": 11, "nop": 11, "des": 12, "dec": 12,
}  # fmt: skip
_NAMES = (
    "januari", "january", "februari", "february", "pebruari", "maret", "march", "april", "mei", "may", "juni", "june",
    "juli", "july", "agustus", "august", "september", "oktober", "october", "november", "nopember", "desember",
    "december",
)  # fmt: skip
_ALIKE = 85  # of 100: "Febuari" is February, "seperti" is no September
_WEEKS = {"minggu", "mgg", "mg", "pekan", "week", "weeks", "wk", "m"}
_ORDERS = {
    "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "pertama": 1,
    "kesatu": 1, "kedua": 2, "ketiga": 3, "keempat": 4, "kelima": 5, "first": 1, "second": 2, "third": 3, "fourth": 4,
    "fifth": 5, "terakhir": -1, "last": -1,
}  # fmt: skip
_PARTS = {"awal": 0, "early": 0, "pertengahan": 1, "tengah": 1, "mid": 1, "akhir": 2, "late": 2, "end": 2}
_THIRDS = ((1, 10), (11, 20), (21, 31))  # awal, pertengahan, akhir of a month
_AND = {"dan", "and", "&", ",", ";", "/", "+", "serta"}
_TO = {"-", "–", "—", "sd", "sampai", "hingga", "to", "until", "through"}
_SUNDAY = re.compile(r"\b(?:hari\s+)?minggu\s*,\s*(?=\d)")  # "Minggu, 3 Mei" is a Sunday
_UNTIL = re.compile(r"\bs\s*[./]\s*d\b\.?")
_OF_COUNT = re.compile(r"\b(\d)(?:st|nd|rd|th)\b")
_WEEK_WORD = re.compile(r"\b(?:" + "|".join(sorted(_WEEKS - {"m"})) + r")\b")
_REPEATED = re.compile(r"\b(?:setiap|tiap|every|each)\b")
_UNKNOWN_WEEK = re.compile(r"\bke\s*-?\s*\d")
_TOKEN = re.compile(r"[a-z]+|\d+|[-–—,;/&+]")


Span = tuple[date, date]


@dataclass(slots=True)
class _Said:
    """The words of a text that mean something: ("week", 0), ("order", 3), ("month", 5), ("year", 2027), …"""

    tokens: list[tuple[str, int]] = field(default_factory=list)

    def has(self, kind: str) -> bool:
        return any(one == kind for one, _ in self.tokens)

    def first(self, kind: str) -> int:
        return next((at for at, (one, _) in enumerate(self.tokens) if one == kind), len(self.tokens))


def understood(said: str, period: str, today: date) -> list[Span]:
    """The days a text names, in order, each as first and last; empty where it is not understood. Never raises.

    ``period`` is a plan's ("2026/2027", "2026/2027-2"): a month without a year lies in its school year.
    """
    text = _UNTIL.sub(" sd ", " ".join(said[:MOST].lower().split()))
    if _REPEATED.search(text):
        return []
    if _WEEK_WORD.search(text):
        text = _OF_COUNT.sub(r"ke \1", text)
    year = period[:9]
    words = _read(_SUNDAY.sub("", text)) if not _SUNDAY.search(text) else None
    found = _weeks_and_months(words, year) if words is not None else None
    if found is None:
        found = [] if _UNKNOWN_WEEK.search(text) else _days(_SUNDAY.sub("", text), year, today)
    good = [span for span in found if span[0] <= span[1]]
    return sorted(set(good))[:MOST_SPANS] if len(good) == len(found) else []


def in_year(month: int, year: str) -> int:
    """The calendar year of a month within a school year."""
    start = begins(year)
    return start.year if month >= start.month else start.year + 1


def _read(text: str) -> _Said | None:
    """The text as tokens; None without a month, or with a day of one, which is read elsewhere."""
    said, before = _Said(), ""
    for match in _TOKEN.finditer(text):
        word = match[0]
        token = _token(word, before, said)
        if token == ("day", 0):
            return None
        if token is not None:
            said.tokens.append(token)
        before = word
    return said if said.has("month") else None


def _token(word: str, before: str, said: _Said) -> tuple[str, int] | None:
    if word.isdecimal():
        return _number(word, before, said)
    if word in _WEEKS:
        return ("week", 0)
    if word in _ORDERS:
        return ("order", _ORDERS[word])
    if word in _PARTS:
        return ("part", _PARTS[word])
    if word in _AND:
        return ("and", 0)
    if word in _TO:
        # The sign in "ke-3", "minggu-3" and "M-III" joins nothing.
        return None if word in "-–—" and before in {"ke", *_WEEKS} else ("to", 0)
    month = _month(word)
    return ("month", month) if month else None


def _month(word: str) -> int | None:
    """The number of a month by its name, its short name, or a near miss of it."""
    if word in _MONTHS:
        return _MONTHS[word]
    name = next((one for one in _NAMES if len(word) > 2 and one.startswith(word)), None)
    if name is None and len(word) > 4:
        best = process.extractOne(word, _NAMES, scorer=fuzz.ratio, score_cutoff=_ALIKE)
        name = best[0] if best else None
    return _MONTHS[name[:3]] if name else None


def _number(word: str, before: str, said: _Said) -> tuple[str, int]:
    value = int(word) if len(word) <= 4 else 0
    if 2000 <= value <= 2100:
        return ("year", value)
    # Once a week has been named, small numbers count weeks: "minggu ke-3 Feb dan ke-2 Mei".
    counts_weeks = said.has("week") or before == "ke" or (said.tokens and said.tokens[-1][0] == "week")
    return ("order", value) if 1 <= value <= 5 and counts_weeks else ("day", 0)


@dataclass(slots=True)
class _Part:
    """Some weeks (or a third) of one month; no week: all of it. ``joins``: it ends a range the part before began."""

    month: int
    year: int | None
    weeks: list[tuple[int, int]]  # from, to
    third: int | None = None
    joins: bool = False


def _weeks_and_months(said: _Said, school_year: str) -> list[Span] | None:
    if said.has("order") and not said.has("week"):
        return None
    return _made(_parts(said), school_year)


def _parts(said: _Said) -> list[_Part]:
    """Weeks belong to the month after them, or before them where the text begins with a month."""
    month_first = said.first("month") < min(said.first("order"), said.first("part"))
    return list(_grouped(said.tokens, month_first=month_first))


def _grouped(tokens: Sequence[tuple[str, int]], *, month_first: bool) -> Iterator[_Part]:
    part: _Part | None = None
    weeks: list[tuple[int, int]] = []
    third: int | None = None
    ranges = joins = False
    for kind, value in tokens:
        if kind == "order":
            target = part.weeks if month_first and part is not None else weeks
            if ranges and target:
                target[-1] = (target[-1][0], value)
            else:
                target.append((value, value))
                joins, ranges = joins or ranges, False
        elif kind == "part":
            third = value
        elif kind == "month":
            if part is not None:
                yield part
            part = _Part(value, None, [] if month_first else weeks, third, joins or ranges)
            weeks, third, joins = [], None, False
        elif kind == "year" and part is not None:
            part.year = value
        ranges = kind == "to" or (ranges and kind == "week")
    if part is not None:
        yield part


def _made(parts: Sequence[_Part], school_year: str) -> list[Span] | None:
    found: list[Span] = []
    for part in parts:
        days = _spans_of(part, school_year)
        if not days:
            return []
        if part.joins and found:
            found[-1] = (found[-1][0], days[-1][1])
        else:
            found += days
    return found


def _spans_of(part: _Part, school_year: str) -> list[Span]:
    year = part.year or in_year(part.month, school_year)
    last = monthrange(year, part.month)[1]
    if part.third is not None:
        first, until = _THIRDS[part.third]
        return [(date(year, part.month, first), date(year, part.month, min(until, last)))]
    if not part.weeks:
        return [(date(year, part.month, 1), date(year, part.month, last))]
    found = []
    for first, until in part.weeks:
        begin, end = _week(first, last), _week(until, last)
        if begin is None or end is None:
            return []
        found.append((date(year, part.month, begin[0]), date(year, part.month, end[1])))
    return found


def _week(number: int, last: int) -> tuple[int, int] | None:
    """The days of a month's n-th week (-1: its last seven days); None for a fifth week of a short February."""
    if number < 0:
        return last - 6, last
    first = 7 * number - 6
    return (first, min(first + 6, last)) if first <= last else None


_NAMES_MONTH = re.compile(r"\b(?:" + "|".join(_MONTHS) + r")[a-z]{0,6}\b|\d\s*[/.-]\s*\d")
_CUT = re.compile(r"\s*(?:,|;|&|\+|\bdan\b|\band\b|\bserta\b)\s*")


def _days(text: str, year: str, today: date) -> list[Span]:
    """Days of a month: "12 Mei", "3-5 Mei dan 2 Juni", "besok"."""
    pieces = [one for one in _CUT.split(text) if one]
    for at in range(len(pieces) - 2, -1, -1):  # "3 dan 10 Mei"
        month = _NAMES_MONTH.search(pieces[at + 1])
        if pieces[at].isascii() and pieces[at].isdecimal() and month is not None and month[0][0].isalpha():
            pieces[at] = f"{pieces[at]} {month[0]}"
    found: list[Span] = []
    for one in pieces:
        # A day and month are looked for from the year's first day on; "besok" and "Jumat" from today.
        seen_from = begins(year) if _NAMES_MONTH.search(one) else today
        span = spans(one, seen_from)
        if span is not None:
            found.append((span.first, span.last))
        elif any(sign.isdecimal() for sign in one):
            return []  # rather not understood than half
    return found if all(last - first <= timedelta(days=366) for first, last in found) else []
