"""A week's talk of the groups somebody leads, as figures told to them in private: no names, no ranking."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from community import answers, calendar, groups, talk
from community.calendar import SchoolCalendar
from community.tagging import FOUR, standard
from community.tagging.model import Doubts
from community.talk import Spoken
from reports.history_people import MOST_VOCAL, gini
from reports.shares import ENOUGH, Share, from_tags
from storage.database import Session
from storage.models import Group

SPAN = timedelta(days=7)
LEAST_SPEAKERS = 2 * MOST_VOCAL  # of fewer, the three most vocal are more than half of those who spoke anyhow
LEAST_ANSWERS = 3  # of fewer, the middle is one person's answer


@dataclass(frozen=True, slots=True)
class Talk:
    """What was said in a group in SPAN. ``gini`` and ``top_three`` (0..1) are None of too few people or messages."""

    of_four: tuple[Share, ...] = ()
    wrote: int = 0  # of its teachers
    teachers: int = 0
    gini: float | None = None
    top_three: float | None = None
    asked: int = 0
    hours: tuple[float, ...] = ()  # working hours to each answer, shortest first
    shared: int = 0  # links and files that are found again

    @property
    def messages(self) -> int:
        """Of the four types."""
        return sum(one.n for one in self.of_four)

    @property
    def open(self) -> int:
        """Questions of these days that nobody has answered yet."""
        return self.asked - len(self.hours)

    @property
    def is_empty(self) -> bool:
        """Nothing about the work was said: then nothing is told of it (I10)."""
        return not (self.messages or self.asked or self.shared)


async def gather(
    session: Session, here: Sequence[Group], days: Mapping[int | None, SchoolCalendar], now: datetime
) -> dict[int, Talk]:
    """The last SPAN of each group, by its number; six queries, however many groups and people there are."""
    by_id = {group.id: group for group in here}
    spoken = await talk.of_groups(session, here, now - SPAN, now)
    sizes = await groups.teachers_of(session, here)
    asked, hours = Counter[int](), {number: list[float]() for number in by_id}
    for one in await answers.asked(session, by_id, now - SPAN, now):
        asked[one.group_id] += 1
        if one.answered_at is not None:
            group = by_id[one.group_id]
            took = calendar.working_hours_between(days[group.school_id], one.at, one.answered_at, group.zone)
            hours[group.id].append(took)
    doubts = standard().doubts
    return {number: told(spoken[number], sum(sizes[number]), asked[number], hours[number], doubts) for number in by_id}


def told(spoken: Spoken, teachers: int, asked: int, hours: Sequence[float], doubts: Doubts) -> Talk:
    """The figures of one group; of whom nothing is known (who did not agree) nothing is counted but that they teach."""
    sizes, wrote = Counter(spoken.sizes), len(spoken.teach)
    many = len(sizes) >= LEAST_SPEAKERS and sizes.total() >= ENOUGH
    return Talk(
        of_four=from_tags(spoken.tags, doubts).of_four if any(label in FOUR for label, _ in spoken.tags) else (),
        wrote=wrote,
        teachers=max(teachers, wrote),
        gini=gini(list(sizes.values())) if many else None,
        top_three=sum(n for _, n in sizes.most_common(MOST_VOCAL)) / sizes.total() if many else None,
        asked=asked,
        hours=tuple(sorted(hours)),
        shared=spoken.shared,
    )
