"""A cycle of a group: who has said yes sits in it, a step has one who holds it, and nobody is named who owes nothing."""

from datetime import date

import pytest

from coaching import commitments, cycle_notes, cycles, handovers, pages, reminders, seats, steps
from coaching.cycle_notes import Given
from coaching.refusals import Gone, NotNow
from coaching.rights import Act, Side
from content.texts import Texts
from reports import today
from storage.database import Database, Session
from storage.models import Cycle, CycleStep
from tests.coaching.cast import NOW, Coached, answers, ends, letters_to, school, wall, where

SAY = Texts("id")


async def _offered(session: Session, cast: Coached) -> Cycle:
    """Bu Ratna asks Sari and Dewi to make media; nobody has answered."""
    makers = [cast.sari.id, cast.dewi.id]
    return await cycles.offer(session, cast.ratna, cast.group, "media-assistance", Side.COACHEE, makers, NOW)


async def made(session: Session, cast: Coached) -> Cycle:
    """Both have said yes."""
    cycle = await _offered(session, cast)
    for who in (cast.sari, cast.dewi):
        await cycles.answer(session, who, cycle.id, True, NOW)
    return cycle


async def test_who_has_not_said_yes_reads_nothing_and_hears_nothing(database: Database) -> None:
    """Silence is no: an invitation is no seat, however long the others are under way."""
    async with school(database) as (session, cast):
        cycle = await _offered(session, cast)
        await cycles.answer(session, cast.sari, cycle.id, True, NOW)
        await answers(session, cast.sari, cycle, "Hanya untuk yang ikut", NOW)
        before = len(await letters_to(session, cast.dewi))
        await answers(session, cast.ratna, cycle, "Pendamping", NOW)
        await ends(session, cast.ratna, cycle, NOW)
        await ends(session, cast.sari, cycle, NOW)
        for act in (Act.SEE, Act.READ, Act.ANSWER, Act.END_STEP, Act.STOP):
            with pytest.raises(Gone):
                await seats.take(session, cast.dewi, cycle.id, act)
        await reminders.remind_due(session, wall("2026-07-27T14:00:00"))
        assert len(await letters_to(session, cast.dewi)) == before == 1, "the invitation alone"
        told = await pages.of_cycle(session, cast.sari, cycle.id, SAY, NOW)
        assert "Dewi" not in told[0]
        (need,) = (await today.gather(session, [cast.ratna], wall("2026-08-20T06:45:00")))[cast.ratna.id].needs
        assert need.names == ("Sari",)

        await handovers.vacate_due(session, NOW)
        await cycles.answer(session, cast.dewi, cycle.id, True, NOW)
        assert "Dewi mau" in (await letters_to(session, cast.ratna))[-1]
        assert "Hanya untuk yang ikut" in "\n".join(await pages.notes(session, cast.dewi, cycle.id, SAY))
        with pytest.raises(NotNow):
            await cycles.answer(session, cast.dewi, cycle.id, True, NOW)


async def test_a_no_comes_late_and_changes_nothing(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await _offered(session, cast)
        await cycles.answer(session, cast.sari, cycle.id, True, NOW)
        await cycles.answer(session, cast.dewi, cycle.id, False, NOW)
        assert cycle.state == "active"
        with pytest.raises(Gone):
            await cycles.answer(session, cast.dewi, cycle.id, True, NOW)
