"""The letter of each morning: who needs me today. When it is due, to whom it goes, and that it goes once."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select

from coaching.rights import Side
from community import budget, calendar, carrying
from community.calendar import SchoolCalendar, local_day
from community.refusals import NeedsConsent, NotAllowed
from community.schedule import Coming
from content.texts import Texts
from reports import today, week_letters
from reports.today import Today
from reports.today_words import page
from storage.database import Session, insert
from storage.letters import Button, Lane, button, message
from storage.models import CycleMember, Morning, Person, SessionSeries
from storage.outbox import post_many

AT_ONCE = 200
WALL = "06:45"
HOURS = ("06:15", "06:45", "07:30", "09:30")  # of which each chooses their own; all before the letter is no news
NEVER = 9  # the place of "not at all"
ACTION = "morning"
UNTIL = time(12)  # a morning letter is no news in the afternoon


async def send_due(session: Session, now: datetime) -> int:
    """Write the letters of this moment and set the next ones; gives how many people were looked at."""
    await _begin(session, now)
    rows = await session.execute(
        select(Morning, Person)
        .join(Person, Person.id == Morning.person_id)
        .where(Morning.next_at <= now)
        .order_by(Morning.next_at, Morning.person_id)
        .limit(AT_ONCE)
        .with_for_update(of=Morning, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    due = [(morning, person) for morning, person in rows]
    if not due:
        return 0
    told = await today.gather(session, [person for _, person in due], now)
    days = await calendar.calendars_of(session, {None, *(one.school_id for one in told.values())})
    fresh: list[Today] = []
    for morning, person in due:
        one = told.get(person.id)
        zone = one.zone if one else person.zone or "Asia/Jakarta"
        if one is not None and morning.next_at is not None and _is_fresh(one, morning.next_at, now):
            fresh.append(one)
        morning.next_at = _following(now, morning.wall, zone, days[one.school_id if one else None])
    await session.flush()
    await _post(session, fresh, now)
    return len(due)


async def _begin(session: Session, now: datetime) -> None:
    """Who has just taken a coach's seat, or visits a school, is told from the next morning on."""
    sits = select(CycleMember.person_id).where(CycleMember.side != str(Side.COACHEE), CycleMember.until.is_(None))
    visits = select(SessionSeries.person_id).where(SessionSeries.next_at.is_not(None))
    accompany = sits.union(visits).subquery()
    known = exists().where(Morning.person_id == accompany.c.person_id)
    new = await session.scalars(select(accompany.c.person_id).where(~known).limit(AT_ONCE * 5))
    # A moment long past: it is looked at now, sets the next morning, and is too old to be told of.
    rows = [{"person_id": number, "wall": WALL, "next_at": now - timedelta(days=2)} for number in new]
    if rows:
        await session.execute(insert(session, Morning).values(rows).on_conflict_do_nothing())


def _following(now: datetime, wall: str, zone: str, days: SchoolCalendar) -> datetime:
    try:
        return days.moment_after(now, wall, zone, prompt=False)
    except ValueError:
        return now + timedelta(days=1)


def _is_fresh(one: Today, due_at: datetime, now: datetime) -> bool:
    """There is something new to say, to somebody who can be written to, on the very morning it was meant for."""
    here = ZoneInfo(one.zone)
    there = now.astimezone(here)
    reached = one.coach.tg_user_id is not None and one.coach.reachable and one.coach.consented_at is not None
    return reached and one.has_news and there.date() == due_at.astimezone(here).date() and there.time() < UNTIL


async def _post(session: Session, told: Sequence[Today], now: datetime) -> None:
    wants = [budget.Want(one.coach.id, one.group_id, local_day(now, one.zone)) for one in told]
    admitted = await budget.admit(session, wants)
    drafts = []
    for one in told:
        if one.coach.id not in admitted:
            continue
        day = local_day(now, one.zone)
        until = datetime.combine(day, UNTIL, ZoneInfo(one.zone)).astimezone(UTC)
        words, rows = page(one, Texts(one.coach.language))
        drafts.append(
            message(
                one.coach.tg_user_id or 0,
                words,
                buttons=rows,
                key=f"today:{one.coach.id}:{day}",
                lane=Lane.REMINDER,
                not_after=until,
                person_id=one.coach.id,
                group_id=one.group_id,
            )
        )
    await post_many(session, drafts, now)


async def asked(
    session: Session, person: Person | None, say: Texts, now: datetime, first: int = 0
) -> tuple[str, list[list[Button]]]:
    """The same now, from the line ``first`` on, for one who asks. Raises NeedsConsent."""
    if person is None:
        raise NeedsConsent
    row = await session.get(Morning, person.id)
    door = [[button(say.plain("today.button.hour"), "todayat")]] if row is not None and first == 0 else []
    found = (await today.gather(session, [person], now)).get(person.id)
    if found is None or len(found.needs) <= first:
        return say(await _nothing(session, person, now)), door
    words, rows = page(found, say, first)
    return words, [*rows, *door]


async def _nothing(session: Session, person: Person, now: datetime) -> str:
    """Which words: nothing waits, or nothing of coaching while something does in the groups."""
    if await week_letters.waits(session, person, now):
        return "today.nothing_but_week"
    return "today.nothing_but_questions" if await carrying.waits(session, person) else "today.nothing"


async def hour(
    session: Session, person: Person | None, say: Texts, now: datetime, chosen: int | None = None
) -> tuple[str, list[list[Button]]]:
    """The hour at which one's own letter comes, or that none does; ``chosen``: a place in HOURS, or NEVER.

    Another number changes nothing (buttons can be forged). Raises NeedsConsent, NotAllowed for who accompanies nobody.
    """
    if person is None or person.consented_at is None:
        raise NeedsConsent
    row = await session.get(Morning, person.id, populate_existing=True)
    if row is None:
        raise NotAllowed
    if chosen == NEVER:
        row.next_at = None
    elif chosen is not None and 0 <= chosen < len(HOURS):
        one = (await today.gather(session, [person], now)).get(person.id)
        zone, school = (one.zone, one.school_id) if one else (person.zone or "Asia/Jakarta", None)
        days = (await calendar.calendars_of(session, {school}))[school]
        row.wall, row.next_at = HOURS[chosen], _following(now, HOURS[chosen], zone, days)
    await session.flush()
    wanted = row.next_at is not None
    words = say("today.hour.at", hour=row.wall.replace(":", ".")) if wanted else say("today.hour.never")
    rows = [
        [button(say.plain("today.button.at", hour=wall.replace(":", ".")), f"todayat:{place}")]
        for place, wall in enumerate(HOURS)
        if not (wanted and wall == row.wall)
    ]
    return words, [*rows, *([[button(say.plain("today.button.never"), f"todayat:{NEVER}")]] if wanted else [])]


async def skip(session: Session, one: Coming) -> bool:
    """The next one is not sent: a school day later there is another. False where it went out meanwhile."""
    days = (await calendar.calendars_of(session, {None}))[None]
    row = await session.get(Morning, one.number, populate_existing=True)
    if row is None or row.next_at != one.at:
        return False
    row.next_at = _following(one.at, row.wall, one.zone, days)
    await session.flush()
    return True
