"""What comes round in every group: when it is next, claimed by one clock alone, switched off by the facilitator."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import exists, select, update

from community import calendar
from community.calendar import SchoolCalendar
from learning.due import evening
from storage.bulk import among, insert_rows
from storage.database import Session
from storage.models import Group, GroupChat, GroupTurn

AT_ONCE = 200

First = Callable[[SchoolCalendar, str], datetime | None]


@dataclass(frozen=True, slots=True)
class Turn:
    """A group whose moment has come."""

    group: Group
    chat_id: int
    due_at: datetime
    days: SchoolCalendar

    @property
    def day(self) -> date:
        """The local date it is due on."""
        return calendar.local_day(self.due_at, self.group.zone)

    @property
    def not_after(self) -> datetime:
        """When quiet hours begin that day."""
        return evening(self.days, self.day, self.group.zone)

    def is_time(self, now: datetime) -> bool:
        """Not hours late, not on a day that has become a holiday, not while people sleep or pray."""
        today = calendar.local_day(now, self.group.zone) == self.day
        return today and self.days.is_open(self.day) and not self.days.is_quiet(now, self.group.zone)


async def begin(session: Session, name: str, first: First, *where: Any) -> int:
    """Give active groups (those for which ``where`` holds) that have no turn of this name their first moment.

    ``first`` gets a calendar and a zone. A turn that was switched off is there, with no moment, and stays so.
    """
    has = exists().where(GroupTurn.group_id == Group.id, GroupTurn.name == name)
    query = select(Group.id, Group.school_id, Group.zone).where(Group.state == "active", ~has, *where)
    rows = (await session.execute(query.order_by(Group.id).limit(AT_ONCE))).all()
    if not rows:
        return 0
    days = await calendar.calendars_of(session, {row.school_id for row in rows})
    new = [{"group_id": one.id, "name": name, "next_at": first(days[one.school_id], one.zone)} for one in rows]
    await insert_rows(session, GroupTurn, new, unique=["group_id", "name"])
    return len(rows)


async def claimed(session: Session, name: str, now: datetime) -> list[Turn]:
    """The groups whose turn is due, at most AT_ONCE, locked until the transaction ends; three queries."""
    rows = await session.execute(
        select(Group, GroupChat.tg_chat_id, GroupTurn.next_at)
        .join(GroupTurn, GroupTurn.group_id == Group.id)
        .join(GroupChat, (GroupChat.group_id == Group.id) & GroupChat.current.is_(True))
        .where(GroupTurn.name == name, GroupTurn.next_at <= now, Group.state == "active")
        .order_by(GroupTurn.next_at, Group.id)
        .limit(AT_ONCE)
        .with_for_update(of=GroupTurn, skip_locked=True)
    )
    found = {group.id: (group, chat_id, due_at) for group, chat_id, due_at in rows}
    if not found:
        return []
    days = await calendar.calendars_of(session, {group.school_id for group, *_ in found.values()})
    return [Turn(group, chat, due_at or now, days[group.school_id]) for group, chat, due_at in found.values()]


async def move_on(session: Session, name: str, moments: Mapping[int, datetime | None], now: datetime) -> None:
    """Set the next moment of each group, in one statement for all that come next together."""
    together: dict[datetime | None, list[int]] = defaultdict(list)
    for group_id, moment in moments.items():
        together[moment].append(group_id)
    for moment, ids in together.items():
        await session.execute(
            update(GroupTurn)
            .where(among(session, GroupTurn.group_id, ids), GroupTurn.name == name, GroupTurn.next_at <= now)
            .values(next_at=moment)
            .execution_options(synchronize_session=False)
        )


async def skip(session: Session, name: str, group_id: int, seen: datetime, moment: datetime | None) -> bool:
    """The turn that is due at ``seen`` is left out, the next one is at ``moment``; False where it is past already."""
    moved = await session.scalar(
        update(GroupTurn)
        .where(GroupTurn.group_id == group_id, GroupTurn.name == name, GroupTurn.next_at == seen)
        .values(next_at=moment)
        .returning(GroupTurn.group_id)
        .execution_options(synchronize_session=False)
    )
    return moved is not None


async def switched_on(session: Session, name: str, group_ids: Sequence[int]) -> set[int]:
    """The groups in which this comes round."""
    query = select(GroupTurn.group_id).where(
        among(session, GroupTurn.group_id, group_ids), GroupTurn.name == name, GroupTurn.next_at.is_not(None)
    )
    return set(await session.scalars(query)) if group_ids else set()


async def switch(session: Session, name: str, group_id: int, moment: datetime | None) -> None:
    """From now on at ``moment``; None: not any more, until somebody switches it on again."""
    row = {"group_id": group_id, "name": name, "next_at": moment}
    await insert_rows(session, GroupTurn, [row], unique=["group_id", "name"], update=["next_at"])
