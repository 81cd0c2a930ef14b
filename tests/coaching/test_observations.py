"""Observations: who looks at what, who scores first, what stays closed until when, and what is left at the end."""

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from coaching import (
    belongings,
    curves,
    cycles,
    handovers,
    observation_notes,
    observation_pages,
    observation_reading,
    observations,
    pauses,
    scoring,
    second_observers,
    steps,
)
from coaching.cycle_notes import Given
from coaching.refusals import Gone, NotNow
from coaching.rights import LOOKS, Look, Part, Side, may_look
from coaching.steps import Lacking
from community.refusals import NeedsConsent, NotAllowed, Refusal
from content.texts import Texts
from reports.drawing import draw
from storage.database import Database, Session
from storage.models import (
    Cycle,
    CycleStep,
    Membership,
    Observation,
    ObservationNote,
    ObservationScore,
    Person,
    RubricVersion,
)
from storage.models import Look as Looked
from tests.coaching.cast import NOW, Coached, begun, ends, later, letters_to, school, where

SAY = Texts("id")
RUBRIC = "teaching-quality"
FIVE_SECONDS = 5  # for one tap of somebody who reads the button first


async def _at(session: Session, cycle: Cycle, step: str) -> None:
    """As if everything before had been done."""
    await session.execute(update(CycleStep).where(CycleStep.cycle_id == cycle.id).values(step=step))
    cycle.step = step
    await session.flush()


async def _lesson(session: Session, cast: Coached, rubric: str = RUBRIC) -> tuple[Cycle, Observation]:
    """Bu Ratna watches a lesson of Sari's."""
    cycle = await begun(session, cast, "knight")
    await _at(session, cycle, "observasi")
    return cycle, await observations.begin(session, cast.ratna, cycle.id, rubric, cast.sari.id, NOW)


async def _scores(session: Session, who: Person, row: Observation, level: int, seen: str = "Murid bertanya") -> None:
    watch = await observations.take(session, who, row.id, Look.SCORE)
    for place in range(len(watch.rubric.criteria)):
        await observations.score(session, who, row.id, place, level, f"{seen} {place}", NOW)


async def _given(session: Session, who: Person, row: Observation, level: int, seen: str = "Murid bertanya") -> None:
    if (await observations.take(session, who, row.id, Look.SEE)).part is not Part.OBSERVED:
        await observation_notes.tap(session, who, row.id, 0, NOW)
    await _scores(session, who, row, level, seen)
    await observations.finish(session, who, row.id, NOW)


async def _read(session: Session, who: Person, row: Observation) -> str:
    drafts = await observation_reading.read(session, who, row.id, 1, SAY, NOW)
    return "\n".join(str(one.params) for one in drafts)


# --- Who may look ---

CELLS: dict[Look, Callable[..., Awaitable[Any]]] = {
    Look.SEE: lambda s, who, row: observation_pages.page(s, who, row, SAY),
    Look.NOTE: lambda s, who, row: observation_notes.tap(s, who, row, 0, NOW),
    Look.TICK: lambda s, who, row: observation_notes.tick(s, who, row, 0, NOW),
    Look.SCORE: lambda s, who, row: observations.going_on(s, who, row, Look.SCORE),
    Look.READ: lambda s, who, row: observations.take(s, who, row, Look.READ),
    Look.CURVE: curves.of,
    Look.INVITE: lambda s, who, row: observations.going_on(s, who, row, Look.INVITE),
    Look.RELEASE: lambda s, who, row: second_observers.release(s, who, row, NOW),
    Look.DROP: observations.drop,
}
PARTS = {"sari": Part.OBSERVED, "ratna": Part.OBSERVER, "dewi": Part.SECOND}


def test_every_cell_is_tried() -> None:
    assert set(CELLS) == set(LOOKS) == set(Look)


@pytest.mark.parametrize("look", Look)
async def test_who_may_look(database: Database, look: Look) -> None:
    async with school(database) as (session, cast):
        cycle, row = await _lesson(session, cast)
        await handovers.stand_in(session, cast.ratna, cycle.id, cast.hendra.id, NOW)
        await second_observers.invite(session, cast.sari, row.id, cast.dewi.id, NOW)
        for name in ("sari", "ratna", "dewi", "hendra", "kepala", "faisal", "tamu"):
            part, point = PARTS.get(name), await session.begin_nested()
            if part is not None and may_look(part, look):
                await CELLS[look](session, getattr(cast, name), row.id)
            else:
                with pytest.raises(Refusal) as refused:
                    await CELLS[look](session, getattr(cast, name), row.id)
                assert type(refused.value) is (Gone if part is None else NotAllowed), name
            await point.rollback()
        with pytest.raises(NeedsConsent):
            await CELLS[look](session, None, row.id)
        with pytest.raises(Gone):
            await CELLS[look](session, cast.ratna, row.id + 99)


async def test_who_lost_the_seat_or_left_the_group_looks_at_nothing(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle, row = await _lesson(session, cast)
        await second_observers.invite(session, cast.sari, row.id, cast.dewi.id, NOW)
        await handovers.hand_over(session, cast.ratna, cycle.id, cast.hendra.id, NOW)
        await session.execute(update(Membership).where(Membership.person_id == cast.dewi.id).values(until=NOW))
        for who in (cast.ratna, cast.dewi, cast.hendra):
            with pytest.raises(Gone):
                await observation_pages.page(session, who, row.id, SAY)


@pytest.mark.parametrize(
    "who, rubric, observed, raises",
    [
        ("sari", RUBRIC, "ratna", NotNow),  # the step is the coach's
        ("ratna", RUBRIC, "dewi", Gone),  # sits in another cycle, or in none
        ("ratna", RUBRIC, "ratna", Gone),
        ("ratna", "aiw", "sari", Gone),  # a rubric for modules
        ("ratna", "pre-observation", "sari", Gone),
        ("ratna", "tidak-ada", "sari", Gone),
        ("kepala", RUBRIC, "sari", Gone),
        ("tamu", RUBRIC, "sari", Gone),
    ],
)
async def test_who_may_not_begin(
    database: Database, who: str, rubric: str, observed: str, raises: type[Refusal]
) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast, "knight")
        await _at(session, cycle, "observasi")
        with pytest.raises(raises):
            await observations.begin(session, getattr(cast, who), cycle.id, rubric, getattr(cast, observed).id, NOW)


async def test_a_step_that_asks_for_none_has_none(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast, "knight")
        with pytest.raises(NotNow):
            await observations.begin(session, cast.ratna, cycle.id, RUBRIC, cast.sari.id, NOW)


# --- The order of things ---


async def test_evidence_comes_first_and_the_one_who_is_watched_scores_first(database: Database) -> None:
    async with school(database) as (session, cast):
        _, row = await _lesson(session, cast)
        assert "Ratna" in (await letters_to(session, cast.sari))[-1]
        assert (await observations.begin(session, cast.ratna, row.cycle_id, RUBRIC, cast.sari.id, NOW)).id == row.id
        for wanted in ("observations.evidence_first", "observations.observed_first"):
            with pytest.raises(NotNow) as refused:
                await observations.score(session, cast.ratna, row.id, 0, 1, "Murid bertanya", NOW)
            assert refused.value.text_key == wanted
            await observation_notes.tap(session, cast.ratna, row.id, 0, NOW)
        with pytest.raises(Refusal) as unscored:
            await observations.finish(session, cast.sari, row.id, NOW)
        assert unscored.value.text_key == "observations.unscored"
        await _given(session, cast.sari, row, 1)
        assert "giliran Bapak/Ibu" in (await letters_to(session, cast.ratna))[-1]
        with pytest.raises(NotNow) as given:
            await observations.score(session, cast.sari, row.id, 0, 3, "Berubah pikiran", NOW)
        assert given.value.text_key == "observations.given"


async def test_scores_are_closed_to_both_until_each_has_given_theirs(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle, row = await _lesson(session, cast)
        await observation_notes.add(session, cast.ratna, row.id, Given("text", "catatan-ratna"), NOW)
        await _given(session, cast.sari, row, 1, "kata-sari")
        await _scores(session, cast.ratna, row, 3, "kata-ratna")
        for who, mine, theirs in ((cast.sari, "kata-sari", "-ratna"), (cast.ratna, "kata-ratna", "kata-sari")):
            with pytest.raises(NotNow) as closed:
                await _read(session, who, row)
            assert closed.value.text_key == "observations.closed_yet"
            page = str(await observation_pages.page(session, who, row.id, SAY))
            copy = json.dumps(await belongings.copy_of(session, who))
            assert theirs not in page and theirs not in copy and mine in copy
        with pytest.raises(Lacking) as lacking:
            await ends(session, cast.ratna, cycle, NOW)
        assert lacking.value.missing == ["observation"]
        await observations.finish(session, cast.ratna, row.id, NOW)
        for who in (cast.sari, cast.ratna):
            told = await _read(session, who, row)
            assert f"obs:{row.id}" in told, "there is a way back"
            assert all(words in told for words in ("kata-sari 0", "kata-ratna 5", "catatan-ratna", "(versi 1)"))
        assert "terbuka" in (await letters_to(session, cast.sari))[-1]
        assert "kata-" not in str([await letters_to(session, who) for who in (cast.sari, cast.ratna)])
        fresh = await ends(session, cast.ratna, cycle, NOW)
        assert fresh is not None and fresh.step.id == "pasca"


async def test_a_score_without_what_was_seen_is_none(database: Database) -> None:
    async with school(database) as (session, cast):
        _, row = await _lesson(session, cast)
        for words in ("", " \n ", "x" * 301):
            with pytest.raises(Refusal) as refused:
                await observations.score(session, cast.sari, row.id, 0, 1, words, NOW)
            assert refused.value.text_key == "observations.seen_length"
        for place, level in ((6, 0), (-1, 0), (0, 4), (0, -1)):
            with pytest.raises(Gone):
                await observations.score(session, cast.sari, row.id, place, level, "Murid bertanya", NOW)
        assert list(await session.scalars(select(ObservationScore.id))) == []
        await observations.score(session, cast.sari, row.id, 0, 1, "Satu", NOW)
        await observations.score(session, cast.sari, row.id, 0, 2, "Dua\nbaris", NOW)
        (kept,) = await session.scalars(select(ObservationScore))
        assert (kept.level, kept.seen) == ("terlihat", "Dua baris")


async def test_a_step_opened_again_needs_another_observation(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle, row = await _lesson(session, cast)
        await _given(session, cast.sari, row, 1)
        await _given(session, cast.ratna, row, 2)
        await ends(session, cast.ratna, cycle, NOW)
        await pauses.reopen(session, cast.ratna, cycle.id, "observasi", NOW)
        with pytest.raises(Lacking):
            await ends(session, cast.ratna, cycle, NOW)
        fresh = await observations.begin(session, cast.ratna, cycle.id, RUBRIC, cast.sari.id, NOW)
        assert fresh.id != row.id
        with pytest.raises(NotNow):
            await observation_notes.tap(session, cast.ratna, row.id, 0, NOW)


async def test_either_side_may_be_the_observer(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await cycles.offer(
            session, cast.sari, cast.group, "peer-observation", Side.COACHEE, [cast.dewi.id], NOW
        )
        await cycles.answer(session, cast.dewi, cycle.id, True, NOW)
        await _at(session, cycle, "lihat-2")
        with pytest.raises(NotNow):
            await observations.begin(session, cast.sari, cycle.id, RUBRIC, cast.dewi.id, NOW)
        row = await observations.begin(session, cast.dewi, cycle.id, RUBRIC, cast.sari.id, NOW)
        await _given(session, cast.sari, row, 0)
        await _given(session, cast.dewi, row, 3)
        assert row.opened_at == NOW
        found = await where(session, cast.dewi, cycle)
        assert found.step.needs == ("observation",) and await steps.needs.lacking(
            session, found.seat, found.step, found.row
        ) == ["answers"]


async def test_an_observation_keeps_its_rubric_whatever_becomes_of_the_file(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with school(database) as (session, cast):
        _, row = await _lesson(session, cast)
        monkeypatch.setattr("content.rubrics.house", dict)
        watch = await observations.take(session, cast.sari, row.id, Look.SEE)
        assert (watch.rubric.id, watch.rubric.version, len(watch.rubric.criteria)) == (RUBRIC, 1, 6)
        (kept,) = await session.scalars(select(RubricVersion))
        assert (kept.rubric, kept.version) == (RUBRIC, 1)


# --- Under two minutes ---


async def _taps(session: Session, who: Person, row: Observation) -> int:
    """How often somebody taps from an observation's page until the scores are given, each time the first button."""
    count, page = 1, await scoring.next_one(session, who, row.id, SAY)  # "Beri nilai"
    for _ in range(99):
        name, *args = page[1][0][0]["callback_data"].split(":")
        count += 1
        if name == "obslv":
            page = await scoring.what_was_seen(session, who, row.id, int(args[1]), int(args[2]), SAY)
        elif name == "obsln":
            page = await scoring.tapped(session, who, row.id, int(args[1]), int(args[2]), args[3], SAY, NOW)
        else:
            assert name == "obsfin"
            await scoring.finished(session, who, row.id, SAY, NOW)
            return count
    raise AssertionError("it never ends")


@pytest.mark.parametrize("rubric", ["teaching-quality", "plca", "facilitation"])
async def test_tapping_takes_under_two_minutes(database: Database, rubric: str) -> None:
    """From the cycle's page: the door, the rubric, five notes, and the scores with what was seen, all by tap."""
    async with school(database) as (session, cast):
        cycle, row = await _lesson(session, cast, rubric)
        doors = await observation_pages.of_cycle(session, cast.ratna, cycle.id, SAY)
        assert f"obs:{row.id}" in str(doors)
        theirs = await _taps(session, cast.sari, row) + 1  # the button in the letter
        for place in (0, 1, 0, 2, 3):
            await observation_notes.tap(session, cast.ratna, row.id, place, NOW)
        mine = await _taps(session, cast.ratna, row) + 2 + 5
        assert row.opened_at is not None
        assert theirs * FIVE_SECONDS < 120 and mine * FIVE_SECONDS < 120, (theirs, mine)


async def test_what_was_tapped_in_the_lesson_is_offered_as_the_line(database: Database) -> None:
    async with school(database) as (session, cast):
        _, row = await _lesson(session, cast)
        await _given(session, cast.sari, row, 1)
        for minutes in (0, 3, 9):
            await observation_notes.tap(session, cast.ratna, row.id, 0, later(minutes=minutes))
        await observation_notes.add(session, cast.ratna, row.id, Given("text", "Empat murid maju"), NOW)
        _, rows = await scoring.what_was_seen(session, cast.ratna, row.id, 0, 2, SAY)
        labels = [one[0]["text"] for one in rows]
        assert labels[:3] == ["Murid bertanya (3 kali)", "Empat murid maju", "Murid dapat menyebut tujuannya"]
        for token in ("t1", "n0", "s9", "", "x"):
            with pytest.raises(Gone):
                await scoring.tapped(session, cast.ratna, row.id, 0, 2, token, SAY, NOW)
        await scoring.tapped(session, cast.ratna, row.id, 0, 2, "t0", SAY, NOW)
        mine = await session.scalars(select(ObservationScore).where(ObservationScore.person_id == cast.ratna.id))
        assert [one.seen for one in mine] == ["Murid bertanya (3 kali)"]
        page = (await observation_pages.page(session, cast.ratna, row.id, SAY))[0]
        assert "Murid bertanya" in page and page.count(".0") >= 1, "notes carry their time"


# --- Photos ---


async def test_a_photo_with_pupils_stays_with_the_coach_and_goes_at_the_end(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle, row = await _lesson(session, cast)
        kept = {}
        for name, shows in (("muka", True), ("papan", False), ("entah", None)):
            _, note = await observation_notes.add(session, cast.ratna, row.id, Given("photo", name, f"f-{name}"), NOW)
            kept[name] = note
            if shows is not None:
                await observation_notes.mark(session, cast.ratna, note.id, shows_pupils=shows)
        with pytest.raises(NotAllowed):
            await observation_notes.mark(session, cast.sari, kept["muka"].id, shows_pupils=False)
        await _given(session, cast.sari, row, 1)
        await _given(session, cast.ratna, row, 2)
        told = await _read(session, cast.sari, row)
        assert [f"f-{name}" in told for name in kept] == [False, True, False]
        told = await _read(session, cast.ratna, row)
        assert [f"f-{name}" in told for name in kept] == [True, True, True]
        await pauses.stop(session, cast.sari, cycle.id, NOW)
        left = await session.scalars(select(ObservationNote.text).where(ObservationNote.medium == "photo"))
        assert list(left) == ["papan"]


async def test_the_check_sheet_is_ticked_by_either_of_the_two(database: Database) -> None:
    async with school(database) as (session, cast):
        _, row = await _lesson(session, cast)
        await observation_notes.tick(session, cast.sari, row.id, 0, NOW)
        await observation_notes.tick(session, cast.ratna, row.id, 1, NOW)
        assert "(2 dari 6)" in (await observation_pages.sheet(session, cast.sari, row.id, SAY))[0]
        await observation_notes.tick(session, cast.ratna, row.id, 0, NOW)
        assert "(1 dari 6)" in (await observation_pages.sheet(session, cast.sari, row.id, SAY))[0]
        with pytest.raises(Gone):
            await observation_notes.tick(session, cast.ratna, row.id, 6, NOW)


# --- A second observer, agreement, the curve ---


async def test_a_second_observer_sees_their_own_and_shows_how_far_two_agree(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast, "knight")
        await _at(session, cycle, "observasi")
        for levels in ((2, 2), (1, 2)):
            row = await observations.begin(session, cast.ratna, cycle.id, RUBRIC, cast.sari.id, NOW)
            with pytest.raises(NotAllowed):
                await second_observers.invite(session, cast.ratna, row.id, cast.dewi.id, NOW)
            for who in (cast.ratna.id, cast.sari.id, cast.tamu.id):
                with pytest.raises(Gone):
                    await second_observers.invite(session, cast.sari, row.id, who, NOW)
            await second_observers.invite(session, cast.sari, row.id, cast.dewi.id, NOW)
            await _given(session, cast.sari, row, 0, "kata-sari")
            await _given(session, cast.ratna, row, levels[0], "kata-ratna")
            assert row.opened_at is None, "the second one has not given theirs"
            await _given(session, cast.dewi, row, levels[1], "kata-dewi")
            assert row.opened_at == NOW
        assert "mengajak Bapak/Ibu ikut mengamati" in (await letters_to(session, cast.dewi))[0]
        with pytest.raises(NotAllowed):
            await _read(session, cast.dewi, row)
        page = str(await observation_pages.page(session, cast.dewi, row.id, SAY))
        assert "kata-sari" not in page and "obssee" not in page and "cyc:" not in page
        told = await _read(session, cast.sari, row)
        lines = {(one.kind, one.reader_id, one.of_id) for one in await session.scalars(select(Looked))}
        assert lines == {("observation", cast.sari.id, one.id) for one in (cast.ratna, cast.dewi)}
        assert "sama persis di 6 dari 12" in told and "satu jenjang di 12" in told and "Kappa berbobot: 0,00" in told
        watch = await observations.take(session, cast.ratna, row.id, Look.READ)
        agreed = await curves.of_two(session, watch)
        assert agreed is not None and (agreed.pairs, agreed.same, agreed.near) == (12, 6, 12)


async def test_a_second_observer_who_cannot_is_let_go_and_their_words_with_them(database: Database) -> None:
    async with school(database) as (session, cast):
        _, row = await _lesson(session, cast)
        await second_observers.invite(session, cast.sari, row.id, cast.dewi.id, NOW)
        await observation_notes.tap(session, cast.dewi, row.id, 0, NOW)
        await _given(session, cast.sari, row, 0)
        await _given(session, cast.ratna, row, 1)
        await second_observers.release(session, cast.dewi, row.id, NOW)
        assert row.opened_at == NOW, "nobody is waited for any more"
        notes = await session.scalars(select(ObservationNote.person_id))
        assert set(notes) == {cast.ratna.id}
        with pytest.raises(Gone):
            await observation_pages.page(session, cast.dewi, row.id, SAY)


async def test_the_curve_holds_what_one_may_read_one_by_one_and_no_other_instrument(database: Database) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast, "knight")
        await _at(session, cycle, "observasi")
        for week, rubric, level in ((0, RUBRIC, 1), (1, "plca", 3), (2, RUBRIC, 2)):
            at = NOW + timedelta(weeks=week)
            row = await observations.begin(session, cast.ratna, cycle.id, rubric, cast.sari.id, at)
            if week == 0:
                with pytest.raises(NotNow):
                    await observation_reading.curve(session, cast.sari, row.id, 1, SAY, NOW)
            await _given(session, cast.sari, row, 0)
            await _given(session, cast.ratna, row, level)
        curve = await curves.of(session, cast.sari, row.id)
        assert [point.seen["aktif"] for point in curve.points] == [1, 2] and curve.rubric.id == RUBRIC
        assert [point.own["aktif"] for point in curve.points] == [0, 0]
        draft = await observation_reading.curve(session, cast.ratna, row.id, 1, SAY, NOW)
        drawing = draft.params["photo"]["drawing"]
        assert "Sari" not in json.dumps(drawing)
        assert draw(drawing["kind"], drawing["data"], "id").startswith(b"\x89PNG")
        await handovers.hand_over(session, cast.ratna, cycle.id, cast.hendra.id, NOW)
        for who in (cast.ratna, cast.hendra):
            with pytest.raises(Gone):
                await curves.of(session, who, row.id)


# --- What is left of a person ---


@pytest.mark.parametrize("who", ["sari", "ratna", "dewi"])
async def test_who_leaves_takes_their_part_along(database: Database, who: str) -> None:
    async with school(database) as (session, cast):
        _, row = await _lesson(session, cast)
        await second_observers.invite(session, cast.sari, row.id, cast.dewi.id, NOW)
        for one, words in ((cast.sari, "kata-sari"), (cast.ratna, "kata-ratna"), (cast.dewi, "kata-dewi")):
            await _given(session, one, row, 1, words)
        person, number, gone = getattr(cast, who), row.id, getattr(cast, who).id
        assert f"kata-{who} 0" in json.dumps(await belongings.copy_of(session, person))
        assert f"kata-{who} 0" in await belongings.texts(session, person)
        await belongings.forget(session, person, NOW)
        session.expire_all()
        left = await session.scalars(select(ObservationScore.seen))
        others = set() if who == "sari" else {"sari", "ratna", "dewi"} - {who}
        assert {words.split("-")[1].split()[0] for words in left} == others
        kept = await session.get(Observation, number)
        assert (kept is None) == (who == "sari")
        if kept is not None:
            assert gone not in (kept.observed_id, kept.observer_id, kept.second_id)
