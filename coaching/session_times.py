"""The words around a session: the day before, an hour before, and afterwards whether the two met.

Never in quiet hours: what would fall there comes before them, since afterwards it would be too late.
"""

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import exists, select, update

from coaching import due, letters, seats, session_letters
from coaching.rights import Side
from community import attention, calendar, leaves, people
from community.calendar import SchoolCalendar, local_day
from content.texts import Texts
from storage.bulk import among
from storage.database import Session
from storage.letters import Draft, button
from storage.models import CoachingSession, Cycle, CycleMember, Group, Person
from storage.outbox import post_many

AT_ONCE = 200
HOUR = timedelta(hours=1)
STEP_BACK = timedelta(minutes=15)
_LATEST = 20  # quarters that are gone back: longer than the Friday prayer and the early morning
ASKED_FOR = timedelta(days=3)  # a question whether they met is no longer worth an answer
HELD_IN = ("active", "paused", "closed")  # whether people met is asked of a cycle that has just ended, too
DAY_BEFORE, HOUR_BEFORE, DID_MEET, DONE = range(4)


def first_word(
    days: SchoolCalendar, starts_at: datetime, minutes: int, zone: str, now: datetime
) -> tuple[datetime | None, int]:
    """When the first word is due, and which it is (agreed late, the day before is over already)."""
    return word(days, starts_at, minutes, zone, DAY_BEFORE, now)


def word(
    days: SchoolCalendar, starts_at: datetime, minutes: int, zone: str, stage: int, now: datetime
) -> tuple[datetime | None, int]:
    """The next word from that stage on, and when it is due; None after the last."""
    for one in range(stage, DONE):
        moment = _moment(days, starts_at, minutes, zone, one)
        if moment is not None and (moment > now or one == DID_MEET):
            return moment, one
    return None, DONE


def _moment(days: SchoolCalendar, starts_at: datetime, minutes: int, zone: str, stage: int) -> datetime | None:
    if stage == DAY_BEFORE:
        return days.moment_on(local_day(starts_at, zone) - timedelta(days=1), due.REMINDS_AT, zone, prompt=False)
    if stage == HOUR_BEFORE:
        return before_quiet(days, starts_at - HOUR, zone)
    return days.awake_after(starts_at + timedelta(minutes=minutes) + STEP_BACK, zone)


def before_quiet(days: SchoolCalendar, moment: datetime, zone: str) -> datetime | None:
    """The moment, or where that is quiet the last one before that is not; None where there is none that day."""
    for back in range(_LATEST):
        earlier = moment - back * STEP_BACK
        if not days.is_quiet(earlier, zone):
            return earlier if local_day(earlier, zone) == local_day(moment, zone) else None
    return None


async def remind_due(session: Session, now: datetime) -> int:
    """Write what is due about sessions of cycles; gives how many were looked at. A fixed number of queries."""
    gone = update(CoachingSession).where(CoachingSession.remind_at <= now, CoachingSession.state != "agreed")
    await session.execute(gone.values(remind_at=None).execution_options(synchronize_session=False))
    rows = await session.execute(
        select(CoachingSession, Cycle, Group)
        .join(Cycle, Cycle.id == CoachingSession.cycle_id)
        .join(Group, Group.id == Cycle.group_id)
        .where(CoachingSession.remind_at <= now)
        .order_by(CoachingSession.remind_at, CoachingSession.id)
        .limit(AT_ONCE)
        .with_for_update(of=CoachingSession, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    found = rows.all()
    if not found:
        return 0
    days = await calendar.calendars_of(session, {group.school_id for _, _, group in found})
    seated = await _seated(session, {cycle.id for _, cycle, _ in found})
    away = await leaves.away(session, {one.id for them in seated.values() for _, one in them}, now.date())
    drafts: list[Draft] = []
    for row, cycle, group in found:
        stage = stage_of(row, now)
        here, them = days[group.school_id], [one for side, one in seated[cycle.id] if side is not Side.STAND_IN]
        told = [one for one in them if stage == DID_MEET or one.id not in away]
        if stage is not None and cycle.state in (HELD_IN if stage == DID_MEET else ("active",)):
            at = here.awake_after(now, group.zone)
            drafts += [replace(one, due_at=at) for who in told for one in _letter(row, cycle, group, who, them, stage)]
        after = DID_MEET if stage is None else stage + 1
        row.remind_at, row.reminded = word(here, row.starts_at or now, row.minutes, group.zone, after, now)
    await session.flush()
    await attention.counted(session, drafts, now)
    await post_many(session, drafts, now)
    return len(found)


def stage_of(row: CoachingSession, now: datetime) -> int | None:
    """What is to be said by now: a clock that stood still announces nothing that has begun. None: nothing."""
    starts = row.starts_at or now
    if now >= starts:
        return DID_MEET if row.reminded == DID_MEET or now >= starts + timedelta(minutes=row.minutes) else None
    return HOUR_BEFORE if row.reminded >= HOUR_BEFORE or starts - now < 2 * HOUR else DAY_BEFORE


async def _seated(session: Session, cycle_ids: set[int]) -> dict[int, list[tuple[Side, Person]]]:
    rows = await session.execute(
        select(CycleMember, Person)
        .join(Cycle, Cycle.id == CycleMember.cycle_id)
        .join(Person, Person.id == CycleMember.person_id)
        .where(among(session, CycleMember.cycle_id, cycle_ids), CycleMember.until.is_(None))
        .where(Person.consented_at.is_not(None), exists().where(seats.holds_role()))
        .order_by(CycleMember.id)
    )
    found: dict[int, list[tuple[Side, Person]]] = defaultdict(list)
    for member, person in rows:
        found[member.cycle_id].append((Side(member.side), person))
    return found


def _letter(
    row: CoachingSession, cycle: Cycle, group: Group, person: Person, them: list[Person], stage: int
) -> list[Draft]:
    say = Texts(person.language)
    names = say.plain("coaching.and").join(people.display(one, say) for one in them if one.id != person.id)
    zone = session_letters.zone_of(person, group)
    kind = {DAY_BEFORE: "tomorrow", HOUR_BEFORE: "soon", DID_MEET: "did_meet"}[stage]
    words = say(f"sessions.remind.{kind}", name=names, what=session_letters.described(row, zone, say))
    rows = session_letters.to_session(cycle, say)
    if stage == DID_MEET:
        rows = [[
            button(say.plain("sessions.button.met"), f"sesmet:{row.id}:1"),
            button(say.plain("sessions.button.not_met"), f"sesmet:{row.id}:0"),
        ]]  # fmt: skip
    starts = row.starts_at or row.created_at
    named = letters.key(cycle, f"ses.{kind}.{row.version}", row.id, person)
    return letters.to(
        person, group, cycle, words, named, rows, not_after=starts + ASKED_FOR if stage == DID_MEET else starts
    )
