"""What the assistant may cost a person in a week: messages and minutes, settable per group, refused beyond.

What colleagues say to somebody through it takes its room as well, but is never refused: community.attention.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select, update

from storage.bulk import among, insert_rows
from storage.database import Session
from storage.models import Attention, Delivery, Group

LEAST, MOST = (5, 15), (60, 300)  # messages and minutes a week, between which a facilitator may choose
CHOICES = ((10, 60), (20, 90), (30, 150))  # what is offered as buttons


@dataclass(frozen=True, slots=True)
class Want:
    """Something we would like to send one person in private; ``minutes`` of their time it asks for."""

    person_id: int
    group_id: int
    day: date  # where the person is
    minutes: int = 0
    messages: int = 1


@dataclass(frozen=True, slots=True)
class Spent:
    """What one person got in a week, the prompts of their group included."""

    messages: int
    minutes: int


def monday(day: date) -> date:
    """The first day of the week a budget counts for."""
    return day - timedelta(days=day.weekday())


async def admit(session: Session, wants: Sequence[Want]) -> set[int]:
    """Which people may get theirs: those are counted as sent, the others as refused.

    At most one want of a person counts in a call. Four queries, however many there are.
    """
    if not wants:
        return set()
    limits = await _limits(session, {want.group_id for want in wants})
    groups = await _of_groups(session, {(want.group_id, monday(want.day)) for want in wants})
    people = await _of_people(session, {(want.person_id, monday(want.day)) for want in wants})
    admitted: set[int] = set()
    rows: dict[tuple[int, date], dict[str, Any]] = {}
    for want in wants:
        key = (want.person_id, monday(want.day))
        messages, minutes = (a + b for a, b in zip(groups[want.group_id, key[1]], people[key], strict=True))
        most_messages, most_minutes = limits[want.group_id]
        fits = messages + want.messages <= most_messages and minutes + want.minutes <= most_minutes
        if fits:
            admitted.add(want.person_id)
        rows[key] = {
            "person_id": want.person_id, "week": key[1], "messages": want.messages if fits else 0,
            "minutes": want.minutes if fits else 0, "refused": int(not fits),
        }  # fmt: skip
    counted = ("messages", "minutes", "refused")
    await insert_rows(session, Attention, list(rows.values()), unique=["person_id", "week"], add=counted)
    return admitted


async def _limits(session: Session, group_ids: set[int]) -> dict[int, tuple[int, int]]:
    rows = await session.execute(
        select(Group.id, Group.budget_messages, Group.budget_minutes).where(among(session, Group.id, group_ids))
    )
    return {row.id: (row.budget_messages, row.budget_minutes) for row in rows}


async def _of_groups(session: Session, keys: set[tuple[int, date]]) -> dict[tuple[int, date], tuple[int, int]]:
    """The prompts each group got in the week: everybody's cost."""
    found: dict[tuple[int, date], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for week in {week for _, week in keys}:
        rows = await session.execute(
            select(Delivery.group_id, func.count(), func.sum(Delivery.minutes))
            .where(
                among(session, Delivery.group_id, [group_id for group_id, at in keys if at == week]),
                Delivery.day.between(week, week + timedelta(days=6)),
                Delivery.person_id.is_(None),
            )
            .group_by(Delivery.group_id)
        )
        found |= {(group_id, week): (messages, int(minutes or 0)) for group_id, messages, minutes in rows}
    return found


async def _of_people(session: Session, keys: set[tuple[int, date]]) -> dict[tuple[int, date], tuple[int, int]]:
    found: dict[tuple[int, date], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for week in {week for _, week in keys}:
        rows = await session.execute(
            select(Attention.person_id, Attention.messages, Attention.minutes).where(
                Attention.week == week,
                among(session, Attention.person_id, [person for person, at in keys if at == week]),
            )
        )
        found |= {(person_id, week): (messages, minutes) for person_id, messages, minutes in rows}
    return found


async def spent(session: Session, person_id: int, group_id: int, day: date) -> Spent:
    """What a person of this group got in the week of that day."""
    key, week = (person_id, monday(day)), monday(day)
    group = (await _of_groups(session, {(group_id, week)}))[group_id, week]
    own = (await _of_people(session, {key}))[key]
    return Spent(group[0] + own[0], group[1] + own[1])


async def allow(session: Session, group_id: int, messages: int, minutes: int) -> None:
    """A group's own bound; what lies outside the range is brought to its edge."""
    values = {
        "budget_messages": min(max(messages, LEAST[0]), MOST[0]),
        "budget_minutes": min(max(minutes, LEAST[1]), MOST[1]),
    }
    await session.execute(update(Group).where(Group.id == group_id).values(**values))
