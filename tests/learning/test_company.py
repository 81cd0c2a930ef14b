"""Buddies who stay: for whose readiness asks, now and then, by voice first, ended by a tap of either."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from community import readiness
from community.notes import Note
from community.refusals import NeedsConsent, Refusal
from content.texts import Texts
from learning import buddies, company, company_calls
from learning.refusals import Gone
from scheduler.timetable import timetable
from storage.database import Database, Session
from storage.models import Assignment, Group, Leave, Letter, Membership, Person, Readiness
from tests.learning.conftest import MORNING, Cast
from tests.reports.cast import wall

SAY = Texts("id")
SARI, BUDI = 100, 101
ASKED = wall("2026-07-22 10:00")  # a Wednesday; ten school days later is the 5th of August
CALL = wall("2026-08-05 13:00")


async def _offers(session: Session, cast: Cast, name: str = "Budi") -> None:
    theirs = (Membership.person_id == cast[name].id, Membership.group_id == cast.melati.id)
    await session.execute(update(Membership).where(*theirs).values(buddy_since=MORNING))


async def _said(session: Session, cast: Cast, **answers: str) -> None:
    session.add(Readiness(person_id=cast["Sari"].id, updated_at=MORNING, **answers))
    await session.flush()


async def _together(session: Session, cast: Cast, **answers: str) -> Assignment:
    """Sari chose Budi."""
    await _offers(session, cast)
    await _said(session, cast, **(answers or {"pace": "slow", "mode": "voice"}))
    sari = await session.get_one(Person, cast["Sari"].id)
    await buddies.accompany(session, sari, cast.melati.id, cast["Budi"].id, ASKED)
    return (await session.scalars(select(Assignment).where(Assignment.until.is_(None)))).one()


async def _letters(session: Session, start: str) -> list[Letter]:
    return list(await session.scalars(select(Letter).where(Letter.key.startswith(start)).order_by(Letter.id)))


def _buttons(letter: Letter) -> list[str]:
    rows = (letter.params or {})["reply_markup"]["inline_keyboard"]
    return [one["callback_data"].rsplit(":", 1)[-1] if "say" in one["callback_data"] else one["callback_data"]
            for row in rows for one in row]  # fmt: skip


@pytest.mark.parametrize(
    "said, asks, voice",
    [
        ({}, False, False), ({"pace": "slow"}, True, False), ({"pace": "fast", "mode": "text"}, False, False),
        ({"mode": "voice"}, True, True), ({"tools": "none"}, True, True),
        ({"tools": "none", "mode": "text"}, True, False),
        ({"signal": "weak", "phone": "shared"}, False, False),
    ],
)  # fmt: skip
async def test_whose_readiness_asks_for_a_buddy_has_one_who_stays(
    database: Database, cast: Cast, said: dict[str, str], asks: bool, voice: bool
) -> None:
    assert (readiness.asks_for_company(said), readiness.voice_first(said)) == (asks, voice)
    async with database.writing() as session:
        await _offers(session, cast)
        if said:
            await _said(session, cast, **said)
        sari = await session.get_one(Person, cast["Sari"].id)
        told, _ = await buddies.accompany(session, sari, cast.melati.id, cast["Budi"].id, ASKED)
        rows = (await session.scalars(select(Assignment))).all()
        assert [(row.by_id, row.of_id, row.next_at) for row in rows] == (
            [(cast["Budi"].id, sari.id, CALL)] if asks else []
        )
        assert told.endswith("told_company") is asks
        (letter,) = await _letters(session, "accompany:")
        if asks:
            assert _buttons(letter) == (["voice", "text"] if voice else ["text", "voice"])
        else:
            assert "reply_markup" not in (letter.params or {})


async def test_the_call_comes_every_ten_school_days_by_voice_first_and_silence_is_an_answer(
    database: Database, cast: Cast
) -> None:
    async with database.writing() as session:
        row = await _together(session, cast)
        for moment in (CALL - timedelta(minutes=1), CALL, CALL, CALL + timedelta(minutes=5)):
            await company_calls.call_due(session, moment)
        (letter,) = await _letters(session, "company:call:")
        assert letter.chat_id == SARI and "Budi" in (letter.params or {})["text"]
        assert "rekam suara saja" in (letter.params or {})["text"]
        assert _buttons(letter) == ["voice", "text", f"comp:stop:{row.id}"]
        await session.refresh(row)
        assert row.next_at == wall("2026-08-20 13:00"), "Monday the 17th is no school day"
        assert await _letters(session, company_calls.ASK) == [], "who has a buddy is offered none"


@pytest.mark.parametrize("why", ["away", "unreachable", "no budget", "late", "buddy left", "withdrew", "never"])
async def test_who_cannot_or_shall_not_be_called_is_not(database: Database, cast: Cast, why: str) -> None:
    async with database.writing() as session:
        await _together(session, cast)
        sari, at = await session.get_one(Person, cast["Sari"].id), CALL
        if why == "away":
            session.add(Leave(person_id=sari.id, first_day=CALL.date(), last_day=CALL.date(), created_at=MORNING))
        elif why == "unreachable":
            sari.reachable = False
        elif why == "no budget":
            await session.execute(update(Group).values(budget_messages=0))
        elif why == "late":
            at = CALL + timedelta(days=1)
        elif why == "buddy left":
            gone = update(Membership).where(Membership.person_id == cast["Budi"].id)
            await session.execute(gone.values(until=MORNING))
        elif why == "withdrew":
            sari.consented_at = None
        else:
            boss = await session.get_one(Person, cast["Hendra"].id)
            await company.days_page(session, boss, cast.melati.id, 0, SAY, ASKED)
        await session.flush()
        await company_calls.call_due(session, at)
        assert await _letters(session, "company:") == []


async def test_words_and_voice_are_passed_on_both_ways_and_either_ends_it(database: Database, cast: Cast) -> None:
    async with database.writing() as session:
        row = await _together(session, cast)
        sari, budi, ratna = [await session.get_one(Person, cast[name].id) for name in ("Sari", "Budi", "Ratna")]
        other, later = await company.pass_on(session, sari, row.id, Note(file_id="suara-1", seconds=9), "v1", ASKED)
        assert (other.id, later) == (budi.id, False)
        night = wall("2026-07-22 21:00")
        other, later = await company.pass_on(session, budi, row.id, Note("Semangat, Bu"), "v2", night)
        assert (other.id, later) == (sari.id, True)
        voice, words = await _letters(session, company.SAY)
        assert (voice.method, voice.chat_id, (voice.params or {})["voice"]) == ("sendVoice", BUDI, "suara-1")
        assert (words.method, words.chat_id, words.forgets) == ("sendMessage", SARI, True)
        assert "Semangat" in (words.params or {})["text"]
        for act in (company.listens, company.stop):
            with pytest.raises(Gone):
                await act(session, ratna, row.id, ASKED)
            with pytest.raises(NeedsConsent):
                await act(session, None, row.id, ASKED)
        await company.stop(session, sari, row.id, night)
        await session.refresh(words)
        assert (words.state, words.params) == ("dropped", None), "what waited for the morning is not brought"
        with pytest.raises(Gone):
            await company.pass_on(session, budi, row.id, Note("Masih di sana?"), "v3", night)
        await company_calls.call_due(session, CALL)
        assert await _letters(session, "company:call:") == []


async def test_no_more_than_a_weeks_worth_and_nothing_to_who_cannot_be_reached(database: Database, cast: Cast) -> None:
    async with database.writing() as session:
        row = await _together(session, cast)
        sari, budi = [await session.get_one(Person, cast[name].id) for name in ("Sari", "Budi")]
        for number in range(company.MOST):
            await company.pass_on(session, sari, row.id, Note("Halo"), f"v{number}", ASKED)
        with pytest.raises(Refusal):
            await company.pass_on(session, budi, row.id, Note("Halo"), "w", ASKED)
        await company.pass_on(session, budi, row.id, Note("Halo"), "w", ASKED + timedelta(days=8))
        budi.reachable = False
        await session.flush()
        with pytest.raises(Refusal):
            await company.pass_on(session, sari, row.id, Note("Halo"), "z", ASKED + timedelta(days=8))


async def test_who_asks_for_company_by_readiness_is_offered_it_once(database: Database, cast: Cast) -> None:
    async with database.writing() as session:
        await _said(session, cast, tools="none")
        afternoon: datetime = wall("2026-07-22 14:00")
        await company_calls.call_due(session, afternoon)
        assert await _letters(session, company_calls.ASK) == [], "nobody offers it yet"
        await _offers(session, cast)
        await company_calls.call_due(session, ASKED)
        assert await _letters(session, company_calls.ASK) == [], "lessons are not over"
        for days in range(3):
            await company_calls.call_due(session, afternoon + timedelta(days=days))
        (letter,) = await _letters(session, company_calls.ASK)
        assert letter.chat_id == SARI and "lewat pesan suara saja" in (letter.params or {})["text"]
        assert _buttons(letter) == [f"accomp:{cast.melati.id}:{cast['Budi'].id}"]


@pytest.mark.parametrize("name", ["Sari", "Ratna", "Made"])
async def test_only_the_facilitator_sets_how_often(database: Database, cast: Cast, name: str) -> None:
    async with database.writing() as session:
        row = await _together(session, cast)
        one = await session.get_one(Person, cast[name].id)
        with pytest.raises(Refusal):
            await company.days_page(session, one, cast.melati.id, 20, SAY, ASKED)
        boss = await session.get_one(Person, cast["Hendra"].id)
        await company.days_page(session, boss, cast.melati.id, 99, SAY, ASKED)
        await session.refresh(row)
        assert row.next_at == CALL, "a number nobody offered"
        words, _ = await company.days_page(session, boss, cast.melati.id, 5, SAY, ASKED)
        await session.refresh(row)
        assert "setiap 5 hari sekolah" in words and row.next_at == wall("2026-07-29 13:00")


def test_the_rhythm_stands_in_the_timetable() -> None:
    assert company_calls.call_due in [rhythm.work for rhythm in timetable(30)]
