"""A new school year: who is asked, when, once; and what becomes of the answers."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from community import people, school_years
from community.roles import Role
from handlers import consent, lost
from handlers import school_years as door
from storage.database import Database, Session
from storage.models import CalendarDay, Group, Leave, Letter, Person, Posting, School
from tests.community import test_doors
from tests.community.cast import a_group
from tests.community.test_doors import Town, data_of, words
from tests.counting import statements

BEFORE = datetime(2026, 5, 4, 1, 0, tzinfo=UTC)
AFTERNOON = datetime(2026, 7, 1, 6, 30, tzinfo=UTC)  # a Wednesday, 13:30 in Jakarta
YEAR = "2026/2027"
_numbers = count(7001)


def wall(text: str, zone: str = "Asia/Jakarta") -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


async def a_school(session: Session, name: str = "SD Melati") -> School:
    school = School(name=name, zone="Asia/Jakarta", created_at=BEFORE)
    session.add(school)
    await session.flush()
    return school


async def a_teacher(session: Session, group: Group, name: str = "Sari", **more: object) -> Person:
    values: dict[str, object] = {"tg_user_id": next(_numbers), "consented_at": BEFORE, "reachable": True}
    values |= {"language": "id", "created_at": BEFORE} | more
    since = values.pop("since", BEFORE)
    role = values.pop("role", Role.TEACHER)
    person = Person(name=name, **values)
    session.add(person)
    await session.flush()
    assert isinstance(since, datetime) and isinstance(role, Role)
    await people.give_role(session, person.id, group.id, role, since)
    return person


async def asked(database: Database) -> list[Letter]:
    async with database.reading() as session:
        return list(await session.scalars(select(Letter).where(Letter.key.startswith("year:")).order_by(Letter.id)))


@pytest.mark.parametrize(
    "day, year",
    [
        ("2026-06-30", "2025/2026"),
        ("2026-07-01", "2026/2027"),
        ("2026-12-31", "2026/2027"),
        ("2027-01-01", "2026/2027"),
    ],
)
def test_a_school_year_begins_in_july(day: str, year: str) -> None:
    assert school_years.year_of(date.fromisoformat(day)) == year
    assert school_years.begins(year) == date(int(year[:4]), 7, 1)


async def test_each_teacher_is_asked_once_however_often_the_clock_asks(database: Database) -> None:
    async with database.writing() as session:
        school = await a_school(session)
        group = await a_group(session, school_id=school.id)
        other = await a_group(session, -8, school_id=school.id)
        sari = await a_teacher(session, group)
        await people.give_role(session, sari.id, other.id, Role.TEACHER, BEFORE)
        session.add(Posting(person_id=sari.id, school_year="2025/2026", grade="4", school_id=school.id))
    for again in range(3):
        async with database.writing() as session:
            assert await school_years.due(session, AFTERNOON + timedelta(hours=again)) == (again == 0)
    (letter,) = await asked(database)
    assert (letter.key, letter.chat_id, letter.person_id) == (f"year:{YEAR}:{sari.id}", sari.tg_user_id, sari.id)
    assert "Tahun ajaran 2026/2027" in words([letter])
    assert "kelas 4, SD Melati" in words([letter])
    assert data_of([letter]) == ["year:same:2026", "year:class:2026", "year:school:2026"]
    assert letter.not_after == wall("2026-07-01 20:00")
    async with database.reading() as session:
        rows = (await session.scalars(select(Posting).order_by(Posting.school_year))).all()
        assert [(row.school_year, row.grade, row.answered_at) for row in rows] == [
            ("2025/2026", "4", None), (YEAR, None, None),
        ]  # fmt: skip


async def test_only_who_was_there_agreed_teaches_and_can_be_written_to_is_asked(database: Database) -> None:
    async with database.writing() as session:
        school = await a_school(session)
        group = await a_group(session, school_id=school.id)
        await a_teacher(session, group, "Budi", since=AFTERNOON - timedelta(minutes=1))  # joined this year
        await a_teacher(session, group, "Tono", consented_at=None)
        await a_teacher(session, group, "Rini", reachable=False)
        await a_teacher(session, group, "Wati", tg_user_id=None)
        await a_teacher(session, group, "Ratna", role=Role.PRINCIPAL)
        told = await a_teacher(session, group, "Made")
        session.add(Posting(person_id=told.id, school_year=YEAR, grade="2"))
        away = await a_teacher(session, group, "Agus")
        session.add(Leave(person_id=away.id, first_day=date(2026, 6, 30), last_day=date(2026, 7, 1), created_at=BEFORE))
        asleep = await a_group(session, -9, school_id=school.id, state="left")
        await a_teacher(session, asleep, "Dewi")
    async with database.writing() as session:
        assert await school_years.due(session, AFTERNOON) == 0
    async with database.writing() as session:
        assert await school_years.due(session, AFTERNOON + timedelta(days=1)) == 1  # back from leave
    assert [letter.person_id for letter in await asked(database)] == [away.id]


@pytest.mark.parametrize(
    "now, zone, asks",
    [
        ("2026-06-30 14:00", "Asia/Jakarta", False),
        ("2026-07-01 12:59", "Asia/Jakarta", False),  # they teach
        ("2026-07-01 13:00", "Asia/Jakarta", True),
        ("2026-07-01 21:00", "Asia/Jakarta", False),
        ("2026-07-01 13:00", "Asia/Jayapura", True),
        ("2026-07-03 13:15", "Asia/Jakarta", False),  # Friday prayer
        ("2026-07-04 14:00", "Asia/Jakarta", False),  # Saturday
        ("2026-07-08 14:00", "Asia/Jakarta", False),  # marked as closed below
        ("2026-09-30 14:00", "Asia/Jakarta", True),
        ("2026-10-02 14:00", "Asia/Jakarta", False),
        ("2026-12-01 14:00", "Asia/Jakarta", False),
    ],
)
async def test_the_question_comes_after_lessons_on_an_open_day_of_the_first_months(
    database: Database, now: str, zone: str, asks: bool
) -> None:
    async with database.writing() as session:
        school = await a_school(session)
        group = await a_group(session, school_id=school.id, zone=zone)
        day = date(2026, 7, 8)
        session.add(
            CalendarDay(
                scope="school", school_id=school.id, first_day=day, last_day=day, kind="closed", created_at=BEFORE
            )
        )
        await a_teacher(session, group)
    async with database.writing() as session:
        assert await school_years.due(session, wall(now, zone)) == asks


async def test_the_number_of_queries_does_not_grow_with_the_teachers(database: Database) -> None:
    counted = []
    for size in (2, 40):
        async with database.writing() as session:
            school = await a_school(session)
            group = await a_group(session, -100 - size, school_id=school.id)
            for _ in range(size):
                await a_teacher(session, group)
        async with database.writing() as session:
            with statements() as asked_for:
                assert await school_years.due(session, AFTERNOON) == size
            counted.append(len(asked_for))
    assert counted[0] == counted[1] <= 8


async def test_two_clocks_at_once_ask_once(database: Database) -> None:
    async with database.writing() as session:
        group = await a_group(session, school_id=(await a_school(session)).id)
        for _ in range(5):
            await a_teacher(session, group)

    async def turn() -> int:
        async with database.writing() as session:
            return await school_years.due(session, AFTERNOON)

    assert sum(await asyncio.gather(turn(), turn(), turn())) == 5
    assert len({letter.key for letter in await asked(database)}) == len(await asked(database)) == 5


@pytest.fixture
async def town(database: Database, monkeypatch: pytest.MonkeyPatch) -> Town:
    """Sari taught class 4 at SD Melati last year and has just been asked."""
    monkeypatch.setattr(test_doors, "MODULES", (door, consent, lost))
    async with database.writing() as session:
        school = await a_school(session)
        group = await a_group(session, school_id=school.id)
        sari = await a_teacher(session, group, tg_user_id=11)
        await a_teacher(session, group, "Budi", tg_user_id=13)
        session.add(Posting(person_id=sari.id, school_year="2025/2026", grade="4", school_id=school.id))
        await school_years.due(session, AFTERNOON)
    return Town(database)


async def postings(town: Town) -> list[tuple[str, str | None, str | None, bool]]:
    async with town.database.reading() as session:
        query = select(Posting, School.name).outerjoin(School, School.id == Posting.school_id).join(Person)
        rows = await session.execute(query.where(Person.tg_user_id == 11).order_by(Posting.school_year))
        return [(one.school_year, one.grade, school, one.answered_at is not None) for one, school in rows]


LAST = ("2025/2026", "4", "SD Melati", False)


async def test_still_the_same_is_one_tap_and_last_year_is_kept(town: Town) -> None:
    answered = await town.taps(11, "year:same:2026")
    assert "kelas 4, SD Melati" in words(answered)
    await town.taps(11, "year:same:2026")
    assert await postings(town) == [LAST, (YEAR, "4", "SD Melati", True)]


async def test_another_class_is_tapped_or_typed(town: Town) -> None:
    shown = await town.taps(11, "year:class:2026")
    assert "year:grade:2026:5" in data_of(shown)
    await town.taps(11, "year:grade:2026:5")
    assert await postings(town) == [LAST, (YEAR, "5", "SD Melati", True)]
    await town.taps(11, "year:class:2026")
    assert "32 huruf" in words(await town.says(11, "x" * 40))
    assert "kelas 4B" in words(await town.says(11, "Kelas 4B"))
    assert await postings(town) == [LAST, (YEAR, "4B", "SD Melati", True)]


async def test_another_school_is_typed_and_the_class_is_asked_next(town: Town) -> None:
    await town.taps(11, "year:school:2026")
    assert "3 sampai 128" in words(await town.says(11, "??"))
    answered = await town.says(11, "SDN  Kenanga 2")
    assert "SDN Kenanga 2" in words(answered)
    assert "year:grade:2026:1" in data_of(answered)
    await town.says(11, "2A")
    assert await postings(town) == [LAST, (YEAR, "2A", "SDN Kenanga 2", True)]
    # A colleague who goes there as well means the same school.
    await town.taps(13, "year:school:2026")
    await town.says(13, "sdn kenanga 2")
    async with town.database.reading() as session:
        assert sorted(await session.scalars(select(School.name))) == ["SD Melati", "SDN Kenanga 2"]


async def schools(town: Town) -> list[str]:
    async with town.database.reading() as session:
        return sorted(await session.scalars(select(School.name)))


@pytest.mark.parametrize("typed", ["SD Mlati", "sd. melati", "S.D. Melati 2"])
async def test_a_school_that_is_nearly_known_is_offered_before_a_new_one_is_made(town: Town, typed: str) -> None:
    await town.taps(11, "year:school:2026")
    offered = await town.says(11, typed)
    (known,) = [data for data in data_of(offered) if data.startswith("year:is:2026:")]
    assert "year:new:2026" in data_of(offered)
    assert (await schools(town), (await postings(town))[1]) == (["SD Melati"], (YEAR, None, None, False))
    answered = await town.taps(11, known)
    assert "SD Melati" in words(answered) and "year:grade:2026:1" in data_of(answered)
    await town.says(11, "2A")
    assert await postings(town) == [LAST, (YEAR, "2A", "SD Melati", True)]
    assert await schools(town) == ["SD Melati"]


async def test_what_is_nearly_known_may_be_another_school_all_the_same(town: Town) -> None:
    await town.taps(11, "year:school:2026")
    await town.says(11, "SD Melati 2")
    answered = await town.taps(11, "year:new:2026")
    assert "SD Melati 2" in words(answered) and "year:grade:2026:1" in data_of(answered)
    assert await schools(town) == ["SD Melati", "SD Melati 2"]


async def test_a_public_school_may_be_written_in_two_ways(town: Town) -> None:
    await town.taps(11, "year:school:2026")
    await town.says(11, "SDN Kenanga 2")
    await town.taps(13, "year:school:2026")
    offered = await town.says(13, "SD Negeri Kenanga 2")
    assert [data for data in data_of(offered) if data.startswith("year:is:2026:")]


async def test_a_school_can_be_typed_anew_instead_of_taking_what_is_offered(town: Town) -> None:
    await town.taps(11, "year:school:2026")
    await town.says(11, "SD Mlati")
    assert "year:grade:2026:1" in data_of(await town.says(11, "SD Melati"))
    assert await schools(town) == ["SD Melati"]


async def test_one_person_makes_three_new_schools_in_a_year_and_no_more(town: Town) -> None:
    for name in ("Kenari", "Merpati", "Cendrawasih"):
        await town.taps(11, "year:school:2026")
        await town.says(11, f"SMPN {name} 12")
    for name in ("Rajawali", "Garuda"):
        await town.taps(11, "year:school:2026")
        assert "/anggota" in words(await town.says(11, f"Madrasah {name}"))
    assert len(await schools(town)) == 4
    assert (await postings(town))[1][2] == "SMPN Cendrawasih 12"
    await town.says(11, "SD Melati")  # one that is there already may be chosen still
    assert (await postings(town))[1][2] == "SD Melati"


async def test_nobody_chooses_a_school_out_of_their_sight_or_one_that_was_never_typed(town: Town) -> None:
    async with town.database.writing() as session:
        far = (await a_school(session, "SD Melati")).id
    before = await postings(town)
    for data in (f"year:is:2026:{far}", "year:is:2026:999999999999999999999", "year:is:2026", "year:new:2026"):
        await town.taps(11, data)
    assert await postings(town) == before


async def test_who_told_nothing_before_keeps_the_school_of_the_group(town: Town) -> None:
    await town.taps(13, "year:grade:2026:6")
    async with town.database.reading() as session:
        row = (await session.scalars(select(Posting).join(Person).where(Person.tg_user_id == 13))).one()
        assert (row.grade, row.school_id) == ("6", await session.scalar(select(School.id)))


async def test_made_up_buttons_and_years_nobody_asked_about_change_nothing(town: Town) -> None:
    before = await postings(town)
    for data in ("year:same", "year:same:2025", "year:same:1999", "year:same:99999999", "year:grade:2027:4",
                 "year:grade:2026:", "year:class:x", "year:school:2031"):  # fmt: skip
        await town.taps(11, data)
    await town.taps(99, "year:same:2026")
    assert (await postings(town))[1:] == before[1:]
