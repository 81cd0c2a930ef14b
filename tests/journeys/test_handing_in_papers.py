"""Papers over HTTP: an invitation, minutes with a photo, a month and a report of a lesson, seen first and then sent."""

from datetime import datetime, timedelta
from typing import Any

import aiohttp
from sqlalchemy import select

from coaching import cycles, rubrics
from coaching.rights import Side
from playground.client import words
from storage.models import (
    ConversationState,
    CycleStep,
    Group,
    Letter,
    Letterhead,
    Meeting,
    MeetingPaper,
    MeetingPhoto,
    Observation,
    ObservationScore,
    Person,
    Signature,
)
from tests.journeys.house import House, open_house
from tests.journeys.school import last, settle_in, tap, told, writes
from tests.reports import reading_back
from tests.reports.office import AGENDA, MINUTES, photo

START = datetime.fromisoformat("2026-11-27T09:00:00+07:00")  # a Friday at school
ROLES = {"faisal": "facilitator", "kusuma": "principal", "ratna": "coach", "sari": "teacher", "dewi": "teacher"}


async def _files(house: House, user: int) -> dict[str, bytes]:
    """Every document that came to this person, by its name."""
    await house.settled()
    there = await house.playground.messages(user, viewer=user)
    sent = {one["document"]["file_name"]: one["document"]["file_unique_id"] for one in there if "document" in one}
    async with aiohttp.ClientSession(house.url) as http:
        found = {}
        for name, number in sent.items():
            async with http.get(f"/playground/file/{number}") as answer:
                found[name] = await answer.read()
        return found


async def _meeting(house: House, at: datetime, **more: Any) -> int:
    async with house.assistant.database.writing() as session:
        group = (await session.scalars(select(Group))).one()
        row = Meeting(group_id=group.id, starts_at=at, created_at=START, **more)
        session.add(row)
        await session.flush()
        return row.id


async def test_an_invitation_with_letterhead_and_signature_typed_once(one_database_url: str) -> None:
    async with open_house(one_database_url, START) as house:
        faisal = (await settle_in(house, ROLES, by="faisal")).ids["faisal"]
        await _meeting(house, START + timedelta(days=6), agenda="Menakar air")
        await writes(house, faisal, "/papers")
        await tap(house, faisal, "Berkas SDN Melati 2", "Kop surat")
        await house.playground.send(faisal, faisal, kind="photo", content=photo("KOP MELATI", (1200, 240)))
        await house.settled()
        await writes(house, faisal, "Selamat pagi")
        await tap(house, faisal, "Kop suratnya sudah dipasang", "Kembali")
        await tap(house, faisal, "Berkas SDN Melati 2", "Undangan")
        await tap(house, faisal, "Pertemuan yang mana", "Kamis, 3 Desember 2026")
        shown = words(await last(house, faisal, "Kami mengundang"))
        assert "09.00 WIB" in shown and "Menakar air" in shown and "• nomor surat" in shown
        await tap(house, faisal, "Kami mengundang", "Tulis tempat")
        await writes(house, faisal, "Aula <SDN Melati 2>")
        await tap(house, faisal, "Aula <SDN Melati 2>", "Tanda tangan")
        await writes(house, faisal, "Faisal Rahman, S.Pd.\nKetua KBP\n198001012005011001\nTangerang")
        await tap(house, faisal, "Simpan juga untuk berkas berikutnya", "Sekali ini saja")
        await tap(house, faisal, "Aula <SDN Melati 2>", "Kirim keduanya")
        files = await _files(house, faisal)
        pdf, docx = (files[f"Undangan-3-Desember-2026.{form}"] for form in ("pdf", "docx"))
        for text in (reading_back.of_pdf(pdf), reading_back.of_docx(docx)):
            assert all(
                one in text for one in ("Aula <SDN Melati 2>", "Faisal Rahman, S.Pd.", "NIP 19800101 200501 1 001")
            )
        assert b"/Subtype /Image" in pdf, "with the letterhead"
        (head,) = await house.rows(Letterhead)
        assert head.picture and head.lines is None, "a greeting afterwards is no letterhead"
        letters = await house.rows(Letter, Letter.key.startswith("paper:"))
        assert [(one.state, one.params) for one in letters] == [("delivered", None)] * 2, (
            "the post forgets what it carried"
        )
        assert await house.rows(ConversationState) == [], "and so does the conversation"
        assert await house.rows(Signature) == [] and len(await house.rows(Letterhead)) == 1
        await tap(house, faisal, "Aula <SDN Melati 2>", "Kirim PDF")
        again = (await _files(house, faisal))["Undangan-3-Desember-2026.pdf"]
        assert "NIP" not in reading_back.of_pdf(again), "once was once"
        assert [one.place for one in await house.rows(MeetingPaper)] == ["Aula <SDN Melati 2>"]


async def test_minutes_with_a_photo_from_a_teacher_and_the_month_that_holds_them(one_database_url: str) -> None:
    async with open_house(one_database_url, START) as house:
        ids, play = (await settle_in(house, ROLES, by="faisal")).ids, house.playground
        sari, kusuma = ids["sari"], ids["kusuma"]
        await _meeting(house, START - timedelta(days=1), state="held", agenda=AGENDA)
        await writes(house, sari, "/berkas")
        assert "Undangan" not in "\n".join(await told(house, sari)), "a teacher makes none"
        assert "sertifikat di /sertifikat" in words(await last(house, sari, "Berkas grup dibuat")), (
            "and hears of their own"
        )
        await writes(house, sari, "/pertemuan")
        await tap(house, sari, "Pertemuan SDN Melati 2", "Kamis, 26 Nov")
        await tap(house, sari, "sudah berlangsung", "Tambah foto")
        for content, answer in ((photo("dengan murid"), "Ada"), (photo("papan tulis"), "Tidak ada")):
            await play.send(sari, sari, kind="photo", content=content)
            await tap(house, sari, "wajah atau nama murid", answer)
        await play.turn(by=timedelta(hours=1))
        await play.send(sari, sari, kind="photo", content=photo("hal lain"))
        await house.settled()
        (kept,) = await house.rows(MeetingPhoto)
        assert "wajah atau nama murid" not in (await told(house, sari))[-1], "an hour later it is about something else"
        assert kept.content.startswith(b"\xff\xd8")
        await writes(house, kusuma, "/berkas")
        await tap(house, kusuma, "Berkas SDN Melati 2", "Notulen")
        await tap(house, kusuma, "Pertemuan yang mana", "Kamis, 26 November 2026")
        assert "notulen; tulis sekarang" in words(await last(house, kusuma, "NOTULEN"))
        await tap(house, kusuma, "NOTULEN", "Tulis notulen sekarang")
        await writes(house, kusuma, MINUTES)
        shown = words(await last(house, kusuma, "NOTULEN"))
        assert "(1 foto)" in shown and "1. Perbaiki gambar LKPD · Sari · 1 Desember 2026" in shown
        await tap(house, kusuma, "NOTULEN", "Kirim DOCX")
        await writes(house, kusuma, "/berkas")
        await tap(house, kusuma, "Berkas SDN Melati 2", "Laporan bulanan")
        await tap(house, kusuma, "Bulan yang mana", "November 2026")
        await tap(house, kusuma, "LAPORAN KEGIATAN BULANAN", "Kirim PDF")
        files = await _files(house, kusuma)
        assert "LKPD dipakai bersama" in reading_back.of_docx(files["Notulen-26-November-2026.docx"])
        month = files["Laporan-November-2026.pdf"]
        assert b"/Subtype /Image" in month and "Satu kelas diamati rekan." in reading_back.of_pdf(month)


async def _observed(house: House) -> None:
    """Ratna watched Sari's lesson, and both have given theirs."""
    async with house.assistant.database.writing() as session:
        group = (await session.scalars(select(Group))).one()
        found = {one.name: one for one in await session.scalars(select(Person))}
        people = {name: one.id for name, one in found.items()}
        cycle = await cycles.offer(session, found["Ratna"], group, "knight", Side.COACHEE, [people["Sari"]], START)
        await cycles.answer(session, found["Sari"], cycle.id, True, START)
        step = (await session.scalars(select(CycleStep))).one()
        version = await rubrics.stored(session, rubrics.to_watch()[0])
        await session.flush()
        row = Observation(
            cycle_id=cycle.id, step_id=step.id, rubric_id=version.id, observed_id=people["Sari"],
            observer_id=people["Ratna"], started_at=START, observed_done_at=START, observer_done_at=START,
            opened_at=START,
        )  # fmt: skip
        session.add(row)
        await session.flush()
        rubric = rubrics.of(version)
        for name in ("Sari", "Ratna"):
            session.add(
                ObservationScore(
                    observation_id=row.id, person_id=people[name], criterion=rubric.criteria[0].id,
                    level=rubric.levels[0].id, seen=f"Yang dilihat {name}", at=START,
                )
            )  # fmt: skip


async def test_a_coach_has_the_report_of_a_lesson_from_the_observation_itself(one_database_url: str) -> None:
    async with open_house(one_database_url, START) as house:
        ids = (await settle_in(house, ROLES, by="faisal")).ids
        await _observed(house)
        (row,) = await house.rows(Observation)
        ratna, dewi = ids["ratna"], ids["dewi"]
        for user in (ratna, dewi):
            await writes(house, user, "/bantuan")
            help_ = await last(house, user, "/")
            await house.playground.press(user, user, help_["message_id"], data=f"papsee:obs:{row.id}:0")
        await tap(house, ratna, "LAPORAN PENGAMATAN", "Kirim PDF")
        files = await _files(house, ratna)
        text = reading_back.of_pdf(files["Laporan-pengamatan-27-November-2026.pdf"])
        assert "Yang dilihat Sari" in text and "Yang dilihat Ratna" in text
        assert "Yang dilihat" not in "\n".join(await told(house, dewi))


async def test_the_code_of_a_certificate_is_asked_by_a_stranger(one_database_url: str) -> None:
    async with open_house(one_database_url, START) as house:
        tamu = (await settle_in(house, {"sari": "teacher"}, by="sari", guests=["tamu"])).ids["tamu"]
        await house.playground.start(tamu, "cek_ABCDEFGH2345")
        assert any("tidak ada" in one for one in await told(house, tamu))
        assert [one.name for one in await house.rows(Person)] == ["Sari"], "nothing is kept of whoever asks"
