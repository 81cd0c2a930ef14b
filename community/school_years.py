"""A new school year: each teacher is asked once where they teach now, and what they taught before is kept."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, exists, select

from community import attention, calendar
from community.calendar.quiet import hours
from community.roles import Role
from content.calendars import school_year_starts
from content.texts import Texts
from storage.bulk import among, insert_rows
from storage.database import Session
from storage.letters import Button, Draft, Lane, button, message
from storage.models import Group, Leave, Membership, Person, Posting, School
from storage.outbox import post_many

AT_ONCE = 300
ASKED_FOR_DAYS = 92  # who comes back later in the year is not asked any more
ASKS_FROM = time(13, 0)  # when lessons are over
SOON = timedelta(days=14)
Page = tuple[str, list[list[Button]]]


def year_of(day: date) -> str:
    """The school year that day belongs to: "2026/2027"."""
    return starting_in(day.year if (day.month, day.day) >= school_year_starts() else day.year - 1)


def starting_in(first: int) -> str:
    """The school year that begins in that calendar year: "2026/2027"."""
    return f"{first}/{first + 1}"


def begins(year: str) -> date:
    """The first day of a school year. Raises ValueError for what is no school year."""
    return date(int(year[:4]), *school_year_starts())


async def due(session: Session, now: datetime) -> int:
    """Ask who has not been asked about this school year, on a school day of their group; gives how many were.

    Nobody is asked who joined after the year began: they have just said where they are. At most AT_ONCE at a time,
    in a fixed number of queries; the posting claims the question, so that two clocks ask once.
    """
    local = calendar.local_day(now, "Asia/Jayapura")  # where the day begins first
    if (local - begins(year_of(local))).days > ASKED_FOR_DAYS:
        return 0
    places = await _places(session, now)
    if not places:
        return 0
    rows = await _unasked(session, places, now)
    claimed = await insert_rows(
        session, Posting,
        [{"person_id": row.id, "school_year": places[row.group_id].year, "asked_at": now} for row in rows],
        unique=("person_id", "school_year"), returning=("person_id",),
    )  # fmt: skip
    ours = {row.person_id for row in claimed}
    before = await last_postings(session, ours)
    asked = [row for row in rows if row.id in ours]
    drafts = [_question(row, places[row.group_id], before.get(row.id)) for row in asked]
    await post_many(session, drafts, now)
    # Asked once in a year: it may go beyond a full week by one, and is never asked again and again until it fits.
    await attention.counted(session, drafts, now, attention.MINUTES)
    return len(asked)


def asks_at(days: calendar.SchoolCalendar, zone: str, since: datetime, now: datetime) -> tuple[str, datetime] | None:
    """The year, and the moment at which a teacher who came to the group at ``since`` is asked about it.

    None for who is not asked: nothing of the kind is near, or they came after the year began.
    """
    for year in (year_of(calendar.local_day(now, zone)), year_of(calendar.local_day(now + SOON, zone))):
        opens = datetime.combine(begins(year), time.min, ZoneInfo(zone)).astimezone(UTC)
        try:
            moment = days.moment_after(max(now, opens), f"{ASKS_FROM:%H:%M}", zone, prompt=False)
        except ValueError:
            return None
        young = (calendar.local_day(moment, zone) - begins(year)).days < ASKED_FOR_DAYS
        if young and since < opens and moment <= now + SOON:
            return year, moment
    return None


def is_near(now: datetime) -> bool:
    """Is this a time of the year at which somebody may be asked soon?"""
    days = [calendar.local_day(at, "Asia/Jayapura") for at in (now, now + SOON)]
    return any((day - begins(year_of(day))).days < ASKED_FOR_DAYS for day in days)


async def known(session: Session, person: Person, year: str) -> bool:
    """Was the person asked about that year, or did they say that they do not want to be?"""
    query = select(Posting.id).where(Posting.person_id == person.id, Posting.school_year == year)
    return await session.scalar(query) is not None


async def unasked(session: Session, person: Person, year: str, now: datetime) -> bool:
    """The person is not asked about that year: the posting claims the question. False where it was asked already."""
    row = {"person_id": person.id, "school_year": year, "asked_at": now}
    unique, returning = ("person_id", "school_year"), ("person_id",)
    return bool(await insert_rows(session, Posting, [row], unique=unique, returning=returning))


@dataclass(frozen=True, slots=True)
class _Place:
    """A group in which somebody may be asked now."""

    year: str
    began: datetime  # the year, as a moment
    until: datetime  # the end of the day for letters


async def _places(session: Session, now: datetime) -> dict[int, _Place]:
    """The groups where it is the afternoon of a school day, early in a school year; three queries."""
    columns = (Group.id, Group.school_id, Group.zone)
    groups = (await session.execute(select(*columns).where(Group.state == "active"))).all()
    if not groups:
        return {}
    calendars = await calendar.calendars_of(session, {group.school_id for group in groups})
    known: dict[tuple[Any, str], _Place | None] = {}
    found = {}
    for group in groups:
        key = (group.school_id, group.zone)
        if key not in known:
            known[key] = _place(calendars[group.school_id], group.zone, now)
        place = known[key]
        if place is not None:
            found[group.id] = place
    return found


def _place(days: calendar.SchoolCalendar, zone: str, now: datetime) -> _Place | None:
    today, here = calendar.local_day(now, zone), ZoneInfo(zone)
    year = year_of(today)
    young = (today - begins(year)).days < ASKED_FOR_DAYS
    early = now.astimezone(here).time() < ASKS_FROM
    if not young or early or not days.is_open(today) or days.is_quiet(now, zone):
        return None
    began = datetime.combine(begins(year), time.min, here).astimezone(UTC)
    until = datetime.combine(today, hours(days.is_fasting(today)).closes, here).astimezone(UTC)
    return _Place(year, began, until)


async def _unasked(session: Session, places: dict[int, _Place], now: datetime) -> list[Row[Any]]:
    """Reachable teachers who agreed, are not away, were there before the year began and have no posting for it."""
    today = calendar.local_day(now, "Asia/Jakarta")
    away = exists().where(Leave.person_id == Person.id, Leave.first_day <= today, Leave.last_day >= today)
    years = {place.year for place in places.values()}
    began = min(place.began for place in places.values())
    told = exists().where(Posting.person_id == Person.id, Posting.school_year.in_(years))
    query = (
        select(Person.id, Person.tg_user_id, Person.language, Membership.group_id, School.name.label("school"))
        .join(Membership, Membership.person_id == Person.id)
        .join(Group, Group.id == Membership.group_id)
        .outerjoin(School, School.id == Group.school_id)
        .where(
            among(session, Membership.group_id, list(places)), Membership.role == str(Role.TEACHER),
            Membership.until.is_(None), Membership.since < began, Person.consented_at.is_not(None),
            Person.reachable.is_(True), Person.tg_user_id.is_not(None), ~told, ~away,
        )
        .order_by(Person.id, Membership.group_id)
        .limit(AT_ONCE)
    )  # fmt: skip
    found: list[Any] = list((await session.execute(query)).all())
    return list({row.id: row for row in reversed(found)}.values())


async def last_postings(session: Session, person_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Grade and school of the last year that each of these people told of."""
    if not person_ids:
        return {}
    query = (
        select(Posting.person_id, Posting.grade, School.name)
        .outerjoin(School, School.id == Posting.school_id)
        .where(among(session, Posting.person_id, list(person_ids)))
        .where(Posting.grade.is_not(None) | Posting.school_id.is_not(None))
        .order_by(Posting.school_year)
    )
    return {row.person_id: (row.grade or "", row.name or "") for row in (await session.execute(query)).all()}


def _question(row: Row[Any], place: _Place, before: tuple[str, str] | None) -> Draft:
    say = Texts(row.language)
    words, rows = question(place.year, before or ("", ""), row.school or "", say)
    return message(
        row.tg_user_id, words, buttons=rows, key=f"year:{place.year}:{row.id}", lane=Lane.REMINDER,
        not_after=place.until, person_id=row.id, group_id=row.group_id,
    )  # fmt: skip


def question(year: str, before: tuple[str, str], school: str, say: Texts) -> Page:
    """The question of a new year: what was known of the person, and the three answers."""
    grade, where = before[0], before[1] or school
    words = say("calendar.year.ask", year=year)
    known = where_taught(grade, where, say)
    if known:
        words += " " + say("calendar.year.known", known=known)
    first = year[:4]
    rows = [[button(say.plain("calendar.year.same"), f"year:same:{first}")]] if known else []
    rows.append(
        [
            button(say.plain("calendar.year.other_class"), f"year:class:{first}"),
            button(say.plain("calendar.year.other_school"), f"year:school:{first}"),
        ]
    )
    return words, rows


def where_taught(grade: str, school: str, say: Texts) -> str:
    """Class and school as plain text: "kelas 4, SD Melati"; nothing where neither is known."""
    return ", ".join(filter(None, (say.plain("calendar.year.class", grade=grade) if grade else "", school)))
