"""What a group talks for: the share of each type, with n, denominator, interval and source (I12)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from community import conversation, groups
from community.conversation import Week
from community.tagging import standard
from reports.days import local_days
from reports.shares import ENOUGH, Share, from_tags
from storage.database import Session
from storage.models import Group


@dataclass(frozen=True, slots=True)
class Shares:
    """The four types of the four and all five of all, and what they were counted from."""

    of_four: tuple[Share, ...]  # comparable with the content analysis of a KBP's group; they add up to 1
    of_all: tuple[Share, ...]
    sources: dict[str, int]  # tags set by rule, model, person
    recorded: int  # messages of those who agreed
    counted: int  # all messages of the group, anonymous
    writers: int  # people whose messages were recorded
    agreed: int
    size: int  # teachers the group has

    @property
    def enough(self) -> bool:
        return self.recorded >= ENOUGH


@dataclass(frozen=True, slots=True)
class Counted:
    """What one group's shares are made of; several can be put together."""

    tags: Counter[tuple[str, int]]  # by label and confidence in twentieths
    sources: Counter[str]
    writers: int
    counted: int
    agreed: int
    size: int


async def shares(session: Session, group: Group, since: datetime, until: datetime) -> Shares:
    """The types of the messages sent in [since, until) and what they were counted from; a fixed number of queries."""
    return together([await count(session, group, since, until)])


async def count(session: Session, group: Group, since: datetime, until: datetime) -> Counted:
    """What happened in one group in [since, until)."""
    found = await conversation.counts(session, group.id, since, until)
    every = await conversation.anonymous(session, group.id, *local_days(since, until, group.zone))
    return Counted(
        found.tags, Counter(found.by_source), found.people,
        # An import brings messages that no day counted: the whole is never smaller than its part.
        max(every, found.total), await groups.agreed(session, group.id), await groups.size(session, group),
    )  # fmt: skip


def together(parts: Sequence[Counted]) -> Shares:
    """The shares of one group or of several; who is in two of them is counted in each."""
    tags = sum((one.tags for one in parts), Counter[tuple[str, int]]())
    both = from_tags(tags, standard().doubts)
    return Shares(
        of_four=both.of_four, of_all=both.of_all, recorded=tags.total(),
        sources=dict(sum((one.sources for one in parts), Counter[str]())),
        **{name: sum(getattr(one, name) for one in parts) for name in ("counted", "writers", "agreed", "size")},
    )  # fmt: skip


async def weeks(session: Session, group: Group, since: datetime, until: datetime) -> list[Week]:
    """The labels week by week, in the group's zone."""
    return await conversation.by_week(session, group.id, since, until, group.zone)
