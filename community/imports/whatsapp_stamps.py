"""The date and time before each message: which of many forms a file writes, and the second it means."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from community.imports.whatsapp_words import MARKS, SPACES, words

Fields = tuple[int, int, int]
"""The three numbers of a date, as they stand."""

_MANY = 50_000  # stamps remembered; more only where somebody made a file up
_OLDEST, _NEWEST = 2009, 2100  # WhatsApp is from 2009
_MARKS, _SPACE = f"[{MARKS}]*", f"[{SPACES}]"


class Impossible(ValueError):
    """It looks like a stamp, but there is no such day or hour."""


class Shape(NamedTuple):
    """What is the same before every message of a file. Digits are `#`, half a day is `h`."""

    opens: str
    """`[` or nothing."""
    time_first: bool
    date: str
    """`#/#/#`, `####-#-#`, `#/#/R#`; a field of four digits is its own form."""
    join: str
    time: str
    closes: str


@cache
def _half() -> str:
    """am and pm of every language, with or without points and spaces."""
    some = sorted(words().halves, key=len, reverse=True)
    spelt = (rf"\.?{_SPACE}?".join(map(re.escape, word)) + (r"\b\.?" if word.isascii() else r"\.?") for word in some)
    return f"(?:{'|'.join(spelt)})"


@cache
def _pieces() -> tuple[re.Pattern[str], ...]:
    part = rf"(?:{_MARKS}[/.\-]{_MARKS}{_SPACE}?|[년월]{_SPACE}?|[年月])"
    era = rf"(?:{_SPACE}?(?:BE|[일日.]))?"
    date = rf"(?P<date>{_MARKS}\d{{1,4}}{part}\d{{1,2}}{part}R?\d{{1,4}}{era})"
    half = _half()
    time = (
        rf"(?P<time>(?:{half}{_SPACE}?)?\d{{1,2}}[:.]\d\d(?:[:.]\d\d)?(?:{_SPACE}?{_MARKS}{half})?)"
    )  # fmt: skip
    join = rf"(?P<join>[,،]?{_SPACE}(?:[^\W\d_]{{1,6}}{_SPACE})??|{_SPACE}-{_SPACE})"
    bracket, closed, plain = (
        rf"{_MARKS}\[",
        rf"(?P<closes>\]{_SPACE})",
        rf"(?P<closes>{_SPACE}[-–]{_SPACE}|[:;]{_SPACE})",
    )
    return tuple(
        re.compile(form, re.IGNORECASE)
        for form in (
            bracket + date + join + time + closed,
            bracket + time + join + date + closed,
            _MARKS + date + join + time + plain,
        )
    )


@cache
def _half_pattern() -> re.Pattern[str]:
    return re.compile(_half(), re.IGNORECASE)


class Stamp(NamedTuple):
    """A stamp found in a sample."""

    marked: bool
    """A mark of direction stands before it."""
    shape: Shape
    date: str
    time: str


class Sampler:
    """Finds stamps of any form at the start of lines."""

    def __init__(self) -> None:
        self._forms, self._half = _pieces(), _half_pattern()

    def stamp(self, line: str) -> Stamp | None:
        """The stamp at the start of a line."""
        for number, form in enumerate(self._forms):
            found = form.match(line)
            if found:
                date, time = found["date"], found["time"]
                shape = Shape(
                    "" if number == 2 else "[", number == 1, re.sub(r"\d+", _width, date), found["join"],
                    re.sub(r"\d+", "#", self._half.sub("h", time)), found["closes"],
                )  # fmt: skip
                return Stamp(line[0] in MARKS, shape, date, time)
        return None

    def grammar(self, lines: Iterable[str]) -> "Grammar | None":
        """The form most lines of a sample begin with."""
        counts: Counter[Shape] = Counter()
        marked: set[Shape] = set()
        dates: dict[Shape, set[str]] = defaultdict(set)
        times: dict[Shape, set[str]] = defaultdict(set)
        for line in lines:
            found = self.stamp(line)
            if found:
                counts[found.shape] += 1
                if found.marked or found.shape.opens:
                    marked.add(found.shape)
                dates[found.shape].add(found.date)
                times[found.shape].add(found.time)
        if not counts:
            return None
        shape = counts.most_common(1)[0][0]
        pattern = _pattern(shape, dates[shape], times[shape], self._half.pattern)
        if shape in marked:  # an iPhone puts one before what it wrote itself
            pattern = r"[\u200e\u200f]*" + pattern
        return Grammar(
            shape, pattern, any(one[0] == "0" for date in dates[shape] for one in re.findall(r"\d+", date)[:2])
        )


def _width(digits: re.Match[str]) -> str:
    return "####" if len(digits[0]) == 4 else "#"


@dataclass(frozen=True)
class Grammar:
    """One way to write stamps."""

    shape: Shape
    stamp: str
    """A pattern with two groups, in the order of the file: of date and time, all before and between and after exact."""
    padded: bool
    """Days and months are written with a zero before a single figure."""

    def header(self) -> re.Pattern[str]:
        """A stamp at the start of a line, the line's break before it included."""
        return re.compile("\n" + self.stamp, re.IGNORECASE if "h" in self.shape.time else 0)

    def begins(self) -> re.Pattern[str]:
        """The same with a third group: the name behind it, or None where no colon ends one in that line."""
        header = self.header()
        return re.compile(header.pattern + r"(?:([^:\n]*+): )?", header.flags)

    @property
    def narrow(self) -> bool:
        """It holds letters, digits and marks of one byte alone."""
        return (
            self.stamp.isascii()
            and not any(wider in self.stamp for wider in (r"\u", r"\d"))
            and ("h" not in self.shape.time)
        )

    def written(self, one: str, two: str) -> str:
        """The whole stamp again, from the halves its pattern found."""
        return self.shape.opens + one + self.shape.join + two + self.shape.closes

    def fields(self, date: str) -> Fields:
        """The numbers of a date."""
        first, second, third = map(int, re.findall(r"\d+", date))
        return first, second, third

    def name(self, order: str) -> str:
        """In words: `WhatsApp Android, d/m/yy H.MM`."""
        shape = self.shape
        program = "iPhone" if shape.time.count("#") == 3 else "Web"
        program = {"-": "Android", "–": "Android", ";": "Viewer"}.get(shape.closes.strip(), program)
        letters = iter(order)
        year = "yyyy" if "####" in shape.date else "y" if "R" in shape.date else "yy"
        date = re.sub("#+", lambda _: next(letters).replace("y", year), shape.date)
        parts = iter("HMS" if "h" not in shape.time else "hMS")
        time = re.sub(
            "#", lambda _: (letter := next(parts)) * (1 if letter in "Hh" else 2), shape.time.replace("h", "%")
        )
        time = time.replace("%", "am/pm")
        both = time + shape.join + date if shape.time_first else date + shape.join + time
        both = "".join(" " if letter in SPACES else letter for letter in both if letter not in MARKS)
        return f"WhatsApp {program}, {'[' + both + ']' if shape.opens else both}"


def _pattern(shape: Shape, dates: set[str], times: set[str], half: str) -> str:
    """Exactly what the sample shows: marks and spaces as they stand, a leading zero where there always is one."""
    digit = "[0-9]" if all(one.isascii() for date in dates for one in re.findall(r"\d+", date)) else r"\d"
    date = _fill(shape.date, [re.findall(r"\d+", one) for one in dates], digit)
    hours = [[re.findall(r"\d+", one)[0]] for one in times]
    time, first = "", True
    for letter in shape.time:
        if letter == "#":
            time += _field([one[0] for one in hours], digit) if first else digit + "{2}"
            first = False
        else:
            time += half if letter == "h" else re.escape(letter)
    groups = [f"({date})", f"({time})"]
    if shape.time_first:
        groups.reverse()
    return re.escape(shape.opens) + re.escape(shape.join).join(groups) + re.escape(shape.closes)


def _fill(form: str, seen: list[list[str]], digit: str) -> str:
    built, place = "", 0
    for piece in re.split("(#+)", form):
        if piece.startswith("#"):
            built += digit + "{4}" if piece == "####" else _field([one[place] for one in seen], digit)
            place += 1
        else:
            built += re.escape(piece)
    return built


def _field(seen: list[str], digit: str) -> str:
    always_two = not any(len(one) == 1 for one in seen) and any(int(one) < 10 for one in seen)
    return digit + ("{2}" if always_two else "{1,2}")


class Days(dict[str, int]):
    """Seconds since 1970 at a day's local midnight, by the date as it stands; days that change their offset apart."""

    def __init__(self, grammar: Grammar, order: str, zone: ZoneInfo) -> None:
        super().__init__()
        self._grammar, self._order, self._zone = grammar, order, zone
        self.uneven: dict[str, datetime] = {}
        """Days on which clocks are put forward or back, with their midnight."""

    def __missing__(self, date: str) -> int:
        try:
            fields = dict(zip(self._order, self._grammar.fields(date), strict=True))
            midnight = datetime(full_year(date, fields["y"]), fields["m"], fields["d"], tzinfo=self._zone)
        except ValueError as error:
            raise Impossible(date) from error
        next_day = midnight + timedelta(days=1)
        if len(self) > _MANY:
            self.clear()
            self.uneven.clear()
        if midnight.utcoffset() != next_day.utcoffset():
            self.uneven[date] = midnight
        self[date] = at = int(midnight.timestamp())
        return at


def full_year(date: str, year: int) -> int:
    """A year of four digits; Buddhist (`2565 BE`) and Japanese years (`R4`) in ours."""
    if "R" in date.upper():
        year += 2018
    elif year < 100:
        year += 2000
    elif year > 2400:
        year -= 543
    if not _OLDEST <= year < _NEWEST:
        raise ValueError(year)
    return year


class Clocks(dict[str, int]):
    """Seconds since midnight, by the time as it stands."""

    def __init__(self) -> None:
        super().__init__()
        self._halves = words().halves

    def __missing__(self, time: str) -> int:
        hour, minute, second = ([int(one) for one in re.findall(r"\d+", time)] + [0])[:3]
        half = re.sub(rf"[\d:.{SPACES}{MARKS}]", "", time).casefold()
        if half:
            hour = hour % 12 + self._halves[half] if hour <= 12 else hour
        if hour > 24 or minute > 59 or second > 59:
            raise Impossible(time)
        if len(self) > _MANY:
            self.clear()
        self[time] = seconds = hour % 24 * 3600 + minute * 60 + second  # some telephones write 24:05 for 00:05
        return seconds
