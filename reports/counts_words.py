"""Last week's figures in words, with their denominators; a line that could point at somebody is not written."""

from content.texts import Texts
from reports import days
from reports.counts import Counts
from reports.few import shown, total


def lines(counts: Counts, say: Texts) -> list[str]:
    """What can be told, as HTML."""
    found = [_cycles(counts, say), _sessions(counts, say), _questions(counts, say), _reflections(counts, say)]
    return [one for one in found if one is not None]


def html(counts: Counts, say: Texts) -> str | None:
    """The whole letter; None where nothing happened, or nothing that can be told."""
    told = lines(counts, say)
    if counts.is_empty or not told:
        return None
    where = counts.schools[0] if len(counts.schools) == 1 else say.plain("week.counts.schools", n=len(counts.schools))
    last = days.local_days(counts.span.since, counts.span.until, counts.span.zone)
    title = say("week.counts.title", where=where, groups=counts.groups, span=days.days(*last, say))
    return "\n\n".join([title, "\n".join(told), say("week.counts.foot")])


def _cycles(counts: Counts, say: Texts) -> str | None:
    late = shown(counts.late, counts.open, say)
    if not counts.open or late is None:
        return None
    line = say("week.counts.cycles", open=counts.open, late=late)
    closed = total(counts.closed, say)
    return line if closed is None else f"{line} {say('week.counts.closed', n=closed)}"


def _sessions(counts: Counts, say: Texts) -> str | None:
    met, not_met = shown(counts.met, counts.sessions, say), shown(counts.not_met, counts.sessions, say)
    if not counts.sessions or met is None or not_met is None:
        return None
    return say("week.counts.sessions", n=counts.sessions, met=met, not_met=not_met)


def _questions(counts: Counts, say: Texts) -> str | None:
    answered = len(counts.answer_hours)
    told, hours = shown(answered, counts.asked, say), counts.median_hours
    if not counts.asked or told is None:
        return None
    line = say("week.counts.asked", n=counts.asked, answered=told)
    if hours is None or total(answered, say) is None:
        return line  # the middle of one or two is the time of one
    return f"{line} {say('week.counts.median', hours=_hours(hours, say))}"


def _hours(hours: float, say: Texts) -> str:
    return say.plain("week.counts.under_an_hour") if hours < 1 else say.plain("week.counts.hours", n=round(hours))


def _reflections(counts: Counts, say: Texts) -> str | None:
    who = shown(counts.reflected, counts.teachers, say)
    if not counts.teachers or who is None or not counts.reflections:
        return None
    if total(counts.reflected, say) is None:  # how often one or two wrote is theirs
        return say("week.counts.few_reflected", who=who, of=counts.teachers)
    return say("week.counts.reflections", n=counts.reflections, who=who, of=counts.teachers)
