"""A cycle of a group: only who has said yes sits in it, a step has a holder, and the group sees a board."""

from datetime import date

import pytest
from sqlalchemy import delete, select, update

from coaching import (
    belongings,
    boards,
    commitments,
    cycles,
    handovers,
    history,
    holders,
    naming,
    pages,
    pauses,
    reminders,
    seats,
)
from coaching.refusals import Gone, NotNow
from coaching.rights import Act, Side
from community import migration
from community.refusals import NotAllowed
from content.texts import Texts
from reports import today
from storage.database import Database, Session
from storage.models import Cycle, CycleStep, GroupChat, Letter, Membership, Person
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
        assert "Hanya untuk yang ikut" in "\n".join(await pages.notes(session, cast.dewi, cycle.id, SAY, NOW))
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


async def test_one_maker_holds_a_step_and_is_the_one_who_is_reminded(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await made(session, cast)
        row = (await where(session, cast.ratna, cycle)).row
        assert "belum ada" in (await pages.of_cycle(session, cast.sari, cycle.id, SAY, NOW))[0]
        await holders.hold(session, cast.ratna, cycle.id, row.id, cast.sari.id, NOW)
        assert "menitipkan langkah" in (await letters_to(session, cast.sari))[-1]
        before = len(await letters_to(session, cast.sari))
        await holders.hold(session, cast.sari, cycle.id, row.id, cast.dewi.id, NOW)
        assert len(await letters_to(session, cast.sari)) == before, "who passed it on knows"
        await answers(session, cast.sari, cycle, "Murid kelas 5", NOW)
        with pytest.raises(NotNow) as held:
            await ends(session, cast.sari, cycle, NOW)
        assert held.value.text_key == "boards.not_yours"
        assert not (await where(session, cast.sari, cycle)).is_mine and (await where(session, cast.dewi, cycle)).is_mine
        for who in (cast.ratna, cast.kepala, cast.tamu):  # not a maker of this cycle
            with pytest.raises(Gone):
                await holders.hold(session, cast.sari, cycle.id, row.id, who.id, NOW)
        before = len(await letters_to(session, cast.sari)), len(await letters_to(session, cast.dewi))
        await reminders.remind_due(session, wall("2026-07-13T14:00:00"))
        assert (await letters_to(session, cast.dewi))[-1].startswith("<b>Mengenali kebutuhan</b>")
        now = len(await letters_to(session, cast.sari)), len(await letters_to(session, cast.dewi))
        assert now == (before[0], before[1] + 1)
        assert "Dewi memegang langkah" in "\n".join(await pages.past(session, cast.sari, cycle.id, SAY))
        await ends(session, cast.dewi, cycle, NOW)
        with pytest.raises(Gone):
            await holders.page(session, cast.sari, cycle.id, SAY)  # the makers' part is done


async def test_a_holder_who_leaves_holds_nothing(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await made(session, cast)
        row = (await where(session, cast.ratna, cycle)).row
        await holders.hold(session, cast.dewi, cycle.id, row.id, cast.dewi.id, NOW)
        await session.execute(delete(Membership).where(Membership.person_id == cast.dewi.id))
        await handovers.vacate_due(session, NOW)
        assert (await where(session, cast.sari, cycle)).row.holder_id is None
        assert (await where(session, cast.sari, cycle)).is_mine and cycle.state == "active"


async def test_whoever_waits_is_told_only_for_whom(database: Database) -> None:
    """Of a group's other makers nobody is named who owes nothing."""
    async with school(database) as (session, cast):
        cycle = await made(session, cast)
        await answers(session, cast.sari, cycle, "Sari", NOW)
        await commitments.promise(session, cast.dewi, cycle.id, "Menata kartu", date(2026, 7, 14), NOW)
        for day in ("2026-07-13", "2026-07-16", "2026-07-17", "2026-07-20", "2026-07-21"):
            await reminders.remind_due(session, wall(f"{day}T14:00:00"))
        told = [one for one in await letters_to(session, cast.sari) if "masih menunggu" in one]
        assert told and "Ratna" in told[-1] and "Dewi" not in told[-1]
        told = [one for one in await letters_to(session, cast.ratna) if "Janji Dewi lewat" in one]
        assert told and "Sari" not in told[-1]


async def test_what_a_maker_keeps_to_herself_answers_for_nobody_else(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await made(session, cast)
        await session.execute(update(CycleStep).where(CycleStep.cycle_id == cycle.id).values(step="refleksi"))
        cycle.step = "refleksi"
        await answers(session, cast.sari, cycle, "Sari", NOW)
        told = await pages.of_cycle(session, cast.dewi, cycle.id, SAY, NOW)
        assert "Jawab (1)" in str(told[1]), "what did not work is each maker's own"


async def _board(session: Session, cycle: Cycle) -> tuple[str, int]:
    """The newest words of the board and the chat they go to."""
    key = boards.key_of(cycle)
    about = (Letter.key == key) | (Letter.edits == key)
    query = select(Letter).where(about).order_by(Letter.id.desc()).execution_options(populate_existing=True)
    newest = (await session.scalars(query)).first()
    assert newest is not None
    return str((newest.params or {})["text"]), newest.chat_id or 0


async def test_the_board_shows_steps_and_holders_and_no_day_that_could_be_missed(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await made(session, cast)
        with pytest.raises(NotAllowed):
            await holders.show_board(session, cast.sari, cycle.id, NOW)
        await history.write(session, cycle, "paused", None, NOW)
        assert cycle.board == 0, "nothing stands in a group that nobody put there"
        await holders.show_board(session, cast.ratna, cycle.id, NOW)
        words, chat = await _board(session, cycle)
        assert (
            "▶️ <b>Mengenali kebutuhan</b>" in words
            and "▫️ Refleksi bersama" in words
            and "Yang ikut: Dewi, Sari" in words
        )
        row = (await where(session, cast.ratna, cycle)).row
        await holders.hold(session, cast.sari, cycle.id, row.id, cast.sari.id, NOW)
        await answers(session, cast.sari, cycle, "Rahasia kelas", NOW)
        await answers(session, cast.ratna, cycle, "Rahasia pendamping", NOW)
        await ends(session, cast.sari, cycle, NOW)
        await ends(session, cast.ratna, cycle, NOW)
        words, chat = await _board(session, cycle)
        assert "✅ Mengenali kebutuhan · Sari" in words and "▶️ <b>Berlatih sambil membuat</b>" in words
        assert not any(word in words for word in ("Rahasia", "2026", "Juli", "sampai", "lewat", "terlambat"))
        changes = list(await session.scalars(select(Letter).where(Letter.edits == boards.key_of(cycle))))
        assert len(changes) == 1, "what waits takes the newest words"
        await pauses.pause(session, cast.sari, cycle.id, 7, NOW)
        assert "Sedang dijeda" in (await _board(session, cycle))[0]
        assert chat == await session.scalar(select(GroupChat.tg_chat_id).where(GroupChat.group_id == cast.group.id))


async def test_the_board_goes_along_when_the_group_moves_and_forgets_who_leaves(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await made(session, cast)
        await holders.show_board(session, cast.ratna, cycle.id, NOW)
        old = (await _board(session, cycle))[1]
        await migration.migrated(session, old, -100_555, NOW)
        row = (await where(session, cast.ratna, cycle)).row
        await holders.hold(session, cast.sari, cycle.id, row.id, cast.sari.id, NOW)
        words, chat = await _board(session, cycle)
        assert chat == -100_555 and cycle.board == 2 and "<b>Mengenali kebutuhan</b> · Sari" in words
        await holders.show_board(session, cast.ratna, cycle.id, NOW)
        assert cycle.board == 3
        moved = await session.scalar(select(Letter).where(Letter.edits == f"cyc:{cycle.id}:board:2"))
        assert moved is not None and "di bawah" in str(moved.params)
        await belongings.forget(session, cast.sari, NOW)
        await session.execute(delete(Person).where(Person.id == cast.sari.id))
        words, chat = await _board(session, cycle)
        assert "Sari" not in words and "Dewi" in words


async def test_what_is_over_was_done_together_with_all_the_others(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await made(session, cast)
        for who in (cast.sari, cast.ratna):
            await answers(session, who, cycle, who.name, NOW)
        await ends(session, cast.ratna, cycle, NOW)
        await ends(session, cast.sari, cycle, NOW)
        assert "bersama Sari dan Dewi" in (await letters_to(session, cast.ratna))[-1]
        assert "bersama Sari dan Ratna" in (await letters_to(session, cast.dewi))[-1]


def test_names_in_one_sentence() -> None:
    say = Texts("id")
    for names, said in (("", ""), ("S", "S"), ("SB", "S dan B"), ("SBW", "S, B, dan W")):
        assert naming.together(list(names), say) == said


async def test_the_coachs_morning_names_the_holder(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await made(session, cast)
        await answers(session, cast.ratna, cycle, "Ratna", NOW)
        await ends(session, cast.ratna, cycle, NOW)
        morning = wall("2026-07-16T06:45:00")
        assert (await today.gather(session, [cast.ratna], morning))[cast.ratna.id].needs[0].names == ("Dewi", "Sari")
        row = (await where(session, cast.ratna, cycle)).row
        await holders.hold(session, cast.sari, cycle.id, row.id, cast.sari.id, NOW)
        (need,) = (await today.gather(session, [cast.ratna], morning))[cast.ratna.id].needs
        assert need.kind == "step_late" and need.names == ("Sari",)
