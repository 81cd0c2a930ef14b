"""What cannot be done is said of the thing that was asked for, and what is missing is one tap away, over HTTP."""

from datetime import datetime, timedelta

from storage.models import Arrival, Cycle, Letterhead, Meeting
from tests.journeys.house import House, open_house
from tests.journeys.phones import Phone, moved_in

WHO = {"hendra": "facilitator", "sari": "teacher", "budi": "teacher", "dewi": "coach"}
START = datetime.fromisoformat("2026-08-03T09:00:00+07:00")  # a Monday at school


async def _refused(sari: Phone) -> None:
    """A teacher asks for what others have: each is told of what was asked for."""
    for command, of in (("/tinjau", "Tag pesan"), ("/laporan", "Laporan"), ("/ringkasan", "Ringkasan")):
        await sari.looks_anew()
        await sari.writes(command)
        assert (await sari.reads("tautan undangan")).startswith(of)


async def _unread_time(hendra: Phone) -> None:
    """One time is asked for, so the example is one time, and the question stays open."""
    await hendra.looks_anew()
    await hendra.writes("/pertemuan")
    await hendra.taps("Rencanakan pertemuan")
    await hendra.writes("secepatnya saja")
    told = await hendra.reads("belum terbaca")
    assert "di baris sendiri" not in told and "/batal" in told
    await hendra.writes("Kamis 13.30")
    await hendra.reads("Sudah direncanakan")


async def _letterhead(house: House, hendra: Phone) -> None:
    """A paper that lacks its letterhead takes one, and is there again one tap later."""
    await hendra.looks_anew()
    await hendra.writes("/berkas")
    await hendra.taps("Undangan", "Kamis")
    assert "• kop surat" in await hendra.reads("Yang masih kosong")
    await hendra.taps("Kop surat")
    await hendra.writes("SDN Melati 2\nJalan Melati 2, Tangerang")
    assert "Kirim gambar" not in await hendra.reads("sudah dipasang"), "nothing is waited for any more"
    await hendra.taps("Kirim kop yang lain")
    await hendra.reads("Kirim gambar kop suratnya")
    assert len(await house.rows(Letterhead)) == 1
    await hendra.taps("Kembali")
    paper = await hendra.reads("Demikian undangan")
    assert "Jalan Melati 2" in paper and "• kop surat" not in paper


async def test_a_no_speaks_of_what_was_asked_and_what_is_missing_is_a_tap_away(one_database_url: str) -> None:
    async with open_house(one_database_url, START) as house:
        people, _chat = await moved_in(house, {"hendra": "facilitator", "sari": "teacher"})
        await _refused(people["sari"])
        await _unread_time(people["hendra"])
        await _letterhead(house, people["hendra"])
        assert len(await house.rows(Meeting)) == 1
        assert await house.rows(Arrival, Arrival.state.in_(("failed", "odd"))) == []


async def test_who_has_no_coaching_hears_of_what_waits_in_the_group(one_database_url: str) -> None:
    async with open_house(one_database_url, START) as house:
        people, chat = await moved_in(house, dict(WHO))
        hendra = people["hendra"]
        await hendra.writes("/siapa")
        assert "Selamat mengajar" in await hendra.reads("tidak ada yang menunggu")
        await people["sari"].writes("Bagaimana caranya supaya anak kelas 4 paham pecahan? Ada saran?", chat)
        await house.turned(START + timedelta(hours=2))
        await hendra.looks_anew()
        await hendra.writes("/pekan")
        assert "Belum terjawab (1)" in await hendra.reads("Pekan ini di")
        await hendra.writes("/siapa")
        assert "/pekan" in await hendra.reads("tidak ada yang menunggu")
        await people["dewi"].writes("/siapa")
        assert "/konsultasi" in await people["dewi"].reads("tidak ada yang menunggu")
        await people["sari"].writes("/siapa")
        assert "/pekan" not in await people["sari"].reads("tidak ada yang menunggu")


async def test_a_coach_hears_that_a_cycle_is_gone_and_not_who_has_gone(one_database_url: str) -> None:
    async with open_house(one_database_url, START) as house:
        people, _chat = await moved_in(house, dict(WHO))
        dewi, sari = people["dewi"], people["sari"]
        await dewi.writes("/coaching")
        await dewi.taps("Mulai yang baru", "Coaching HARMONI", "Sari")
        await sari.taps("Ya, mau")
        await dewi.looks_anew()
        await sari.writes("/hapusdata")
        await sari.taps("Hapus data saya", "Ya, hapus")
        told = await dewi.reads("sudah tidak memakai Sejawat")
        assert "Coaching HARMONI" in told and "Sari" not in told
        assert [one for one in await people["budi"].seen() if "HARMONI" in str(one)] == []
        assert await house.rows(Cycle) == []
        assert await house.rows(Arrival, Arrival.state.in_(("failed", "odd"))) == []
