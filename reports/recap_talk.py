"""What a month's talk brought the groups somebody teaches in: counts for the monthly recap, and what is still open."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from community import calendar
from community.answers import Question
from community.library import outcome
from community.library.outcome import Outcome
from community.notes import clipped
from content.texts import Texts
from learning.reading import short_day
from reports.recap_turns import Turn
from storage.database import Session
from storage.models import Group

GROUPS, OPEN, WORDS, TITLE = 3, 3, 70, 60  # groups told of, open questions shown of all, and characters of each


@dataclass(frozen=True, slots=True)
class Talked:
    """A group's month, and of its open questions those that somebody else than the reader asked."""

    group: Group
    month: Outcome
    waiting: Sequence[Question]


async def of_turns(session: Session, going: Sequence[Turn]) -> dict[int, list[Talked]]:
    """By person, the groups in which something was asked or shared; two queries for each stretch (a zone has one)."""
    stretches: dict[tuple[datetime, datetime], set[int]] = defaultdict(set)
    for one in going:
        stretches[one.since, one.until] |= {group.id for group in one.groups}
    found = {
        (since, until): await outcome.of_groups(session, dict.fromkeys(here, since), until)
        for (since, until), here in stretches.items()
    }
    return {one.person.id: _told(one, found[one.since, one.until]) for one in going}


def _told(one: Turn, months: dict[int, Outcome]) -> list[Talked]:
    told = [(group, months[group.id]) for group in one.groups if not months[group.id].is_empty]
    return [
        Talked(group, month, [asked for asked in month.waiting if asked.asker.id != one.person.id])
        for group, month in told
    ]


def blocks(talked: Sequence[Talked], say: Texts) -> list[str]:
    """As Telegram HTML, one for each group and one of questions that wait: nobody's name, and nothing of nothing."""
    found = ["\n".join(_counts(one, say)) for one in talked[:GROUPS]]
    waiting = sorted(((one.group, asked) for one in talked[:GROUPS] for asked in one.waiting), key=_wordless)
    lines = [line for group, asked in waiting if (line := _open(asked, group, say))]
    return found + (["\n".join([say("portfolio.recap.waiting"), *lines[:OPEN]])] if lines else [])


def _wordless(waits: tuple[Group, Question]) -> bool:
    """Those whose words are still there come first, the oldest of them before all."""
    return not waits[1].words


def _counts(one: Talked, say: Texts) -> list[str]:
    month, gained = one.month, one.month.collected
    lines = [say("portfolio.recap.group", group=clipped(one.group.title, TITLE))]
    lines += [say("portfolio.recap.asked", **month.counts())] if month.asked else []
    lines += [say("portfolio.recap.solved", n=len(gained.solved))] if gained.solved else []
    return lines + ([say("portfolio.recap.gathered", n=gained.shared)] if gained.shared else [])


def _open(asked: Question, group: Group, say: Texts) -> str:
    """With the way to it; without words and without a way there is nothing to show."""
    if not (asked.words or asked.url):
        return ""
    day = short_day(calendar.local_day(asked.at, group.zone), say)
    words = clipped(asked.words, WORDS) or say.plain("portfolio.recap.of_day", day=day)
    key = "open_at" if asked.url else "open"
    return say(f"portfolio.recap.{key}", words=words, **({"url": asked.url} if asked.url else {}))
