"""A cycle from the first question to closing, as the room keeps it."""

from datetime import date

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from coaching import commitments, cycle_notes, cycles, evidence, handovers, history, pauses, reminders, steps
from coaching.cycle_notes import Given
from coaching.refusals import Gone, NotNow
from coaching.rights import Side
from coaching.steps import Lacking
from community.refusals import NotAllowed, Refusal
from community.roles import Role
from content import workflows
from storage.database import Database, Session
from storage.models import Cycle, CycleEvent, CycleNote, CycleStep, Membership, WorkflowVersion
from tests.coaching.cast import NOW, Coached, answers, begun, ends, later, letters_to, opened, school, wall, where
from tests.community.cast import somebody


async def _promise(session: Session, cast: Coached, cycle: Cycle) -> None:
    for who in (cast.ratna, cast.sari):
        await commitments.promise(session, who, cycle.id, f"Janji {who.name}", date(2026, 7, 20), NOW)


async def test_an_offer_names_who_asks_and_begins_with_a_yes(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await cycles.offer(session, cast.ratna, cast.group, "knight", Side.COACHEE, [cast.sari.id], NOW)
        (asked,) = await letters_to(session, cast.sari)
        assert "Ratna" in asked and "tetap di antara berdua" in asked
        assert cycle.state == "offered" and await opened(session, cycle) == []
        seat = await cycles.answer(session, cast.sari, cycle.id, True, NOW)
        assert seat.cycle.state == "active" and await opened(session, cycle) == ["pra"]
        assert "Sari mau" in (await letters_to(session, cast.ratna))[-1]
        with pytest.raises(NotNow):
            await cycles.answer(session, cast.sari, cycle.id, False, NOW)
        with pytest.raises(Refusal) as already:
            await cycles.offer(session, cast.sari, cast.group, "knight", Side.COACH, [cast.ratna.id], NOW)
        assert already.value.text_key == "coaching.already"


async def test_a_no_is_told_kindly_and_ends_it(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await cycles.offer(session, cast.sari, cast.group, "harmoni", Side.COACH, [cast.ratna.id], NOW)
        seat = await cycles.answer(session, cast.ratna, cycle.id, False, NOW)
        assert seat.cycle.state == "stopped"
        assert "belum bisa ikut" in (await letters_to(session, cast.sari))[-1]
        again = await cycles.offer(session, cast.sari, cast.group, "harmoni", Side.COACH, [cast.ratna.id], NOW)
        assert again.id != cycle.id


@pytest.mark.parametrize(
    "who, side, whom, raises",
    [
        ("sari", Side.COACHEE, "dewi", Gone),  # a teacher coaches nobody
        ("ratna", Side.COACHEE, "tamu", Gone),  # of another group
        ("ratna", Side.COACHEE, "ratna", Gone),  # oneself
        ("ratna", Side.COACHEE, "hendra", Gone),  # no teacher here
        ("faisal", Side.COACHEE, "sari", NotAllowed),
        ("tamu", Side.COACHEE, "sari", NotAllowed),
    ],
)
async def test_who_may_not_begin(database: Database, who: str, side: Side, whom: str, raises: type[Refusal]) -> None:
    async with school(database) as (session, cast):
        with pytest.raises(raises):
            await cycles.offer(session, getattr(cast, who), cast.group, "harmoni", side, [getattr(cast, whom).id], NOW)


async def test_harmoni_from_the_first_talk_to_the_last_look(database: Database) -> None:
    """Without plan and support, which have tests of their own: here the steps, their turns and their letters."""
    async with school(database) as (session, cast):
        cycle = await begun(session, cast)
        with pytest.raises(Lacking) as lacking:
            await ends(session, cast.sari, cycle, NOW)
        assert lacking.value.missing == ["answers"]
        await answers(session, cast.sari, cycle, "Sari", NOW)
        await ends(session, cast.sari, cycle, NOW)
        assert "giliran Bapak/Ibu" in (await letters_to(session, cast.ratna))[-1]
        await answers(session, cast.ratna, cycle, "Ratna", NOW)
        fresh = await ends(session, cast.ratna, cycle, NOW)
        assert fresh is not None and fresh.step.id == "tujuan"
        with pytest.raises(NotNow):
            await ends(session, cast.ratna, cycle, NOW)  # the aim is the teacher's


async def test_an_answer_leads_to_another_step(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast)
        await answers(session, cast.sari, cycle, "Sari", NOW, aman="belum")
        await answers(session, cast.ratna, cycle, "Ratna", NOW)
        await ends(session, cast.sari, cycle, NOW)
        again = await ends(session, cast.ratna, cycle, NOW)
        assert again is not None and again.step.id == "hubungan", "trust first: the same step once more"
        assert await opened(session, cycle) == ["hubungan", "hubungan"]
        assert again.is_again and "diulang sekali lagi" in (await letters_to(session, cast.sari))[-1]
        asks = again.step.asked("aman")
        assert asks is not None and "ulangi" in asks.options[1].title.of("id"), "what the coach will see is said before"


async def test_no_session_ends_without_a_promise_of_each_side(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast, "knight")
        await _skip_to(session, cycle, "pasca")
        await answers(session, cast.sari, cycle, "Sari", NOW)
        await answers(session, cast.ratna, cycle, "Ratna", NOW)
        with pytest.raises(Lacking) as lacking:
            await ends(session, cast.sari, cycle, NOW)
        assert lacking.value.missing == ["own_promise"]
        await commitments.promise(session, cast.sari, cycle.id, "Coba tunggu lima detik", date(2026, 7, 10), NOW)
        assert "Coba tunggu lima detik" in (await letters_to(session, cast.ratna))[-1]
        await ends(session, cast.sari, cycle, NOW)
        with pytest.raises(Lacking) as lacking:
            await ends(session, cast.ratna, cycle, NOW)
        assert lacking.value.missing == ["own_promise"]
        await commitments.promise(session, cast.ratna, cycle.id, "Datang lagi", date(2026, 7, 13), NOW)
        fresh = await ends(session, cast.ratna, cycle, NOW)
        assert fresh is not None and fresh.step.id == "lanjut"


async def _skip_to(session: Session, cycle: Cycle, step: str) -> None:
    """As if everything before had been done."""
    await session.execute(update(CycleStep).where(CycleStep.cycle_id == cycle.id).values(step=step))
    cycle.step = step
    await session.flush()


async def test_a_step_is_due_after_working_days(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast, now=wall("2026-08-14T08:00"))  # a Friday; Monday the 17th is a holiday
        found = await where(session, cast.sari, cycle)
        assert found.row.due_on == date(2026, 8, 24), "five school days, the holiday left out"


async def test_late_is_late_on_both_sides_and_the_coach_is_reminded_first(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast, now=wall("2026-07-06T08:00"))
        await _skip_to(session, cycle, "dukungan")  # both act; due on Monday the 13th
        before = {who: len(await letters_to(session, who)) for who in (cast.ratna, cast.sari)}

        async def at(said: str) -> tuple[list[str], list[str]]:
            await reminders.remind_due(session, wall(said))
            again = await reminders.remind_due(session, wall(said))
            assert again == 0, "once is once"
            found = [(await letters_to(session, who))[before[who] :] for who in (cast.ratna, cast.sari)]
            return found[0], found[1]

        await session.execute(update(CycleStep).values(coachee_done_at=NOW))  # Sari has done her part
        coach, teacher = await at("2026-07-10T13:59")
        assert (coach, teacher) == ([], [])
        coach, teacher = await at("2026-07-10T14:00")
        assert len(coach) == 1 and "Opsi dukungan" in coach[0] and teacher == []
        coach, teacher = await at("2026-07-14T14:00")
        assert len(coach) == 2 and "lewat" in coach[1] and teacher == []
        coach, teacher = await at("2026-07-15T14:00")
        assert len(coach) == 2
        assert len(teacher) == 1 and "tidak perlu menagih" in teacher[0] and "Ratna" in teacher[0]
        coach, teacher = await at("2026-07-30T14:00")
        assert (len(coach), len(teacher)) == (2, 1), "no more than that"


async def test_in_a_pause_nobody_is_reminded_and_afterwards_there_is_time(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast, now=wall("2026-07-06T08:00"))
        await pauses.pause(session, cast.sari, cycle.id, 0, wall("2026-07-07T08:00"))
        assert "dijeda" in (await letters_to(session, cast.ratna))[-1]
        assert await reminders.remind_due(session, wall("2026-07-20T14:00")) == 0
        with pytest.raises(NotNow):
            await where(session, cast.sari, cycle)
        await pauses.resume(session, cast.ratna, cycle.id, wall("2026-08-06T08:00"))
        found = await where(session, cast.sari, cycle)
        assert found.row.due_on == date(2026, 8, 11) and found.row.remind_at == wall("2026-08-10T14:00")


async def test_a_history_is_written_once(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast)
        await pauses.pause(session, cast.sari, cycle.id, 0, NOW)
        lines = await history.of(session, cycle)
        assert [one.what for one in lines] == ["offered", "accepted", "opened", "paused"]
        number = lines[0].id
    for forbidden in (
        update(CycleEvent).where(CycleEvent.id == number).values(what="closed"),
        update(CycleEvent).where(CycleEvent.id == number).values(at=later(days=1)),
        update(CycleEvent).where(CycleEvent.id == number).values(person_id=cast.dewi.id),
        delete(CycleEvent).where(CycleEvent.id == number),
    ):
        with pytest.raises(DBAPIError, match="not rewritten"):
            async with database.writing() as session:
                await session.execute(forbidden)
    async with database.writing() as session:
        await session.execute(update(CycleEvent).where(CycleEvent.id == number).values(person_id=None))
        await session.execute(delete(Cycle))
        assert await session.scalar(text("select count(*) from cycle_events")) == 0


async def test_a_cycle_outlives_its_file(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast)
        changed = workflows.house()["harmoni"].model_copy(update={"steps": workflows.house()["harmoni"].steps[1:]})
        monkeypatch.setattr(workflows, "house", lambda: {"harmoni": changed})
        found = await where(session, cast.sari, cycle)
        assert found.step.id == "hubungan" and len(found.seat.workflow.steps) == 7
        other = await cycles.offer(session, cast.ratna, cast.group, "harmoni", Side.COACHEE, [cast.dewi.id], NOW)
        assert (other.step, other.version_id != cycle.version_id) == ("tujuan", True)
        monkeypatch.setattr(workflows, "house", dict)
        assert (await where(session, cast.sari, cycle)).step.id == "hubungan"
        assert len((await session.scalars(select(WorkflowVersion))).all()) == 2


async def test_a_step_is_taken_up_again_even_after_closing(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast, "knight")
        await _skip_to(session, cycle, "lanjut")
        await answers(session, cast.sari, cycle, "Sari", NOW)
        assert await ends(session, cast.sari, cycle, NOW) is None
        await session.refresh(cycle)
        assert cycle.state == "closed" and "selesai" in (await letters_to(session, cast.ratna))[-1]
        with pytest.raises(Gone):
            await pauses.reopen(session, cast.ratna, cycle.id, "pra", NOW)  # never done as itself here
        await pauses.reopen(session, cast.ratna, cycle.id, "lanjut", later(days=3))
        found = await where(session, cast.sari, cycle)
        assert found.step.id == "lanjut" and found.is_mine
        said = await cycle_notes.readable(session, cast.sari, cycle.id)
        assert [note.text for note, _, _ in said[1]] == ["Sari: dicoba", "Sari: selanjutnya"]


async def test_a_coach_who_takes_over_reads_nothing_until_the_teacher_opens_it(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast)
        await answers(session, cast.sari, cycle, "Kata Sari", NOW)
        await answers(session, cast.ratna, cycle, "Kata Ratna", NOW)
        await handovers.hand_over(session, cast.ratna, cycle.id, cast.hendra.id, later(days=1))
        with pytest.raises(Gone):
            await cycle_notes.readable(session, cast.ratna, cycle.id)
        _, found = await cycle_notes.readable(session, cast.hendra, cycle.id)
        assert found == []
        await answers(session, cast.hendra, cycle, "Kata Hendra", later(days=2))
        assert "Hendra" in (await letters_to(session, cast.sari))[-1]
        _, found = await cycle_notes.readable(session, cast.sari, cycle.id)
        assert {writer.name for _, _, writer in found} == {"Sari", "Ratna", "Hendra"}
        await handovers.open_notes(session, cast.sari, cycle.id, later(days=3))
        _, found = await cycle_notes.readable(session, cast.hendra, cycle.id)
        assert {writer.name for _, _, writer in found} == {"Sari", "Ratna", "Hendra"}


async def test_a_stand_in_sees_dates_and_promises_and_never_notes(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast)
        await answers(session, cast.sari, cycle, "Kata Sari", NOW)
        await _promise(session, cast, cycle)
        await handovers.stand_in(session, cast.ratna, cycle.id, cast.hendra.id, NOW)
        found = await where(session, cast.hendra, cycle)
        assert found.row.due_on and len(await commitments.standing(session, found.seat)) == 2
        with pytest.raises(NotAllowed):
            await cycle_notes.readable(session, cast.hendra, cycle.id)
        with pytest.raises(NotAllowed):
            await evidence.looked_at(session, cast.hendra, cycle.id, NOW, [1])
        with pytest.raises(NotAllowed):
            await steps.end(session, cast.hendra, cycle.id, found.row.id, NOW)
        await handovers.back(session, cast.ratna, cycle.id, NOW)
        with pytest.raises(Gone):
            await where(session, cast.hendra, cycle)


async def test_a_new_principal_finds_dates_and_the_old_one_finds_nothing(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await cycles.offer(session, cast.kepala, cast.group, "harmoni", Side.COACHEE, [cast.sari.id], NOW)
        await cycles.answer(session, cast.sari, cycle.id, True, NOW)
        await answers(session, cast.sari, cycle, "Untuk Bu Kusuma", NOW)
        gone = later(days=30)
        await session.execute(update(Membership).where(Membership.person_id == cast.kepala.id).values(until=gone))
        with pytest.raises(Gone):
            await cycle_notes.readable(session, cast.kepala, cycle.id)
        assert await handovers.vacate_due(session, gone) == 1
        assert await handovers.vacate_due(session, gone) == 0
        await session.refresh(cycle)
        assert cycle.state == "paused" and "Catatan Bapak/Ibu aman" in (await letters_to(session, cast.sari))[-1]
        assert [one.id for one in await handovers.free_seats(session, cast.hendra, cast.group.id)] == [cycle.id]
        with pytest.raises(NotAllowed):
            await handovers.free_seats(session, cast.dewi, cast.group.id)
        await handovers.take_seat(session, cast.hendra, cast.group.id, cycle.id, later(days=31))
        await pauses.resume(session, cast.hendra, cycle.id, later(days=31))
        _, found = await cycle_notes.readable(session, cast.hendra, cycle.id)
        assert found == [] and (await where(session, cast.hendra, cycle)).step.id == "hubungan"


async def test_a_picture_with_pupils_is_the_coachs_alone_and_goes_at_closing(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await cycles.offer(
            session, cast.ratna, cast.group, "media-assistance", Side.COACHEE, [cast.sari.id, cast.dewi.id], NOW
        )
        for who in (cast.sari, cast.dewi):
            await cycles.answer(session, who, cycle.id, True, NOW)
        kept = await cycle_notes.add(session, cast.sari, cycle.id, Given("photo", "Kelas", "f1"), NOW, "both")
        assert (await cycle_notes.readable(session, cast.dewi, cycle.id))[1] == [], "nobody has said yet"
        await evidence.mark(session, cast.sari, kept.row.id, shows_pupils=False)
        assert len((await cycle_notes.readable(session, cast.dewi, cycle.id))[1]) == 1
        await evidence.mark(session, cast.sari, kept.row.id, shows_pupils=True)
        assert (await cycle_notes.readable(session, cast.dewi, cycle.id))[1] == []
        assert len((await cycle_notes.readable(session, cast.ratna, cycle.id))[1]) == 1
        await evidence.forget_pupils(session, cycle.id)
        assert await session.scalar(select(CycleNote.id)) is None


async def test_the_newest_answer_stands_and_another_kind_is_refused(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast)
        found = await where(session, cast.sari, cycle)
        for words in ("Pertama", "Kedua"):
            await cycle_notes.answer(session, cast.sari, cycle.id, found.row.id, "harapan", Given("text", words), NOW)
        _, said = await cycle_notes.readable(session, cast.sari, cycle.id)
        assert [note.text for note, _, _ in said] == ["Kedua"]
        for name, given in (("harapan", Given("photo", None, "f")), ("aman", Given("tap", "mungkin"))):
            with pytest.raises(NotNow) as unfit:
                await cycle_notes.answer(session, cast.sari, cycle.id, found.row.id, name, given, NOW)
            assert unfit.value.text_key.startswith("coaching.takes.")
        with pytest.raises(Gone):
            await cycle_notes.answer(session, cast.sari, cycle.id, found.row.id, "sepakat", Given("text", "x"), NOW)
        with pytest.raises(NotNow):
            await cycle_notes.answer(session, cast.sari, cycle.id, found.row.id + 9, "harapan", Given("text", "x"), NOW)


async def test_twenty_reminders_of_one_coach_are_one_letter(database: Database) -> None:
    async with school(database) as (session, cast):
        teachers = [
            await somebody(session, f"Guru {n}", 100 + n, group=cast.group, roles=(Role.TEACHER,)) for n in range(20)
        ]
        start = wall("2026-07-02T08:00")  # a Thursday: the week's budget of what follows is untouched
        for one in teachers:
            cycle = await cycles.offer(session, cast.ratna, cast.group, "knight", Side.COACHEE, [one.id], start)
            await cycles.answer(session, one, cycle.id, True, start)
        before = len(await letters_to(session, cast.ratna))
        assert await reminders.remind_due(session, wall("2026-07-06T14:00")) == 20
        (told,) = (await letters_to(session, cast.ratna))[before:]
        assert told.count("Pertemuan awal") == 5 and "15 lagi" in told
        assert [len(await letters_to(session, one)) for one in teachers] == [2] * 20
