"""A step is read back before it ends, an answer is given anew, and voices and files come to whoever may read them."""

import pytest
from sqlalchemy import select

from coaching import cycle_notes, pages, reading_back, talk
from coaching.cycle_notes import Given
from coaching.pages import Page
from coaching.refusals import NotNow
from coaching.steps import Standing
from content.texts import Texts
from storage.database import Database, Session
from storage.models import Cycle, CycleNote, Look
from tests.coaching.cast import NOW, Coached, answers, begun, ends, later, school, where

SAY = Texts("id")


async def _at_the_aim(session: Session, cast: Coached) -> tuple[Cycle, Standing]:
    """HARMONI at its second step: three questions, all of the teacher's."""
    cycle = await begun(session, cast)
    for who in (cast.sari, cast.ratna):
        await answers(session, who, cycle, "Harapan", NOW)
        await ends(session, who, cycle, NOW)
    return cycle, await where(session, cast.sari, cycle)


def _labels(page: Page) -> list[str]:
    return [one["text"] for row in page[1] for one in row]


async def _said(session: Session, cast: Coached, found: Standing, ask: str, given: Given) -> talk.Asking:
    number = found.seat.cycle.id
    return await talk.answered(session, cast.sari, number, found.row.id, ask, given, SAY, later(days=3))


async def test_the_page_reads_back_every_answer_once_the_last_is_given(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle, found = await _at_the_aim(session, cast)
        asking = await _said(session, cast, found, "tujuan", Given("text", "Murid berani <bertanya>"))
        assert asking.ask is not None and asking.ask.id == "tanda", "the next question stands"
        half = await reading_back.of_step(session, cast.sari, cycle.id, SAY)
        assert "Murid berani &lt;bertanya&gt;" in half[0] and half[0].count("Belum dijawab.") == 2
        assert _labels(half) == ["Ubah 1", "Jawab (2)", "Bagian saya selesai", "Kembali"]
        assert "(Ratna)" in half[0] and "semua yang ikut" not in half[0], "who was named when it was asked"
        notes = "".join(await pages.notes(session, cast.sari, cycle.id, SAY, NOW))
        assert "(Bapak/Ibu berdua)" in notes and "semua yang ikut" not in notes
        await _said(session, cast, found, "tanda", Given("voice", None, "SUARA", 14))
        last = await talk.tapped(session, cast.sari, cycle.id, found.row.id, 2, 0, SAY, later(days=3))
        assert last.ask is None
        for words in ("Murid berani &lt;bertanya&gt;", "pesan suara, 14 detik", "Pedagogik"):
            assert words in last.page[0]
        assert "Belum dijawab" not in last.page[0]
        assert _labels(last.page) == [
            "Ubah 1", "Ubah 2", "Ubah 3", "Dengarkan dan lihat (1)", "Bagian saya selesai", "Kembali",
        ]  # fmt: skip


async def test_the_other_side_and_another_step_are_not_in_it(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle, _found = await _at_the_aim(session, cast)
        assert "Harapan" not in (await reading_back.of_step(session, cast.sari, cycle.id, SAY))[0]
        await answers(session, cast.sari, cycle, "Kata Sari", NOW)
        told = await reading_back.of_step(session, cast.ratna, cycle.id, SAY)
        assert "Kata Sari" not in told[0] and _labels(told) == ["Kembali"]


async def test_twelve_endless_answers_still_fit_into_one_message(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle, found = await _at_the_aim(session, cast)
        for ask in ("tujuan", "tanda"):
            await _said(session, cast, found, ask, Given("text", "a" * 3_000))
        told = await reading_back.of_step(session, cast.sari, cycle.id, SAY)
        assert 1_600 < len(told[0]) < 4_096


async def test_an_answer_is_given_anew_and_its_reader_stays(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle, found = await _at_the_aim(session, cast)
        await answers(session, cast.sari, cycle, "Lama", NOW)
        asking = await talk.again(session, cast.sari, cycle.id, found.row.id, 0, SAY)
        assert asking.ask is not None and asking.ask.id == "tujuan" and "Ratna" in asking.page[0]
        after = await _said(session, cast, found, asking.ask.id, Given("text", "Baru"))
        assert "Baru" in after.page[0] and "Lama: tujuan" not in after.page[0]
        rows = (await session.scalars(select(CycleNote).where(CycleNote.ask == "tujuan"))).all()
        assert [(one.text, one.edited_at is not None) for one in rows] == [("Baru", True)]
        for row, place in ((found.row.id, 99), (found.row.id, -1), (found.row.id + 1, 0)):
            with pytest.raises(NotNow):
                await talk.again(session, cast.sari, cycle.id, row, place, SAY)
        with pytest.raises(NotNow):  # what she never answered
            await talk.again(session, cast.ratna, cycle.id, found.row.id, 0, SAY)


async def test_voices_and_files_come_to_those_who_may_read_them(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle, found = await _at_the_aim(session, cast)
        await _said(session, cast, found, "tujuan", Given("voice", None, "SUARA-1", 9))
        for given, audience in (
            (Given("photo", "Kelas", "FOTO-1"), "both"), (Given("document", "rpp.docx", "BERKAS-1"), "both"),
            (Given("voice", None, "SUARA-RAHASIA", 5), "me"), (Given("link", "https://contoh.sch.id/a"), "both"),
        ):  # fmt: skip
            await cycle_notes.add(session, cast.sari, cycle.id, given, NOW, audience)
        told = await reading_back.play(session, cast.ratna, cycle.id, 1, SAY, NOW)
        assert sorted((one.method, one.params.get("voice") or one.params.get("photo") or one.params["document"])
                      for one in told) == [
            ("sendDocument", "BERKAS-1"), ("sendPhoto", "FOTO-1"), ("sendVoice", "SUARA-1"),
        ]  # fmt: skip
        assert all(one.key.startswith(f"cyc:{cycle.id}:") and "Sari" in one.params["caption"] for one in told)
        lines = {(one.kind, one.reader_id, one.of_id) for one in await session.scalars(select(Look))}
        assert lines == {("coaching", cast.ratna.id, cast.sari.id)}
        shown = await session.scalars(select(CycleNote).where(CycleNote.medium.in_(("photo", "document", "link"))))
        assert all(one.reviewed_at == NOW for one in shown), "she has them before her"
        own = await reading_back.play(session, cast.sari, cycle.id, 1, SAY, NOW)
        assert "SUARA-RAHASIA" in str([one.params for one in own]) and len(own) == 4
        of_step = await reading_back.play(session, cast.sari, cycle.id, 1, SAY, NOW, 0, found.row.id)
        assert len(of_step) == 4 and not await reading_back.play(session, cast.sari, cycle.id, 1, SAY, NOW, 0, 999)


async def test_ten_at_a_time_and_only_those_count_as_looked_at(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle, _found = await _at_the_aim(session, cast)
        for n in range(12):
            await cycle_notes.add(session, cast.sari, cycle.id, Given("photo", None, f"F{n}"), later(hours=n), "both")
        first = await reading_back.play(session, cast.ratna, cycle.id, 1, SAY, NOW)
        assert [one.params["photo"] for one in first] == [f"F{n}" for n in range(10)]
        (row,) = first[-1].params["reply_markup"]["inline_keyboard"]
        assert (row[0]["text"], row[0]["callback_data"]) == ("Berikutnya (2)", f"cycplay:{cycle.id}:10:0")
        unseen = select(CycleNote.file_id).where(CycleNote.reviewed_at.is_(None), CycleNote.medium == "photo")
        assert set(await session.scalars(unseen)) == {"F10", "F11"}
        rest = await reading_back.play(session, cast.ratna, cycle.id, 1, SAY, NOW, 10)
        assert [one.params["photo"] for one in rest] == ["F10", "F11"] and "reply_markup" not in rest[-1].params
        assert list(await session.scalars(unseen)) == []
