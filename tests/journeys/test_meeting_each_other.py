"""Two people find a time over HTTP, are reminded and say that they met; a group meets, led in turn."""

from datetime import datetime

from sqlalchemy import select

from coaching import free_periods, series
from playground.client import words
from storage.models import CoachingSession, Group, Meeting, MeetingAttendance, Person
from tests.journeys.house import House, open_house
from tests.journeys.school import last, settle_in, tap, writes

START = datetime.fromisoformat("2026-08-03T08:00:00+07:00")  # a Monday at school
ROLES = {"ratna": "coach", "sari": "teacher", "hendra": "facilitator", "dewi": "teacher"}


async def _opens(house: House, user: int, contains: str, words_on_it: str) -> None:
    """Taps the one button of that message whose label holds these words, as on a list that numbers its lines."""
    shown = await last(house, user, contains)
    keys = [key for row in shown["reply_markup"]["inline_keyboard"] for key in row if words_on_it in key["text"]]
    assert len(keys) == 1, keys
    await house.playground.press(user, user, shown["message_id"], data=keys[0]["callback_data"])
    await house.settled()


async def test_from_free_hours_to_having_met(one_database_url: str) -> None:
    async with open_house(one_database_url, START) as house:
        place = await settle_in(house, ROLES, by="hendra")
        ids = place.ids | {"chat": place.chat}
        ratna, sari = ids["ratna"], ids["sari"]
        await writes(house, ratna, "/coaching")
        await tap(house, ratna, "Belum ada coaching", "Mulai yang baru")
        await tap(house, ratna, "Alur apa", "Coaching kelas")
        await tap(house, ratna, "bersama siapa", "Sari")
        await tap(house, sari, "mengajak Bapak/Ibu memulai", "Ya, mau")

        # Nobody has said when they are free: Ratna taps her hours and asks for Sari's.
        await writes(house, ratna, "/coaching")
        await tap(house, ratna, "Coaching Bapak/Ibu", "Coaching kelas")
        await tap(house, ratna, "Pertemuan awal", "Atur pertemuan")
        await tap(house, ratna, "Belum ada waktu yang diatur", "Tawarkan waktu")
        await tap(house, ratna, "Jam kosong Bapak/Ibu belum ada", "Jam kosong saya")
        await tap(house, ratna, "Ketuk jam", "Sel 09", "Kam 10", "Selesai")
        await writes(house, ratna, "/coaching")
        await tap(house, ratna, "Coaching Bapak/Ibu", "Coaching kelas")
        await tap(house, ratna, "Pertemuan awal", "Atur pertemuan")
        await tap(house, ratna, "Belum ada waktu yang diatur", "Tawarkan waktu")
        await tap(house, ratna, "Jam kosong Sari belum ada", "Tanyakan jam kosongnya")
        await tap(house, sari, "ingin mengatur waktu bertemu", "Jam kosong saya")
        await tap(house, sari, "Ketuk jam", "Sel 09", "Kam 10", "Selesai")
        await tap(house, ratna, "Sudah saya tanyakan", "Tawarkan waktu")
        await tap(house, ratna, "sama-sama kosong", "Tawarkan 3 waktu ini")

        # Sari picks; both get the file; a stranger with her button learns nothing.
        await tap(house, sari, "menawarkan waktu bertemu", "Selasa, 4 Agu pukul 09.00")
        assert "Selasa, 4 Agu pukul 09.00, 30 menit" in words(await last(house, ratna, "memilih waktunya"))
        for user in (ratna, sari):
            assert (await last(house, user, "ke kalender"))["document"]["file_name"] == "pertemuan.ics"
        (row,) = await house.rows(CoachingSession)
        assert row.state == "agreed"

        # Both find it in /jadwal, each on their own, with the way to move it; nobody else sees it.
        for user, other in ((ratna, "Sari"), (sari, "Ratna")):
            await writes(house, user, "/jadwal")
            listed = words(await last(house, user, "Yang akan datang"))
            assert f"Selasa, 4 Agu, 09.00 WIB: bertemu {other}, 30 menit, tatap muka" in listed
        await _opens(house, sari, "Yang akan datang", "bertemu Ratna")
        await last(house, sari, "Bertemu: Selasa, 4 Agu pukul 09.00")
        await writes(house, ids["dewi"], "/jadwal")
        assert "bertemu" not in words(await last(house, ids["dewi"], "menunggu"))

        # Reminded an hour before; afterwards both are asked.
        await house.turned(datetime.fromisoformat("2026-08-04T08:00:30+07:00"))
        for user in (ratna, sari):
            await last(house, user, "Sebentar lagi bertemu")
        await house.turned(datetime.fromisoformat("2026-08-04T09:46:00+07:00"))
        await tap(house, sari, "bertemu atau belum", "Sudah bertemu")
        await tap(house, ratna, "bertemu atau belum", "Sudah bertemu")
        (row,) = await house.rows(CoachingSession)
        assert row.state == "held"


async def test_two_meetings_are_agreed_and_each_can_be_moved(one_database_url: str) -> None:
    async with open_house(one_database_url, START) as house:
        ids = (await settle_in(house, ROLES, by="hendra")).ids
        ratna, sari = ids["ratna"], ids["sari"]
        await writes(house, ratna, "/coaching")
        await tap(house, ratna, "Belum ada coaching", "Mulai yang baru")
        await tap(house, ratna, "Alur apa", "Coaching HARMONI")
        await tap(house, ratna, "bersama siapa", "Sari")
        await tap(house, sari, "mengajak Bapak/Ibu memulai", "Ya, mau")
        for typed, label in (("Rabu 13.00", "Rabu, 5 Agu pukul 13.00"), ("Kamis 13.15", "Kamis, 6 Agu pukul 13.15")):
            await writes(house, ratna, "/coaching")
            await tap(house, ratna, "Coaching Bapak/Ibu", "Coaching HARMONI")
            await tap(house, ratna, "Membangun hubungan", "Atur pertemuan")
            await tap(house, ratna, "Pertemuan Coaching HARMONI", "Tawarkan waktu")
            await tap(house, ratna, "Jam kosong Bapak/Ibu belum ada", "Tulis waktunya sendiri")
            await writes(house, ratna, typed)
            await tap(house, sari, "menawarkan waktu bertemu", label)

        # Both stand on the page of the cycle, the sooner first; the one that is not the newest has a page of its own.
        await writes(house, sari, "/coaching")
        await tap(house, sari, "Coaching Bapak/Ibu", "Coaching HARMONI")
        page = words(await last(house, sari, "Membangun hubungan"))
        assert page.index("Bertemu: Rabu, 5 Agu") < page.index("Bertemu: Kamis, 6 Agu")
        await tap(house, sari, "Membangun hubungan", "Atur pertemuan")
        await tap(house, sari, "Bertemu: Kamis, 6 Agu", "Pertemuan Rabu, 5 Agu pukul 13.00")
        alone = words(await last(house, sari, "Bertemu: Rabu, 5 Agu"))
        assert "Kamis" not in alone and "Geser" in alone and "Batalkan" in alone
        await tap(house, sari, "Bertemu: Rabu, 5 Agu", "Geser")
        assert "Rabu, 5 Agu pukul 13.00" in words(await last(house, sari, "Kenapa digeser"))
        await tap(house, sari, "Kenapa digeser", "Bertepatan")
        told = words(await last(house, ratna, "menggeser pertemuan"))
        assert "Silakan tawarkan waktu yang baru" in told and "Nanti ada pilihan" not in told
        assert "Rabu, 5 Agu" in told and "bertepatan dengan jam mengajar" in told
        assert "tatap muka. Bertepatan dengan" in words(await last(house, sari, "Digeser: Rabu, 5 Agu"))
        assert [one.state for one in await house.rows(CoachingSession)] == ["moved", "agreed"]


async def test_a_meeting_from_the_plan_to_the_signs(one_database_url: str) -> None:
    async with open_house(one_database_url, START) as house:
        place = await settle_in(house, ROLES, by="hendra")
        ids = place.ids | {"chat": place.chat}
        hendra, dewi = ids["hendra"], ids["dewi"]
        await writes(house, hendra, "/pertemuan")
        await tap(house, hendra, "Belum ada pertemuan", "Rencanakan pertemuan")
        await writes(house, hendra, "11 Agustus 13.30")
        await last(house, hendra, "Sudah direncanakan")
        await tap(house, dewi, "giliran Bapak/Ibu memandu", "Ya, saya pandu")
        await tap(house, dewi, "Bapak/Ibu yang memandu", "Tulis agenda")
        await writes(house, dewi, "Karya murid tanpa nama")

        # A teacher finds it in /jadwal; who planned it moves it from there, and the group reads why.
        await writes(house, ids["sari"], "/jadwal")
        assert "Selasa, 11 Agu, 13.30 WIB: pertemuan SDN Melati 2" in words(await last(house, ids["sari"], "datang"))
        await writes(house, hendra, "/jadwal")
        await _opens(house, hendra, "Yang akan datang", "pertemuan SDN Melati 2")
        await tap(house, hendra, "Karya murid tanpa nama", "Geser")
        await tap(house, hendra, "Digeser ke kapan", "Rabu, 12 Agu pukul 13.30")
        await tap(house, hendra, "Alasannya dibaca grup", "ada tugas mendadak")
        await last(house, hendra, "pertemuan itu digeser")
        told = words((await house.playground.messages(ids["chat"], viewer=ids["sari"]))[-1])
        assert "ke Rabu, 12 Agu pukul 13.30" in told and "ada tugas mendadak" in told and "Hendra" not in told
        await house.turned(datetime.fromisoformat("2026-08-12T15:01:00+07:00"))
        await tap(house, dewi, "Catat siapa yang hadir", "Buka")
        await tap(house, dewi, "Karya murid tanpa nama", "Daftar hadir")
        await tap(house, dewi, "Siapa yang hadir", "Dewi", "Sari", "Kembali")
        await tap(house, dewi, "Hadir: 2 orang", "Notulen")
        await writes(house, dewi, "Sepakat menunggu lima detik")
        await tap(house, dewi, "Sepakat menunggu", "Pertemuan selesai")
        await tap(house, ids["sari"], "Bagaimana dipandu", "Tiga tanda fasilitasi")
        await tap(house, ids["sari"], "Hanya pemandu yang membaca", "Pertanyaan pemantik")
        (meeting,) = await house.rows(Meeting)
        assert (meeting.state, meeting.minutes) == ("held", "Sepakat menunggu lima detik")
        assert sorted(one.signs or "" for one in await house.rows(MeetingAttendance)) == ["", "100"]


async def test_a_visit_from_the_invitation_to_the_other_day(one_database_url: str) -> None:
    async with open_house(one_database_url, START) as house:
        place = await settle_in(house, ROLES, by="hendra")
        ids = place.ids | {"chat": place.chat}
        ratna, hendra = ids["ratna"], ids["hendra"]
        async with house.assistant.database.writing() as session:
            now = house.assistant.clock.now()
            coach = (await session.scalars(select(Person).where(Person.tg_user_id == ratna))).one()
            group = (await session.scalars(select(Group))).one()
            await free_periods.toggle(session, coach, 1, 9)
            await series.begin(session, coach, group.id, 1, 9, now)
        await writes(house, ratna, "/jadwal")
        await _opens(house, ratna, "Yang akan datang", "undangan kunjungan")
        await last(house, ratna, "Sekali dua pekan")

        # The clock invites five working days ahead; the host moves it, and the coach is told with a new file.
        await house.turned(datetime.fromisoformat("2026-08-04T14:06:00+07:00"))
        await last(house, hendra, "akan berkunjung ke SDN Melati 2: Selasa, 11 Agu pukul 09.00")
        await writes(house, hendra, "/jadwal")
        await _opens(house, hendra, "Yang akan datang", "kunjungan ke SDN Melati 2")
        await tap(house, hendra, "Yang bertemu: Ratna dan Hendra", "Geser")
        await writes(house, hendra, "Kamis 13 Agustus 10.00")
        await last(house, hendra, "Digeser ke Kamis, 13 Agu pukul 10.00")
        await writes(house, hendra, "Ada pengawas datang")
        await last(house, hendra, "kunjungan itu digeser")
        told = words(await last(house, ratna, "menggeser kunjungan"))
        assert "dari Selasa, 11 Agu pukul 09.00 ke Kamis, 13 Agu pukul 10.00" in told and "Ada pengawas datang" in told
        files = [one for one in await house.playground.messages(ratna, viewer=ratna) if "document" in one]
        assert [one["document"]["file_name"] for one in files] == ["pertemuan.ics"] * 2

        # Afterwards both are asked.
        await house.turned(datetime.fromisoformat("2026-08-13T11:16:00+07:00"))
        for user in (ratna, hendra):
            await tap(house, user, "jadi atau belum", "Sudah bertemu")
        (row,) = await house.rows(CoachingSession)
        assert row.state == "held"
