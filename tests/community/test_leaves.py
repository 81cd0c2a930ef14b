"""/cuti: days away, tapped and typed, seen by everything that counts people."""

from datetime import date

import pytest
from sqlalchemy import select

from community import leaves
from community.refusals import Refusal
from community.roles import Role
from handlers import consent, lost
from handlers import leaves as door
from storage.database import Database
from storage.models import Leave, Person, School
from tests.community import test_doors
from tests.community.cast import CHAT, NOW, a_group, somebody
from tests.community.test_doors import SARI, TAMU, Town, data_of, words

BUDI = 13
TODAY = date(2026, 7, 6)  # a Monday, as NOW


@pytest.fixture
async def town(database: Database, monkeypatch: pytest.MonkeyPatch) -> Town:
    monkeypatch.setattr(test_doors, "MODULES", (door, consent, lost))
    async with database.writing() as session:
        school = School(name="SD Melati", zone="Asia/Jakarta", created_at=NOW)
        session.add(school)
        await session.flush()
        group = await a_group(session, school_id=school.id)
        for name, number in (("Sari", SARI), ("Budi", BUDI)):
            await somebody(session, name, number, group=group, roles=(Role.TEACHER,))
    return Town(database)


async def noted(town: Town) -> list[tuple[str, str]]:
    async with town.database.reading() as session:
        rows = await session.scalars(select(Leave).order_by(Leave.first_day))
        return [(str(row.first_day), str(row.last_day)) for row in rows]


async def test_a_tap_is_a_leave_and_a_second_tap_the_same_one(town: Town) -> None:
    shown = await town.says(SARI, "/cuti")
    assert data_of(shown)[:4] == [
        "leave:add:20260706:20260706", "leave:add:20260707:20260707", "leave:add:20260706:20260712",
        "leave:add:20260706:20260708",
    ]  # fmt: skip
    answered = await town.taps(SARI, data_of(shown)[3])
    assert "6 Jul sampai 8 Jul" in words(answered)
    assert "datang lagi mulai Kamis, 9 Jul" in words(answered)
    await town.taps(SARI, data_of(shown)[3])
    assert await noted(town) == [("2026-07-06", "2026-07-08")]


async def test_leaves_that_touch_become_one_and_others_stay_apart(town: Town) -> None:
    for said in ("/cuti 8 Juli", "/cuti 9-10 Juli", "/leave 20 July", "/cuti 7 Juli"):
        await town.says(SARI, said)
    assert await noted(town) == [("2026-07-07", "2026-07-10"), ("2026-07-20", "2026-07-20")]


@pytest.mark.parametrize(
    "said, first, last",
    [
        ("hari ini", "2026-07-06", "2026-07-06"),
        ("besok", "2026-07-07", "2026-07-07"),
        ("pekan ini", "2026-07-06", "2026-07-12"),
        ("3 hari mulai besok", "2026-07-07", "2026-07-09"),
        ("1-6 Desember", "2026-12-01", "2026-12-06"),
        ("20 Des ke rumah mertua", "2026-12-20", "2026-12-20"),
        ("sampai Rabu", "2026-07-06", "2026-07-08"),
        ("cuti sampai 10 Juli", "2026-07-06", "2026-07-10"),
        ("tunda sampai Rabu", "2026-07-06", "2026-07-07"),
        ("Tunda Rabu", "2026-07-06", "2026-07-07"),
        ("tunda 3 hari", "2026-07-06", "2026-07-08"),
        ("snooze until 10 July", "2026-07-06", "2026-07-09"),
        ("until friday", "2026-07-06", "2026-07-10"),
    ],
)
def test_leave_and_snooze_are_understood(said: str, first: str, last: str) -> None:
    assert leaves.understood(said, TODAY) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize("said", ["", "lama", "tunda", "tunda sampai hari ini", "sampai nanti"])
def test_what_names_no_day_is_not_guessed(said: str) -> None:
    assert leaves.understood(said, TODAY) is None


async def test_snooze_has_a_command_of_its_own(town: Town) -> None:
    await town.says(SARI, "/tunda Kamis")
    assert await noted(town) == [("2026-07-06", "2026-07-08")]
    assert "Alasannya tidak saya tanyakan" in words(await town.says(BUDI, "/tunda"))


async def test_in_the_group_the_way_into_the_private_chat_is_shown(town: Town) -> None:
    for said in ("/cuti besok", "/tunda Rabu"):
        (letter,) = await town.says(SARI, said, CHAT)
        assert "chat pribadi" in words([letter])
        assert letter.chat_id == CHAT
    assert await noted(town) == []


async def test_days_may_be_typed_after_the_button_and_a_slip_is_asked_again(town: Town) -> None:
    assert "tunda sampai Rabu" in words(await town.taps(SARI, "leave:write"))
    assert "belum saya pahami" in words(await town.says(SARI, "entahlah"))
    await town.says(SARI, "1-6 Desember")
    assert await noted(town) == [("2026-12-01", "2026-12-06")]


async def test_a_leave_is_taken_back_by_oneself_alone_and_its_past_days_stay(town: Town) -> None:
    async with town.database.writing() as session:
        sari = (await session.scalars(select(Person).where(Person.tg_user_id == SARI))).one()
        long = Leave(person_id=sari.id, first_day=date(2026, 7, 2), last_day=date(2026, 7, 9), created_at=NOW)
        session.add(long)
        await session.flush()
        key = long.id
    await town.taps(BUDI, f"leave:cancel:{key}")
    assert await noted(town) == [("2026-07-02", "2026-07-09")]
    await town.taps(SARI, f"leave:cancel:{key}")
    await town.taps(SARI, f"leave:cancel:{key}")
    assert await noted(town) == [("2026-07-02", "2026-07-05")]
    answered = await town.says(SARI, "/cuti besok")
    await town.taps(SARI, data_of(answered)[-1])
    assert await noted(town) == [("2026-07-02", "2026-07-05")]


async def test_whoever_has_not_agreed_and_buttons_made_up_leave_nothing(town: Town) -> None:
    await town.says(TAMU, "/cuti besok")
    await town.taps(TAMU, "leave:add:20260706:20260706")
    await town.taps(TAMU, "leave:write")
    for data in ("leave:add", "leave:add:x:y", "leave:add:20260708:20260706", "leave:add:20260701:20260702",
                 "leave:add:20260706:20280706", "leave:cancel:1", "leave:cancel"):  # fmt: skip
        await town.taps(SARI, data)
    assert await noted(town) == []


async def test_who_is_away_is_known_for_many_in_one_question(database: Database) -> None:
    async with database.writing() as session:
        sari, budi, wati = [await somebody(session, name, None) for name in ("Sari", "Budi", "Wati")]
        await leaves.add(session, sari, TODAY, date(2026, 7, 8), TODAY, NOW)
        await leaves.add(session, wati, date(2026, 7, 7), date(2026, 7, 7), TODAY, NOW)
        ids = [sari.id, budi.id, wati.id]
        days = [date(2026, 7, number) for number in (5, 6, 7, 8, 9)]
        found = [await leaves.away(session, ids, day) for day in days]
        assert found == [set(), {sari.id}, {sari.id, wati.id}, {sari.id}, set()]
        assert await leaves.away(session, [budi.id], days[2]) == set()
        assert await leaves.away(session, [], days[2]) == set()


async def test_a_person_can_note_only_so_many_leaves(database: Database) -> None:
    async with database.writing() as session:
        sari = await somebody(session, "Sari", SARI)
        for month in range(leaves.MOST_AHEAD):
            day = date(2026 + (month + 7) // 12, (month + 7) % 12 + 1, 1)
            await leaves.add(session, sari, day, day, TODAY, NOW)
        with pytest.raises(Refusal) as refused:
            await leaves.add(session, sari, TODAY, TODAY, TODAY, NOW)
        assert refused.value.text_key == "calendar.wrong.many"
