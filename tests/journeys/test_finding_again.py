"""A group gets back what it shared, over HTTP: collected, found misspelt, brought; an answer kept by two taps; gone."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from playground.client import words
from storage.models import (
    Consultation,
    Group,
    GroupChat,
    LibraryEntry,
    LibraryTerm,
    LibraryWord,
    Membership,
    Person,
    Solution,
)
from tests.journeys.house import House, open_house

START = datetime.fromisoformat("2026-08-03T09:00:00+07:00")  # a Monday at school
PEOPLE = {"sari": "teacher", "budi": "teacher", "rini": "teacher", "hendra": "facilitator"}


async def _settle_in(house: House) -> tuple[dict[str, int], int]:
    play = house.playground
    await play.floods(False)
    ids = {name: await play.add_user(name.title()) for name in (*PEOPLE, "tamu")}
    chat = await play.add_group("SDN Melati 2", creator=ids["hendra"], members=[ids[name] for name in PEOPLE])
    await play.add_bot(chat, ids["hendra"], admin=True)
    await house.settled()
    async with house.assistant.database.writing() as session:
        now = house.assistant.clock.now()
        group = (await session.scalars(select(Group).join(GroupChat).where(GroupChat.tg_chat_id == chat))).one()
        group.state = "active"
        for name, role in PEOPLE.items():
            person = Person(tg_user_id=ids[name], name=name.title(), reachable=True, consented_at=now, created_at=now)
            session.add(person)
            await session.flush()
            session.add(Membership(person_id=person.id, group_id=group.id, role=role, since=now))
    for name in (*PEOPLE, "tamu"):
        await play.start(ids[name])
    await house.settled()
    return ids, chat


async def _last(house: House, chat: int, user: int, contains: str) -> dict[str, Any]:
    await house.settled()
    told = await house.playground.messages(chat, viewer=user)
    found = [one for one in told if one["from"]["is_bot"] and contains in words(one)]
    assert found, f"nothing with {contains!r} among {[words(one) for one in told]}"
    return found[-1]


async def _tap(house: House, user: int, contains: str, label: str) -> None:
    shown = await _last(house, user, user, contains)
    await house.playground.press(user, user, shown["message_id"], label=label)
    await house.settled()


async def test_what_was_shared_and_answered_is_found_again_until_its_people_leave(one_database_url: str) -> None:
    async with open_house(one_database_url, START) as house:
        play = house.playground
        ids, chat = await _settle_in(house)
        sari, budi, rini, tamu = (ids[name] for name in ("sari", "budi", "rini", "tamu"))

        # A link and a file are shared, a list of pupils too; the guest, who has not agreed, shares as well.
        await play.send(sari, chat, "Bapak Ibu, ini video pecahan kelas 4 https://youtu.be/dQw4w9WgXcQ?si=x")
        await play.send(
            sari, chat, "Silakan dipakai", kind="document", file_name="LKPD_Pecahan_Kelas4.pdf", content=b"x"
        )
        await play.send(sari, chat, "Silakan dicek", kind="document", file_name="Daftar_Nilai_4B.xlsx", content=b"y")
        await play.join(tamu, chat)
        await play.send(tamu, chat, "Modul pecahan", kind="document", file_name="Modul_Pecahan.pdf", content=b"z")
        await house.settled()
        assert [one.kind for one in await house.rows(LibraryEntry)] == ["link", "file"]

        # Budi looks for it, misspelt; the file comes in private. The guest finds nothing.
        await play.send(budi, budi, "/cari pecehan kelas 4")
        shown = words(await _last(house, budi, budi, "cocok"))
        assert "LKPD Pecahan Kelas 4" in shown and "ini video pecahan kelas 4" in shown
        assert "Saya baca sebagai: pecahan" in shown and "Daftar" not in shown and "Modul" not in shown
        await _tap(house, budi, "cocok", "1. Ambil")
        files = [one for one in await play.messages(budi, viewer=budi) if "document" in one]
        assert [one["document"]["file_name"] for one in files] == ["LKPD_Pecahan_Kelas4.pdf"]
        await play.send(tamu, tamu, "/cari pecahan")
        await house.settled()
        assert not any("cocok" in words(one) for one in await play.messages(tamu, viewer=tamu))

        # Asked and answered: Rini asks, Budi answers, Rini says so; both are asked, both tap.
        question = await play.send(rini, chat, "Bagaimana cara mengajarkan perkalian kepada anak yang belum hafal?")
        answer = await play.send(budi, chat, "Coba pakai jari dan kartu, Bu, lima menit setiap pagi", reply_to=question)
        await house.settled()
        await play.send(rini, chat, "/selesai", reply_to=answer)
        await _tap(house, budi, "terbantu oleh jawaban", "Simpan")
        assert await house.rows(LibraryEntry, LibraryEntry.kind == "answer") == []
        await _tap(house, rini, "membantu", "Simpan")
        await play.send(sari, chat, "/cari perkalian")
        told = words(await _last(house, chat, sari, "1 yang cocok"))
        assert "tanya jawab" in told
        await play.send(sari, sari, "/cari kartu jari")
        await _tap(house, sari, "tanya jawab", "1. Baca")
        assert "Budi menjawab" in words(await _last(house, sari, sari, "lima menit setiap pagi"))

        # Sari takes back her yes, Budi his answer: nothing of either is found, and no word of it is left.
        await play.send(sari, sari, "/privasi")
        await _tap(house, sari, "Bapak/Ibu setuju pada", "Berhenti setuju")
        await _tap(house, sari, "Kalau berhenti", "Ya, berhenti")
        await _tap(house, budi, "Terima kasih. Disimpan begitu", "Tarik kembali")
        for model in (LibraryEntry, LibraryTerm, LibraryWord, Solution):
            assert await house.rows(model) == []
        await play.send(budi, budi, "/cari pecahan")
        assert "Belum ada yang dibagikan" in words(await _last(house, budi, budi, "pecahan"))
        assert len(await house.rows(Consultation)) == 1


async def test_a_file_that_telegram_has_no_more_says_so(one_database_url: str) -> None:
    async with open_house(one_database_url, START) as house:
        play = house.playground
        ids, chat = await _settle_in(house)
        sari, budi = ids["sari"], ids["budi"]
        await play.send(sari, chat, "Silakan dipakai", kind="document", file_name="LKPD_Pecahan.pdf", content=b"x")
        await house.settled()
        async with house.assistant.database.writing() as session:
            row = (await session.scalars(select(LibraryEntry))).one()
            row.file_id = "AAAA"
        await play.send(budi, budi, "/cari pecahan")
        await _tap(house, budi, "cocok", "1. Ambil")
        await _last(house, budi, budi, "sudah tidak ada di Telegram")
        await play.send(budi, budi, "/cari pecahan")
        shown = await _last(house, budi, budi, "berkas ini sudah tidak ada")
        assert ". Ambil" not in str(shown["reply_markup"])
