"""What is counted against the week's budget and never refused (I10): words of people, and what is asked once a year.

A broadcast and feedback are somebody's own word to colleagues: kept back, it would be lost, and its writer was told
that it goes. What the assistant would like to send of itself has to fit into what is left. An answer that a person
asked for by their own tap (to a question, to a worksheet, a yes to their suggestion) costs nothing: they want it.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, literal, select

from community import calendar
from community.roles import Role
from storage.database import Session, insert
from storage.letters import Draft
from storage.models import Attention, Membership, Person
from storage.outbox import post

MINUTES = 1  # to read what one colleague wrote, or to answer a tap


async def brought(session: Session, draft: Draft, reader: Person, zone: str, now: datetime) -> bool:
    """Owe a letter with somebody's word to ``reader``, in the week in which it comes; True where it is new.

    ``zone``: of the group, for who has none of their own.
    """
    new = await post(session, draft, now)
    if new:
        day = calendar.local_day(draft.due_at or now, reader.zone or zone)
        week = day - timedelta(days=day.weekday())
        await session.execute(_added(session), [_row(reader.id, week, 1, MINUTES)])
    return new


async def counted(session: Session, copies: Sequence[Draft], now: datetime, minutes: int = 0) -> None:
    """Each person gets one message more in the week of its due moment; in a group each teacher who agreed.

    ``minutes``: what each costs a person beside.
    """
    people: Counter[tuple[int, date]] = Counter()
    groups: dict[date, list[int]] = {}
    for one in copies:
        # Nothing is due at night: by the clocks of Jakarta it is the same week in all three zones.
        due = calendar.local_day(one.due_at or now, "Asia/Jakarta")
        monday = due - timedelta(days=due.weekday())
        if one.person_id is not None:
            people[one.person_id, monday] += 1
        elif one.group_id is not None:
            groups.setdefault(monday, []).append(one.group_id)
    if people:
        rows = [_row(person_id, week, messages, messages * minutes) for (person_id, week), messages in people.items()]
        await session.execute(_added(session), rows)
    for week, ids in groups.items():
        await _in_groups(session, ids, week)


def _row(person_id: int, week: date, messages: int, minutes: int) -> dict[str, object]:
    return {"person_id": person_id, "week": week, "messages": messages, "minutes": minutes, "refused": 0}


async def _in_groups(session: Session, group_ids: Sequence[int], week: date) -> None:
    zero = literal(0)
    readers = (
        select(Membership.person_id, literal(week), func.count(), zero, zero)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.group_id.in_(group_ids), Membership.until.is_(None))
        .where(Membership.role == str(Role.TEACHER), Person.consented_at.is_not(None))
        .group_by(Membership.person_id)
    )
    columns = ["person_id", "week", "messages", "minutes", "refused"]
    await session.execute(_added(session, columns, readers))


def _added(session: Session, columns: Sequence[str] = (), rows: Any = None) -> Any:
    statement = insert(session, Attention)
    if rows is not None:
        statement = statement.from_select(columns, rows)
    more = {name: getattr(Attention, name) + statement.excluded[name] for name in ("messages", "minutes")}
    return statement.on_conflict_do_update(index_elements=["person_id", "week"], set_=more)
