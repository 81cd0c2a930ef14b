"""Another coach in the same cycle: what each is told, what goes along, what falls, and who may take a free seat."""

from datetime import date

import pytest
from sqlalchemy import select, update

from coaching import (
    beginning,
    belongings,
    commitments,
    cycle_notes,
    cycles,
    handovers,
    pages,
    pauses,
    reminders,
)
from coaching.cycle_notes import Given
from coaching.refusals import Gone
from coaching.rights import Side
from coaching.steps import Lacking
from community.roles import Role
from content.texts import Texts
from reports import today
from storage.database import Database, Session
from storage.models import Cycle, Letter, Membership, Person
from tests.coaching.cast import NOW, Coached, answers, begun, ends, later, letters_to, school, wall, where
from tests.coaching.test_cycles import _skip_to
from tests.community.cast import somebody

SAY = Texts("id")
FRIDAY = date(2026, 7, 10)


async def _loses_every_role(session: Session, person: Person, now: object = NOW) -> None:
    await session.execute(update(Membership).where(Membership.person_id == person.id).values(until=now))


async def test_each_is_told_of_a_hand_over_in_words_of_their_own(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast)
        await handovers.hand_over(session, cast.ratna, cycle.id, cast.hendra.id, NOW)
        to_sari, to_hendra = (await letters_to(session, cast.sari))[-1], (await letters_to(session, cast.hendra))[-1]
        assert "Hendra melanjutkan" in to_sari and "Bapak/Ibu yang menentukan apakah dibuka" in to_sari
        assert "Ratna menyerahkan" in to_hendra and "bersama Sari" in to_hendra
        assert "tertutup sampai gurunya membuka" in to_hendra and "Bapak/Ibu yang menentukan" not in to_hendra


async def test_who_stands_in_is_told_what_they_see(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast)
        await handovers.stand_in(session, cast.ratna, cycle.id, cast.hendra.id, NOW)
        (told,) = await letters_to(session, cast.hendra)
        assert "Ratna meminta Bapak/Ibu menggantikan" in told and "bersama Sari" in told and "bukan catatan" in told


@pytest.mark.parametrize("leaves", ["hands over", "loses the role"])
async def test_a_promise_is_its_givers_and_falls_with_the_seat(database: Database, leaves: str) -> None:
    """Nobody else can keep it: it is neither late for ever nor laid at the teacher's door, and a new one is needed."""
    async with school(database) as (session, cast):
        cycle = await begun(session, cast, "knight")
        await _skip_to(session, cycle, "pasca")
        hers = await commitments.promise(session, cast.sari, cycle.id, "Menunggu lima detik", FRIDAY, NOW)
        his = await commitments.promise(session, cast.ratna, cycle.id, "Membawa contoh", FRIDAY, NOW)
        if leaves == "hands over":
            await handovers.hand_over(session, cast.ratna, cycle.id, cast.hendra.id, NOW)
        else:
            await _loses_every_role(session, cast.ratna)
            assert await handovers.vacate_due(session, NOW) == 1
            await handovers.take_seat(session, cast.hendra, cast.group.id, cycle.id, NOW)
            await pauses.resume(session, cast.hendra, cycle.id, NOW)
        for row in (hers, his):
            await session.refresh(row)
        assert his.let_go_at is not None and his.remind_at is None and hers.let_go_at is None
        assert "Membawa contoh" in "\n".join(await letters_to(session, cast.sari)), (
            "she is told that it will not be done"
        )
        found = (await today.gather(session, [cast.hendra], wall("2026-07-22T06:45")))[cast.hendra.id].needs
        assert [one.what["id"] for one in found if "Membawa" in one.what["id"]] == []
        await reminders.remind_due(session, wall("2026-07-14T14:00"))
        assert not [one for one in await letters_to(session, cast.sari) if "Janji Hendra" in one]
        await answers(session, cast.hendra, cycle, "Hendra", NOW)
        with pytest.raises(Lacking) as lacking:
            await ends(session, cast.hendra, cycle, NOW)
        assert lacking.value.missing == ["own_promise"], "the promise of one who has left is nobody's"


async def test_whoever_could_take_a_free_seat_is_told_and_takes_it_from_the_letter(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast)
        before = {one.id: len(await letters_to(session, one)) for one in (cast.faisal, cast.dewi, cast.tamu)}
        await _loses_every_role(session, cast.ratna)
        await handovers.vacate_due(session, NOW)
        for could in (cast.hendra, cast.kepala):
            (told,) = await letters_to(session, could)
            assert "Ratna tidak lagi mendampingi Sari" in told and "Bapak/Ibu bisa menggantikan" in told
        for one in (cast.faisal, cast.dewi, cast.tamu):
            assert len(await letters_to(session, one)) == before[one.id]
        letter = await session.scalar(select(Letter).where(Letter.chat_id == cast.hendra.tg_user_id))
        assert letter is not None and f"cyctake:{cast.group.id}:{cycle.id}" in str(letter.params)
        await handovers.take_seat(session, cast.hendra, cast.group.id, cycle.id, NOW)
        with pytest.raises(Gone):
            await handovers.take_seat(session, cast.kepala, cast.group.id, cycle.id, NOW)


async def test_an_offer_without_its_coach_is_over(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await cycles.offer(session, cast.ratna, cast.group, "knight", Side.COACHEE, [cast.sari.id], NOW)
        await _loses_every_role(session, cast.ratna)
        await handovers.vacate_due(session, NOW)
        await session.refresh(cycle)
        assert cycle.state == "stopped" and "berhenti" in (await letters_to(session, cast.sari))[-1]


async def test_between_colleagues_nobody_else_takes_the_seat(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await cycles.offer(
            session, cast.dewi, cast.group, "peer-observation", Side.COACHEE, [cast.sari.id], NOW
        )
        await cycles.answer(session, cast.sari, cycle.id, True, NOW)
        await _loses_every_role(session, cast.dewi)
        await handovers.vacate_due(session, NOW)
        await session.refresh(cycle)
        assert cycle.state == "stopped"
        assert await handovers.free_seats(session, cast.hendra, cast.group.id) == []
        assert "cyctake" not in str(await beginning.which(session, cast.hendra, cast.group.id, SAY))


async def test_nobody_coaches_themselves(database: Database) -> None:
    async with school(database) as (session, cast):
        both = await somebody(session, "Wati", 40, group=cast.group, roles=(Role.TEACHER, Role.MENTOR))
        cycle = await cycles.offer(session, cast.ratna, cast.group, "harmoni", Side.COACHEE, [both.id], NOW)
        await cycles.answer(session, both, cycle.id, True, NOW)
        await _loses_every_role(session, cast.ratna)
        await handovers.vacate_due(session, NOW)
        assert await handovers.free_seats(session, both, cast.group.id) == []
        assert [one.id for one in await handovers.free_seats(session, cast.hendra, cast.group.id)] == [cycle.id]


async def test_a_coach_who_deletes_themselves_leaves_a_seat_and_no_name(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast)
        await answers(session, cast.sari, cycle, "Kata Sari", NOW)
        await belongings.forget(session, cast.ratna, NOW)
        assert await handovers.vacate_due(session, NOW) == 1
        assert await handovers.vacate_due(session, NOW) == 0
        await session.refresh(cycle)
        told = (await letters_to(session, cast.sari))[-1]
        assert cycle.state == "paused" and "Coach yang dulu" in told and "Ratna" not in told
        assert "Ratna" not in (await letters_to(session, cast.hendra))[-1]
        await handovers.take_seat(session, cast.hendra, cast.group.id, cycle.id, NOW)
        await handovers.open_notes(session, cast.sari, cycle.id, NOW)
        _, found = await cycle_notes.readable(session, cast.hendra, cycle.id)
        assert found, "what the teacher said is not lost with her coach"


async def _with_evidence(session: Session, cast: Coached) -> Cycle:
    cycle = await begun(session, cast)
    await cycle_notes.add(session, cast.sari, cycle.id, Given("photo", None, "lama"), NOW, "both")
    await handovers.hand_over(session, cast.ratna, cycle.id, cast.hendra.id, later(hours=1))
    return cycle


async def test_a_new_coach_is_not_sent_to_evidence_that_is_closed_to_them(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await _with_evidence(session, cast)

        async def evidence_for(person: Person) -> list[int]:
            found = (await today.gather(session, [person], wall("2026-07-07T06:45")))[person.id].needs
            return [one.days for one in found if one.kind == "evidence"]

        assert await evidence_for(cast.hendra) == []
        await cycle_notes.add(session, cast.sari, cycle.id, Given("photo", None, "baru"), later(hours=2), "both")
        assert await evidence_for(cast.hendra) == [1]
        await handovers.open_notes(session, cast.sari, cycle.id, later(hours=3))
        assert await evidence_for(cast.hendra) == [2]


async def test_an_answer_given_once_more_is_read_by_whoever_was_named(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast, "knight")
        await answers(session, cast.sari, cycle, "Untuk Ratna", NOW)
        await handovers.hand_over(session, cast.ratna, cycle.id, cast.hendra.id, later(hours=1))
        row = (await where(session, cast.sari, cycle)).row
        given = Given("text", "Untuk Hendra")
        kept = await cycle_notes.answer(session, cast.sari, cycle.id, row.id, "fokus", given, later(hours=2))
        assert [one.name for one in kept.readers] == ["Hendra"]
        read = "\n".join(await pages.notes(session, cast.hendra, cycle.id, SAY, NOW))
        assert "Untuk Hendra" in read and "Untuk Ratna" not in read
