"""Company: a buddy for whoever's readiness asks for one. Seldomer than pairs, by voice first, and ended by a tap.

A colleague who only wants ten minutes once is told of to the buddy, and that is all (learning.buddies).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, null, select, update
from sqlalchemy.orm import aliased

from community import assignments, calendar, people, readiness, rights
from community.assignments import Link, stands
from community.calendar import SchoolCalendar
from community.notes import Note, shown
from community.refusals import NeedsConsent, NotAllowed, Refusal
from community.rights import Action
from community.roles import Role
from content.texts import Texts
from learning.refusals import Gone
from storage.database import Session
from storage.letters import Button, Lane, button
from storage.models import Assignment, Group, Letter, Person
from storage.outbox import post

BUDDY = Link(Role.TEACHER, Role.TEACHER)
WALL = "13:00"  # lessons are over
DAYS = (5, 10, 20, 0)  # school days between two calls that a facilitator may choose; 0: none
MOST = 20  # messages of both in a week: more is better said face to face
SAY = "company:say:"
Rows = list[list[Button]]


@dataclass(frozen=True, slots=True)
class Company:
    """Two colleagues: who accompanies, who is accompanied."""

    row: Assignment
    buddy: Person
    teacher: Person
    group: Group

    def other(self, person: Person) -> Person:
        return self.teacher if person.id == self.buddy.id else self.buddy


def next_call(days: SchoolCalendar, group: Group, now: datetime) -> datetime | None:
    """After so many school days as the group has chosen; None where it wants none, or the calendar ends."""
    ahead = days.open_days_after(calendar.local_day(now, group.zone), group.buddy_days)
    return days.moment_on(ahead[-1], WALL, group.zone, prompt=False) if ahead else None


async def begin(session: Session, teacher: Person, buddy: Person, group: Group, now: datetime) -> Company | None:
    """From now on the two are company, if the teacher's readiness asks for it; a buddy before gives way."""
    said = (await readiness.of(session, [teacher.id]))[teacher.id]
    if not readiness.asks_for_company(said):
        return None
    theirs = (
        Assignment.group_id == group.id, Assignment.of_id == teacher.id, Assignment.until.is_(None),
        Assignment.by_role == str(BUDDY.by),
    )  # fmt: skip
    row = await session.scalar(select(Assignment).where(*theirs))
    if row is None or row.by_id != buddy.id:
        await assignments.end(session, *theirs, how="changed", now=now)
        days = (await calendar.calendars_of(session, {group.school_id}))[group.school_id]
        at = next_call(days, group, now)
        await assignments.add(session, group.id, BUDDY, {teacher.id: buddy.id}, teacher.id, now, at)
        row = (await session.scalars(select(Assignment).where(*theirs))).one()
    return Company(row, buddy, teacher, group)


async def of(session: Session, person: Person | None, company_id: int) -> Company:
    """The company of one of the two. Raises NeedsConsent, Gone for all others, and where it has ended."""
    if person is None or person.consented_at is None:
        raise NeedsConsent
    buddy, teacher = aliased(Person), aliased(Person)
    row = (await session.execute(
        select(Assignment, buddy, teacher, Group)
        .join(buddy, buddy.id == Assignment.by_id)
        .join(teacher, teacher.id == Assignment.of_id)
        .join(Group, Group.id == Assignment.group_id)
        .where(Assignment.id == company_id, Assignment.by_role == str(BUDDY.by), stands(), Group.state == "active")
        .where((Assignment.by_id == person.id) | (Assignment.of_id == person.id))
    )).one_or_none()  # fmt: skip
    if row is None:
        raise Gone
    return Company(*row)


async def keys(session: Session, company: Company, say: Texts, *, stop: bool = True) -> Rows:
    """Say something, voice first for whom that suits; and no more of it."""
    said = (await readiness.of(session, [company.teacher.id]))[company.teacher.id]
    hows = ("voice", "text") if readiness.voice_first(said) else ("text", "voice")
    rows = [[button(say.plain(f"company.button.{how}"), f"comp:say:{company.row.id}:{how}")] for how in hows]
    return [*rows, [button(say.plain("company.button.stop"), f"comp:stop:{company.row.id}")]] if stop else rows


async def listens(session: Session, person: Person | None, company_id: int, now: datetime) -> Person:
    """Who would read or hear it. Raises NeedsConsent, Gone, and Refusal where it cannot be brought."""
    company = await of(session, person, company_id)
    other = company.other(person) if person else company.buddy
    if not other.reachable or other.tg_user_id is None:
        raise Refusal("company.not_now")
    sent = await session.scalar(
        select(func.count()).where(
            Letter.key.startswith(f"{SAY}{company_id}:"), Letter.created_at > now - timedelta(days=7)
        )
    )
    if (sent or 0) >= MOST:
        raise Refusal("company.enough", n=MOST)
    return other


async def pass_on(
    session: Session, person: Person | None, company_id: int, note: Note, visit_key: str, now: datetime
) -> tuple[Person, bool]:
    """Bring words or voice to the other one, when they are awake; gives who, and whether that is later.

    The words are kept until they are delivered, and nowhere else. Raises as listens.
    """
    other = await listens(session, person, company_id, now)
    company = await of(session, person, company_id)
    if person is None:
        raise NeedsConsent
    days = (await calendar.calendars_of(session, {company.group.school_id}))[company.group.school_id]
    due_at = days.awake_after(now, other.zone or company.group.zone)
    say = Texts(other.language)
    draft = shown(
        note, other.tg_user_id or 0, say, say("company.from", name=people.display(person, say)),
        buttons=await keys(session, company, say), key=f"{SAY}{company_id}:{visit_key}", lane=Lane.REMINDER,
        person_id=person.id, group_id=company.group.id, due_at=due_at, forgets=True,
    )  # fmt: skip
    await post(session, draft, now)
    return other, due_at > now


async def stop(session: Session, person: Person | None, company_id: int, now: datetime) -> None:
    """Either ends it; the other is not told, and what waits is not brought. Raises NeedsConsent, Gone."""
    company = await of(session, person, company_id)
    await assignments.end(session, Assignment.id == company.row.id, how="stopped", now=now)
    await session.execute(
        update(Letter)
        .where(Letter.key.startswith(f"{SAY}{company_id}:"), Letter.state == "pending")
        .values(state="dropped", error="stopped", params=null(), chat_id=null(), finished_at=now)
        .execution_options(synchronize_session=False)
    )


async def days_page(
    session: Session, person: Person | None, group_id: int, chosen: int | None, say: Texts, now: datetime
) -> tuple[str, Rows]:
    """How many school days lie between two calls; a number nobody offered changes nothing.

    Raises NeedsConsent, Refusal for all but the facilitator.
    """
    try:
        await rights.require(session, person, Action.ASSIGN, group_id)
    except NotAllowed:
        raise Refusal("assignments.facilitator_sets") from None
    group = await session.get_one(Group, group_id)
    if chosen in DAYS and chosen != group.buddy_days:
        group.buddy_days = chosen
        days = (await calendar.calendars_of(session, {group.school_id}))[group.school_id]
        await session.execute(
            update(Assignment)
            .where(Assignment.group_id == group_id, Assignment.by_role == str(BUDDY.by), Assignment.until.is_(None))
            .values(next_at=next_call(days, group, now))
            .execution_options(synchronize_session=False)
        )
        await session.flush()
    words = say("company.days", group=group.title, n=group.buddy_days) if group.buddy_days else say(
        "company.days_none", group=group.title
    )  # fmt: skip
    rows = [[button(_label(one, say), f"asg:buddy:{group_id}:{one}")] for one in DAYS if one != group.buddy_days]
    return words, [*rows, [button(say.plain("assignments.button.page"), f"asg:page:{group_id}")]]


def _label(days: int, say: Texts) -> str:
    return say.plain("company.button.days", n=days) if days else say.plain("company.button.never")
