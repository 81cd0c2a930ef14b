"""A letter of the week to one person: on its first school day, once, not on leave, not for who has lost the role."""

from datetime import date, datetime

import pytest
from sqlalchemy import select, update

from community import calendar
from community.roles import Role
from learning import belongings, own_weeks, weeks
from learning.own_weeks import COUNTS, LEADS
from storage.database import Database, Session
from storage.models import CalendarDay, Leave, Membership, Person, PersonTurn
from tests.coaching.cast import Coached, school, wall

FRIDAY, MONDAY, AFTER = wall("2026-08-07T08:00"), wall("2026-08-10T14:00"), wall("2026-08-10T14:01")


@pytest.mark.parametrize(
    "workdays, said, opens",
    [
        (None, "2026-08-07T08:00", "2026-08-10T14:00"),  # Friday: the Monday after
        (None, "2026-08-10T13:59", "2026-08-10T14:00"),
        (None, "2026-08-10T14:00", "2026-08-18T14:00"),  # the 17th is Independence Day
        ("sat,sun,mon,tue,wed,thu", "2026-08-07T08:00", "2026-08-08T14:00"),  # a week from Saturday on
        (None, "2026-12-24T08:00", "2026-12-28T14:00"),
    ],
)
def test_a_week_opens_on_its_first_school_day(workdays: str | None, said: str, opens: str) -> None:
    assert weeks.opens_after(calendar.of(workdays), wall(said), "14:00", "Asia/Jakarta") == wall(opens)


async def _begun(session: Session, name: str = LEADS) -> None:
    while await own_weeks.begin(session, name, FRIDAY):
        pass


async def _next(session: Session, who: Person, name: str = LEADS) -> datetime | None:
    return (await own_weeks.of_person(session, who.id))[name]


async def _moved(session: Session, who: Person, name: str = LEADS) -> bool:
    return await own_weeks.skip(session, name, who.id, MONDAY, "Asia/Jakarta", calendar.of())


async def test_it_is_begun_for_whom_it_is_for_claimed_once_and_comes_a_week_later(database: Database) -> None:
    async with school(database) as (session, cast):
        await _begun(session)
        await _begun(session, COUNTS)
        rows = (await session.execute(select(PersonTurn.person_id, PersonTurn.name, PersonTurn.next_at))).all()
        assert {(row.person_id, row.name) for row in rows} == {(cast.faisal.id, LEADS), (cast.kepala.id, COUNTS)}
        assert await _next(session, cast.faisal) == MONDAY
        assert await own_weeks.claimed(session, LEADS, wall("2026-08-10T13:59")) == []
        (turn,) = await own_weeks.claimed(session, LEADS, AFTER)
        assert (turn.person.id, [one.id for one in turn.groups]) == (cast.faisal.id, [cast.group.id])
        assert turn.reaches(AFTER) and not turn.reaches(wall("2026-08-10T20:30")), "not in the evening"
        assert not turn.reaches(wall("2026-08-11T14:00")), "of Monday alone"
        assert await own_weeks.claimed(session, LEADS, AFTER) == []
        assert await _next(session, cast.faisal) == wall("2026-08-18T14:00")


async def _lost(session: Session, cast: Coached) -> None:
    await session.execute(update(Membership).where(Membership.role == Role.FACILITATOR).values(until=FRIDAY))


async def test_who_has_lost_the_role_is_forgotten_and_who_is_away_is_let_be(database: Database) -> None:
    async with school(database) as (session, cast):
        await _begun(session)
        day = date(2026, 8, 10)
        session.add(Leave(person_id=cast.faisal.id, first_day=day, last_day=day, created_at=FRIDAY))
        (turn,) = await own_weeks.claimed(session, LEADS, AFTER)
        assert turn.away and not turn.reaches(AFTER)
        await _lost(session, cast)
        assert await own_weeks.claimed(session, LEADS, wall("2026-08-18T14:00")) == []
        assert await own_weeks.of_person(session, cast.faisal.id) == {}


async def test_on_a_monday_that_became_a_day_off_it_comes_on_tuesday(database: Database) -> None:
    async with school(database) as (session, cast):
        await _begun(session)
        session.add(
            CalendarDay(
                scope="school", school_id=cast.group.school_id, first_day=date(2026, 8, 10),
                last_day=date(2026, 8, 10), kind="closed", label="libur mendadak", created_at=FRIDAY,
            )
        )  # fmt: skip
        await session.flush()
        (turn,) = await own_weeks.claimed(session, LEADS, AFTER)
        assert not turn.reaches(AFTER)
        assert await _next(session, cast.faisal) == wall("2026-08-11T14:00")


async def test_switched_off_it_stays_off_and_a_skipped_one_is_the_next(database: Database) -> None:
    async with school(database) as (session, cast):
        await _begun(session)
        assert await _moved(session, cast.faisal) and not await _moved(session, cast.faisal), "once"
        assert await _next(session, cast.faisal) == wall("2026-08-18T14:00")
        await own_weeks.switch(session, LEADS, cast.faisal, False, FRIDAY)
        await _begun(session)
        assert await _next(session, cast.faisal) is None
        assert await own_weeks.claimed(session, LEADS, wall("2026-09-30T14:00")) == []
        await own_weeks.switch(session, LEADS, cast.faisal, True, FRIDAY)
        assert await _next(session, cast.faisal) == MONDAY
        await own_weeks.switch(session, LEADS, cast.sari, True, FRIDAY)
        assert await own_weeks.of_person(session, cast.sari.id) == {}, "a teacher has none"


async def test_it_is_in_the_copy_and_goes_with_the_person(database: Database) -> None:
    async with school(database) as (session, cast):
        await _begun(session)
        copied = await belongings.copy_of(session, cast.faisal)
        assert copied["weekly_letters"] == {LEADS: MONDAY.isoformat()}
        await belongings.forget(session, cast.faisal, FRIDAY)
        assert (await session.scalars(select(PersonTurn))).all() == []
