"""One's own journal: reflections, goals and trials, by week, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from community import calendar, people
from community.library import own
from community.library.own import Own
from community.refusals import NeedsConsent
from content.lessons import Lesson
from learning import discreet, reflections, versions
from learning.reflections import Kept
from learning.refusals import Gone, NotYours
from storage.database import Session
from storage.models import Delivery, Group, Person, Reflection, Trial

ON_A_PAGE = 8
WEEK = timedelta(days=7)
_YEARS = range(2020, 2100)
Place = tuple[date, int]  # a week by its Monday, and which page of it, from 0


@dataclass(frozen=True, slots=True)
class Entry:
    """A reflection or a trial of the person's own; `lesson` is None when its pack has lost it."""

    of: Reflection | Trial
    delivery: Delivery
    group: Group
    lesson: Lesson | None
    at: datetime
    day: date  # on the person's wall

    @property
    def kind(self) -> str:
        """free, guided, draft, goal, week; or trial."""
        return self.of.kind if isinstance(self.of, Reflection) else "trial"


@dataclass(frozen=True, slots=True)
class Page:
    """Some of a week's entries, newest first, and where one may turn to; `discreet`: no words are shown openly."""

    monday: date | None  # None: there is nothing at all
    entries: Sequence[Entry]
    older: Place | None
    newer: Place | None
    discreet: bool
    talk: Own = field(default_factory=Own)  # of the week, on its first page


@dataclass(frozen=True, slots=True)
class Opened:
    """One entry with its words; of a reflection also who reads it."""

    entry: Entry
    kept: Kept | None
    discreet: bool


async def page(session: Session, person: Person | None, monday: date | None, part: int, zone: str) -> Page:
    """A page of the week that begins on ``monday``, or of the newest with anything in it (also for an empty week).

    ``zone`` counts where neither person nor group has one. Raises NeedsConsent.
    """
    if person is None:
        raise NeedsConsent
    zone, shared = await _zone(session, person, zone), await discreet.is_shared(session, person.id)
    monday = _monday_of(monday) if monday and monday.year in _YEARS else None  # a button can be forged
    entries = await _between(session, person, zone, *_bounds(monday, zone)) if monday else []
    if monday is None or not entries:
        monday, part = await _neighbour(session, person, zone), 0
        if monday is None:
            return Page(None, (), None, None, shared)
        entries = await _between(session, person, zone, *_bounds(monday, zone))
    part = min(max(part, 0), (len(entries) - 1) // ON_A_PAGE)
    start, end = _bounds(monday, zone)
    before, after = await _neighbour(session, person, zone, until=start), await _neighbour(session, person, zone, end)
    older = (monday, part + 1) if len(entries) > (part + 1) * ON_A_PAGE else (before, 0) if before else None
    newer = (monday, part - 1) if part else (after, 0) if after else None
    shown = entries[part * ON_A_PAGE : (part + 1) * ON_A_PAGE]
    talk = Own() if part else await own.of_person(session, person, start, end)
    return Page(monday, shown, older, newer, shared, talk)


async def _zone(session: Session, person: Person, default: str) -> str:
    if person.zone:
        return person.zone
    return next((group.zone for group in await people.groups_of(session, person.id)), default)


def _monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _bounds(monday: date, zone: str) -> tuple[datetime, datetime]:
    here = ZoneInfo(zone)
    first, last = (datetime.combine(day, time(), here).astimezone(UTC) for day in (monday, monday + WEEK))
    return first, last


async def _neighbour(
    session: Session, person: Person, zone: str, since: datetime | None = None, until: datetime | None = None
) -> date | None:
    """The Monday of the next week with an entry: the last before ``until``, or the first from ``since`` on."""
    found = []
    for table, at in ((Reflection, Reflection.created_at), (Trial, Trial.at)):
        query = select(func.min(at) if since else func.max(at)).where(table.person_id == person.id)
        query = query.where(at >= since) if since else query.where(at < until) if until else query
        moment = await session.scalar(query)
        found += [moment] if moment else []
    if not found:
        return None
    return _monday_of(calendar.local_day(min(found) if since else max(found), zone))


async def _between(
    session: Session, person: Person, zone: str, since: datetime | None = None, until: datetime | None = None
) -> list[Entry]:
    """Everything in [since, until), newest first; three queries."""
    rows: list[tuple[Any, Delivery, Group, datetime]] = []
    for table, at in ((Reflection, Reflection.created_at), (Trial, Trial.at)):
        query = _entries(table).where(table.person_id == person.id)
        query = query.where(at >= since, at < until) if since and until else query
        rows += [(row, delivery, group, _at(row)) for row, delivery, group in await session.execute(query)]
    lessons = await versions.lessons_of(session, [delivery for _, delivery, *_ in rows])
    rows.sort(key=lambda row: (row[3], isinstance(row[0], Reflection), row[0].id), reverse=True)
    return [_entry(*row, lessons.get(row[1].id), zone) for row in rows]


def _entries(table: Any) -> Any:
    return (
        select(table, Delivery, Group)
        .join(Delivery, Delivery.id == table.delivery_id)
        .join(Group, Group.id == Delivery.group_id)
    )


def _at(row: Reflection | Trial) -> datetime:
    return row.created_at if isinstance(row, Reflection) else row.at


def _entry(
    row: Reflection | Trial, delivery: Delivery, group: Group, at: datetime, lesson: Lesson | None, zone: str
) -> Entry:
    return Entry(row, delivery, group, lesson, at, calendar.local_day(at, zone))


async def reflection(session: Session, person: Person | None, reflection_id: int, zone: str) -> Opened:
    """A reflection of one's own, opened by a tap. Raises NeedsConsent, Gone, NotYours."""
    person, kept, delivery = await reflections.own(session, person, reflection_id)
    lesson, zone = await versions.lesson_of(session, delivery), await _zone(session, person, zone)
    row = kept.reflection
    return Opened(_entry(row, delivery, kept.group, row.created_at, lesson, zone), kept, kept.discreet)


async def trial(session: Session, person: Person | None, trial_id: int, zone: str) -> Opened:
    """A trial of one's own, opened by a tap. Raises NeedsConsent, Gone, NotYours."""
    if person is None:
        raise NeedsConsent
    found = (await session.execute(_entries(Trial).where(Trial.id == trial_id))).one_or_none()
    if found is None:
        raise Gone
    row, delivery, group = found
    if row.person_id != person.id:
        raise NotYours
    lesson, zone = await versions.lesson_of(session, delivery), await _zone(session, person, zone)
    shared = await discreet.is_shared(session, person.id)
    return Opened(_entry(row, delivery, group, row.at, lesson, zone), None, shared)


async def everything(session: Session, person: Person | None, zone: str) -> list[tuple[date, list[Entry]]]:
    """All of it by week (its Monday), newest first. Raises NeedsConsent."""
    if person is None:
        raise NeedsConsent
    weeks: dict[date, list[Entry]] = {}
    for one in await _between(session, person, await _zone(session, person, zone)):
        weeks.setdefault(_monday_of(one.day), []).append(one)
    return list(weeks.items())
