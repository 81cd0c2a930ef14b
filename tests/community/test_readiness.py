"""Five taps about oneself: kept as said, each may be left open, read by few; and hours of one's own."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from community import consent, own_hours, readiness
from community.readiness import QUESTIONS
from community.refusals import NeedsConsent, NotAllowed
from community.roles import Role
from content.lessons import READINESS
from content.texts import LANGUAGES, Texts
from storage.database import Database, Session
from storage.letters import Button
from storage.models import Group, Look, Pairing, Person, Readiness, School
from tests.community.cast import NOW, a_group, somebody
from tests.counting import statements

SAY = Texts("id")
MONDAY = date(2026, 7, 6)


def data_of(rows: list[list[Button]]) -> list[str]:
    return [key["callback_data"] for row in rows for key in row]


async def _teacher(session: Session) -> tuple[Person, Group]:
    group = await a_group(session)
    sari = await somebody(session, "Sari", 11, group=group, roles=(Role.TEACHER,))
    await somebody(session, "Ratna", 13, group=group, roles=(Role.COACH, Role.PRINCIPAL))
    return sari, group


async def test_five_taps_at_joining_are_one_message_that_goes_on_by_itself(database: Database) -> None:
    async with database.writing() as session:
        sari, _ = await _teacher(session)
        asked = await readiness.at_joining(session, sari, SAY, NOW)
        assert asked is not None
        assert (asked.method, asked.chat_id) == ("sendMessage", 11)
        words = asked.params["text"]
        assert "(1 dari 5)" in words
        assert "Ratna" in words, "who will see it stands there before anything is said"
        rows = asked.params["reply_markup"]["inline_keyboard"]
        for question in QUESTIONS:
            choices = [f"ready:join:{question}:{value}" for value in READINESS[question]]
            assert data_of(rows) == [*choices, f"ready:join:{question}:-", "ready:enough"]
            assert all(len(one.encode()) <= 64 for one in data_of(rows))
            words, rows = await readiness.said(session, sari, question, READINESS[question][-1], SAY, NOW)
        assert rows == []
        assert "/kesiapan" in words
        assert await readiness.of(session, [sari.id]) == {
            sari.id: {"phone": "shared", "signal": "weak", "mode": "voice", "tools": "many", "pace": "fast"}
        }


async def test_each_may_be_left_open_and_all_of_them(database: Database) -> None:
    async with database.writing() as session:
        sari, _ = await _teacher(session)
        await readiness.at_joining(session, sari, SAY, NOW)
        for question in QUESTIONS:
            words, _ = await readiness.said(session, sari, question, "-", SAY, NOW)
        assert words.count("belum diisi") == 5
        assert await readiness.of(session, [sari.id]) == {sari.id: {}}


async def test_nobody_is_asked_twice_and_only_a_teacher_is_asked(database: Database) -> None:
    async with database.writing() as session:
        sari, group = await _teacher(session)
        ratna = (await session.scalars(select(Person).where(Person.name == "Ratna"))).one()
        assert await readiness.at_joining(session, ratna, SAY, NOW) is None
        assert await readiness.at_joining(session, sari, SAY, NOW) is not None
        assert await readiness.at_joining(session, sari, SAY, NOW) is None
        tamu = await somebody(session, "Tamu", 99)
        assert await readiness.at_joining(session, tamu, SAY, NOW) is None
        assert group.title


async def test_a_later_answer_replaces_an_earlier_one_and_can_be_taken_back(database: Database) -> None:
    async with database.writing() as session:
        sari, _ = await _teacher(session)
        await readiness.changed(session, sari, "mode", "text", SAY, NOW)
        await readiness.changed(session, sari, "signal", "weak", SAY, NOW)
        words, _ = await readiness.changed(session, sari, "mode", "voice", SAY, NOW)
        assert "Bercerita: Berbicara" in words
        _, rows = await readiness.ask(session, sari, "mode", SAY)
        assert (
            next(key["text"] for row in rows for key in row if key["callback_data"].endswith("voice")) == "✓ Berbicara"
        )
        await readiness.changed(session, sari, "mode", "-", SAY, NOW)
        assert (await readiness.of(session, [sari.id]))[sari.id] == {"signal": "weak"}


@pytest.mark.parametrize(
    ("question", "value"), [("phone", "stolen"), ("age", "60"), ("", ""), ("pace", ""), ("id", "1")]
)
async def test_what_no_button_says_changes_nothing(database: Database, question: str, value: str) -> None:
    async with database.writing() as session:
        sari, _ = await _teacher(session)
        await readiness.said(session, sari, question, value, SAY, NOW)
        await readiness.changed(session, sari, question, value, SAY, NOW)
        assert await readiness.of(session, [sari.id]) == {sari.id: {}}
        with pytest.raises(NeedsConsent):
            await readiness.said(session, None, question, value, SAY, NOW)


@pytest.mark.parametrize(("pace", "offered"), [("slow", True), ("steady", False), ("fast", True), ("-", False)])
async def test_another_pace_is_offered_and_never_begun(database: Database, pace: str, offered: bool) -> None:
    async with database.writing() as session:
        sari, _ = await _teacher(session)
        words, _ = await readiness.changed(session, sari, "pace", pace, SAY, NOW)
        assert ("/program" in words) is offered


async def test_it_is_read_by_oneself_ones_coach_and_this_weeks_partner(database: Database) -> None:
    async with database.writing() as session:
        sari, group = await _teacher(session)
        other = await a_group(session, -7, title="KKG Anggrek")
        ratna = (await session.scalars(select(Person).where(Person.name == "Ratna"))).one()
        budi = await somebody(session, "Budi", 12, group=group, roles=(Role.TEACHER,))
        hendra = await somebody(session, "Hendra", 70, group=group, roles=(Role.FACILITATOR, Role.PRINCIPAL))
        dewi = await somebody(session, "Dewi", 15, group=other, roles=(Role.COACH,))
        wati = await somebody(session, "Wati", 16, group=other, roles=(Role.TEACHER,))
        await readiness.changed(session, sari, "phone", "shared", SAY, NOW)
        await readiness.changed(session, sari, "pace", "slow", SAY, NOW)

        def pair(person: Person, team: int, week: date = MONDAY, pool: str = "programme:1:0") -> Pairing:
            here = group if person in (sari, budi) else other
            return Pairing(pool=pool, week=week, team=team, group_id=here.id, person_id=person.id)

        session.add_all([pair(sari, 1), pair(wati, 1), pair(budi, 2)])
        last = MONDAY - timedelta(days=7)
        session.add_all([pair(sari, 1, last), pair(budi, 1, last)])
        await session.flush()

        async def sees(viewer: Person) -> bool:
            try:
                told = await readiness.summary(session, viewer, sari.id, SAY, NOW)
            except NotAllowed:
                return False
            assert told == "ponsel bergantian · langkah pelan"
            return True

        seen = {one.name: await sees(one) for one in (sari, ratna, budi, hendra, dewi, wati)}
        assert seen == {"Sari": True, "Ratna": True, "Budi": False, "Hendra": False, "Dewi": False, "Wati": True}
        with pytest.raises(NotAllowed):
            await readiness.summary(session, ratna, 10_000, SAY, NOW)
        sari.consented_at = None
        await session.flush()
        assert not await sees(ratna)


async def test_a_coach_reads_a_line_for_each_who_said_something_and_a_count_of_the_others(database: Database) -> None:
    async with database.writing() as session:
        sari, group = await _teacher(session)
        ratna = (await session.scalars(select(Person).where(Person.name == "Ratna"))).one()
        for number in range(30):
            one = await somebody(session, f"Guru {number:02}", 200 + number, group=group, roles=(Role.TEACHER,))
            if number < 27:
                await readiness.changed(session, one, "signal", "weak", SAY, NOW)
        words, rows = await readiness.teachers(session, ratna, group.id, 0, SAY, NOW)
        assert len(words) < 4096
        assert words.count("sinyal lemah") == 25
        assert "4 guru lain belum mengisi" in words
        assert "Sari" not in words, "nobody is named for leaving it open"
        assert data_of(rows) == [f"ready:of:{group.id}:1"]
        lines = list(await session.scalars(select(Look).where(Look.reader_id == ratna.id)))
        assert lines and all(one.kind == "readiness" and one.of_id for one in lines)
        second, rows = await readiness.teachers(session, ratna, group.id, 1, SAY, NOW)
        assert (second.count("sinyal lemah"), data_of(rows)) == (2, [f"ready:of:{group.id}:0"])
        assert (await readiness.teachers(session, ratna, group.id, 99, SAY, NOW))[0] == second
        for stranger in (sari, await somebody(session, "Tamu", 99)):
            with pytest.raises(NotAllowed):
                await readiness.teachers(session, stranger, group.id, 0, SAY, NOW)
        _, mine = await readiness.page(session, sari, SAY)
        _, hers = await readiness.page(session, ratna, SAY)
        assert ("ready:groups" in data_of(mine), "ready:groups" in data_of(hers)) == (False, True)


async def test_what_many_said_is_one_query(database: Database) -> None:
    async with database.writing() as session:
        sari, _ = await _teacher(session)
        await readiness.changed(session, sari, "tools", "none", SAY, NOW)
        with statements() as asked:
            found = await readiness.of(session, [sari.id, 777])
        assert (found, len(asked)) == ({sari.id: {"tools": "none"}, 777: {}}, 1)
        assert await readiness.of(session, []) == {}


async def test_it_is_in_the_copy_and_goes_with_the_person(database: Database) -> None:
    async with database.writing() as session:
        sari, _ = await _teacher(session)
        await readiness.changed(session, sari, "mode", "voice", SAY, NOW)
        await own_hours.choose(session, sari, "hour", "15.00")
        copy = await consent.copy_of(session, sari)
        assert copy["readiness"] == {"mode": "voice", "at": NOW.isoformat()}
        assert copy["person"]["own_hour"] == "15:00"
        await consent.forget(session, sari, NOW)
        assert await session.scalar(select(func.count()).select_from(Readiness)) == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_and_answer_has_its_words(language: str) -> None:
    say = Texts(language)
    for question, values in READINESS.items():
        assert say(f"readiness.ask.{question}").endswith("?")
        assert say.plain(f"readiness.name.{question}")
        for value in values:
            assert say.plain(f"readiness.label.{question}.{value}")
            assert say.plain(f"readiness.short.{question}.{value}")


# ——— Jam dan hari saya ———


async def _hours(session: Session) -> Person:
    school = School(name="SDN Melati 2", zone="Asia/Jakarta", workdays="mon,tue,wed,thu,fri,sat", created_at=NOW)
    session.add(school)
    await session.flush()
    group = await a_group(session, school_id=school.id, prompt_time="06:45")
    return await somebody(session, "Sari", 11, group=group, roles=(Role.TEACHER,))


async def test_ones_own_hours_begin_as_the_groups(database: Database) -> None:
    async with database.writing() as session:
        sari = await _hours(session)
        words, rows = await own_hours.page(session, sari, SAY)
        for part in ("Jam: 06.45", "Hari: Senin, Selasa, Rabu, Kamis, Jumat, Sabtu", "Zona: WIB"):
            assert part in words
        marked = {key["callback_data"] for row in rows for key in row if key["text"].startswith("✓")}
        assert marked == {f"ready:day:{day}" for day in ("mon", "tue", "wed", "thu", "fri", "sat")}
        assert all(len(one.encode()) <= 64 for one in data_of(rows))


@pytest.mark.parametrize(
    ("what", "value", "kept", "wrong"),
    [
        ("hour", "1500", ("15:00", None, None), None),
        ("hour", "jam 6.20", ("06:20", None, None), None),
        ("hour", "23:00", (None, None, None), "community.setup.wrong.quiet"),
        ("hour", "pagi", (None, None, None), "community.setup.wrong.hour"),
        ("day", "sat", (None, "mon,tue,wed,thu,fri", None), None),
        ("day", "sun", (None, "mon,tue,wed,thu,fri,sat,sun", None), None),
        ("day", "someday", (None, None, None), None),
        ("zone", "wit", (None, None, "Asia/Jayapura"), None),
        ("zone", "utc", (None, None, None), None),
        ("name", "x", (None, None, None), None),
    ],
)
async def test_an_hour_a_day_or_a_zone_is_kept_with_the_person(
    database: Database, what: str, value: str, kept: tuple[str | None, ...], wrong: str | None
) -> None:
    async with database.writing() as session:
        sari = await _hours(session)
        assert await own_hours.choose(session, sari, what, value) == wrong
        assert (sari.prompt_time, sari.workdays, sari.zone) == kept
        words, _ = await own_hours.page(session, sari, SAY, wrong)
        assert (wrong is None) or words.startswith(SAY(wrong))


async def test_the_last_day_stays_and_all_can_be_let_go(database: Database) -> None:
    async with database.writing() as session:
        sari = await _hours(session)
        for day in ("mon", "tue", "wed", "thu", "fri"):
            assert await own_hours.choose(session, sari, "day", day) is None
        assert await own_hours.choose(session, sari, "day", "sat") == "readiness.hours.one_day"
        assert sari.workdays == "sat"
        await own_hours.choose(session, sari, "zone", "wita")
        await own_hours.choose(session, sari, "hour", "-")
        assert (sari.prompt_time, sari.workdays, sari.zone) == (None, None, None)
        with pytest.raises(NeedsConsent):
            await own_hours.choose(session, None, "hour", "0630")
