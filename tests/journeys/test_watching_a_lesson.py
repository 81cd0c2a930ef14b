"""A lesson is watched over HTTP: taps while it goes on, the teacher scores first, both read; and a school's file."""

from datetime import datetime

from sqlalchemy import update

from playground.client import words
from storage.models import (
    Cycle,
    CycleStep,
    Observation,
    ObservationScore,
    WorkflowVersion,
)
from tests.content.test_workflows import GOOD
from tests.journeys.house import House, open_house
from tests.journeys.school import last, settle_in, tap

START = datetime.fromisoformat("2026-08-03T08:00:00+07:00")  # a Monday at school
ROLES = {"ratna": "coach", "sari": "teacher", "kusuma": "principal"}


async def _scores_all(house: House, user: int, level: str) -> None:
    """Six criteria, two taps each: the level, and the first line that is offered."""
    for number in range(1, 7):
        await tap(house, user, f"Nilai {number} dari 6", level)
        asked = await last(house, user, "Apa yang terlihat?")
        first = asked["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
        await house.playground.press(user, user, asked["message_id"], data=first)
        await house.settled()
    await tap(house, user, "Nilai Bapak/Ibu", "Selesai")


async def test_a_lesson_is_watched_and_both_read_what_was_seen(one_database_url: str) -> None:
    async with open_house(one_database_url, START) as house:
        ids, play = (await settle_in(house, ROLES, by="kusuma")).ids, house.playground
        ratna, sari = ids["ratna"], ids["sari"]
        await play.send(ratna, ratna, "/coaching")
        await tap(house, ratna, "Belum ada coaching", "Mulai yang baru")
        await tap(house, ratna, "Alur apa", "Coaching kelas")
        await tap(house, ratna, "bersama siapa", "Sari")
        await tap(house, sari, "mengajak Bapak/Ibu memulai", "Ya, mau")
        async with house.assistant.database.writing() as session:  # the first talk has been held
            await session.execute(update(Cycle).values(step="observasi"))
            await session.execute(update(CycleStep).values(step="observasi"))

        await play.send(ratna, ratna, "/coaching")
        await tap(house, ratna, "Coaching Bapak/Ibu", "Coaching kelas")
        await tap(house, ratna, "Melihat pelajaran", "Pengamatan")
        await tap(house, ratna, "dengan rubrik apa", "Kualitas pembelajaran")
        await tap(house, ratna, "Ketuk yang terlihat", "Murid bertanya")
        await tap(house, ratna, "Catatan Bapak/Ibu", "Murid bertanya", "Guru menunggu")
        await play.send(ratna, ratna, "Suasana kelas", kind="photo")
        await tap(house, ratna, "Ada wajah atau nama murid", "Ada")
        assert "hapus saat siklus selesai" in words(await last(house, ratna, "Terima kasih. Foto itu"))
        await tap(house, ratna, "Catatan Bapak/Ibu", "Beri nilai")
        assert await house.rows(ObservationScore) == [], "the one who is watched scores first"

        await tap(house, sari, "akan mengamati", "Buka")
        await tap(house, sari, "Bapak/Ibu lebih dulu", "Beri nilai")
        await _scores_all(house, sari, "Mulai terlihat")
        await tap(house, ratna, "Sekarang giliran Bapak/Ibu", "Buka")
        await tap(house, ratna, "Yang diamati sudah memberi nilai", "Beri nilai")
        await _scores_all(house, ratna, "Terlihat")
        (row,) = await house.rows(Observation)
        assert row.opened_at is not None
        seen = await house.rows(ObservationScore)
        assert len(seen) == 12 and all(one.seen for one in seen)
        assert {one.seen for one in seen if one.person_id == row.observer_id} == {"Murid bertanya (2 kali)"}

        await tap(house, sari, "sudah masuk dan terbuka", "Buka")
        await tap(house, sari, "Bacalah berdua", "Baca semuanya")
        assert "Murid bertanya (2 kali)" in words(await last(house, sari, "(versi 1)"))
        assert not any("photo" in one for one in await play.messages(sari, viewer=sari)), "it stays with the coach"


async def test_a_school_brings_a_workflow_of_its_own(one_database_url: str) -> None:
    async with open_house(one_database_url, START) as house:
        ids, play = (await settle_in(house, ROLES, by="kusuma")).ids, house.playground
        kusuma, ratna = ids["kusuma"], ids["ratna"]
        for text, told in ((GOOD.replace("days: 3", "days: 0"), "baris 29"), (GOOD, "2 langkah")):
            await play.send(kusuma, kusuma, "/coaching")
            await tap(house, kusuma, "Belum ada coaching", "Alur milik sekolah")
            await tap(house, kusuma, "belum punya alur", "Kirim alur")
            await last(house, kusuma, "Kirim berkas .yaml")
            await play.send(kusuma, kusuma, kind="document", file_name="alur.yaml", content=text.encode())
            await last(house, kusuma, told)
        await play.send(ratna, ratna, "/coaching")
        await tap(house, ratna, "Belum ada coaching", "Mulai yang baru")
        await last(house, ratna, "Dua langkah")
        await tap(house, kusuma, "2 langkah", "Tarik: Dua langkah")
        (row,) = await house.rows(WorkflowVersion)
        assert not row.offered
