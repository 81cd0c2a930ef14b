"""A version of a module beside the one it grew from: what was agreed then and now, and both to look at."""

import pytest
from sqlalchemy import update

from coaching import cycles, module_pages, modules, rubrics
from coaching.cycle_notes import Given
from coaching.refusals import Gone
from coaching.rights import Side
from content.texts import Texts
from storage.database import Database, Session
from storage.models import Cycle, CycleStep
from tests.coaching.cast import NOW, Coached, school

SAY = Texts("id")


async def _at(session: Session, cycle: Cycle, step: str) -> None:
    await session.execute(update(CycleStep).where(CycleStep.cycle_id == cycle.id).values(step=step))
    cycle.step = step
    await session.flush()


async def _made(session: Session, cast: Coached) -> Cycle:
    cycle = await cycles.offer(
        session, cast.faisal, cast.group, "pdca", Side.COACHEE, [cast.sari.id, cast.dewi.id], NOW
    )
    for who in (cast.sari, cast.dewi):
        await cycles.answer(session, who, cycle.id, True, NOW)
    return cycle


async def _agrees(session: Session, cast: Coached, cycle: Cycle, level: int, seen: str, only: int = 9) -> None:
    await _at(session, cycle, "periksa")
    wanted = [(one.id, place) for one in rubrics.for_modules() for place in range(len(one.criteria))]
    for rubric, place in wanted[:only]:
        await modules.agree(session, cast.sari, cycle.id, rubric, place, level, seen, NOW)


async def test_a_version_stands_beside_the_one_it_grew_from(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await _made(session, cast)
        await module_pages.came(session, cast.sari, cycle.id, Given("document", "Pecahan", "file-1"), SAY, NOW)
        await _agrees(session, cast, cycle, 0, "Murid menyalin langkah")
        first = await modules.newest(session, cycle.id)
        assert first is not None
        alone = await module_pages.sent(session, cast.dewi, first.id, 1, SAY)
        assert "modcmp" not in str(alone), "the first one grew from none"
        with pytest.raises(Gone):
            await module_pages.compared(session, cast.dewi, first.id, 1, SAY)
        await _at(session, cycle, "perbaiki")
        await module_pages.came(session, cast.dewi, cycle.id, Given("link", "https://contoh.sch.id/v2"), SAY, NOW)
        await _agrees(session, cast, cycle, 1, "Murid menjelaskan caranya", only=1)
        second = await modules.newest(session, cycle.id)
        assert second is not None and f"modcmp:{second.id}" in str(
            await module_pages.sent(session, cast.dewi, second.id, 1, SAY)
        )
        words, *files = await module_pages.compared(session, cast.faisal, second.id, 1, SAY)
        told = str(words.params["text"])
        rubric = rubrics.for_modules()[0]
        before, after = (rubric.levels[at].title.of("id") for at in (0, 1))
        assert f"{before} → {after}" in told and "Murid menjelaskan caranya" in told
        assert f"{before} → belum dilihat" in told, "the others have not been looked at again"
        assert "contoh.sch.id/v2" in told and [one.params.get("document") for one in files] == ["file-1"]
        for who in (cast.kepala, cast.tamu):
            with pytest.raises(Gone):
                await module_pages.compared(session, who, second.id, 1, SAY)
