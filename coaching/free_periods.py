"""Hours of the week in which somebody does not teach: tapped once, asked whenever two people want to meet.

The school day comes first, then the hours after it; evenings and the Friday prayer are not there to be tapped.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import time

from sqlalchemy import delete, select

from community import calendar, people
from community.calendar import DAYS, FIVE_DAYS, FRIDAY_PRAYER
from community.refusals import NeedsConsent, Refusal
from content.texts import Texts
from storage.bulk import among
from storage.database import Session, insert
from storage.letters import Button, button
from storage.models import FreePeriod, Person

SCHOOL_DAY = tuple(range(7, 14))  # each number is an hour: 13 is from 13.00 to 14.00
AFTERWARDS = (14, 15, 16)
HOURS = SCHOOL_DAY + AFTERWARDS
PARTS = {"day": SCHOOL_DAY, "later": AFTERWARDS}
_FRIDAY = 4
Page = tuple[str, list[list[Button]]]
Free = set[tuple[int, int]]  # weekday (0 is Monday) and hour


def is_possible(weekday: int, hour: int) -> bool:
    """Can two people meet in that hour of the week at all?"""
    begins, ends = FRIDAY_PRAYER
    prayer = weekday == _FRIDAY and time(hour + 1 if hour < 23 else hour) > begins and time(hour) < ends
    return 0 <= weekday < len(DAYS) and hour in HOURS and not prayer


async def of(session: Session, person_ids: Collection[int]) -> dict[int, Free]:
    """The free hours of each of these people; one query. Whoever tapped none has none."""
    found: dict[int, Free] = defaultdict(set)
    rows = await session.scalars(select(FreePeriod).where(among(session, FreePeriod.person_id, person_ids)))
    for row in rows:
        found[row.person_id].add((row.weekday, row.hour))
    return {number: found[number] for number in person_ids}


def _agreed(person: Person | None) -> Person:
    if person is None or person.consented_at is None:
        raise NeedsConsent
    return person


async def toggle(session: Session, person: Person | None, weekday: int, hour: int) -> None:
    """The hour is free, or no longer. Raises NeedsConsent, and Refusal for an hour that nobody may be asked for."""
    who = _agreed(person)
    if not is_possible(weekday, hour):
        raise Refusal("sessions.free.not_then")
    key = {"person_id": who.id, "weekday": weekday, "hour": hour}
    gone = await session.scalar(
        delete(FreePeriod).filter_by(**key).returning(FreePeriod.hour).execution_options(synchronize_session=False)
    )
    if gone is None:
        await session.execute(insert(session, FreePeriod).values(key).on_conflict_do_nothing())


async def clear(session: Session, person: Person | None) -> None:
    """None of it any more: a new timetable begins. Raises NeedsConsent."""
    await session.execute(delete(FreePeriod).where(FreePeriod.person_id == _agreed(person).id))


async def weekdays(session: Session, person: Person) -> list[int]:
    """The days of the week on which the person's schools are open, or their own ones."""
    if person.workdays:
        week = {person.workdays}
    else:
        groups = await people.groups_of(session, person.id)
        found = await calendar.calendars_of(session, {one.school_id for one in groups})
        week = {one.workdays for one in found.values()} or {FIVE_DAYS}
    return [number for number, day in enumerate(DAYS) if any(day in one.split(",") for one in week)]


async def page(session: Session, person: Person | None, say: Texts, part: str = "day") -> Page:
    """A week of buttons: one tap an hour. ``part`` is day, or later for the hours after school."""
    who = _agreed(person)
    part = part if part in PARTS else "day"
    free = (await of(session, [who.id]))[who.id]
    days = await weekdays(session, who)
    names = say.plain("common.weekdays").split()
    rows = []
    for hour in PARTS[part]:
        row = [_cell(weekday, hour, free, names, part) for weekday in days if is_possible(weekday, hour)]
        rows += [row] if row else []
    other = "later" if part == "day" else "day"
    rows.append([button(say.plain(f"sessions.button.free_{other}"), f"free:{other}")])
    last = [button(say.plain("sessions.button.free_done"), "freeok")]
    if free:
        last.insert(0, button(say.plain("sessions.button.free_clear"), "freeno"))
    return say("sessions.free.page", n=len(free)), [*rows, last]


def _cell(weekday: int, hour: int, free: Free, names: list[str], part: str) -> Button:
    mark = "✓" if (weekday, hour) in free else ""
    return button(f"{mark}{names[weekday][:3]} {hour:02}", f"freetap:{part}:{weekday}:{hour}")


async def kept(session: Session, person: Person | None, say: Texts) -> Page:
    """What is kept, with the ways on: to change it, and back to one's cycles. Raises NeedsConsent."""
    rows = [
        [button(say.plain("sessions.button.free"), "free:day")],
        [button(say.plain("coaching.button.list"), "cycs")],
    ]
    return await told(session, person, say), rows


async def told(session: Session, person: Person | None, say: Texts) -> str:
    """What is kept, in words, day by day. Raises NeedsConsent."""
    who = _agreed(person)
    free = (await of(session, [who.id]))[who.id]
    if not free:
        return say("sessions.free.none")
    names = say.plain("common.weekdays").split()
    lines = [
        say(
            "sessions.free.line",
            day=names[weekday],
            hours=", ".join(f"{h:02}.00" for d, h in sorted(free) if d == weekday),
        )
        for weekday in sorted({weekday for weekday, _ in free})
    ]
    return "\n".join([say("sessions.free.kept"), *lines])
