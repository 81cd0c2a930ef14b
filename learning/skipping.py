"""Days off move the lessons on: said once, before or after, in the prompt itself."""

from collections.abc import Iterator
from datetime import date, timedelta

from community import calendar
from content.texts import Texts
from learning.due import Due

LOOKS_BACK = 21  # days; a longer break needs no excuse


def pause(one: Due) -> str | None:
    """Why no lesson comes on the next school days, and when it goes on; None where the week goes on as usual."""
    then = calendar.local_day(one.following, one.zone)
    if (then - one.day).days <= 1:
        return None
    say = Texts(one.language)
    reasons = dict.fromkeys(_reasons(one, one.day + timedelta(days=1), then, say))
    if not reasons:
        return None
    return say.plain("learning.prompt.pause", reason=", ".join(reasons), day=calendar.spoken(then, say))


def moved(one: Due) -> str | None:
    """Why this lesson comes later than it would have, unless the prompt before said so."""
    last = one.day - timedelta(days=1)
    if one.days.is_open(last):
        return None
    say = Texts(one.language)
    while not one.days.is_open(last) and (one.day - last).days < LOOKS_BACK:
        last -= timedelta(days=1)
    first = max(last, one.told_skip or date.min) + timedelta(days=1)
    reasons = dict.fromkeys(_reasons(one, first, one.day, say))
    return say.plain("learning.prompt.moved", reason=", ".join(reasons)) if reasons else None


def _reasons(one: Due, first: date, until: date, say: Texts) -> Iterator[str]:
    """What closes the school on days of the week on which it is otherwise held; [first, until)."""
    for ahead in range((until - first).days):
        day = first + timedelta(days=ahead)
        if calendar.DAYS[day.weekday()] in one.days.workdays.split(","):
            reason = one.days.why_closed(day)
            if reason is not None:
                yield reason.words(say.language)
