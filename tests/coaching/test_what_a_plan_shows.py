"""A plan and the times of a session on a small phone: whole in one message, its readers named, with a way on."""

from datetime import timedelta

from coaching import free_periods, meeting_pages, plan_bringing, plan_pages, plan_rights, plans, session_pages, sessions
from coaching.plan_rights import PlanAct
from coaching.plan_sheets import Sheet
from community.notes import fits
from content.texts import Texts
from storage.database import Database
from tests.coaching.cast import NOW, begun, school, wall
from tests.coaching.plan_rows import ROWS

SAY = Texts("id")


def _labels(rows: list[list[dict[str, str]]]) -> list[str]:
    return [one["text"] for row in rows for one in row]


async def test_the_readers_of_a_plan_stand_on_it_before_anything_is_written(database: Database) -> None:
    async with school(database) as (session, cast):
        words, _ = await plan_pages.home(session, cast.dewi, SAY, NOW)
        assert "Yang membaca: hanya Bapak/Ibu. Kepala sekolah baru membacanya kalau" in words
        await begun(session, cast)
        words, _ = await plan_pages.home(session, cast.sari, SAY, NOW)
        assert "Yang membaca: Bapak/Ibu; juga Ratna, sesudah langkah rencana ini selesai." in words


async def test_twenty_long_rows_fit_into_one_message_and_what_is_below_them_stays(database: Database) -> None:
    async with school(database) as (session, cast):
        plan = await plans.mine(session, cast.sari, NOW)
        seat = await plan_rights.take(session, cast.sari, plan.id, PlanAct.EDIT)
        long = {"result": "a" * 500, "when_text": "b" * 500, "place": "c" * 500}
        await plans.replace(session, seat, [ROWS[0] | long for _ in range(plan_pages.SHOWN)], NOW)
        words, _ = await plan_pages.home(session, cast.sari, SAY, NOW, SAY("plans.kept"))
        assert fits(words) and "Yang membaca:" in words


def test_a_sheet_is_shown_row_by_row_before_it_is_kept() -> None:
    many = [ROWS[0] | {"result": f"Kegiatan <{n}>"} for n in range(1, 13)]
    told = plan_bringing.preview(Sheet(rows=many), 0, False, SAY)
    assert "1. Kegiatan &lt;1&gt;\n" in told and "10. Kegiatan &lt;10&gt;" in told and "… dan 2 lagi." in told
    assert "Kegiatan &lt;11&gt;" not in told


async def test_offered_times_are_listed_and_how_to_meet_is_one_row(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast)
        page = await session_pages.offering(session, cast.ratna, cycle.id, 30, "online", SAY, NOW)
        assert ["Tatap muka", "✓ Daring", "Kombinasi"] in [[one["text"] for one in row] for row in page[1]]
        starts = [wall("2026-07-08T09:00"), wall("2026-07-09T10:00")]
        await sessions.offer(session, cast.ratna, cycle.id, starts, 30, "onsite", NOW)
        words, _ = await session_pages.of_cycle(session, cast.ratna, cycle.id, SAY, NOW + timedelta(minutes=1))
        assert "• Rabu, 8 Jul pukul 09.00\n• Kamis, 9 Jul pukul 10.00" in words
        _, rows = await session_pages.of_cycle(session, cast.sari, cycle.id, SAY, NOW + timedelta(minutes=1))
        leads_to = [one["callback_data"] for row in rows for one in row]
        assert leads_to.count(f"sesask:{cycle.id}") == 1, "none fits, and asking for another time, are one thing"


async def test_free_hours_and_a_line_about_a_meeting_lead_on(database: Database) -> None:
    async with school(database) as (session, cast):
        await free_periods.toggle(session, cast.sari, 2, 9)
        words, rows = await free_periods.kept(session, cast.sari, SAY)
        assert "Rabu: 09.00" in words and _labels(rows) == ["Jam kosong saya", "Semua coaching"]
        assert _labels(meeting_pages.telling(7, SAY)[1]) == ["Kembali"]
