"""Two people find a time over HTTP, are reminded and say that they met; a group meets, led in turn."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from coaching import free_periods, series
from playground.client import words
from storage.models import CoachingSession, Group, GroupChat, Meeting, MeetingAttendance, Membership, Person
from tests.journeys.house import House, open_house

START = datetime.fromisoformat("2026-08-03T08:00:00+07:00")  # a Monday at school
ROLES = {"ratna": "coach", "sari": "teacher", "hendra": "facilitator", "dewi": "teacher"}


async def _settle_in(house: House) -> dict[str, int]:
    play = house.playground
    await play.floods(False)
    ids = {name: await play.add_user(name.title()) for name in (*ROLES, "tamu")}
    chat = await play.add_group("SDN Melati 2", creator=ids["hendra"], members=[ids[name] for name in ROLES])
    await play.add_bot(chat, ids["hendra"], admin=True)
    await house.settled()
    async with house.assistant.database.writing() as session:
        now = house.assistant.clock.now()
        group = (await session.scalars(select(Group).join(GroupChat).where(GroupChat.tg_chat_id == chat))).one()
        group.state = "active"
        for name, role in ROLES.items():
            person = Person(tg_user_id=ids[name], name=name.title(), reachable=True, consented_at=now, created_at=now)
            session.add(person)
            await session.flush()
            session.add(Membership(person_id=person.id, group_id=group.id, role=role, since=now))
    for name in ROLES:
        await play.start(ids[name])
    await house.settled()
    return ids | {"chat": chat}


async def _last(house: House, user: int, contains: str) -> dict[str, Any]:
    """The newest message of the assistant to that person that holds these words."""
    await house.settled()
    told = await house.playground.messages(user, viewer=user)
    found = [one for one in told if one["from"]["is_bot"] and contains in words(one)]
    assert found, f"nothing with {contains!r} among {[words(one) for one in told[-4:]]}"
    return found[-1]


async def _tap(house: House, user: int, contains: str, *labels: str) -> None:
    for label in labels:
        shown = await _last(house, user, contains)
        await house.playground.press(user, user, shown["message_id"], label=label)
        await house.settled()


async def _opens(house: House, user: int, contains: str, words_on_it: str) -> None:
    """Taps the one button of that message whose label holds these words, as on a list that numbers its lines."""
    shown = await _last(house, user, contains)
    keys = [key for row in shown["reply_markup"]["inline_keyboard"] for key in row if words_on_it in key["text"]]
    assert len(keys) == 1, keys
    await house.playground.press(user, user, shown["message_id"], data=keys[0]["callback_data"])
    await house.settled()


async def _writes(house: House, user: int, text: str) -> None:
    await house.playground.send(user, user, text)
    await house.settled()


async def test_from_free_hours_to_having_met(one_database_url: str) -> None:
    async with open_house(one_database_url, START) as house:
        ids = await _settle_in(house)
        ratna, sari = ids["ratna"], ids["sari"]
        await _writes(house, ratna, "/coaching")
        await _tap(house, ratna, "Belum ada coaching", "Mulai yang baru")
        await _tap(house, ratna, "Alur apa", "Coaching kelas")
        await _tap(house, ratna, "bersama siapa", "Sari")
        await _tap(house, sari, "mengajak Bapak/Ibu memulai", "Ya, mau")

        # Nobody has said when they are free: Ratna taps her hours and asks for Sari's.
        await _writes(house, ratna, "/coaching")
        await _tap(house, ratna, "Coaching Bapak/Ibu", "Coaching kelas")
        await _tap(house, ratna, "Pertemuan awal", "Atur pertemuan")
        await _tap(house, ratna, "Belum ada waktu yang diatur", "Tawarkan waktu")
        await _tap(house, ratna, "Jam kosong Bapak/Ibu belum ada", "Jam kosong saya")
        await _tap(house, ratna, "Ketuk jam", "Sel 09", "Kam 10", "Selesai")
        await _writes(house, ratna, "/coaching")
        await _tap(house, ratna, "Coaching Bapak/Ibu", "Coaching kelas")
        await _tap(house, ratna, "Pertemuan awal", "Atur pertemuan")
        await _tap(house, ratna, "Belum ada waktu yang diatur", "Tawarkan waktu")
        await _tap(house, ratna, "Jam kosong Sari belum ada", "Tanyakan jam kosongnya")
        await _tap(house, sari, "ingin mengatur waktu bertemu", "Jam kosong saya")
        await _tap(house, sari, "Ketuk jam", "Sel 09", "Kam 10", "Selesai")
        await _tap(house, ratna, "Sudah saya tanyakan", "Tawarkan waktu")
        await _tap(house, ratna, "sama-sama kosong", "Tawarkan 3 waktu ini")

        # Sari picks; both get the file; a stranger with her button learns nothing.
        await _tap(house, sari, "menawarkan waktu bertemu", "Selasa, 4 Agu pukul 09.00")
        assert "Selasa, 4 Agu pukul 09.00, 30 menit" in words(await _last(house, ratna, "memilih waktunya"))
        for user in (ratna, sari):
            assert (await _last(house, user, "ke kalender"))["document"]["file_name"] == "pertemuan.ics"
        (row,) = await house.rows(CoachingSession)
        assert row.state == "agreed"

        # Both find it in /jadwal, each on their own, with the way to move it; nobody else sees it.
        for user, other in ((ratna, "Sari"), (sari, "Ratna")):
            await _writes(house, user, "/jadwal")
            listed = words(await _last(house, user, "Yang akan datang"))
            assert f"Selasa, 4 Agu, 09.00 WIB: bertemu {other}, 30 menit, tatap muka" in listed
        await _opens(house, sari, "Yang akan datang", "bertemu Ratna")
        await _last(house, sari, "Bertemu: Selasa, 4 Agu pukul 09.00")
        await _writes(house, ids["dewi"], "/jadwal")
        assert "bertemu" not in words(await _last(house, ids["dewi"], "menunggu"))

        # Reminded an hour before; afterwards both are asked.
        await house.turned(datetime.fromisoformat("2026-08-04T08:00:30+07:00"))
        for user in (ratna, sari):
            await _last(house, user, "Sebentar lagi bertemu")
        await house.turned(datetime.fromisoformat("2026-08-04T09:46:00+07:00"))
        await _tap(house, sari, "bertemu atau belum", "Sudah bertemu")
        await _tap(house, ratna, "bertemu atau belum", "Sudah bertemu")
        (row,) = await house.rows(CoachingSession)
        assert row.state == "held"


async def test_a_meeting_from_the_plan_to_the_signs(one_database_url: str) -> None:
    async with open_house(one_database_url, START) as house:
        ids = await _settle_in(house)
        hendra, dewi = ids["hendra"], ids["dewi"]
        await _writes(house, hendra, "/pertemuan")
        await _tap(house, hendra, "Belum ada pertemuan", "Rencanakan pertemuan")
        await _writes(house, hendra, "11 Agustus 13.30")
        await _last(house, hendra, "Sudah direncanakan")
        await _tap(house, dewi, "giliran Bapak/Ibu memandu", "Ya, saya pandu")
        await _tap(house, dewi, "Bapak/Ibu yang memandu", "Tulis agenda")
        await _writes(house, dewi, "Karya murid tanpa nama")

        # A teacher finds it in /jadwal; who planned it moves it from there, and the group reads why.
        await _writes(house, ids["sari"], "/jadwal")
        assert "Selasa, 11 Agu, 13.30 WIB: pertemuan SDN Melati 2" in words(await _last(house, ids["sari"], "datang"))
        await _writes(house, hendra, "/jadwal")
        await _opens(house, hendra, "Yang akan datang", "pertemuan SDN Melati 2")
        await _tap(house, hendra, "Karya murid tanpa nama", "Geser")
        await _tap(house, hendra, "Digeser ke kapan", "Rabu, 12 Agu pukul 13.30")
        await _tap(house, hendra, "Alasannya dibaca grup", "ada tugas mendadak")
        await _last(house, hendra, "pertemuan itu digeser")
        told = words((await house.playground.messages(ids["chat"], viewer=ids["sari"]))[-1])
        assert "ke Rabu, 12 Agu pukul 13.30" in told and "ada tugas mendadak" in told and "Hendra" not in told
        await house.turned(datetime.fromisoformat("2026-08-12T15:01:00+07:00"))
        await _tap(house, dewi, "Catat siapa yang hadir", "Buka")
        await _tap(house, dewi, "Karya murid tanpa nama", "Daftar hadir")
        await _tap(house, dewi, "Siapa yang hadir", "Dewi", "Sari", "Kembali")
        await _tap(house, dewi, "Hadir: 2 orang", "Notulen")
        await _writes(house, dewi, "Sepakat menunggu lima detik")
        await _tap(house, dewi, "Sepakat menunggu", "Pertemuan selesai")
        await _tap(house, ids["sari"], "Bagaimana dipandu", "Tiga tanda fasilitasi")
        await _tap(house, ids["sari"], "Hanya pemandu yang membaca", "Pertanyaan pemantik")
        (meeting,) = await house.rows(Meeting)
        assert (meeting.state, meeting.minutes) == ("held", "Sepakat menunggu lima detik")
        assert sorted(one.signs or "" for one in await house.rows(MeetingAttendance)) == ["", "100"]


async def test_a_visit_from_the_invitation_to_the_other_day(one_database_url: str) -> None:
    async with open_house(one_database_url, START) as house:
        ids = await _settle_in(house)
        ratna, hendra = ids["ratna"], ids["hendra"]
        async with house.assistant.database.writing() as session:
            now = house.assistant.clock.now()
            coach = (await session.scalars(select(Person).where(Person.tg_user_id == ratna))).one()
            group = (await session.scalars(select(Group))).one()
            await free_periods.toggle(session, coach, 1, 9)
            await series.begin(session, coach, group.id, 1, 9, now)
        await _writes(house, ratna, "/jadwal")
        await _opens(house, ratna, "Yang akan datang", "undangan kunjungan")
        await _last(house, ratna, "Sekali dua pekan")

        # The clock invites five working days ahead; the host moves it, and the coach is told with a new file.
        await house.turned(datetime.fromisoformat("2026-08-04T14:06:00+07:00"))
        await _last(house, hendra, "akan berkunjung ke SDN Melati 2: Selasa, 11 Agu pukul 09.00")
        await _writes(house, hendra, "/jadwal")
        await _opens(house, hendra, "Yang akan datang", "kunjungan ke SDN Melati 2")
        await _tap(house, hendra, "Yang bertemu: Ratna dan Hendra", "Geser")
        await _writes(house, hendra, "Kamis 13 Agustus 10.00")
        await _last(house, hendra, "Digeser ke Kamis, 13 Agu pukul 10.00")
        await _writes(house, hendra, "Ada pengawas datang")
        await _last(house, hendra, "kunjungan itu digeser")
        told = words(await _last(house, ratna, "menggeser kunjungan"))
        assert "dari Selasa, 11 Agu pukul 09.00 ke Kamis, 13 Agu pukul 10.00" in told and "Ada pengawas datang" in told
        files = [one for one in await house.playground.messages(ratna, viewer=ratna) if "document" in one]
        assert [one["document"]["file_name"] for one in files] == ["pertemuan.ics"] * 2

        # Afterwards both are asked.
        await house.turned(datetime.fromisoformat("2026-08-13T11:16:00+07:00"))
        for user in (ratna, hendra):
            await _tap(house, user, "jadi atau belum", "Sudah bertemu")
        (row,) = await house.rows(CoachingSession)
        assert row.state == "held"
