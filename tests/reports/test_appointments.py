"""/jadwal lists what people agreed to: their own, in order, by their own wall, with the way to move or cancel it."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from coaching import handovers, pauses
from content.texts import Texts
from reports import schedule
from storage.database import Database, Session
from storage.models import CoachingSession, Cycle, Group, Leave, Meeting, Membership, Person
from tests.counting import statements
from tests.learning.conftest import Cast, seed
from tests.reports import rhythms
from tests.reports.cast import wall
from tests.reports.rhythms import SHOWN, STARTS, THURSDAY_10, Case
from tests.reports.test_schedule import begun, data_of, lines_of, looks, person, strike

CASES = [pytest.param(case, id=f"{case.rhythm}, {case.action} by {case.who}") for case in SHOWN]
SAY = Texts("id")


def line_of(page: schedule.Page, words: str) -> str:
    (line,) = [line for line in lines_of(page) if words in line]
    return line


@pytest.mark.parametrize("case", CASES)
async def test_what_is_agreed_is_listed_and_its_button_leads_to_it(database: Database, case: Case) -> None:
    await begun(database, case)
    page = await looks(database, case.who, case.seen)
    n = line_of(page, case.line).partition(".")[0]
    (button,) = [one for row in page[1] for one in row if f" {n}: " in one["text"]]
    assert button["callback_data"].partition(":")[0] == case.action
    assert not any(data.startswith(f"sched:{case.action}") for data in data_of(page)), "nothing is called off by a tap"
    assert await strike(database, case) > 0, "what the list says comes"


@pytest.mark.parametrize("case", CASES)
async def test_nobody_sees_what_others_agreed_to(database: Database, case: Case) -> None:
    await begun(database, case)
    theirs = {one.who for one in SHOWN if one.story is case.story}
    if case.rhythm == "meetings":
        theirs |= {"Sari", "Ratna", "Hendra"}  # the group's own
    if case.rhythm == "surveys open":
        theirs |= {"Ratna"}  # as principal she opens and reads surveys, too
    for other in ({"Sari", "Budi", "Ratna", "Hendra", "Made", "Dewi", "Tamu"}) - theirs:
        assert case.line not in (await looks(database, other, case.seen))[0], other


async def test_a_meeting_is_everybodys_who_goes_there(database: Database) -> None:
    (case,) = [one for one in SHOWN if one.rhythm == "meetings"]
    await begun(database, case)
    for who in ("Sari", "Ratna", "Hendra"):
        assert line_of(await looks(database, who, case.seen), case.line)
    async with database.writing() as session:
        await session.execute(update(Meeting).values(state="cancelled"))
    assert case.line not in (await looks(database, "Sari", case.seen))[0]


async def _met(database: Database) -> Cast:
    async with database.writing() as session:
        cast = await seed(session)
        await rhythms.meeting_soon(session, cast)
    return cast


async def test_the_hour_is_told_by_the_readers_own_wall_among_the_rest(database: Database) -> None:
    cast = await _met(database)
    async with database.writing() as session:
        await rhythms.meeting_planned(session, cast)
        await session.execute(update(Person).where(Person.name == "Sari").values(zone="Asia/Jayapura"))
    at = await looks(database, "Ratna", STARTS), await looks(database, "Sari", STARTS)
    assert "Kamis, 6 Agu, 10.00 WIB: bertemu Bu Sari" in at[0][0]
    assert "Kamis, 6 Agu, 12.00 WIT: bertemu Bu Ratna" in at[1][0]
    told = [line.partition(". ")[2] for line in lines_of(at[1])]
    order = [next(n for n, one in enumerate(told) if words in one)
             for words in ("bertemu Bu Ratna", "pengingat coaching", "pertemuan Kombel Melati")]  # fmt: skip
    assert order == sorted(order), "the 6th, the 7th, the 11th"


async def test_who_stands_in_sees_when_and_neither_how_nor_where(database: Database) -> None:
    cast = await _met(database)
    async with database.writing() as session:
        await session.execute(update(CoachingSession).values(place="Ruang BK", mode="online"))
        session.add(Membership(person_id=cast["Dewi"].id, group_id=cast.melati.id, role="coach", since=STARTS))
        await session.flush()
        cycle = (await session.scalars(select(Cycle.id))).one()
        await handovers.stand_in(session, await person(session, "Ratna"), cycle, cast["Dewi"].id, STARTS)
    words, rows = await looks(database, "Dewi", STARTS)
    assert "10.00 WIB: pertemuan coaching Bu Ratna dan Bu Sari, 30 menit\n" in f"{words}\n"
    assert "Ruang BK" not in words and "daring" not in words
    assert f"ses:{cycle}" in data_of((words, rows))


@pytest.mark.parametrize("over", ["left", "paused", "moved", "begun", "withdrawn"])
async def test_what_is_over_is_not_listed(database: Database, over: str) -> None:
    cast = await _met(database)
    now = THURSDAY_10 if over == "begun" else STARTS
    async with database.writing() as session:
        if over == "left":
            await session.execute(update(Group).where(Group.id == cast.melati.id).values(state="left"))
        elif over == "paused":
            cycle = (await session.scalars(select(Cycle.id))).one()
            await pauses.pause(session, await person(session, "Sari"), cycle, 7, STARTS)
        elif over == "moved":
            await session.execute(update(CoachingSession).values(state="moved"))
        elif over == "withdrawn":
            gone = (Membership.person_id == cast["Sari"].id, Membership.role == "teacher")
            await session.execute(update(Membership).where(*gone).values(until=STARTS))
    assert "bertemu" not in (await looks(database, "Sari", now))[0]


async def test_many_appointments_come_in_parts_in_order(database: Database) -> None:
    cast = await _met(database)
    async with database.writing() as session:
        cycle = (await session.scalars(select(Cycle.id))).one()
        for n in range(25):
            session.add(
                CoachingSession(
                    group_id=cast.melati.id, cycle_id=cycle, state="agreed", minutes=15, created_at=STARTS,
                    starts_at=THURSDAY_10 + timedelta(days=n + 1),
                )
            )  # fmt: skip
    parts = [await looks(database, "Sari", STARTS, part=part) for part in (0, 1)]
    assert [len(lines_of(part)) for part in parts] == [20, 7], "26 times to meet, and the reminder of the step"
    days = [line.partition(", ")[2].partition(",")[0] for part in parts for line in lines_of(part) if "bertemu" in line]
    assert days == [_spoken(n) for n in range(26)]


def _spoken(n: int) -> str:
    day = (wall("2026-08-06 10:00") + timedelta(days=n)).date()
    return f"{day.day} {('Agu', 'Sep')[day.month - 8]}"


async def test_a_week_of_the_plan_waits_for_a_leave_and_a_meeting_does_not(database: Database) -> None:
    async with database.writing() as session:
        cast = await seed(session)
        await rhythms.planned(session, cast)
        await rhythms.meeting_planned(session, cast)
        days = {"first_day": wall("2026-08-10 09:00").date(), "last_day": wall("2026-08-12 09:00").date()}
        session.add(Leave(person_id=cast["Sari"].id, created_at=STARTS, **days))
    page = await looks(database, "Sari", STARTS)
    assert "rencana kerja" not in page[0] and "pertemuan Kombel Melati" in page[0]


async def _costs(session: Session, name: str) -> int:
    with statements() as seen:
        await schedule.page(session, await person(session, name), SAY, STARTS)
    return len(seen)


async def test_more_appointments_cost_no_more_queries(database: Database) -> None:
    cast = await _met(database)
    async with database.reading() as session:
        before = await _costs(session, "Sari")
    async with database.writing() as session:
        await rhythms.meeting_planned(session, cast)
        await rhythms.planned(session, cast)
        await rhythms.visited(session, cast)
    async with database.reading() as session:
        assert await _costs(session, "Sari") == before
