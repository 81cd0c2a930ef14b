"""The monthly recap in words: one's own month, never beside anybody else's, and what the groups' talk brought."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from community.notes import clipped
from content.lessons import Lesson
from content.texts import Texts
from reports import recap_talk
from reports.recap_talk import Talked
from storage.letters import Button, button

TITLES, TITLE = 5, 60  # how many lessons are named, and how many characters of each


@dataclass(frozen=True, slots=True)
class Month:
    """What one teacher did in a month, and what colleagues took from it."""

    first: date  # of the month
    tried: Sequence[str]  # titles of lessons
    reflected: Sequence[str]
    helped: int  # pieces of feedback they gave that helped
    recognised: int
    replied: int
    suggestion: tuple[int, Lesson] | None  # a prompt, and its lesson
    talked: Sequence[Talked] = ()  # what their groups asked and shared

    @property
    def is_empty(self) -> bool:
        """They did nothing: then nothing is said; a suggestion, or what others did, alone would be a reproach."""
        return not (self.tried or self.reflected or self.helped or self.recognised or self.replied)


def html(month: Month, say: Texts) -> str:
    """The letter as Telegram HTML; what did not happen is not mentioned."""
    name = say.plain("finishing.paper.months").split()[month.first.month - 1]
    parts = [say("portfolio.recap.title", month=say.plain("portfolio.recap.month", month=name, year=month.first.year))]
    own = [
        say(f"portfolio.recap.{key}", n=len(titles), titles=_named(titles, say))
        for key, titles in (("tried", month.tried), ("reflected", month.reflected))
        if titles
    ]
    taken = [
        say(f"portfolio.recap.{key}", n=n)
        for key, n in (("helped", month.helped), ("recognised", month.recognised), ("replied", month.replied))
        if n
    ]
    parts += ["\n".join(own)] if own else []
    parts += ["\n".join([say("portfolio.recap.taken"), *taken])] if taken else []
    parts += recap_talk.blocks(month.talked, say)
    if month.suggestion is not None:
        lesson = month.suggestion[1]
        parts.append(say("portfolio.recap.next", title=lesson.text(say.language).title, minutes=lesson.minutes))
    return "\n\n".join(parts)


def _named(titles: Sequence[str], say: Texts) -> str:
    shown = " · ".join(clipped(title, TITLE) for title in titles[:TITLES])
    rest = len(titles) - TITLES
    return shown + (say.plain("portfolio.recap.more", n=rest) if rest > 0 else "")


def buttons(month: Month, say: Texts) -> list[list[Button]]:
    """The lesson that is suggested, and the portfolio."""
    keys = (
        [button(say.plain("portfolio.recap.button.open"), f"again:{month.suggestion[0]}")] if month.suggestion else []
    )
    return [[*keys, button(say.plain("portfolio.recap.button.portfolio"), "pf")]]
