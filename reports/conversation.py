"""What a group talks for: the share of each type, with n, denominator, interval and source (I12)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

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


class OfGroup(NamedTuple):
    """One group's part; every number but the first two counts people."""

    messages: int  # recorded
    counted: int  # all messages of the group, anonymous
    writers: int
    agreed: int
    size: int


@dataclass(frozen=True, slots=True)
class Counted:
    """What the shares of some groups are made of, and each group's part."""

    tags: Counter[tuple[str, int]]  # by label and confidence in twentieths
    sources: dict[str, int]
    of_group: dict[int, OfGroup]
    sizes: Mapping[int, Mapping[int, int]]  # by group and person, how many messages


async def shares(session: Session, group: Group, since: datetime, until: datetime) -> Shares:
    """The types of the messages sent in [since, until) and what they were counted from; a fixed number of queries."""
    return together(await count(session, [group], since, until))


async def count(session: Session, here: Sequence[Group], since: datetime, until: datetime) -> Counted:
    """What happened in these groups in [since, until); five queries, however many they are."""
    found = await conversation.counts(session, here, since, until)
    every = await conversation.anonymous(session, {one.id: local_days(since, until, one.zone) for one in here})
    agreed, sizes = await groups.agreed_of(session, list(every)), await groups.teachers_of(session, here)
    parts = {
        # An import brings messages that no day counted: the whole is never smaller than its part.
        number: OfGroup(n, max(every[number], n), writers, agreed[number], sum(sizes[number]))
        for number, (n, writers) in found.of_group.items()
    }
    return Counted(found.tags, found.by_source, parts, found.sizes)


def together(found: Counted) -> Shares:
    """The shares of one group or of several; who is in two of them is counted in each."""
    both = from_tags(found.tags, standard().doubts)
    sums = {
        name: sum(getattr(one, name) for one in found.of_group.values())
        for name in ("counted", "writers", "agreed", "size")
    }
    return Shares(
        of_four=both.of_four, of_all=both.of_all, sources=found.sources, recorded=found.tags.total(), **sums
    )  # fmt: skip


async def weeks(session: Session, group: Group, since: datetime, until: datetime) -> list[Week]:
    """The labels week by week, in the group's zone."""
    return await conversation.by_week(session, [group], since, until)
