"""Whether a file writes day or month first: by what only one of the two can mean, otherwise asked, never guessed."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise

from community.imports.values import AmbiguousDates
from community.imports.whatsapp_stamps import Fields, Shape, full_year

FAR = 20  # days: a file out of order jumps back by less; months taken for days jump back by more
ALWAYS_THE_SAME = 4  # different months, always on the same day of the month: not how people talk
TOLERATED = 0.01  # of the dates may be impossible: a line somebody typed may look like a stamp


def settled(shape: Shape, dates: Sequence[Fields]) -> str | None:
    """`ymd`, `dmy` or `mdy` where the form or the numbers leave one reading only; `dates` in the order of the file."""
    if shape.date.startswith("####") or "년" in shape.date or "年" in shape.date:
        return "ymd"
    if len({first for first, _, _ in dates}) == 1 and len({third for _, _, third in dates}) >= ALWAYS_THE_SAME:
        return "ymd"  # one year in several days; years of two figures
    day_first = sum(first > 12 for first, _, _ in dates)
    month_first = sum(second > 12 for _, second, _ in dates)
    if max(day_first, month_first) and min(day_first, month_first) <= TOLERATED * len(dates):
        return "dmy" if day_first > month_first else "mdy"
    return None


def decided(shape: Shape, dates: Sequence[Fields], padded: bool, indonesian: bool, asked: str | None) -> str:
    """The order of a file; `asked` is what a person said, for files that do not tell.

    `padded`: single figures have a zero before them. `indonesian`: the words of the app are.

    :raises AmbiguousDates: nothing tells, and nobody was asked.
    """
    found = settled(shape, dates) or _by_form(shape, padded, indonesian) or _by_time(dates) or _by_set(dates) or asked
    if found is None:
        raise AmbiguousDates("imports.ambiguous", first="/".join(map(str, dates[0][:2])) if dates else "")
    return found


def _by_form(shape: Shape, padded: bool, indonesian: bool) -> str | None:
    """No region writes month.day or month-day. One that puts the month first writes 5, not 05: so padded dates beside
    Indonesian words, or Indonesian hours (18.00), are day first."""
    if "." in shape.date or "-" in shape.date:
        return "dmy"
    if padded and "h" not in shape.time and (indonesian or "." in shape.time):
        return "dmy"
    return None


def _by_time(dates: Sequence[Fields]) -> str | None:
    """Read in the wrong order, time jumps back by months."""
    back = {order: sum(_days(two, order) - _days(one, order) < -FAR for one, two in pairwise(dates))
            for order in ("dmy", "mdy")}  # fmt: skip
    for order, other in (("dmy", "mdy"), ("mdy", "dmy")):
        if not back[order] and back[other]:
            return order
    return None


def _by_set(dates: Iterable[Fields]) -> str | None:
    """People who talk on several days of one month; not once in each of several months on the same day of it."""
    distinct = set(dates)
    first, second = (len({one[place] for one in distinct}) for place in (0, 1))
    if first >= ALWAYS_THE_SAME and second == 1:
        return "dmy"
    return "mdy" if second >= ALWAYS_THE_SAME and first == 1 else None


def _days(fields: Fields, order: str) -> int:
    place = dict(zip(order, fields, strict=True))
    try:
        return date(full_year("", place["y"]), place["m"], place["d"]).toordinal()
    except ValueError:
        return 0
