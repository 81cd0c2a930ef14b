"""Who accompanied others and has gone, or lost the role: the assignment ends, and the facilitator hears of it once."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, not_, or_, select, update

from community import calendar, people
from community.assignments import LINKS, Link, holds
from community.roles import Role
from content.texts import Texts
from storage.database import Session
from storage.letters import Draft, Lane, button, message
from storage.models import Assignment, Group, Person
from storage.outbox import post_many

AT_ONCE = 500
KEY = "assign:"  # assign:<group>:<who has gone>:<when>:<facilitator>
_BY, _OF = holds(Assignment.by_id, Assignment.by_role), holds(Assignment.of_id, Assignment.of_role)


async def vacate_due(session: Session, now: datetime) -> int:
    """End what stands open though one of the two is gone; gives how many assignments that were.

    Whoever is left without anybody waits for the facilitator, who is told once for all of them. Where the
    accompanied one has gone there is nothing to do, and nobody is written to.
    """
    return await _vacate(session, not_(and_(_BY, _OF)), now)


async def forget(session: Session, person: Person, now: datetime) -> None:
    """The person is deleted: whom they accompanied fall free, and the letter does not name them."""
    rows = await _waiting(session, Assignment.by_id == person.id)
    await _tell(session, rows, now, named=False)
    await session.execute(
        update(Assignment)
        .where(Assignment.set_by == person.id)
        .values(set_by=None)
        .execution_options(synchronize_session=False)
    )
    theirs = or_(Assignment.by_id == person.id, Assignment.of_id == person.id)
    await session.execute(delete(Assignment).where(theirs).execution_options(synchronize_session=False))


async def _vacate(session: Session, where: ColumnElement[bool], now: datetime) -> int:
    found = (await session.execute(
        select(Assignment, Person, Group, _BY, _OF)
        .join(Person, Person.id == Assignment.by_id)
        .join(Group, Group.id == Assignment.group_id)
        .where(Assignment.until.is_(None), where)
        .order_by(Assignment.group_id, Assignment.by_id, Assignment.id)
        .limit(AT_ONCE)
        .with_for_update(of=Assignment, skip_locked=True)
        .execution_options(populate_existing=True)
    )).all()  # fmt: skip
    for row, *_ in found:
        row.until, row.ended, row.next_at = now, "gone", None
    await session.flush()
    await _tell(session, [(row, by, group) for row, by, group, here, there in found if there and not here], now)
    return len(found)


async def _waiting(session: Session, where: ColumnElement[bool]) -> list[tuple[Assignment, Person, Group]]:
    rows = await session.execute(
        select(Assignment, Person, Group)
        .join(Person, Person.id == Assignment.by_id)
        .join(Group, Group.id == Assignment.group_id)
        .where(Assignment.until.is_(None), _OF, where)
        .order_by(Assignment.group_id, Assignment.by_id, Assignment.id)
    )
    return [(row, by, group) for row, by, group in rows]


async def _tell(
    session: Session, rows: Sequence[tuple[Assignment, Person, Group]], now: datetime, named: bool = True
) -> None:
    """One letter to each facilitator for each who has gone, however many they accompanied."""
    gone: dict[tuple[int, int], list[tuple[Assignment, Person, Group]]] = defaultdict(list)
    for row, by, group in rows:
        # Buddies are nobody's to set; and in the other model nobody waits for them.
        set_here = LINKS[group.model] if group.model else (*LINKS[1], *LINKS[2])
        if Link(Role(row.by_role), Role(row.of_role)) in set_here and group.state == "active":
            gone[group.id, by.id].append((row, by, group))
    drafts: list[Draft] = []
    for left in gone.values():
        row, by, group = left[0]
        days = (await calendar.calendars_of(session, {group.school_id}))[group.school_id]
        for one in await people.with_role(session, group.id, {Role.FACILITATOR}):
            if one.consented_at is not None and one.reachable and one.tg_user_id is not None and one.id != by.id:
                due_at = days.awake_after(now, one.zone or group.zone)
                key = f"{KEY}{group.id}:{by.id}:{int(now.timestamp())}:{one.id}"
                drafts.append(_letter(one, row, by if named else None, group, len(left), key, due_at))
    await post_many(session, drafts, now)


def _letter(one: Person, row: Assignment, by: Person | None, group: Group, n: int, key: str, due_at: datetime) -> Draft:
    say = Texts(one.language)
    role = say.plain(f"community.role.{row.by_role}")
    who = people.display(by, say) if by else say.plain("assignments.somebody", role=role)
    words = say("assignments.gone", who=who, role=role, group=group.title, n=n)
    rows = [
        [button(say.plain("assignments.button.even"), f"asg:even:{group.id}")],
        [button(say.plain("assignments.button.page"), f"asg:page:{group.id}")],
    ]
    return message(
        one.tg_user_id or 0, words, buttons=rows, key=key, lane=Lane.REMINDER,
        person_id=one.id, group_id=group.id, due_at=due_at,
    )  # fmt: skip
