"""Joining and what comes with it, over HTTP: five taps, a late start, a list, a share, an answer that is brought."""

import io
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from openpyxl import Workbook

from playground import demo
from playground.client import Playground, words
from playground.hands import Hands, calm, hurried, link_in, payload_of, seen
from storage.models import Attachment, Letter, Membership, Person, Posting, Readiness, Reflection, School, Trial
from tests.journeys.house import House, open_house

MORNING = datetime.fromisoformat("2026-08-03T06:31:00+07:00")


async def test_from_the_first_yes_to_an_answer_that_somebody_else_brings(one_database_url: str):
    async with open_house(one_database_url, demo.START) as house:
        school = await demo.build(house.playground)
        async with hurried(house.playground, 1):
            await _five_taps(house, school)
        await calm(house.playground)
        await house.playground.turn(to=MORNING)
        await house.settled()
        async with hurried(house.playground, 1):
            await _late(house, school)
            await _shared(house, school)
            await _list(house, school)
            await _brought(house, school)
        await house.settled()
        assert house.assistant.visits.counted["failed"] == house.assistant.visits.counted["odd"] == 0
        now = house.assistant.clock.now()
        due = await house.rows(Letter, Letter.due_at <= now)
        assert {letter.state for letter in due} == {"delivered"}, [(one.key, one.error) for one in due if one.error]


async def _five_taps(house: House, school: demo.Demo) -> None:
    """Sari was told when the first lesson comes; then one message asks five things, one after the other."""
    sari = school.hands(house.playground, "sari")
    await sari.sees("Pelajaran pertama datang Senin, 3 Agu pukul 06.30.")
    asked = await sari.sees("(1 dari 5)")
    assert "rekan pasangan" in words(asked)
    for number, label in enumerate(("Bergantian", "Lewati", "Berbicara", "Beberapa", "Pelan"), start=1):
        await sari.sees(f"({number} dari 5)")
        under = await sari.taps(label)
        assert under["message_id"] == asked["message_id"]
    told = await sari.sees("Terima kasih, sudah saya catat")
    assert told["message_id"] == asked["message_id"], "one message that goes on by itself"
    assert "/program" in words(told), "another pace is offered"
    (person,) = await house.rows(Person, Person.name == "Sari")
    (row,) = await house.rows(Readiness, Readiness.person_id == person.id)
    assert (row.phone, row.signal, row.mode, row.tools, row.pace) == ("shared", None, "voice", "some", "slow")


async def _late(house: House, school: demo.Demo) -> None:
    """Lastri comes when the programme is running: one screen of what it is, and nothing to catch up with."""
    play, hendra = house.playground, school.hands(house.playground, "hendra")
    before = await hendra.last()
    await hendra.writes("/gabung")
    await hendra.taps("SDN Melati 2", after=before)
    url = link_in(await hendra.sees("Tautan gabung guru SDN Melati 2", after=before))
    user = await play.add_user("Lastri")
    await play.join(user, school.groups["melati"])
    lastri = Hands(play, user, hendra.say)
    await _asked_alone(play, lastri, school)
    await lastri.opens(payload_of(url))
    await lastri.taps("Ya, saya setuju")
    welcome = words(await lastri.sees("Grup ini sedang belajar"))
    for part in ("Selamat bergabung", "Sudah sampai pelajaran 1 dari", "/hariini", "Selasa, 4 Agu pukul 06.30"):
        assert part in welcome
    assert len(welcome.split("Grup ini sedang belajar")[1].splitlines()) <= 10
    await lastri.taps("Ibu")
    await lastri.taps("Selesai")
    await lastri.sees("Terima kasih, sudah saya catat")
    told = [words(one) for one in await play.messages(user)]
    assert sum("Grup ini sedang belajar" in one for one in told) == 1


async def _asked_alone(play: Playground, lastri: Hands, school: demo.Demo) -> None:
    """Before her yes she asks for the report in the group: that she has not agreed is told to her alone."""
    group, only = school.groups["melati"], "Hanya Bapak/Ibu yang melihat pesan ini"
    await lastri.writes("/laporan", group)
    await lastri.sees(only, group)
    others = [words(one) for one in await play.messages(group, viewer=school.people["sari"])]
    assert not any(only in one for one in others)


async def _shared(house: House, school: demo.Demo) -> None:
    """Budi hands the prompt on: in private, a button that opens WhatsApp with a short text and the way in."""
    budi, group = school.hands(house.playground, "budi"), school.groups["melati"]
    await budi.taps("Bagikan ke WhatsApp", group)
    letter, key = await budi.finds("Buka WhatsApp")
    (text,) = parse_qs(urlsplit(key["url"]).query)["text"]
    assert key["url"].startswith("https://wa.me/?text=")
    assert len(text) < 700
    assert "Coba hari ini:" in text
    assert text.splitlines()[0].strip("*") in words(letter)
    tamu = school.hands(house.playground, "tamu")
    await tamu.opens(payload_of(text.split()[-1]))
    await tamu.finds("Ya, saya setuju")


def _sheet(*rows: list[Any]) -> bytes:
    book, into = Workbook(), io.BytesIO()
    page = book.active
    assert page is not None
    for row in (["Nama", "Peran", "Sekolah", "Gugus", "Kelas", "Zona"], *rows):
        page.append(row)
    book.save(into)
    return into.getvalue()


async def _list(house: House, school: demo.Demo) -> None:
    """Pak Hendra sends a list with a mistake, then one without, then the same again."""
    play, hendra = house.playground, school.hands(house.playground, "hendra")

    async def sends(content: bytes, caption: str = "") -> int:
        before = await hendra.last()
        await play.send(hendra.user, hendra.user, caption, kind="document", file_name="guru.xlsx", content=content)
        return before

    before = await hendra.last()
    await hendra.writes("/anggota")
    await hendra.taps("SDN Melati 2", after=before)
    await hendra.taps("Unggah daftar", after=before)
    await hendra.taps("Lembar contoh", after=before)
    await hendra.sees("Isi lembar Anggota", after=before)
    before = await sends(_sheet(["Lestari", "gurru"]))
    assert "B2: peran ‘gurru’ tidak dikenal" in words(await hendra.sees("Yang perlu diperbaiki (1)", after=before))
    good = _sheet(["Lestari", "guru", "SDN Kenari 1", "Melati", "4", "WIB"], ["sari", "", "", "", "5", ""])
    before = await sends(good)
    preview = await hendra.sees("Baru: 1 · berubah: 1 · tetap: 0", after=before)
    assert "Sekolah baru: SDN Kenari 1" in words(preview)
    assert not await house.rows(Person, Person.name == "Lestari"), "looked at first"
    await hendra.taps("Simpan", after=before)
    await hendra.sees("Tersimpan. Baru: 1 · berubah: 1", after=before)
    (listed,) = await house.rows(Person, Person.name == "Lestari")
    (posting,) = await house.rows(Posting, Posting.person_id == listed.id)
    (kenari,) = await house.rows(School, School.name == "SDN Kenari 1")
    assert (posting.school_id, posting.grade, posting.school_year) == (kenari.id, "4", "2026/2027")
    assert kenari.gugus == "Melati"
    assert [one.role for one in await house.rows(Membership, Membership.person_id == listed.id)] == ["teacher"]
    before = await sends(good, "/anggota")
    await hendra.taps("SDN Melati 2", after=before)
    await hendra.sees("Baru: 0 · berubah: 0 · tetap: 2", after=before)
    await hendra.taps("Tidak jadi", after=before)
    await hendra.sees("Berkasnya sudah saya hapus", after=before)
    names = {one.name for one in await house.rows(Attachment)}
    assert "guru.xlsx" not in names, "the names in it are not kept a second time"


async def _brought(house: House, school: demo.Demo) -> None:
    """What Lestari tried is written down for her; the group reads it once she agreed, marked as brought."""
    hendra, said = school.hands(house.playground, "hendra"), "Anak-anak saya menghitung dengan kerikil."
    before = await hendra.last()
    await hendra.writes("/titip")
    await hendra.taps("SDN Melati 2", after=before)
    await hendra.taps("Lestari", after=before)
    await hendra.taps("3/8", after=before)
    await hendra.sees("Tuliskan jawaban Lestari", after=before)
    await hendra.writes(said)
    await hendra.sees("Tersimpan sebagai titipan Lestari", after=before)
    assert await house.rows(Trial) == [], "nobody said that she tried it"
    await hendra.taps("Lestari sudah mencoba", after=before)
    await hendra.sees("sudah mencoba “", after=before)
    await hendra.taps("Lestari setuju", after=before)
    await hendra.sees("sekarang dapat dibaca", after=before)
    sari = school.hands(house.playground, "sari")
    shown = await sari.sees("titip lewat", school.groups["melati"])
    assert seen(sari.say, "learning.quoted", words=said) in words(shown)
    (row,) = await house.rows(Reflection, Reflection.entered_by.is_not(None))
    assert (row.text, row.audience) == (said, "group")
    assert [one.person_id for one in await house.rows(Trial)] == [row.person_id]
    await sari.sees("dicoba 1 · refleksi 1", school.groups["melati"])
    assert timedelta(0) < house.assistant.clock.now() - MORNING < timedelta(hours=1)
