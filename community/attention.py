"""What a broadcast costs its readers: the one place where copies count against the week's budget (I10).

A broadcast is somebody's own word to colleagues, so it is counted and never refused; what the assistant would like
to send of itself has to fit into what is left.
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


async def counted(session: Session, copies: Sequence[Draft], now: datetime) -> None:
    """Each person gets one message more in the week of its due moment; in a group each teacher who agreed."""
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
        rows = [_row(person_id, week, messages) for (person_id, week), messages in people.items()]
        await session.execute(_added(session), rows)
    for week, ids in groups.items():
        await _in_groups(session, ids, week)


def _row(person_id: int, week: date, messages: int) -> dict[str, object]:
    return {"person_id": person_id, "week": week, "messages": messages, "minutes": 0, "refused": 0}


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
    more = {"messages": Attention.messages + statement.excluded.messages}
    return statement.on_conflict_do_update(index_elements=["person_id", "week"], set_=more)
