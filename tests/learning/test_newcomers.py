"""Who has just joined is told when the first lesson comes, or in ten lines what they come into."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from community import joining
from community.refusals import Refusal
from content import packs
from content.texts import LANGUAGES, Texts
from handlers import readiness as readiness_door
from learning import delivering, newcomers, own_hours, programmes
from storage.database import Database
from storage.models import Delivery, Enrolment, Group, Invitation, Person
from tests.learning.conftest import EVENING_BEFORE, MORNING, Cast, Door, data_of, words_of

SAY = Texts("id")


async def _lines(database: Database, cast: Cast, now: datetime, name: str = "Sari", say: Texts = SAY) -> list[str]:
    async with database.reading() as session:
        person = await session.get_one(Person, cast[name].id)
        group = await session.get_one(Group, cast.melati.id)
        return await newcomers.welcome(session, person, group, now, say)


async def test_a_group_without_a_programme_has_nothing_to_tell(database: Database, cast: Cast) -> None:
    assert await _lines(database, cast, MORNING) == []


async def test_before_the_first_lesson_its_day_and_hour_are_told(database: Database, cast: Cast) -> None:
    async with database.writing() as session:
        await programmes.enrol(session, cast.melati.id, "awal", EVENING_BEFORE)
    assert await _lines(database, cast, EVENING_BEFORE) == ["Pelajaran pertama datang Rabu, 22 Jul pukul 06.30."]
    async with database.writing() as session:
        await session.execute(update(Person).where(Person.name == "Sari").values(zone="Asia/Jayapura"))
    assert await _lines(database, cast, EVENING_BEFORE) == ["Pelajaran pertama datang Rabu, 22 Jul pukul 08.30."]


@pytest.mark.parametrize("position", [1, 3, 5, 6, 10])
@pytest.mark.parametrize("language", LANGUAGES)
async def test_who_comes_late_reads_at_most_ten_lines_and_owes_nothing(
    database: Database, cast: Cast, position: int, language: str
) -> None:
    say, pack = Texts(language), packs.pack("awal")
    async with database.writing() as session:
        enrolment = await programmes.enrol(session, cast.melati.id, "awal", EVENING_BEFORE)
        enrolment.position = position
    lines = await _lines(database, cast, MORNING, say=say)
    told = "\n".join(lines)
    assert len(told.split("\n")) <= newcomers.MOST_LINES
    assert pack.title(language) in lines[0]
    assert pack.description(language)[:60] in told
    assert say.plain("readiness.joining.place", number=position, of=10) in lines
    week = pack.lessons[:5] if position <= 5 else pack.lessons[5:]
    others = pack.lessons[5:] if position <= 5 else pack.lessons[:5]
    assert all(lesson.text(language).title in told for lesson in week)
    assert not any(lesson.text(language).title in told for lesson in others)
    assert ("/today" if language == "en" else "/hariini") in told
    assert len(told) < 600, "no wall of words"
    assert "" in lines, "with room between"


async def test_after_the_end_it_is_said_that_it_is_over(database: Database, cast: Cast) -> None:
    async with database.writing() as session:
        enrolment = await programmes.enrol(session, cast.melati.id, "awal", EVENING_BEFORE)
        enrolment.position, enrolment.next_at, enrolment.finished_at = 10, None, MORNING
    (line,) = await _lines(database, cast, MORNING)
    assert "baru selesai dengan Sepuluh hari pertama" in line


async def test_a_paused_programme_promises_no_day(database: Database, cast: Cast) -> None:
    async with database.writing() as session:
        enrolment = await programmes.enrol(session, cast.melati.id, "awal", EVENING_BEFORE)
        enrolment.next_at = None
    assert await _lines(database, cast, MORNING) == []
    async with database.writing() as session:
        await session.execute(update(Enrolment).values(position=2))
    assert not any("berikutnya datang" in line for line in await _lines(database, cast, MORNING))


async def test_both_ways_in_tell_it_once_and_only_teachers(database: Database, cast: Cast) -> None:
    first = "Pelajaran pertama datang Rabu, 22 Jul pukul 06.30."
    async with database.writing() as session:
        await programmes.enrol(session, cast.melati.id, "awal", EVENING_BEFORE)
        for token, role in (("guru", "teacher"), ("coach", "coach")):
            session.add(Invitation(token=token, group_id=cast.melati.id, role=role, created_at=EVENING_BEFORE))
        await session.flush()
        drafts = await joining.said_yes(
            session, 555, "f" * 64, "gguru", "id", None, EVENING_BEFORE, tell=newcomers.welcome
        )
        assert [words_of(one).count(first) for one in drafts] == [1, 0, 0]
        tamu = await session.get_one(Person, cast["Tamu"].id)
        for letter, token, times in (("g", "guru", 1), ("i", "coach", 0)):
            opened = await joining.opened(
                session, letter, token, tamu, 106, SAY, EVENING_BEFORE, tell=newcomers.welcome
            )
            assert words_of(opened[0]).count(first) == times
        dead = await joining.said_yes(
            session, 556, "e" * 64, "gnothere", "id", None, EVENING_BEFORE, tell=newcomers.welcome
        )
        assert first not in words_of(dead[0])


async def test_an_hour_of_ones_own_moves_the_next_lesson_of_ones_own_pace(database: Database, cast: Cast) -> None:
    async with database.writing() as session:
        sari = await session.get_one(Person, cast["Sari"].id)
        begun = await programmes.begin_own_pace(session, sari, cast.melati.id, "awal", EVENING_BEFORE)
        assert begun.next_at == MORNING
        assert await own_hours.choose(session, sari, "hour", "15.00", EVENING_BEFORE) is None
    async with database.writing() as session:
        begun = (await session.scalars(select(Enrolment))).one()
        assert begun.next_at == MORNING + timedelta(hours=8.5)
        await delivering.deliver_due(session, begun.next_at)
        sent = (await session.scalars(select(Delivery))).one()
        assert sent.person_id == cast["Sari"].id
    async with database.writing() as session:  # today's has come: another hour is for tomorrow
        sari = await session.get_one(Person, cast["Sari"].id)
        await own_hours.choose(session, sari, "hour", "19.00", MORNING + timedelta(hours=9))
    async with database.reading() as session:
        assert await session.scalar(select(Enrolment.next_at)) == MORNING + timedelta(days=1, hours=12.5)
    async with database.writing() as session:
        sari = await session.get_one(Person, cast["Sari"].id)
        assert await own_hours.choose(session, sari, "hour", "23.00", MORNING) == "community.setup.wrong.quiet"
        await own_hours.choose(session, sari, "day", "thu", MORNING + timedelta(hours=9))
    async with database.reading() as session:
        assert await session.scalar(select(Enrolment.next_at)) == MORNING + timedelta(days=2, hours=12.5)


async def test_the_talk_of_kesiapan_from_the_first_tap_to_an_hour_that_is_typed(database: Database, cast: Cast) -> None:
    door = Door(database, readiness_door)
    (page,) = await door.message(100, "/kesiapan")
    assert "ready:ask:pace" in data_of(page)
    (_,) = await door.tap(100, "ready:ask:pace")
    (changed,) = await door.tap(100, "ready:set:pace:slow")
    assert changed.method == "editMessageText"
    assert "Langkah: Pelan" in words_of(changed)
    assert "/program" in words_of(changed)
    (hours,) = await door.tap(100, "ready:hours")
    assert "Jam: 06.30" in words_of(hours)
    (wrong,) = await door.message(100, "tengah malam")
    assert "belum saya pahami" in words_of(wrong)
    (typed,) = await door.message(100, "jam 16.10")
    assert "Jam: 16.10" in words_of(typed)
    (left,) = await door.tap(100, "ready:day:fri")
    assert "Hari: Senin, Selasa, Rabu, Kamis\n" in words_of(left)
    (east,) = await door.tap(100, "ready:zone:wit")
    assert "Zona: WIT" in words_of(east)
    (back,) = await door.tap(100, "ready:page")
    assert "Kesiapan saya" in words_of(back)


async def test_the_coach_gets_the_teachers_readiness_and_a_teacher_does_not(database: Database, cast: Cast) -> None:
    door = Door(database, readiness_door)
    await door.tap(100, "ready:set:phone:shared")
    (page,) = await door.message(102, "/readiness")
    assert "ready:groups" in data_of(page)
    (told,) = await door.tap(102, "ready:groups")
    assert "Bu Sari</b>: ponsel bergantian" in words_of(told)
    assert "1 guru lain belum mengisi" in words_of(told)
    for data in ("ready:groups", f"ready:of:{cast.melati.id}", "ready:of:999", "ready:of:x"):
        with pytest.raises(Refusal):
            await door.tap(101, data)
    (way,) = await door.message(102, "/kesiapan", -1001)
    assert way.chat_id == -1001
    assert "sinyal" not in words_of(way)
