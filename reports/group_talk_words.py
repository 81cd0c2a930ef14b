"""A week's talk of a group in words: a few lines that fit a phone, and none where nothing was said."""

from statistics import median

from content.texts import Texts
from reports.group_talk import LEAST_ANSWERS, Talk
from reports.shares import Share


def lines(talk: Talk, say: Texts) -> list[str]:
    """As Telegram HTML, a heading first; at most six lines."""
    if talk.is_empty:
        return []
    found = [say("week.talk.head")]
    if talk.messages:
        of = talk.of_four[0].of
        found.append(say("week.talk.types", n=of, types=", ".join(_type(one, say) for one in talk.of_four)))
    if talk.teachers:
        found.append(say("week.talk.wrote", n=talk.wrote, of=talk.teachers))
    if talk.gini is not None and talk.top_three is not None:
        figure = f"{talk.gini:.2f}".replace(".", say.plain("learning.decimal"))
        found.append(say("week.talk.evenly", share=round(100 * talk.top_three), gini=figure))
    if talk.asked:
        found.append(_asked(talk, say))
    if talk.shared:
        found.append(say("week.talk.shared", n=talk.shared))
    return found


def _type(one: Share, say: Texts) -> str:
    """With its interval, or where there are too few messages, the number alone."""
    name = say.plain(f"week.talk.type.{one.label}")
    if one.value is None or one.low is None or one.high is None:
        return say.plain("week.talk.few", type=name, n=one.n)
    value, low, high = (round(100 * share) for share in (one.value, one.low, one.high))
    return say.plain("week.talk.share", type=name, share=value, low=low, high=high)


def _asked(talk: Talk, say: Texts) -> str:
    told = say("week.talk.asked", n=talk.asked, answered=len(talk.hours), open=talk.open)
    if len(talk.hours) < LEAST_ANSWERS:
        return told
    hours = round(median(talk.hours))
    soon = say.plain("week.counts.hours", n=hours) if hours else say.plain("week.counts.under_an_hour")
    return f"{told} {say('week.talk.median', hours=soon)}"
