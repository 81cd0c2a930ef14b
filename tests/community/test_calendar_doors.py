"""/libur as a talk: one tap, typed days, lists, other schools, owners, and buttons that were made up."""

from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy import select

from community import calendar, people
from community.calendar import decrees
from community.refusals import Refusal
from community.roles import Role
from content.texts import Texts
from handlers import consent, holidays, lost
from storage.database import Database
from storage.models import CalendarDay, Group, Letter, School
from tests.community import test_doors
from tests.community.cast import CHAT, NOW, a_group, somebody
from tests.community.test_doors import HENDRA, OWNER, SARI, TAMU, Town, data_of, words

RATNA = 12
TODAY = date(2026, 7, 6)  # a Monday, as NOW


@dataclass
class Place:
    town: Town
    here: Group
    there: Group

    async def days(self) -> list[CalendarDay]:
        async with self.town.database.reading() as session:
            return list(await session.scalars(select(CalendarDay).order_by(CalendarDay.id)))

    async def school(self) -> School:
        async with self.town.database.reading() as session:
            return (await session.scalars(select(School).where(School.id == self.here.school_id))).one()


@pytest.fixture
async def place(database: Database, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Pak Hendra facilitates here, Bu Ratna is principal, Sari teaches; another school is there."""
    monkeypatch.setattr(test_doors, "MODULES", (holidays, consent, lost))
    async with database.writing() as session:
        schools = [School(name=name, zone="Asia/Jakarta", created_at=NOW) for name in ("SD Melati", "SD Anggrek")]
        session.add_all(schools)
        await session.flush()
        here = await a_group(session, school_id=schools[0].id)
        there = await a_group(session, -7, title="KKG Anggrek", school_id=schools[1].id)
        await somebody(session, "Hendra", HENDRA, group=here, roles=(Role.FACILITATOR,))
        await somebody(session, "Ratna", RATNA, group=here, roles=(Role.PRINCIPAL, Role.COACH))
        await somebody(session, "Sari", SARI, group=here, roles=(Role.TEACHER,))
    return Place(Town(database), here, there)


def spans_of(rows: list[CalendarDay]) -> list[tuple[str, str, str, str]]:
    return [(str(row.first_day), str(row.last_day), row.kind, row.label) for row in rows]


async def test_one_tap_and_today_is_off_and_what_follows_is_said(place: Place) -> None:
    shown = await place.town.says(HENDRA, "/libur")
    assert "SD Melati" in words(shown)
    tap = f"off:day:{place.here.id}:2026-07-06"
    assert tap in data_of(shown)
    answered = await place.town.taps(HENDRA, tap)
    assert "Senin, 6 Jul: libur sekolah" in words(answered)
    assert "pelajaran lanjut Selasa, 7 Jul" in words(answered)
    assert "pengingat dan lainnya saya tahan" in words(answered)
    (row,) = await place.days()
    assert (row.scope, row.school_id, row.first_day) == ("school", place.here.school_id, TODAY)
    await place.town.taps(HENDRA, tap)
    assert len(await place.days()) == 1  # tapped twice, marked once
    removed = await place.town.taps(RATNA, data_of(answered)[2])
    assert "Sudah dihapus" in words(removed)
    assert await place.days() == []


@pytest.mark.parametrize(
    "said, expected",
    [
        ("/libur besok", ("2026-07-07", "2026-07-07", "closed", "")),
        ("/libur 13-15 Juli MPLS", ("2026-07-13", "2026-07-15", "orientation", "")),
        ("/libur 1-6 Desember ujian", ("2026-12-01", "2026-12-06", "exam", "")),
        ("/holiday 12/12/2026 - 14/12/2026 rapor", ("2026-12-12", "2026-12-14", "report", "")),
        ("/LIBUR Banjir hari ini", ("2026-07-06", "2026-07-06", "closed", "Banjir")),
        ("/libur 17 Agustus masuk", ("2026-08-17", "2026-08-17", "open", "")),
    ],
)
async def test_days_may_stand_behind_the_command(place: Place, said: str, expected: tuple[str, ...]) -> None:
    answered = await place.town.says(RATNA, said)
    assert spans_of(await place.days()) == [expected]
    assert "ditandai" in words(answered)


async def test_days_may_be_typed_after_the_button_and_a_slip_is_asked_again(place: Place) -> None:
    asked = await place.town.taps(HENDRA, f"off:write:{place.here.id}")
    assert "1-6 Desember ujian" in words(asked)
    assert "belum saya pahami" in words(await place.town.says(HENDRA, "nanti ya"))
    answered = await place.town.says(HENDRA, "1-6 Des ujian")
    assert "1 Des sampai 6 Des: pekan ujian" in words(answered)
    assert "pelajaran lanjut Senin, 7 Des" in words(answered)
    assert "belum paham" in words(await place.town.says(HENDRA, "7 Des"))  # the talk is over
    assert len(await place.days()) == 1


async def test_a_new_mark_takes_the_place_of_those_within_it(place: Place) -> None:
    for said in ("/libur 8 Juli", "/libur 9 Juli ujian", "/libur 8-10 Juli rapor"):
        await place.town.says(HENDRA, said)
    assert spans_of(await place.days()) == [("2026-07-08", "2026-07-10", "report", "")]


@pytest.mark.parametrize(
    "said, why",
    [
        ("/libur 1 Juli 2026", "sudah lewat"),
        ("/libur 1 Agustus 2026 - 1 Januari 2027", "Paling banyak 90"),
        ("/libur 1 Agustus 2029", "dua tahun"),
        ("/libur kapan-kapan", "belum saya pahami"),
    ],
)
async def test_days_that_cannot_be_marked_are_explained(place: Place, said: str, why: str) -> None:
    assert why in words(await place.town.says(HENDRA, said))
    assert await place.days() == []


async def test_with_several_schools_the_question_carries_the_days(place: Place) -> None:
    async with place.town.database.writing() as session:
        made = await somebody(session, "Made", 33, group=place.here, roles=(Role.FACILITATOR,))
        await people.give_role(session, made.id, place.there.id, Role.FACILITATOR, NOW)
    asked = await place.town.says(33, "/libur 1-6 Desember ujian")
    assert data_of(asked) == [
        f"off:of:{place.there.id}:20261201:20261206:exam", f"off:of:{place.here.id}:20261201:20261206:exam",
    ]  # fmt: skip
    await place.town.taps(33, data_of(asked)[0])
    (row,) = await place.days()
    assert (row.school_id, row.kind) == (place.there.school_id, "exam")
    assert data_of(await place.town.says(33, "/libur")) == [f"off:of:{place.there.id}", f"off:of:{place.here.id}"]


async def test_a_teacher_a_stranger_and_a_made_up_button_change_nothing(place: Place) -> None:
    for user in (SARI, TAMU):
        await place.town.says(user, "/libur besok")
        await place.town.taps(user, f"off:day:{place.here.id}:2026-07-06")
    for data in (
        f"off:day:{place.there.id}:2026-07-06", f"off:day:{place.here.id}:2026-07-05", f"off:day:{place.here.id}:x",
        "off:day", f"off:of:{place.here.id}:20261201:20261206:ramadan", f"off:of:{place.here.id}:1:2:3",
        f"off:write:{place.there.id}", "off:nation", "off:lift:1", f"off:hour:{place.here.id}:0300",
        f"off:prov:{place.here.id}:atlantis", f"off:hour:{place.there.id}:0800",
    ):  # fmt: skip
        await place.town.taps(HENDRA, data)
    assert await place.days() == []
    school = await place.school()
    assert (school.ramadan_time, school.province) == (None, None)


async def test_in_the_group_the_way_into_the_private_chat_is_shown(place: Place) -> None:
    (letter,) = await place.town.says(HENDRA, "/libur besok", CHAT)
    assert "chat pribadi" in words([letter])
    assert await place.days() == []


async def test_a_mark_of_another_school_cannot_be_removed(place: Place) -> None:
    async with place.town.database.writing() as session:
        foreign = CalendarDay(
            scope="school", school_id=place.there.school_id, first_day=TODAY, last_day=TODAY, kind="closed",
            created_at=NOW,
        )  # fmt: skip
        session.add(foreign)
        await session.flush()
        key = foreign.id
    await place.town.taps(HENDRA, f"off:remove:{place.here.id}:{key}")
    await place.town.taps(HENDRA, f"off:remove:{place.there.id}:{key}")
    assert len(await place.days()) == 1


async def test_a_school_chooses_its_hour_in_ramadan_and_its_province(place: Place) -> None:
    asked = await place.town.taps(HENDRA, f"off:ramadan:{place.here.id}")
    assert "07.30" in words(asked)
    await place.town.taps(HENDRA, f"off:hour:{place.here.id}:0800")
    await place.town.taps(HENDRA, f"off:prov:{place.here.id}:jawa-timur")
    school = await place.school()
    assert (school.ramadan_time, school.province) == ("08:00", "jawa-timur")
    assert "Jawa Timur" in words(await place.town.taps(HENDRA, f"off:province:{place.here.id}"))
    await place.town.taps(HENDRA, f"off:hour:{place.here.id}:-")
    await place.town.taps(HENDRA, f"off:prov:{place.here.id}:-")
    school = await place.school()
    assert (school.ramadan_time, school.province) == (None, None)


async def test_an_owner_sets_ramadan_and_takes_it_back(place: Place) -> None:
    answered = await place.town.says(OWNER, "/libur ramadan 9 Feb 2027")
    assert "9 Feb 2027 sampai 9 Mar 2027: Ramadan, seluruh Indonesia" in words(answered)
    await place.town.says(OWNER, "/libur Ramadan 8 Feb 2027")
    assert spans_of(await place.days()) == [("2027-02-08", "2027-03-09", "ramadan", "")]
    (lift,) = [data for data in data_of(await place.town.says(OWNER, "/libur")) if data.startswith("off:lift")]
    await place.town.taps(OWNER, lift)
    assert await place.days() == []


async def test_an_owners_words_reach_every_school_and_a_facilitators_only_their_own(place: Place) -> None:
    await place.town.says(OWNER, "/libur nasional 8 Juli Cuti bersama")
    await place.town.says(HENDRA, "/libur nasional 9 Juli")
    rows = await place.days()
    assert [(row.scope, row.label) for row in rows] == [("nation", "Cuti bersama"), ("school", "nasional")]
    async with place.town.database.reading() as session:
        found = await calendar.calendars_of(session, [place.here.school_id, place.there.school_id])
    assert [found[key].is_open(date(2026, 7, 8)) for key in found] == [False, False]
    assert found[place.there.school_id].is_open(date(2026, 7, 9))


@pytest.mark.parametrize(
    "said, expected",
    [
        ("ramadan 8 Feb 2027", ("ramadan", "2027-02-08", "2027-03-09", "", None)),
        ("Ramadhan 9 Feb - 10 Mar 2027", ("ramadan", "2027-02-09", "2027-03-10", "", None)),
        ("idulfitri 10 Mar 2027", ("eid", "2027-03-10", "2027-03-11", "", None)),
        ("Idul Fitri 11-12 Mar 2027", ("eid", "2027-03-11", "2027-03-12", "", None)),
        ("iduladha 17 Mei 2027", ("eid", "2027-05-17", "2027-05-17", "", None)),
        ("cuti bersama 24 Mar 2027", ("closed", "2027-03-24", "2027-03-24", "cuti bersama", None)),
        ("nasional 24 Mar 2027 masuk", ("open", "2027-03-24", "2027-03-24", "", None)),
        ("provinsi Jawa Timur 21 Des - 2 Jan libur semester",
         ("closed", "2026-12-21", "2027-01-02", "libur semester", "jawa-timur")),
        ("provinsi jatim 21 Des", ("closed", "2026-12-21", "2026-12-21", "", "jawa-timur")),
        ("provinsi Papua Barat Daya 1-3 Des ujian", ("exam", "2026-12-01", "2026-12-03", "", "papua-barat-daya")),
    ],
)  # fmt: skip
def test_an_owners_words_are_understood(said: str, expected: tuple[str, str, str, str, str | None]) -> None:
    one = decrees.decree(said, TODAY)
    assert one is not None
    assert (one.kind, str(one.first), str(one.last), one.label, one.province) == expected


@pytest.mark.parametrize("said", ["besok", "", "1-6 Des ujian", "libur awal Ramadan 8 Feb 2027"])
def test_other_words_of_an_owner_are_for_their_own_school(said: str) -> None:
    assert decrees.decree(said, TODAY) is None


@pytest.mark.parametrize(
    "said, key",
    [
        ("ramadan 1 Juli 2027", "calendar.wrong.ramadan"),
        ("idulfitri 17 Mei 2027", "calendar.wrong.eid"),
        ("iduladha segera", "calendar.wrong.date"),
        ("provinsi Atlantis 1 Des", "calendar.wrong.province"),
        ("provinsi Balikpapan 1 Des", "calendar.wrong.province"),
    ],
)
def test_an_owners_slip_is_explained(said: str, key: str) -> None:
    with pytest.raises(Refusal) as refused:
        decrees.decree(said, TODAY)
    assert refused.value.text_key == key


async def test_every_button_of_the_pages_fits_and_every_row_says_its_days(place: Place) -> None:
    for said in ("/libur 1-6 Desember Ujian akhir semester ganjil yang panjang sekali namanya", "/libur 5 Jan 2028"):
        await place.town.says(HENDRA, said)
    shown = await place.town.says(HENDRA, "/libur")
    labels = [key["text"] for letter in shown for row in keyboard(letter) for key in row]
    assert "✕ 5 Jan 2028: libur sekolah" in labels
    assert max(len(label) for label in labels) <= 60
    english = Texts("en")
    assert decrees.named((await place.days())[0], TODAY, english).startswith("1 Dec to 6 Dec: Ujian akhir")


def keyboard(letter: Letter) -> list[list[dict[str, str]]]:
    return list((letter.params or {}).get("reply_markup", {}).get("inline_keyboard", []))
