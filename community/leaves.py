"""Days on which somebody is away: left out of prompts, pairs and denominators, without a reason."""

import re
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, select

from community import calendar, people
from community.calendar.dates import spans
from community.calendar.spoken import spoken, spoken_span
from community.refusals import NeedsConsent, Refusal
from content.texts import Texts
from storage.bulk import among
from storage.database import Session
from storage.letters import Button, button
from storage.models import Group, Leave, Person

MOST_DAYS = 366
MOST_AHEAD = 12
Page = tuple[str, list[list[Button]]]
# "tunda sampai Senin": on Monday they are here again. "cuti sampai Senin" ends with that day.
_UNTIL = re.compile(r"^(?P<snooze>tunda|snooze)?\s*(?:cuti\s+|leave\s+)?(?:sampai|hingga|until|till|s\.?\s?/?d\.?)\s+")
_SNOOZE = re.compile(r"^(?:tunda|snooze)\b\s*")


async def away(session: Session, person_ids: Collection[int], day: date) -> set[int]:
    """Which of these people are on leave that day; one query."""
    query = select(Leave.person_id).where(
        among(session, Leave.person_id, person_ids), Leave.first_day <= day, Leave.last_day >= day
    )
    return set(await session.scalars(query)) if person_ids else set()


def understood(said: str, today: date) -> tuple[date, date] | None:
    """First and last day of the leave somebody typed; None where no day is understood."""
    words = " ".join(said.lower().split())
    until = _UNTIL.match(words)
    found = spans(words[until.end() :] if until else _SNOOZE.sub("", words), today)
    if found is None:
        return None
    snoozed = until["snooze"] is not None if until else _SNOOZE.match(words) is not None
    if until is None and not (snoozed and found.first == found.last):
        return found.first, found.last
    last = found.last - timedelta(days=1) if snoozed else found.last
    return (today, last) if last >= today else None


async def of_person(session: Session, person_id: int, today: date) -> Sequence[Leave]:
    """The leaves of a person that are not over, in the order of days."""
    query = select(Leave).where(Leave.person_id == person_id, Leave.last_day >= today)
    return (await session.scalars(query.order_by(Leave.first_day, Leave.id))).all()


async def add(session: Session, person: Person | None, first: date, last: date, today: date, now: datetime) -> Leave:
    """The person is away on these days; leaves that touch them become one. Raises NeedsConsent, or a Refusal."""
    if person is None:
        raise NeedsConsent
    if last < first:
        raise Refusal("calendar.wrong.order")
    if last < today:
        raise Refusal("calendar.wrong.past")
    if (last - first).days >= MOST_DAYS or (first - today).days > MOST_DAYS:
        raise Refusal("calendar.wrong.long_leave")
    day = timedelta(days=1)
    touching = (Leave.person_id == person.id, Leave.first_day <= last + day, Leave.last_day >= first - day)
    row = (await session.execute(select(func.min(Leave.first_day), func.max(Leave.last_day)).where(*touching))).one()
    await session.execute(delete(Leave).where(*touching))
    if len(await of_person(session, person.id, today)) >= MOST_AHEAD:
        raise Refusal("calendar.wrong.many", most=MOST_AHEAD)
    first, last = min(first, row[0] or first), max(last, row[1] or last)
    leave = Leave(person_id=person.id, first_day=first, last_day=last, created_at=now)
    session.add(leave)
    await session.flush()
    return leave


async def cancel(session: Session, person: Person | None, leave_id: int, today: date) -> None:
    """The person is here again from today on; days that are over stay what they were. Raises NeedsConsent."""
    if person is None:
        raise NeedsConsent
    leave = await session.scalar(select(Leave).where(Leave.id == leave_id, Leave.person_id == person.id))
    if leave is None or leave.last_day < today:
        return  # tapped twice, or somebody else's
    if leave.first_day < today:
        leave.last_day = today - timedelta(days=1)
    else:
        await session.delete(leave)
    await session.flush()


async def _place(
    session: Session, person: Person | None, zone: str, now: datetime
) -> tuple[Person, date, Group | None]:
    """The person, their date, and a group of theirs: its school's calendar says when they are due again."""
    if person is None:
        raise NeedsConsent
    group = next(iter(await people.groups_of(session, person.id)), None)
    return person, calendar.local_day(now, person.zone or (group.zone if group else zone)), group


async def page(session: Session, person: Person | None, zone: str, say: Texts, now: datetime, note: str = "") -> Page:
    """/cuti: what it does, a tap for the usual lengths, and what is ahead. ``zone`` is of those without a group."""
    person, today, _ = await _place(session, person, zone, now)
    leaves = await of_person(session, person.id, today)
    sunday = today + timedelta(days=6 - today.weekday())
    taps = {"today": (today, today), "tomorrow": (today + timedelta(days=1),) * 2}
    taps |= {"week": (today, sunday), "three": (today, today + timedelta(days=2))}
    keys = [
        button(say.plain(f"calendar.leave.{name}"), f"leave:add:{first:%Y%m%d}:{last:%Y%m%d}")
        for name, (first, last) in taps.items()
    ]
    rows = [keys[:2], keys[2:], [button(say.plain("calendar.leave.other"), "leave:write")]]
    for one in leaves:
        label = spoken_span(max(one.first_day, today), one.last_day, today, say)
        rows.append([button(f"✕ {label}", f"leave:cancel:{one.id}")])
    words = say("calendar.leave.page") if not leaves else say("calendar.leave.ahead", count=len(leaves))
    return (f"{note}\n\n{words}" if note else words), rows


async def typed(session: Session, person: Person | None, said: str, zone: str, say: Texts, now: datetime) -> Page:
    """Days as somebody wrote them. Raises NeedsConsent, or a Refusal."""
    _, today, _ = await _place(session, person, zone, now)
    found = understood(said, today)
    if found is None:
        raise Refusal("calendar.wrong.leave")
    return await taken(session, person, *found, zone, say, now)


async def tapped(
    session: Session, person: Person | None, first: str, last: str, zone: str, say: Texts, now: datetime
) -> Page:
    """Days as a button carries them."""
    try:
        days = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        raise Refusal("calendar.wrong.leave") from None
    return await taken(session, person, *days, zone, say, now)


async def taken(
    session: Session, person: Person | None, first: date, last: date, zone: str, say: Texts, now: datetime
) -> Page:
    """The leave is noted; when the person is due again is said. Raises as add."""
    person, today, group = await _place(session, person, zone, now)
    leave = await add(session, person, first, last, today, now)
    school_id = group.school_id if group else None
    days = (await calendar.calendars_of(session, [school_id]))[school_id].with_week(person.workdays)
    after = days.open_days_after(leave.last_day, 1)
    note = say("calendar.leave.noted", days=spoken_span(max(leave.first_day, today), leave.last_day, today, say))
    if after:
        note += " " + say("calendar.leave.back", day=spoken(after[0], say))
    return await page(session, person, zone, say, now, note)


async def cancelled(
    session: Session, person: Person | None, leave_id: int, zone: str, say: Texts, now: datetime
) -> Page:
    """A leave is over, or does not begin."""
    person, today, _ = await _place(session, person, zone, now)
    await cancel(session, person, leave_id, today)
    return await page(session, person, zone, say, now, say("calendar.leave.cancelled"))
