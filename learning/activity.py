"""What the people of a group did with their prompts in a period."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select

from learning.kinds import REFLECTS
from storage.bulk import among
from storage.database import Session
from storage.models import Delivery, Question, Reflection, Trial


@dataclass(frozen=True, slots=True)
class Activity:
    """One person's signs of life; `questions_waiting` counts those to the coach that nobody has answered."""

    person_id: int
    tried: int
    reflected: int
    questions_waiting: int
    last_at: datetime


async def of_group(session: Session, group_id: int, since: datetime, until: datetime) -> list[Activity]:
    """Everybody who tried, reflected or asked in [since, until); three queries, however large the group."""
    tried = {row.person_id: row for row in await session.execute(_acts(Trial, Trial.at, group_id, since, until))}
    query = _acts(Reflection, Reflection.created_at, group_id, since, until)
    reflected = {row.person_id: row for row in await session.execute(query)}
    query = _acts(Question, Question.created_at, group_id, since, until)
    asked = {row.person_id: row for row in await session.execute(query)}
    last: dict[int, list[datetime]] = defaultdict(list)
    for rows in (tried, reflected, asked):
        for person_id, row in rows.items():
            last[person_id].append(row.last_at)
    waits = dict.fromkeys(last, 0) | {person_id: row.waiting for person_id, row in asked.items()}
    return list(_merged(tried, reflected, waits, last))


class People(NamedTuple):
    """Of a group, how many people tried something at least once, and how many reflected."""

    tried: int
    reflected: int


async def people_of(session: Session, group_ids: Sequence[int], since: datetime, until: datetime) -> dict[int, People]:
    """The people of each group in [since, until); two queries."""
    tried = await _people(session, Trial, Trial.at, group_ids, since, until)
    reflected = await _people(session, Reflection, Reflection.created_at, group_ids, since, until)
    return {number: People(tried.get(number, 0), reflected.get(number, 0)) for number in group_ids}


async def _people(
    session: Session, table: Any, at: Any, group_ids: Sequence[int], since: datetime, until: datetime
) -> dict[int, int]:
    query = (
        select(Delivery.group_id, func.count(table.person_id.distinct()))
        .select_from(table)
        .join(Delivery, Delivery.id == table.delivery_id)
        .where(among(session, Delivery.group_id, group_ids), at >= since, at < until)
        .group_by(Delivery.group_id)
    )
    if table is Reflection:
        query = query.where(Reflection.kind.in_(REFLECTS))
    return {row[0]: row[1] for row in await session.execute(query)}


def _merged(
    tried: dict[int, Any], reflected: dict[int, Any], waits: dict[int, int], last: dict[int, list[datetime]]
) -> Iterator[Activity]:
    for person_id, moments in sorted(last.items()):
        yield Activity(
            person_id,
            tried[person_id].acts if person_id in tried else 0,
            reflected[person_id].acts if person_id in reflected else 0,
            waits[person_id],
            max(moments),
        )


def _acts(table: Any, at: Any, group_id: int, since: datetime, until: datetime) -> Select[Any]:
    columns = [table.person_id, func.count().label("acts"), func.max(at).label("last_at")]
    if table is Reflection:  # a goal or a draft is a sign of life, but it has not reflected on anything yet
        columns[1] = func.count().filter(Reflection.kind.in_(REFLECTS)).label("acts")
    if table is Question:
        waiting = func.count().filter(Question.audience == "coach", Question.answered_at.is_(None))
        columns.append(waiting.label("waiting"))
    return (
        select(*columns)
        .join(Delivery, Delivery.id == table.delivery_id)
        .where(Delivery.group_id == group_id, at >= since, at < until)
        .group_by(table.person_id)
    )
