"""Role × action × audience: every cell is tried, with the people who should not get in (I7, I8)."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from coaching import (
    commitments,
    cycle_notes,
    cycles,
    evidence,
    handovers,
    managing,
    pages,
    pauses,
    plan_pages,
    reading_back,
    seats,
    spoken_promises,
    steps,
    talk,
)
from coaching.cycle_notes import Given
from coaching.rights import ALLOWED, AUDIENCES, READERS, Act, Side, may, reads
from community.notes import Note
from community.people import give_role
from community.refusals import NeedsConsent, NotAllowed, Refusal
from community.roles import Role
from content.texts import Texts
from storage.database import Database, Session
from storage.models import Commitment, Cycle, CycleMember, CycleNote, Letter, Membership, Person
from tests.coaching.cast import NOW, Coached, answers, begun, later, school
from tests.community.cast import somebody

SAY = Texts("id")
SECRET = "rahasia-sari"
SHARED = "untuk-berdua"


async def _hear(session: Session, who: Person | None, cycle_id: int) -> Any:
    row = await session.scalar(select(Commitment.id).where(Commitment.cycle_id == cycle_id))
    assert row is not None
    return await spoken_promises.hear(session, who, row, 1, SAY, NOW)


# Who may do it: by the names of the cast. Sari is coached by Bu Ratna; Hendra stands in; Kusuma is the principal
# and coaches Dewi; "former" was Sari's coach before; Tamu coaches another group; "silent" withdrew her consent.
CELLS: dict[str, tuple[Act, Callable[..., Awaitable[Any]]]] = {
    "page": (Act.SEE, lambda s, who, c: pages.of_cycle(s, who, c, SAY, NOW)),
    "notes": (Act.READ, lambda s, who, c: pages.notes(s, who, c, SAY, NOW)),
    "evidence": (Act.READ, lambda s, who, c: evidence.looked_at(s, who, c, NOW, [1])),
    "played": (Act.READ, lambda s, who, c: reading_back.play(s, who, c, 1, SAY, NOW)),
    "read back": (Act.ANSWER, lambda s, who, c: reading_back.of_step(s, who, c, SAY)),
    "ask": (Act.ANSWER, lambda s, who, c: talk.ask(s, who, c, SAY, NOW)),
    "note": (Act.ANSWER, lambda s, who, c: cycle_notes.add(s, who, c, Given("text", "x"), NOW)),
    "hear": (Act.SEE, _hear),
    "promise": (Act.PROMISE, lambda s, who, c: managing.promising(s, who, c, SAY)),
    "pause": (Act.PAUSE, lambda s, who, c: pauses.pause(s, who, c, 7, NOW)),
    "history": (Act.SEE_HISTORY, lambda s, who, c: pages.past(s, who, c, SAY)),
    "hand over": (Act.HAND_OVER, handovers.candidates),
    "back": (Act.NAME_STAND_IN, lambda s, who, c: handovers.back(s, who, c, NOW)),
    "open notes": (Act.OPEN_NOTES, lambda s, who, c: handovers.open_notes(s, who, c, NOW)),
    "stop": (Act.STOP, lambda s, who, c: pauses.stop(s, who, c, NOW)),
}
SIDES = {"ratna": Side.COACH, "sari": Side.COACHEE, "hendra": Side.STAND_IN}
OUTSIDE = ("former", "kepala", "dewi", "faisal", "tamu")


async def _cycle(session: Session, cast: Coached) -> tuple[Cycle, dict[str, Person]]:
    """Begun with another coach, handed over to Bu Ratna, notes of both audiences in it, Hendra standing in."""
    cycle = await begun(session, cast)
    for text, audience in ((SECRET, "me"), (SHARED, "both")):
        await cycle_notes.add(session, cast.sari, cycle.id, Given("text", text), later(hours=1), audience)
    voice = Note(None, "SUARA-janji", 14)
    await commitments.promise(session, cast.sari, cycle.id, "janji suara, 0:14", NOW.date(), later(hours=1), voice)
    await handovers.stand_in(session, cast.ratna, cycle.id, cast.hendra.id, later(hours=1))
    former = await _was_coach(session, cast, cycle)
    other = await cycles.offer(session, cast.kepala, cast.group, "harmoni", Side.COACHEE, [cast.dewi.id], NOW)
    await cycles.answer(session, cast.dewi, other.id, True, NOW)
    people = {name: getattr(cast, name) for name in ("ratna", "sari", "hendra", "kepala", "dewi", "faisal", "tamu")}
    return cycle, people | {"former": former}


async def _was_coach(session: Session, cast: Coached, cycle: Cycle) -> Person:
    former = await somebody(session, "Mantan", 88, group=cast.group, roles=(Role.COACH,))
    await seats.sit(session, cycle, former, Side.COACH, NOW)
    await session.execute(update(CycleMember).where(CycleMember.person_id == former.id).values(until=later(minutes=30)))
    return former


@pytest.mark.parametrize("name", CELLS)
async def test_every_cell_of_the_table(database: Database, name: str) -> None:
    act, does = CELLS[name]
    async with school(database) as (session, cast):
        cycle, people = await _cycle(session, cast)
        number = cycle.id  # after a rollback the row would be asked anew
        for who, person in people.items():
            side = SIDES.get(who)
            point = await session.begin_nested()
            if may(side, act):
                await does(session, person, number)
            else:
                with pytest.raises(Refusal) as refused:
                    await does(session, person, number)
                # Who sits there is told it is not theirs to do; to anybody else there is no such cycle.
                assert isinstance(refused.value, NotAllowed) == (side is not None), who
            await point.rollback()
        for nobody in (None, await _silent(session, cast)):
            with pytest.raises(NeedsConsent):
                await does(session, nobody, number)


async def _silent(session: Session, cast: Coached) -> Person:
    cast.sari.consented_at = None
    return cast.sari


@pytest.mark.parametrize("audience", AUDIENCES)
async def test_who_reads_which_audience(database: Database, audience: str) -> None:
    async with school(database) as (session, cast):
        cycle, people = await _cycle(session, cast)
        words = {"me": SECRET, "both": SHARED}[audience]
        for who, person in people.items():
            seen = ""
            try:
                seen = "\n".join(await pages.notes(session, person, cycle.id, SAY, NOW))
            except Refusal:
                assert who in ("hendra", *OUTSIDE)
            side = SIDES.get(who)
            assert (words in seen) is reads(side, audience, is_writer=who == "sari"), who


def test_the_table_names_every_act_and_the_stand_in_sees_and_no_more() -> None:
    assert set(ALLOWED) == set(Act) and set(READERS) == set(AUDIENCES)
    assert {act for act in Act if may(Side.STAND_IN, act)} == {Act.SEE}
    assert not any(may(None, act) for act in Act)
    assert not any(reads(Side.STAND_IN, audience) for audience in AUDIENCES)


async def test_no_letter_page_or_history_carries_a_private_note(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle, people = await _cycle(session, cast)
        await answers(session, cast.sari, cycle, SECRET, NOW)
        for note in await session.scalars(select(CycleNote).where(CycleNote.person_id == cast.sari.id)):
            note.audience = "me"
        await session.flush()
        for who in ("ratna", "hendra"):
            shown = await pages.of_cycle(session, people[who], cycle.id, SAY, NOW)
            listed = await pages.listed(session, people[who], SAY, NOW)
            assert SECRET not in f"{shown}{listed}"
        told = await pages.past(session, cast.ratna, cycle.id, SAY)
        written = [one.params for one in await session.scalars(select(Letter))]
        assert SECRET not in f"{told}{written}"


async def test_a_principal_who_is_also_the_coach_reads_as_coach_and_no_more(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await cycles.offer(session, cast.kepala, cast.group, "harmoni", Side.COACHEE, [cast.sari.id], NOW)
        await cycles.answer(session, cast.sari, cycle.id, True, NOW)
        for text, audience in ((SECRET, "me"), (SHARED, "both")):
            await cycle_notes.add(session, cast.sari, cycle.id, Given("text", text), NOW, audience)
        (seen,) = await pages.notes(session, cast.kepala, cycle.id, SAY, NOW)
        assert SHARED in seen and SECRET not in seen
        asked = await talk.ask(session, cast.sari, cycle.id, SAY, NOW)
        assert "Kusuma" in asked.page[0], "who will read it is named before"


async def test_old_buttons_of_another_person_change_nothing(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle, people = await _cycle(session, cast)
        note = await session.scalar(select(CycleNote.id).where(CycleNote.text == SECRET))
        row = await commitments.promise(session, cast.ratna, cycle.id, "Datang Jumat", NOW.date(), NOW)
        assert note is not None
        found = await steps.at(session, cast.ratna, cycle.id, Act.SEE)
        for who in ("former", "kepala", "dewi", "faisal", "tamu", "ratna", "hendra"):
            person = people[who]
            tries: list[Awaitable[Any]] = [
                cycle_notes.share(session, person, note, "both", NOW),
                cycle_notes.remove(session, person, note),
                evidence.mark(session, person, note, shows_pupils=False),
            ]
            if who != "ratna":
                tries += [
                    commitments.keep(session, person, row.id, NOW),
                    commitments.let_go(session, person, row.id, NOW),
                    steps.end(session, person, cycle.id, found.row.id, NOW),
                ]
            for one in tries:
                with pytest.raises(Refusal):
                    await one
        kept = await session.get_one(CycleNote, note, populate_existing=True)
        assert (kept.audience, kept.text, row.kept_at, found.row.coach_done_at) == ("me", SECRET, None, None)


async def test_a_coach_whose_role_ended_reads_nothing_from_that_moment(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle, _people = await _cycle(session, cast)
        assert await pages.notes(session, cast.ratna, cycle.id, SAY, NOW)
        await session.execute(update(Membership).where(Membership.person_id == cast.ratna.id).values(until=NOW))
        with pytest.raises(Refusal):
            await pages.notes(session, cast.ratna, cycle.id, SAY, NOW)


async def test_a_coach_who_heads_the_school_is_named_as_that_before_anything_is_written(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast)
        asked = (await talk.ask(session, cast.sari, cycle.id, SAY, NOW)).page[0]
        assert "Yang membaca:" in asked and "kepala sekolah" not in asked
        await give_role(session, cast.ratna.id, cycle.group_id, Role.PRINCIPAL, NOW)
        asked = (await talk.ask(session, cast.sari, cycle.id, SAY, NOW)).page[0]
        assert "Yang membaca: Ratna, kepala sekolah." in asked
        await answers(session, cast.sari, cycle, SHARED, NOW)
        assert "(Ratna, kepala sekolah)" in (await reading_back.of_step(session, cast.sari, cycle.id, SAY))[0]
        plan = await plan_pages.of_cycle(session, cast.sari, cycle.id, SAY, NOW)
        assert "juga Ratna, kepala sekolah, sesudah" in plan[0] and "Kepala sekolah baru" in plan[0], "there are two"
        await session.execute(update(Membership).where(Membership.person_id == cast.kepala.id).values(until=NOW))
        plan = await plan_pages.of_cycle(session, cast.sari, cycle.id, SAY, NOW)
        assert "juga Ratna, kepala sekolah, sesudah" in plan[0] and "Kepala sekolah baru" not in plan[0]
