"""By the clock: whoever's readiness asks for a buddy is offered one, once; who has one is asked how it goes."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, String, cast, exists, literal, or_, select
from sqlalchemy.orm import aliased

from community import budget, calendar, leaves, people, readiness
from community.assignments import stands
from community.calendar import SchoolCalendar, local_day
from community.roles import Role
from content.texts import Texts
from learning import buddy_board, company
from learning.company import BUDDY, WALL, Company
from learning.due import evening
from storage.database import Session
from storage.letters import Draft, Lane, button, message
from storage.models import Assignment, Group, Letter, Membership, Person, Readiness
from storage.outbox import post_many

AT_ONCE = 200
ASK = "company:ask:"  # company:ask:<group>:<person>: offered once
_What = TypeVar("_What")


async def call_due(session: Session, now: datetime) -> int:
    """Ask those who have a buddy how it goes, and offer one to who would like company; gives how many were dealt with.

    Silence is an answer: nobody is asked twice for the same. A fixed number of queries and one for each call.
    """
    return await _call(session, now) + await _offer(session, now)


async def _call(session: Session, now: datetime) -> int:
    buddy, teacher = aliased(Person), aliased(Person)
    rows = await session.execute(
        select(Assignment, buddy, teacher, Group)
        .join(buddy, buddy.id == Assignment.by_id)
        .join(teacher, teacher.id == Assignment.of_id)
        .join(Group, Group.id == Assignment.group_id)
        .where(Assignment.by_role == str(BUDDY.by), Assignment.next_at <= now, stands(), Group.state == "active")
        .order_by(Assignment.next_at, Assignment.id)
        .limit(AT_ONCE)
        .with_for_update(of=Assignment, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    due = [Company(*row) for row in rows]
    days = await calendar.calendars_of(session, {one.group.school_id for one in due})
    going = []
    for one in due:
        here = days[one.group.school_id]
        due_at, one.row.next_at = one.row.next_at or now, company.next_call(here, one.group, now)
        same_day = local_day(due_at, one.group.zone) == local_day(now, one.group.zone)
        if same_day and _is_time(here, one.group, now) and _reached(one.teacher):
            going.append(one)
    await session.flush()
    going = await _here(session, [(one.teacher, one.group, one) for one in going], now)
    await post_many(session, [await _letter(session, one, days[one.group.school_id], now) for one in going], now)
    return len(due)


def _is_time(days: SchoolCalendar, group: Group, now: datetime) -> bool:
    there = now.astimezone(ZoneInfo(group.zone))
    return days.is_open(there.date()) and f"{there:%H:%M}" >= WALL and not days.is_quiet(now, group.zone)


def _reached(person: Person) -> bool:
    return person.consented_at is not None and person.reachable and person.tg_user_id is not None


async def _here(session: Session, wanted: Sequence[tuple[Person, Group, _What]], now: datetime) -> list[_What]:
    """Of these, who is not away today and has room in their week."""
    days = {local_day(now, group.zone) for _, group, _ in wanted}
    ids = [person.id for person, _, _ in wanted]
    away = {day: await leaves.away(session, ids, day) for day in days}
    present = [(one, group, what) for one, group, what in wanted if one.id not in away[local_day(now, group.zone)]]
    wants = [budget.Want(one.id, group.id, local_day(now, group.zone), 1) for one, group, _ in present]
    admitted = await budget.admit(session, wants)
    return [what for one, _, what in present if one.id in admitted]


async def _letter(session: Session, one: Company, days: SchoolCalendar, now: datetime) -> Draft:
    teacher, day = one.teacher, local_day(now, one.group.zone)
    say = Texts(teacher.language)
    rows = await company.keys(session, one, say)
    first = "voice" if rows[0][0]["callback_data"].endswith(":voice") else "text"
    return message(
        teacher.tg_user_id or 0, say(f"company.call_{first}", name=people.display(one.buddy, say)), buttons=rows,
        silent=True, key=f"company:call:{one.row.id}:{day}", lane=Lane.REMINDER, person_id=teacher.id,
        group_id=one.group.id, not_after=evening(days, day, one.group.zone),
    )  # fmt: skip


def _asks() -> ColumnElement[bool]:
    """As readiness.asks_for_company, for a query."""
    return or_(*(getattr(Readiness, name) == value for name, value in readiness.COMPANY))


async def _offer(session: Session, now: datetime) -> int:
    """Who was never asked, in groups in which a colleague offers company."""
    key = literal(ASK) + cast(Membership.group_id, String) + literal(":") + cast(Membership.person_id, String)
    has = exists().where(
        Assignment.group_id == Membership.group_id, Assignment.of_id == Membership.person_id,
        Assignment.by_role == str(BUDDY.by),
    )  # fmt: skip
    other, who = aliased(Membership), aliased(Person)
    offered = exists().where(
        other.group_id == Membership.group_id, other.person_id != Membership.person_id,
        other.role == str(Role.TEACHER), other.until.is_(None), other.buddy_since.is_not(None),
        who.id == other.person_id, who.consented_at.is_not(None), who.reachable.is_(True),
    )  # fmt: skip
    rows = await session.execute(
        select(Person, Group)
        .join(Membership, Membership.person_id == Person.id)
        .join(Group, Group.id == Membership.group_id)
        .join(Readiness, Readiness.person_id == Person.id)
        .where(
            Membership.role == str(Role.TEACHER), Membership.until.is_(None), Membership.buddy_since.is_(None),
            Group.state == "active", Group.buddy_days > 0, Person.consented_at.is_not(None),
            Person.reachable.is_(True), Person.tg_user_id.is_not(None), _asks(), offered, ~has,
            ~exists().where(Letter.key == key),
        )
        .order_by(Membership.id)
        .limit(AT_ONCE)
    )  # fmt: skip
    found = [(person, group) for person, group in rows]
    days = await calendar.calendars_of(session, {group.school_id for _, group in found})
    found = [(one, group) for one, group in found if _is_time(days[group.school_id], group, now)]
    going = await _here(session, [(one, group, (one, group)) for one, group in found], now)
    drafts = [await _invitation(session, one, group, days[group.school_id], now) for one, group in going]
    await post_many(session, drafts, now)
    return len(drafts)


async def _invitation(session: Session, person: Person, group: Group, days: SchoolCalendar, now: datetime) -> Draft:
    """Who would keep them company, a button each; by voice first for whom that suits."""
    say = Texts(person.language)
    said = (await readiness.of(session, [person.id]))[person.id]
    offering = await session.scalars(
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.group_id == group.id, *buddy_board.OFFERS, Person.id != person.id, Person.reachable.is_(True))
        .order_by(Membership.buddy_since, Membership.id)
        .limit(buddy_board.NAMED)
    )
    rows = [
        [button(say.plain("finishing.buddy.accompany", name=people.display(one, say)[: buddy_board.LABEL]),
                f"accomp:{group.id}:{one.id}")]
        for one in offering
    ]  # fmt: skip
    how = "voice" if readiness.voice_first(said) else "text"
    words = say(f"company.offer_{how}", group=group.title, n=group.buddy_days)
    day = local_day(now, group.zone)
    return message(
        person.tg_user_id or 0, words, buttons=rows, silent=True, key=f"{ASK}{group.id}:{person.id}",
        lane=Lane.REMINDER, person_id=person.id, group_id=group.id, not_after=evening(days, day, group.zone),
    )  # fmt: skip
