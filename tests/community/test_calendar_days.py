"""Days marked in the database: whose calendar they come into."""

from datetime import date

import pytest

from community import calendar
from community.calendar import days
from content import calendars
from storage.database import Database, Session
from storage.models import CalendarDay, School
from tests.community.cast import NOW
from tests.counting import statements

ON = date(2026, 9, 2)  # a Wednesday


async def a_school(session: Session, province: str | None = None, **more: object) -> School:
    values: dict[str, object] = {"name": "SD Melati", "zone": "Asia/Jakarta", "created_at": NOW} | more
    school = School(province=province, **values)
    session.add(school)
    await session.flush()
    return school


def a_day(kind: str, scope: str, **more: object) -> CalendarDay:
    return CalendarDay(**({"scope": scope, "first_day": ON, "last_day": ON, "kind": kind, "created_at": NOW} | more))


async def test_marks_reach_their_nation_province_or_school_and_nobody_else(database: Database) -> None:
    async with database.writing() as session:
        east, west, free = [await a_school(session, province) for province in ("jawa-timur", "jawa-barat", None)]
        session.add_all(
            [
                a_day("closed", "province", province="jawa-timur"),
                a_day("open", "school", school_id=east.id),
                a_day("exam", "school", school_id=free.id),
                a_day("closed", "nation", first_day=date(2026, 9, 3), last_day=date(2026, 9, 3)),
                a_day("closed", "planet"),
                a_day("party", "nation"),
            ]
        )
        other = await a_school(session, "jawa-timur", workdays="thu,fri", ramadan_time="08:00")
        found = await calendar.calendars_of(session, [east.id, west.id, free.id, other.id, None, 999])
    assert {number: one.is_open(ON) for number, one in found.items()} == {
        east.id: True, west.id: True, free.id: False, other.id: False, None: True, 999: True,
    }  # fmt: skip
    assert not any(one.is_open(date(2026, 9, 3)) for one in found.values())
    assert (found[other.id].ramadan_time, found[other.id].province) == ("08:00", "jawa-timur")
    assert found[None] is found[999]


async def test_any_number_of_schools_costs_two_queries(database: Database) -> None:
    async with database.writing() as session:
        schools = [await a_school(session) for _ in range(30)]
        with statements() as asked:
            await calendar.calendars_of(session, [school.id for school in schools])
        assert len(asked) == 2
        with statements() as asked:
            await calendar.calendars_of(session, [None])
        assert len(asked) == 1


async def test_a_provinces_file_counts_until_somebody_marks_the_day_otherwise(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    label = {"id": "Libur semester", "en": "Semester break"}
    form = {"from": ON, "to": date(2026, 9, 4), "kind": "closed", "label": label}
    written = calendars.Days.model_validate(form)
    monkeypatch.setattr(calendars, "days_of", lambda province: (written,) if province == "bali" else ())
    days._of_file.cache_clear()
    try:
        async with database.writing() as session:
            there, elsewhere = await a_school(session, "bali"), await a_school(session, "aceh")
            session.add(
                a_day("open", "province", province="bali", first_day=date(2026, 9, 4), last_day=date(2026, 9, 4))
            )
            found = await calendar.calendars_of(session, [there.id, elsewhere.id])
    finally:
        days._of_file.cache_clear()
    reason = found[there.id].why_closed(ON)
    assert reason == calendar.Reason("closed", "Libur semester", "Semester break")
    assert found[there.id].is_open(date(2026, 9, 4))
    assert found[elsewhere.id].is_open(ON)
