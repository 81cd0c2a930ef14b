"""A group's module by plan, do, check, act; and what follows once a cycle is closed."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select, update

from coaching import (
    belongings,
    commitments,
    cycle_notes,
    cycles,
    following,
    module_pages,
    modules,
    pages,
    pauses,
    rounds,
    rubrics,
    seats,
)
from coaching.cycle_notes import Given
from coaching.refusals import Gone, NotNow
from coaching.rights import Act, Side
from coaching.steps import Lacking
from community.calendar import local_day
from community.refusals import NotAllowed, Refusal
from content.texts import Texts
from storage.database import Database, Session
from storage.models import Cycle, CycleStep, Letter, Membership, ModuleScore, ModuleVersion
from tests.coaching.cast import NOW, Coached, answers, begun, coached, ends, letters_to, school, where

SAY = Texts("id")
FILE = Given("document", "Modul pecahan", "file-1")


async def _making(session: Session, cast: Coached) -> Cycle:
    """Pak Faisal facilitates, Sari and Dewi make a module."""
    cycle = await cycles.offer(
        session, cast.faisal, cast.group, "pdca", Side.COACHEE, [cast.sari.id, cast.dewi.id], NOW
    )
    for who in (cast.sari, cast.dewi):
        await cycles.answer(session, who, cycle.id, True, NOW)
    return cycle


async def _at(session: Session, cycle: Cycle, step: str) -> None:
    await session.execute(update(CycleStep).where(CycleStep.cycle_id == cycle.id).values(step=step))
    cycle.step = step
    await session.flush()


async def test_a_module_goes_round_with_versions_and_criteria(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await _making(session, cast)
        await answers(session, cast.sari, cycle, "Rancangan", NOW)
        with pytest.raises(Lacking) as lacking:
            await ends(session, cast.sari, cycle, NOW)
        assert lacking.value.missing == ["version"]
        words, _ = await module_pages.came(session, cast.sari, cycle.id, FILE, SAY, NOW)
        assert "Versi 1" in words and "Modul pecahan" in words
        assert "versi 1 dari modul: Modul pecahan" in (await letters_to(session, cast.dewi))[-1]
        await ends(session, cast.sari, cycle, NOW)
        await answers(session, cast.dewi, cycle, "Dicoba", NOW)
        fresh = await ends(session, cast.dewi, cycle, NOW)
        assert fresh is not None and fresh.step.id == "periksa"
        await answers(session, cast.faisal, cycle, "Fasilitator", NOW)
        with pytest.raises(Lacking) as lacking:
            await ends(session, cast.faisal, cycle, NOW)
        assert lacking.value.missing == ["criteria"]
        taps = 0
        while (page := await module_pages.criteria(session, cast.dewi, cycle.id, SAY))[1][0][0][
            "callback_data"
        ].startswith("modlv"):
            _, _, rubric, place, level = page[1][-2][0]["callback_data"].split(":")
            await module_pages.tapped(
                session, cast.dewi, cycle.id, rubric, int(place), int(level), 0, SAY, NOW
            )  # fmt: skip
            taps += 2
        assert taps == 12, "two taps for each of six"
        version = await modules.newest(session, cycle.id)
        assert version is not None and await modules.criteria_met(session, version, "aiw") == 3
        assert all(row.seen for row, _ in await modules.scores(session, version))
        await ends(session, cast.faisal, cycle, NOW)
        fresh = await ends(session, cast.sari, cycle, NOW)
        assert fresh is not None and fresh.step.id == "perbaiki"
        await module_pages.came(session, cast.dewi, cycle.id, Given("link", "https://contoh.sch.id/m2"), SAY, NOW)
        first, second = await session.scalars(select(ModuleVersion).order_by(ModuleVersion.number))
        assert (second.number, second.from_id, second.title, second.made_by) == (
            2, first.id, "Modul pecahan", cast.dewi.id,
        )  # fmt: skip
        shown = str(await module_pages.sent(session, cast.faisal, second.id, 1, SAY))
        assert "contoh.sch.id/m2" in shown and "file-1" in str(
            await module_pages.sent(session, cast.dewi, first.id, 1, SAY)
        )


async def test_a_step_opened_again_needs_a_newer_version_and_newer_criteria(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await _making(session, cast)
        await answers(session, cast.sari, cycle, "Rancangan", NOW)
        await modules.keep(session, cast.sari, cycle.id, "Modul", FILE, 0, NOW)
        await ends(session, cast.sari, cycle, NOW)
        await pauses.reopen(session, cast.sari, cycle.id, "rancang", NOW)
        await answers(session, cast.sari, cycle, "Lagi", NOW)
        with pytest.raises(Lacking) as lacking:
            await ends(session, cast.sari, cycle, NOW)
        assert lacking.value.missing == ["version"]
        await _at(session, cycle, "periksa")
        for rubric in rubrics.for_modules():
            for place in range(len(rubric.criteria)):
                await modules.agree(session, cast.sari, cycle.id, rubric.id, place, 1, "Terlihat di hasil murid", NOW)
        await answers(session, cast.faisal, cycle, "Fasilitator", NOW)
        await ends(session, cast.faisal, cycle, NOW)
        await ends(session, cast.sari, cycle, NOW)
        await pauses.reopen(session, cast.sari, cycle.id, "periksa", NOW)
        await answers(session, cast.faisal, cycle, "Fasilitator", NOW)
        with pytest.raises(Lacking) as lacking:
            await ends(session, cast.faisal, cycle, NOW)
        assert lacking.value.missing == ["criteria"]


async def test_a_module_is_nobodys_business_outside_and_forged_buttons_do_nothing(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await _making(session, cast)
        row = await modules.keep(session, cast.sari, cycle.id, "Modul", FILE, 0, NOW)
        for who in (cast.ratna, cast.tamu, cast.kepala):
            with pytest.raises(Gone):
                await module_pages.listed(session, who, cycle.id, SAY)
            with pytest.raises(Gone):
                await module_pages.sent(session, who, row.id, 1, SAY)
            with pytest.raises(Gone):
                await modules.keep(session, who, cycle.id, "Milik siapa", FILE, 0, NOW)
        with pytest.raises(NotNow):
            await modules.agree(session, cast.sari, cycle.id, "aiw", 0, 1, "Bukan langkahnya", NOW)
        with pytest.raises(NotNow):
            await modules.keep(session, cast.sari, cycle.id, "Modul", Given("voice", None, "v", 3), 0, NOW)
        with pytest.raises(Gone):
            await modules.keep(session, cast.sari, cycle.id, "Modul", FILE, row.id + 9, NOW)
        with pytest.raises(Refusal):
            await modules.keep(session, cast.sari, cycle.id, " ", FILE, 0, NOW)
        await _at(session, cycle, "periksa")
        for rubric, place, level in (("plca", 0, 0), ("aiw", 3, 0), ("aiw", 0, 3), ("aiw", -1, 0)):
            with pytest.raises(Gone):
                await modules.agree(session, cast.sari, cycle.id, rubric, place, level, "Terlihat", NOW)
        with pytest.raises(Refusal):
            await modules.agree(session, cast.sari, cycle.id, "aiw", 0, 0, " ", NOW)
        assert list(await session.scalars(select(ModuleScore.id))) == []


async def test_a_maker_who_leaves_takes_versions_and_lines_along(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await _making(session, cast)
        await modules.keep(session, cast.sari, cycle.id, "Modul Sari", FILE, 0, NOW)
        second = await modules.keep(session, cast.dewi, cycle.id, "Modul Dewi", FILE, 0, NOW)
        await _at(session, cycle, "periksa")
        await modules.agree(session, cast.sari, cycle.id, "aiw", 0, 1, "Baris dari Sari", NOW)
        copied = str(await belongings.copy_of(session, cast.sari))
        assert "Modul Sari" in copied and "Baris dari Sari" in copied and "Modul Dewi" not in copied
        number = second.id
        await belongings.forget(session, cast.sari, NOW)
        assert list(await session.scalars(select(ModuleVersion.id))) == [number]
        assert list(await session.scalars(select(ModuleScore.id))) == []


# --- What follows ---


async def _closed(session: Session, cast: Coached, workflow: str, step: str) -> Cycle:
    """A cycle of Bu Ratna and Sari, its last step ended by Sari or by both."""
    cycle = await begun(session, cast, workflow)
    await _at(session, cycle, step)
    day = local_day(NOW, cast.group.zone)
    for who in (cast.ratna, cast.sari):
        await answers(session, who, cycle, who.name, NOW)
        await commitments.promise(session, who, cycle.id, f"Janji {who.name}", day, NOW)
    found = await where(session, cast.sari, cycle)
    for who in (cast.ratna, cast.sari):
        if str(Side.COACH if who is cast.ratna else Side.COACHEE) in (found.step.by, "both") or found.step.by == "both":
            await ends(session, who, cycle, NOW)
    await session.refresh(cycle)
    assert cycle.state == "closed"
    return cycle


async def _offered_in(session: Session, cycle: Cycle) -> str:
    """The buttons under the closing letter."""
    found = await session.scalars(select(Letter).where(Letter.key.startswith(f"cyc:{cycle.id}:closed:")))
    return str([one.params for one in found])


async def test_at_closing_the_next_round_is_one_tap_of_either_side(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await _closed(session, cast, "knight", "lanjut")
        wanted = f"cycon:{cycle.id}:round"
        assert wanted in await _offered_in(session, cycle)
        for who in (cast.ratna, cast.sari):
            assert wanted in str((await pages.of_cycle(session, who, cycle.id, SAY, NOW))[1])
        fresh = await rounds.go_on(session, cast.sari, cycle.id, "round", NOW)
        assert (fresh.follows_id, fresh.state) == (cycle.id, "offered")
        assert "Sari" in (await letters_to(session, cast.ratna))[-1]
        assert wanted not in str((await pages.of_cycle(session, cast.ratna, cycle.id, SAY, NOW))[1])
        with pytest.raises(NotNow):
            await rounds.go_on(session, cast.sari, cycle.id, "round", NOW)  # one does not say yes to oneself
        again = await rounds.go_on(session, cast.ratna, cycle.id, "round", NOW)
        assert (again.id, again.state) == (fresh.id, "active")
        seat = await seats.take(session, cast.ratna, fresh.id, Act.SEE)
        assert (seat.side, fresh.step) == (Side.COACH, "pra")
        assert len(list(await session.scalars(select(Cycle.id).where(Cycle.follows_id == cycle.id)))) == 1


async def test_needs_lead_on_to_harmoni(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await _closed(session, cast, "needs-assessment", "prioritas")
        assert f"cycon:{cycle.id}:then" in await _offered_in(session, cycle)
        for way in ("round", "", "lain"):
            with pytest.raises(Gone):
                await rounds.go_on(session, cast.ratna, cycle.id, way, NOW)
        fresh = await rounds.go_on(session, cast.ratna, cycle.id, "then", NOW)
        seat = await cycles.answer(session, cast.sari, fresh.id, True, NOW)
        assert (seat.workflow.id, seat.side, fresh.follows_id) == ("harmoni", Side.COACHEE, cycle.id)


async def test_who_may_not_go_on(database: Database) -> None:
    async with school(database) as (session, cast):
        running = await begun(session, cast, "knight")
        with pytest.raises(NotNow):
            await rounds.go_on(session, cast.ratna, running.id, "round", NOW)
        await pauses.stop(session, cast.ratna, running.id, NOW)
        cycle = await _closed(session, cast, "knight", "lanjut")
        for who in (cast.hendra, cast.dewi, cast.tamu, cast.kepala):
            with pytest.raises(Gone):
                await rounds.go_on(session, who, cycle.id, "round", NOW)
        await session.execute(update(Membership).where(Membership.person_id == cast.ratna.id).values(until=NOW))
        with pytest.raises(Gone):
            await rounds.go_on(session, cast.sari, cycle.id, "round", NOW)  # nobody is there to go on with
        assert list(await session.scalars(select(Cycle.id).where(Cycle.follows_id == cycle.id))) == []


async def test_after_a_no_it_may_be_asked_again(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await _closed(session, cast, "knight", "lanjut")
        fresh = await rounds.go_on(session, cast.sari, cycle.id, "round", NOW)
        await cycles.answer(session, cast.ratna, fresh.id, False, NOW)
        seat = await seats.take(session, cast.ratna, cycle.id, Act.SEE)
        assert [way for way, _ in await following.ways(session, seat)] == ["round"]


async def test_two_taps_at_once_are_one_round(database: Database) -> None:
    async with database.writing() as session:
        cast = await coached(session)
        cycle = await _closed(session, cast, "knight", "lanjut")

    async def tap(who: Any) -> None:
        async with database.writing() as session:
            await rounds.go_on(session, await session.merge(who), cycle.id, "round", NOW)

    await asyncio.gather(tap(cast.ratna), tap(cast.sari))
    async with database.reading() as session:
        (fresh,) = await session.scalars(select(Cycle).where(Cycle.follows_id == cycle.id))
        assert fresh.state == "active", "the second tap was a yes"


async def test_notes_of_a_closed_cycle_do_not_come_along(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await _closed(session, cast, "knight", "lanjut")
        fresh = await rounds.go_on(session, cast.ratna, cycle.id, "round", NOW)
        assert (await cycle_notes.readable(session, cast.sari, fresh.id))[1] == []
        with pytest.raises((NotNow, NotAllowed)):
            await cycle_notes.add(session, cast.sari, cycle.id, Given("text", "x"), NOW)
