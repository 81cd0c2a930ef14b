"""What has come to its end is found again, and what was found out goes along into the next workflow."""

from sqlalchemy import update

from coaching import closed_cycles, cycle_notes, cycles, handovers, pages, rounds
from coaching.cycle_notes import Given
from coaching.rights import Side
from content.texts import Texts
from storage.database import Database
from storage.models import Cycle
from tests.coaching.cast import NOW, later, school

SAY = Texts("id")


async def test_a_closed_cycle_is_found_again_and_leads_into_what_follows(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await cycles.offer(
            session, cast.ratna, cast.group, "needs-assessment", Side.COACHEE, [cast.sari.id], NOW
        )
        await cycles.answer(session, cast.sari, cycle.id, True, NOW)
        await cycle_notes.add(session, cast.sari, cycle.id, Given("text", "Tanya jawab masih sepi"), NOW, "both")
        assert "cycold" not in str(await pages.listed(session, cast.sari, SAY, NOW))
        await session.execute(update(Cycle).values(state="closed", ended_at=later(days=3)))
        for who in (cast.sari, cast.ratna):
            assert "cycold" in str(await pages.listed(session, who, SAY, NOW))
            words, rows = await closed_cycles.listed(session, who, SAY)
            assert "Yang sudah selesai" in words and "Asesmen kebutuhan" in str(rows) and f"cyc:{cycle.id}" in str(rows)
        assert (await closed_cycles.listed(session, cast.dewi, SAY))[1] == []

        after = await rounds.go_on(session, cast.ratna, cycle.id, "then", later(days=3))
        await cycles.answer(session, cast.sari, after.id, True, later(days=3))
        for who in (cast.sari, cast.ratna):
            page = await pages.of_cycle(session, who, after.id, SAY, later(days=3))
            assert f"cycnotes:{cycle.id}" in str(page[1])
            assert "Tanya jawab masih sepi" in str(await pages.notes(session, who, cycle.id, SAY, NOW))
        await handovers.hand_over(session, cast.ratna, after.id, cast.hendra.id, later(days=4))
        page = await pages.of_cycle(session, cast.hendra, after.id, SAY, later(days=4))
        assert "cycnotes" not in str(page[1]).replace(f"cycnotes:{after.id}", ""), "a later coach sat not in it"
