"""Confidence asked each week: switched on by a facilitator, opened by the clock, closed two school days later."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from community.calendar import Marked, of
from content.instruments import house
from handlers import switches as door
from learning.surveys import closing, opening, reminding, weekly
from learning.surveys.opening import Plan
from storage.bulk import insert_rows
from storage.database import Database
from storage.models import Attention, Letter, Person, Survey
from tests.learning.conftest import Cast, Door, letters, words_of
from tests.reports.cast import wall

HENDRA, MELATI = 103, -1001
MONDAY, WEDNESDAY = wall("2026-07-20 09:00"), wall("2026-07-22 12:30")
FRIDAY = wall("2026-07-24 15:00")
WEEK = timedelta(weeks=1)
ASKED = Letter.key.startswith("survey:ask:")


async def strike(database: Database, now: datetime) -> None:
    for work in (weekly.ask_due, reminding.remind_due, closing.close_due) * 2:  # a second clock finds nothing left
        async with database.writing() as session:
            await work(session, now)


async def surveys(database: Database) -> list[Survey]:
    async with database.reading() as session:
        return list(await session.scalars(select(Survey).order_by(Survey.id)))


@pytest.fixture
def facilitator(database: Database, cast: Cast) -> Door:
    made = Door(database, door)
    made.now = MONDAY
    return made


async def switched_on(facilitator: Door, cast: Cast) -> str:
    (page,) = await facilitator.tap(HENDRA, f"comeset:{cast.melati.id}:confidence:1")
    return words_of(page)


async def test_it_is_off_until_a_facilitator_wants_it(database: Database, cast: Cast, facilitator: Door) -> None:
    (page,) = await facilitator.tap(HENDRA, f"comes:{cast.melati.id}")
    assert "Rasa percaya diri tiap pekan: mati" in words_of(page)
    await strike(database, WEDNESDAY)
    assert await surveys(database) == []
    assert "Rasa percaya diri tiap pekan: nyala, berikutnya Rabu, 22 Jul" in await switched_on(facilitator, cast)
    await facilitator.tap(HENDRA, f"comeset:{cast.melati.id}:confidence:0")
    await strike(database, WEDNESDAY)
    assert await surveys(database) == []


async def test_it_opens_each_week_and_closes_after_two_school_days(
    database: Database, cast: Cast, facilitator: Door
) -> None:
    await switched_on(facilitator, cast)
    await strike(database, WEDNESDAY - timedelta(minutes=1))
    assert await surveys(database) == []
    await strike(database, WEDNESDAY)
    (first,) = await surveys(database)
    assert (first.instrument, first.phase, first.way, first.opened_by) == ("confidence", "once", "private", None)
    assert (first.opened_at, first.closes_at, first.reminds_at) == (WEDNESDAY, FRIDAY, None)
    asked = {one.person_id for one in await letters(database, ASKED)}
    assert asked == {cast["Sari"].id, cast["Budi"].id}
    assert len(await letters(database, Letter.chat_id == MELATI)) == 1
    await strike(database, FRIDAY - timedelta(minutes=1))
    await strike(database, FRIDAY)
    (first,) = await surveys(database)
    assert first.closed_at == FRIDAY
    assert await letters(database, Letter.key.startswith("survey:again:")) == []
    assert await letters(database, Letter.key.startswith("survey:closed:")) == [], "it is no news to anybody"
    await strike(database, WEDNESDAY + WEEK)
    assert [one.opened_at for one in await surveys(database)] == [WEDNESDAY, WEDNESDAY + WEEK]


async def test_not_beside_one_that_is_open_and_not_hours_late(
    database: Database, cast: Cast, facilitator: Door
) -> None:
    await switched_on(facilitator, cast)
    async with database.writing() as session:
        hendra = await session.get_one(Person, cast["Hendra"].id)
        plan = Plan(house()["confidence"], cast.melati.id, "private", None, 5, "once")
        await opening.plan(session, hendra, plan, MONDAY + timedelta(hours=5))
    await strike(database, WEDNESDAY)
    assert len(await surveys(database)) == 1
    await strike(database, WEDNESDAY + WEEK + timedelta(days=1))
    assert len(await surveys(database)) == 1, "the day after it would ask of another week's day"
    await strike(database, WEDNESDAY + 2 * WEEK)
    assert len(await surveys(database)) == 2


async def test_whose_week_is_full_is_not_written_to(database: Database, cast: Cast, facilitator: Door) -> None:
    await switched_on(facilitator, cast)
    async with database.writing() as session:
        full = {"person_id": cast["Sari"].id, "week": date(2026, 7, 20), "messages": 20, "minutes": 0, "refused": 0}
        await insert_rows(session, Attention, [full], unique=["person_id", "week"])
        await session.execute(update(Person).where(Person.name == "Budi").values(reachable=True))
    await strike(database, WEDNESDAY)
    assert [one.person_id for one in await letters(database, ASKED)] == [cast["Budi"].id]


@pytest.mark.parametrize(
    ("now", "closed", "expected"),
    [
        ("2026-07-20 09:00", "", "2026-07-22 12:30"),
        ("2026-07-22 12:30", "", "2026-07-29 12:30"),  # strictly after
        ("2026-07-23 09:00", "", "2026-07-29 12:30"),  # one a week
        ("2026-07-20 09:00", "2026-07-22", "2026-07-23 12:30"),
        ("2026-07-20 09:00", "2026-07-22 2026-07-23", "2026-07-24 13:30"),  # after Friday prayer
        ("2026-07-20 09:00", "2026-07-22 2026-07-23 2026-07-24", "2026-07-29 12:30"),
    ],
)
def test_the_first_school_day_from_wednesday_on(now: str, closed: str, expected: str) -> None:
    marked = tuple(Marked("school", day, day, "closed") for day in map(date.fromisoformat, closed.split()))
    moment = weekly.next_after(of(marked=marked), wall(now), "Asia/Jakarta")
    assert moment == wall(expected)
    assert moment.tzinfo is UTC
