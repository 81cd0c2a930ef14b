"""What somebody sees on a small phone: one question at a time, its readers named, a way back, and few buttons."""

import pytest

from coaching import beginning, cycles, managing, pages, pauses, reaching, talk
from coaching.cycle_notes import Given
from coaching.pages import Page
from coaching.rights import Side
from content.texts import Texts
from storage.database import Database, Session
from storage.models import Cycle
from tests.coaching.cast import NOW, Coached, answers, begun, ends, later, letters_to, school, where
from tests.community.cast import somebody

SAY = Texts("id")


def _labels(page: Page) -> list[str]:
    return [one["text"] for row in page[1] for one in row]


def _datas(page: Page) -> list[str]:
    return [one.get("callback_data", "") for row in page[1] for one in row]


async def _stands_at(session: Session, cast: Coached, step: str) -> Cycle:
    """HARMONI at a later step, as if the ones before it were done."""
    cycle = await begun(session, cast)
    found = await where(session, cast.sari, cycle)
    cycle.step = found.row.step = step
    await session.flush()
    return cycle


async def test_sharing_says_with_whom_and_the_question_that_stood_stands_again(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await _stands_at(session, cast, "refleksi")
        row = (await where(session, cast.sari, cycle)).row.id
        said = Given("text", "Salam pagi sudah jalan")
        asking = await talk.answered(session, cast.sari, cycle.id, row, "tercapai", said, SAY, later(days=1))
        assert _labels(asking.page)[-1] == "Bagikan jawaban tadi ke Ratna", "below what belongs to the next question"
        note = int(_datas(asking.page)[-1].split(":")[1])
        shared = await talk.shared(session, cast.sari, note, "both", SAY, later(days=1))
        assert shared.ask is not None and shared.ask.id == "kesenjangan"
        assert shared.page[0].startswith("Sekarang jawaban itu juga dibaca Ratna.")
        assert "Pertanyaan 2 dari 3" in shared.page[0]


async def test_a_message_has_a_screen_of_its_own_that_names_its_reader(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast)
        words, rows = await reaching.writing(session, cast.sari, cycle.id, SAY)
        assert words == "Tulis atau ucapkan pesannya. Langsung saya sampaikan kepada Ratna."
        assert _labels((words, rows)) == ["Kembali"]


async def test_a_teacher_greets_a_coach_without_asking_how_the_step_is_going(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast)
        await reaching.nudge(session, cast.sari, cycle.id, NOW)
        told = (await letters_to(session, cast.ratna))[-1]
        assert "menyapa" in told and "Tidak harus selesai" not in told
        await reaching.nudge(session, cast.ratna, cycle.id, NOW)
        assert "Tidak harus selesai" in (await letters_to(session, cast.sari))[-1]


async def test_the_page_of_a_cycle_names_who_is_waited_for_and_keeps_to_seven_rows(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast)
        page = await pages.of_cycle(session, cast.sari, cycle.id, SAY, NOW)
        assert "Yang masih ditunggu: Ratna dan Bapak/Ibu." in page[0]
        assert len(page[1]) <= 7 and "Geser tanggal" not in _labels(page)
        more = await managing.more(session, cast.sari, cycle.id, SAY)
        assert "Geser tanggal" in _labels(more) and f"cycmoves:{cycle.id}" in _datas(more)
        await answers(session, cast.sari, cycle, "Kata", NOW)
        await ends(session, cast.sari, cycle, NOW)
        page = await pages.of_cycle(session, cast.sari, cycle.id, SAY, NOW)
        assert "Yang masih ditunggu: Ratna." in page[0]


async def test_a_step_is_ended_by_a_button_only_when_nothing_required_is_open(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast)
        page = await pages.of_cycle(session, cast.sari, cycle.id, SAY, NOW)
        assert "Bagian saya selesai" not in _labels(page)
        await answers(session, cast.sari, cycle, "Kata", NOW)
        page = await pages.of_cycle(session, cast.sari, cycle.id, SAY, NOW)
        assert "Bagian saya selesai" in _labels(page)


@pytest.mark.parametrize("days, said", [(7, "Sedang dijeda sampai Senin, 13 Jul."), (0, "Sedang dijeda. Tidak ada")])
async def test_a_pause_says_until_when(database: Database, days: int, said: str) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast)
        await pauses.pause(session, cast.sari, cycle.id, days, NOW)
        assert said in (await pages.of_cycle(session, cast.ratna, cycle.id, SAY, NOW))[0]
        assert ("Dijeda sampai" in (await pages.listed(session, cast.ratna, SAY, NOW))[0]) is bool(days)


async def test_in_a_group_s_cycle_who_assists_is_named_and_the_makers_are_not(database: Database) -> None:
    async with school(database) as (session, cast):
        both = [cast.sari.id, cast.dewi.id]
        cycle = await cycles.offer(session, cast.ratna, cast.group, "media-assistance", Side.COACHEE, both, NOW)
        for who in (cast.sari, cast.dewi):
            await cycles.answer(session, who, cycle.id, True, NOW)
        for who, named in ((cast.ratna, "Bapak/Ibu"), (cast.sari, "Ratna")):
            words, _ = await pages.of_cycle(session, who, cycle.id, SAY, NOW)
            assert f"Yang masih ditunggu: {named} dan Guru pembuat media." in words


async def test_who_sits_in_no_group_is_offered_nothing_to_begin(database: Database) -> None:
    async with school(database) as (session, cast):
        lone = await somebody(session, "Made", 77)
        words, rows = await pages.listed(session, lone, SAY, NOW)
        assert rows == [] and "dapat mengundang Bapak/Ibu" in words
        assert "Mulai yang baru" in _labels(await pages.listed(session, cast.sari, SAY, NOW))


async def test_every_page_of_beginning_has_a_way_back(database: Database) -> None:
    async with school(database) as (session, cast):
        which = await beginning.which(session, cast.ratna, cast.group.id, SAY)
        assert (_labels(which)[-1], _datas(which)[-1]) == ("Kembali", "cycs")
        whom = await beginning.whom(session, cast.ratna, cast.group.id, "harmoni", SAY)
        assert (_labels(whom)[-1], _datas(whom)[-1]) == ("Kembali", f"cycg:{cast.group.id}")
