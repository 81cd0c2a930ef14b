"""What was said in some groups in [since, until), from the daily counts; the parts of days at both ends from messages.

Whole local days are added up from what is kept, so an answer costs as much as there are days and people, not as there
are messages. Only what was said in a day that has not ended, or not from its beginning, is counted message by message;
of what is told by weeks, what was said in such a week.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Integer, and_, case, cast, false, func, literal, select, union_all
from sqlalchemy.orm import aliased

from community.tagging.quantify import A_HAIR, STEPS
from storage.bulk import among
from storage.database import Session
from storage.models import Group, Message, Person, TagCount, TalkCount, WeekCount

# `quantify.step`, asked of the database: only what is certain counts as certain.
SURE = case(
    (Message.confidence >= 1, STEPS),
    (Message.confidence >= 1 - 0.6 / STEPS, STEPS - 1),
    else_=cast(func.round(Message.confidence * STEPS + A_HAIR), Integer),
)


DAY, WEEK = 1, 7


class Edge(NamedTuple):
    """A part of one local day of some groups, or of one week that begins on that day."""

    group_ids: tuple[int, ...]
    day: date
    since: datetime
    until: datetime


class Stretch(NamedTuple):
    """Whole local days (or weeks) of groups in one zone, the last excluded, and the parts of some before and after."""

    group_ids: tuple[int, ...]
    first: date
    end: date
    edges: tuple[Edge, ...]


def stretches(groups: Iterable[Group], since: datetime, until: datetime, days: int = DAY) -> list[Stretch]:
    """What [since, until) is in the zones of these groups, in days or in weeks."""
    alike: dict[str, list[int]] = defaultdict(list)
    for group in groups:
        alike[group.zone].append(group.id)
    return [_stretch(tuple(numbers), since, until, zone, days) for zone, numbers in alike.items()]


def _stretch(numbers: tuple[int, ...], since: datetime, until: datetime, zone: str, days: int) -> Stretch:
    here, step = ZoneInfo(zone), timedelta(days)
    first, end = (_begins(at.astimezone(here).date(), days) for at in (since, until))
    if since >= until:
        return Stretch(numbers, end, end, ())
    if first == end:
        return Stretch(numbers, end, end, (Edge(numbers, end, since, until),))
    begins = midnight(first, here)
    before = [Edge(numbers, first, since, midnight(first + step, here))] if begins < since else []
    after = [Edge(numbers, end, midnight(end, here), until)] if midnight(end, here) < until else []
    return Stretch(numbers, first + step if before else first, end, (*before, *after))


def _begins(day: date, days: int) -> date:
    """The day itself, or the Monday of its week."""
    return day - timedelta(day.weekday() % days)


def midnight(day: date, here: ZoneInfo) -> datetime:
    """When that local day begins."""
    return datetime.combine(day, time(), here).astimezone(UTC)


def _kept(session: Session, found: Iterable[Stretch], table: Any, *key: Any) -> list[Any]:
    """Rows of ``key`` and n from the kept rows of ``table``: a part of the question for each zone, and one of nothing.

    As alternatives in one part they would be answered by reading the whole table, or out of its order and then sorted.
    """
    whole = [
        select(*key, func.sum(table.messages).label("n"))
        .where(among(session, table.group_id, one.group_ids), table.day >= one.first, table.day < one.end)
        .group_by(*key)
        for one in found
        if one.first < one.end
    ]
    return [select(*key, table.messages.label("n")).where(false()), *whole]


def _at_edges(session: Session, found: Iterable[Stretch], *key: Any) -> list[Any]:
    """The same from the messages of each part of a day that is not counted whole."""
    edges = (edge for one in found for edge in one.edges)
    return [select(*key, func.count().label("n")).where(_within(session, edge)).group_by(*key) for edge in edges]


def _within(session: Session, edge: Edge) -> ColumnElement[bool]:
    here = among(session, Message.group_id, edge.group_ids)
    return and_(here, Message.sent_at >= edge.since, Message.sent_at < edge.until)


def _tags(session: Session, found: Sequence[Stretch]) -> Any:
    """Rows of group, label, sure, source and n; in the order of the table's key, so that nothing is sorted."""
    key = (TagCount.group_id, TagCount.label, TagCount.sure, TagCount.source)
    at_ends = (Message.group_id, Message.label, SURE, Message.source)
    return union_all(*_kept(session, found, TagCount, *key), *_at_edges(session, found, *at_ends)).subquery()


async def tags(session: Session, groups: Sequence[Group], since: datetime, until: datetime) -> list[Any]:
    """Of all these groups together: label, twentieths, source and how many; one query."""
    rows = _tags(session, stretches(groups, since, until))
    key = (rows.c.label, rows.c.sure, rows.c.source)
    query = select(*key, func.sum(rows.c.n)).group_by(*key).having(func.sum(rows.c.n) > 0)
    return [(label, sure, source, int(n)) for label, sure, source, n in await session.execute(query)]


async def tags_of(
    session: Session, groups: Sequence[Group], since: datetime, until: datetime
) -> dict[int, Counter[tuple[str, int]]]:
    """Of each group: how many messages carry a label with a confidence in twentieths; one query."""
    rows = _tags(session, stretches(groups, since, until))
    found = {group.id: Counter[tuple[str, int]]() for group in groups}
    for group_id, label, sure, _, n in await session.execute(select(rows).where(rows.c.n > 0)):
        found[group_id][label, sure] += int(n)
    return found


async def labels_by_week(
    session: Session, groups: Sequence[Group], since: datetime, until: datetime
) -> dict[date, Counter[str]]:
    """By the Monday of the local week, how many messages of these groups carry each label; one query."""
    found = stretches(groups, since, until, WEEK)
    parts = _kept(session, found, WeekCount, WeekCount.day, WeekCount.label)
    for one in found:
        for edge in one.edges:
            day = literal(edge.day, WeekCount.day.type)
            within = _within(session, edge)
            parts.append(select(day, Message.label, func.count()).where(within).group_by(Message.label))
    weeks: dict[date, Counter[str]] = defaultdict(Counter)
    for day, label, n in await session.execute(union_all(*parts)):
        weeks[day][label] += int(n)
    return weeks


async def speakers(
    session: Session, groups: Sequence[Group], since: datetime, until: datetime
) -> dict[int, dict[int, int]]:
    """Of each group: by person, how many of their messages were recorded; one query."""
    stretch = stretches(groups, since, until)
    kept = _kept(session, stretch, TalkCount, TalkCount.group_id, TalkCount.person_id)
    last = _at_edges(session, stretch, Message.group_id, Message.person_id)
    found: dict[int, dict[int, int]] = {group.id: Counter() for group in groups}
    for group_id, person_id, n in await session.execute(union_all(*kept, *last)):
        found[group_id][person_id] = found[group_id].get(person_id, 0) + int(n)
    return found


async def replies(
    session: Session, groups: Sequence[Group], since: datetime, until: datetime
) -> dict[int, Counter[tuple[int, int]]]:
    """Of each group: how often one person replied to another, (by, to); of those who agree. One query."""
    stretch = stretches(groups, since, until)
    key = (TalkCount.group_id, TalkCount.person_id, TalkCount.to_id)
    kept = [one.where(TalkCount.to_id != TalkCount.person_id) for one in _kept(session, stretch, TalkCount, *key)]
    said = aliased(Message)
    answered = (said.chat_id == Message.chat_id) & (said.tg_message_id == Message.reply_to)
    last = [
        one.join(said, answered).where(said.person_id != Message.person_id)
        for one in _at_edges(session, stretch, Message.group_id, Message.person_id, said.person_id)
    ]
    rows = union_all(*kept, *last).subquery()
    by, to = aliased(Person), aliased(Person)
    query = (
        select(rows)
        .join(by, (by.id == rows.c.person_id) & by.consented_at.is_not(None))
        .join(to, (to.id == rows.c.to_id) & to.consented_at.is_not(None))
    )
    found = {group.id: Counter[tuple[int, int]]() for group in groups}
    for group_id, person_id, to_id, n in await session.execute(query):
        found[group_id][person_id, to_id] += int(n)
    return found


async def last_said(session: Session, group_id: int, person_ids: Iterable[int]) -> dict[int, datetime]:
    """When each of these people last wrote in the group, who ever did; one query."""
    rows = await session.execute(
        select(TalkCount.person_id, func.max(TalkCount.last_at))
        .where(TalkCount.group_id == group_id, among(session, TalkCount.person_id, list(person_ids)))
        .group_by(TalkCount.person_id)
    )
    return {row[0]: row[1] for row in rows}
