"""The pulse: one anonymous question to a group that learns together, shown from five answers on."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import select, update

from community.refusals import NeedsConsent, NotAllowed, Refusal
from content.texts import LANGUAGES, Texts, phrases
from handlers import synthesis as synthesis_door
from learning import pulses
from learning.refusals import Gone
from storage.database import Database
from storage.models import Delivery, Enrolment, Group, GroupTurn, Letter, Membership, Person, Pulse, PulseAnswer
from tests.counting import statements
from tests.learning.conftest import MORNING, Cast, Door, data_of, letters, words_of

MELATI, HENDRA, SARI, MADE = -1001, 103, 100, 104
FIRST = datetime(2026, 8, 5, 5, 30, tzinfo=UTC)  # a Wednesday two weeks on, 12:30 in Jakarta
PULSE = Letter.key.startswith("pulse:")


@pytest.fixture
async def asked(database: Database, prompt: Delivery) -> Pulse:
    """The group follows a pack, so it is asked two weeks later."""
    for now in (MORNING, FIRST, FIRST):
        async with database.writing() as session:
            await pulses.send_due(session, now)
    async with database.reading() as session:
        return (await session.scalars(select(Pulse))).one()


async def _members(database: Database, cast: Cast, number: int) -> list[Person]:
    async with database.writing() as session:
        found = []
        for n in range(number):
            person = Person(tg_user_id=300 + n, name=f"Guru {n}", consented_at=MORNING, created_at=MORNING)
            session.add(person)
            await session.flush()
            session.add(Membership(person_id=person.id, group_id=cast.melati.id, role="teacher", since=MORNING))
            found.append(person)
        return found


async def _answer(database: Database, pulse: Pulse, person: Person, value: int) -> None:
    async with database.writing() as session:
        await pulses.answer(session, person, f"fingerprint of {person.id}", pulse.id, value, FIRST)


async def test_a_group_with_a_programme_is_asked_once_in_the_break_and_others_are_not(
    database: Database, cast: Cast, asked: Pulse
) -> None:
    (letter,) = await letters(database, PULSE)
    assert (letter.chat_id, letter.key) == (MELATI, f"pulse:{cast.melati.id}:2026-08-03")
    assert letter.params is not None
    assert letter.params["disable_notification"] is True
    assert "sudah ada 5 jawaban; sekarang belum cukup" in letter.params["text"]
    keys = letter.params["reply_markup"]["inline_keyboard"][0]
    assert [key["callback_data"] for key in keys] == [f"pulse:{asked.id}:{value}" for value in range(1, 6)]
    assert (asked.question, asked.week) == ("leadership", date(2026, 8, 3))
    async with database.reading() as session:
        turns = (await session.scalars(select(GroupTurn))).all()
    assert [(one.group_id, one.next_at) for one in turns] == [(cast.melati.id, FIRST + timedelta(weeks=3))]


async def test_the_questions_come_in_turn(database: Database, cast: Cast, asked: Pulse) -> None:
    for number in range(1, 5):
        async with database.writing() as session:
            await pulses.send_due(session, FIRST + timedelta(weeks=3 * number))
    async with database.reading() as session:
        found = list(await session.scalars(select(Pulse.question).order_by(Pulse.id)))
    # 26 August to 7 October hold no national holiday on a Wednesday.
    assert found == ["leadership", "trust", "agenda", "technology", "leadership"]
    assert pulses.questions() == ("leadership", "trust", "agenda", "technology")
    for language in LANGUAGES:
        assert {f"peers.pulse.question.{name}" for name in pulses.questions()} <= phrases(language).keys()


async def test_nothing_is_shown_below_five_answers_and_then_only_with_every_five(
    database: Database, cast: Cast, asked: Pulse
) -> None:
    people = await _members(database, cast, 11)
    edits = (Letter.method == "editMessageText", PULSE)
    seen = []
    for number, person in enumerate(people, start=1):
        await _answer(database, asked, person, 5 if number < 4 else 2)
        await _answer(database, asked, person, 5 if number < 4 else 2)  # a second tap is no second answer
        seen.append(len(await letters(database, *edits)))
    assert seen == [0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2]
    first, second = await letters(database, *edits)
    assert "Rata-rata 3,8 dari 5 jawaban." in str(first.params)
    assert "1: 0 · 2: 2 · 3: 0 · 4: 0 · 5: 3" in str(first.params)
    assert "Rata-rata 2,9 dari 10 jawaban." in str(second.params)
    assert (first.edits, first.chat_id) == (asked.letter_key, MELATI)
    assert f"pulse:{asked.id}:1" in str(first.params), "the buttons stay while it is open"


async def test_an_answer_is_kept_without_its_giver_and_two_pulses_cannot_be_laid_side_by_side(
    database: Database, cast: Cast, asked: Pulse
) -> None:
    (person,) = await _members(database, cast, 1)
    async with database.writing() as session:
        other = Pulse(
            group_id=cast.melati.id, week=date(2026, 8, 31), question="trust", letter_key="pulse:x", opened_at=FIRST
        )
        session.add(other)
    await _answer(database, asked, person, 2)
    await _answer(database, asked, person, 4)
    await _answer(database, other, person, 4)
    async with database.reading() as session:
        rows = (await session.scalars(select(PulseAnswer).order_by(PulseAnswer.pulse_id))).all()
    assert [row.value for row in rows] == [4, 4]
    assert rows[0].fingerprint != rows[1].fingerprint
    assert all(len(row.fingerprint) == 64 and str(person.id) != row.fingerprint for row in rows)
    assert all("fingerprint of" not in row.fingerprint for row in rows)


async def test_forged_taps_count_nothing(database: Database, cast: Cast, asked: Pulse) -> None:
    async with database.writing() as session:
        sari, made = cast["Sari"], cast["Made"]
        for person, pulse_id, value, refusal in (
            (made, asked.id, 3, NotAllowed),  # of another group
            (cast["Tamu"], asked.id, 3, NotAllowed),
            (sari, 999, 3, Gone),
            (sari, asked.id, 0, Gone),
            (sari, asked.id, 6, Gone),
            (None, asked.id, 3, NeedsConsent),
        ):
            with pytest.raises(refusal):
                await pulses.answer(session, person, "f", pulse_id, value, FIRST)
        assert (await session.scalars(select(PulseAnswer))).all() == []


async def test_after_four_days_it_is_closed_and_its_buttons_go(database: Database, cast: Cast, asked: Pulse) -> None:
    for _ in range(2):
        async with database.writing() as session:
            await pulses.send_due(session, FIRST + pulses.OPEN_FOR)
    (closing,) = await letters(database, Letter.method == "editMessageReplyMarkup")
    assert (closing.edits, closing.chat_id) == (asked.letter_key, MELATI)
    with pytest.raises(Refusal) as closed:
        await _answer(database, asked, cast["Sari"], 3)
    assert closed.value.text_key == "peers.pulse.closed"


async def test_a_group_whose_programme_has_ended_is_not_asked(database: Database, cast: Cast, prompt: Delivery) -> None:
    async with database.writing() as session:
        await pulses.send_due(session, MORNING)
        await session.execute(update(Enrolment).values(next_at=None))
        await pulses.send_due(session, FIRST)
    assert await letters(database, PULSE) == []


async def test_a_facilitator_switches_it_off_and_on_in_their_own_group_only(
    database: Database, cast: Cast, asked: Pulse
) -> None:
    door = Door(database, synthesis_door)
    door.now = FIRST
    (shown,) = await door.message(HENDRA, "/denyut")
    assert data_of(shown) == [f"pulseto:{cast.melati.id}:0"]
    (off,) = await door.tap(HENDRA, f"pulseto:{cast.melati.id}:0")
    assert data_of(off) == [f"pulseto:{cast.melati.id}:1"]
    async with database.writing() as session:
        await pulses.send_due(session, FIRST + timedelta(weeks=3))
    assert len(await letters(database, PULSE, Letter.method == "sendMessage")) == 1
    await door.tap(HENDRA, f"pulseto:{cast.melati.id}:1")
    async with database.reading() as session:
        turn = (await session.scalars(select(GroupTurn))).one()
    assert turn.next_at == FIRST + timedelta(days=1)
    for user in (SARI, MADE):
        with pytest.raises(NotAllowed):
            await door.tap(user, f"pulseto:{cast.melati.id}:0")
    (nothing,) = await door.message(SARI, "/pulse")
    assert (data_of(nothing), "fasilitator" in words_of(nothing)) == ([], True)


async def test_a_tap_in_the_group_is_answered_where_only_who_tapped_sees_it(
    database: Database, cast: Cast, asked: Pulse
) -> None:
    door = Door(database, synthesis_door)
    (toast,) = await door.tap(SARI, f"pulse:{asked.id}:4", MELATI)
    assert (toast.method, "tanpa nama" in toast.params["text"]) == ("answerCallbackQuery", True)


async def test_many_groups_cost_the_statements_of_one(database: Database, cast: Cast, prompt: Delivery) -> None:
    spent = []
    for number in (1, 2):
        async with database.writing() as session:
            await session.execute(update(Group).values(zone="Asia/Jakarta"))
            await session.execute(update(Enrolment).values(next_at=MORNING))
            for group in list(cast.groups.values())[:number]:
                row = await session.get(GroupTurn, (group.id, "pulse"))
                row = row or GroupTurn(group_id=group.id, name="pulse")
                row.next_at = FIRST + timedelta(weeks=number)
                session.add(row)
                if number == 2 and group.title == "KKG Anggrek":
                    session.add(
                        Enrolment(group_id=group.id, pack="awal", version=1, started_at=MORNING, next_at=MORNING)
                    )
        async with database.writing() as session:
            await session.execute(update(Pulse).values(closed_at=FIRST))
            with statements() as seen:
                await pulses.send_due(session, FIRST + timedelta(weeks=number))
        spent.append(len(seen))
    assert len(await letters(database, PULSE)) == 3
    assert spent[0] == spent[1] <= 16


@settings(max_examples=60, derandomize=True, deadline=None)
@given(some.lists(some.integers(1, 5), max_size=40))
def test_a_result_tells_mean_and_spread_only_from_five_on(values: list[int]) -> None:
    told = pulses.result(Counter(values), Texts("en"))
    if len(values) < pulses.ENOUGH:
        assert not any(f"{value}: " in told for value in pulses.VALUES)
        assert "Mean" not in told
    else:
        assert f"Mean {sum(values) / len(values):.1f} of {len(values)} answers" in told
        assert " · ".join(f"{value}: {values.count(value)}" for value in pulses.VALUES) in told
