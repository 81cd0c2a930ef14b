"""Pictures among the evidence: asked in words whether a pupil is in it, and kept from the other makers until said."""

from sqlalchemy import select, update

from coaching import cycle_notes, cycles, evidence, talk
from coaching.cycle_notes import Given
from coaching.rights import Side
from content.texts import Texts
from storage.database import Database, Session
from storage.models import Cycle, CycleNote, CycleStep
from tests.coaching.cast import NOW, Coached, school, where

SAY = Texts("id")


async def _developing(session: Session, cast: Coached) -> Cycle:
    makers = [cast.sari.id, cast.dewi.id]
    cycle = await cycles.offer(session, cast.ratna, cast.group, "media-assistance", Side.COACHEE, makers, NOW)
    for who in (cast.sari, cast.dewi):
        await cycles.answer(session, who, cycle.id, True, NOW)
    await session.execute(update(CycleStep).where(CycleStep.cycle_id == cycle.id).values(step="pengembangan"))
    cycle.step = "pengembangan"
    await session.flush()
    return cycle


async def test_whether_a_pupil_is_in_it_is_asked_in_words_and_alone(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await _developing(session, cast)
        row = (await where(session, cast.sari, cycle)).row
        asking = await talk.answered(
            session, cast.sari, cycle.id, row.id, "media", Given("photo", None, "file-1"), SAY, NOW
        )
        words, rows = asking.page
        assert "Ada wajah atau nama murid?" in words and "Pertanyaan" not in words
        (note,) = await session.scalars(select(CycleNote))
        offered = [one["callback_data"] for each in rows for one in each]
        assert offered == [f"cycpup:{note.id}:1", f"cycpup:{note.id}:0", f"cyc:{cycle.id}"]
        assert asking.ask is None, "the next words answer no question that was not seen"


async def test_a_picture_nobody_has_spoken_of_is_kept_from_the_other_makers_and_goes(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await _developing(session, cast)
        row = (await where(session, cast.sari, cycle)).row
        for medium, file in (("photo", "file-1"), ("document", "file-2"), ("link", None)):
            given = Given(medium, "https://contoh.sch.id/kartu" if file is None else None, file)
            kept = await cycle_notes.answer(session, cast.sari, cycle.id, row.id, "media", given, NOW)
            for who, reads in ((cast.ratna, True), (cast.sari, True), (cast.dewi, file is None)):
                _, found = await cycle_notes.readable(session, who, cycle.id)
                assert bool(found) is reads, (medium, who.name)
            await evidence.mark(session, cast.sari, kept.row.id, shows_pupils=False)
            assert (await cycle_notes.readable(session, cast.dewi, cycle.id))[1]
        await cycle_notes.answer(session, cast.sari, cycle.id, row.id, "media", Given("photo", None, "file-3"), NOW)
        await evidence.forget_pupils(session, cycle.id)
        assert (await session.scalars(select(CycleNote))).all() == [], "of a photo nobody may have said"
