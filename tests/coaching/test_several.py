"""More than one answer to a question: chosen and taken back by taps, read back as what was chosen."""

import pytest
from sqlalchemy import select, update

from coaching import cycles, pages, steps, talk
from coaching.refusals import NotNow
from coaching.rights import Side
from content.texts import Texts
from storage.database import Database, Session
from storage.models import Cycle, CycleNote, CycleStep
from tests.coaching.cast import NOW, Coached, school, where

SAY = Texts("id")


async def _at_the_gap(session: Session, cast: Coached) -> Cycle:
    cycle = await cycles.offer(session, cast.ratna, cast.group, "needs-assessment", Side.COACHEE, [cast.sari.id], NOW)
    await cycles.answer(session, cast.sari, cycle.id, True, NOW)
    await session.execute(update(CycleStep).where(CycleStep.cycle_id == cycle.id).values(step="kesenjangan"))
    cycle.step = "kesenjangan"
    await session.flush()
    return cycle


async def test_each_tap_chooses_or_takes_back(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await _at_the_gap(session, cast)
        found = await where(session, cast.sari, cycle)
        place = next(at for at, one in enumerate(found.step.asks) if one.answer == "several")

        async def taps(option: int) -> str:
            asking = await talk.tapped(session, cast.sari, cycle.id, found.row.id, place, option, SAY, NOW)
            assert asking.ask is None, "words are no answer here"
            return str(asking.page)

        assert "☑ Pedagogik" in await taps(0)
        shown = await taps(2)
        assert "☑ Pedagogik" in shown and "☑ Sosial" in shown and "☐ Profesional" in shown
        assert "Ratna" in shown and f"cycask:{cycle.id}" in shown
        note = (await session.scalars(select(CycleNote))).one()
        assert (note.text, note.medium, note.audience) == ("pedagogik,sosial", "tap", "both")
        assert "Pedagogik, Sosial" in "\n".join(await pages.notes(session, cast.ratna, cycle.id, SAY, NOW))
        again = await talk.again(session, cast.sari, cycle.id, found.row.id, place, SAY)
        assert str(again.page) == shown and again.ask is None, "once more it stands as it was left"
        await taps(0)
        await taps(2)
        assert (await session.scalars(select(CycleNote))).all() == [], "nothing is chosen: it is open again"
        with pytest.raises(NotNow):  # the coach is not asked this
            await talk.tapped(session, cast.ratna, cycle.id, found.row.id, place, 0, SAY, NOW)
        with pytest.raises(NotNow):
            await talk.tapped(session, cast.sari, cycle.id, found.row.id + 1, place, 0, SAY, NOW)
        assert (await steps.standing(session, found.seat)) is not None
