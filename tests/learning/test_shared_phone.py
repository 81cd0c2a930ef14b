"""Where others use the phone too: private words stand behind a tap and leave the chat after ten minutes."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from coaching import cycle_notes, cycles
from coaching.cycle_notes import Given
from coaching.rights import Side
from handlers import coaching
from learning import discreet
from storage import post_office
from storage.database import Database
from storage.letters import Draft, Policy
from storage.models import Delivery, Letter, Readiness, Reflection, Trial
from tests.learning.conftest import MORNING, Cast, Door, data_of, letters, words_of
from tests.learning.test_guided import ANSWERS, question
from tests.learning.test_talk import BUDI, GROUP, RATNA, SARI, VOICE, rows

TEN = timedelta(minutes=10)
SECRET = "Saya kewalahan hari ini"


@pytest.fixture(autouse=True)
async def phone(database: Database, cast: Cast, prompt: Delivery) -> None:
    async with database.writing() as session:
        session.add(Readiness(person_id=cast["Sari"].id, phone="shared", updated_at=MORNING))
        session.add(Readiness(person_id=cast["Budi"].id, phone="own", updated_at=MORNING))


def spoken(drafts: list[Draft]) -> list[Draft]:
    return [one for one in drafts if one.method != "deleteMessage"]


def deletions(drafts: list[Draft]) -> list[Draft]:
    return [one for one in drafts if one.method == "deleteMessage"]


def openly(drafts: list[Draft]) -> str:
    return " ".join(words_of(one) for one in spoken(drafts))


async def sent(database: Database, **result: Any) -> None:
    """The courier has brought everything but deletions."""
    async with database.writing() as session:
        for letter in await session.scalars(select(Letter).where(Letter.method != "deleteMessage")):
            letter.state, letter.result = "delivered", {"message_id": letter.id, "chat_id": letter.chat_id}


async def due(database: Database, door: Door) -> list[str]:
    """Keys of what the courier would take now."""
    async with database.reading() as session:
        keys = {row.id: row.key for row in await session.execute(select(Letter.id, Letter.key))}
        return [keys[letter.id] for letter in await post_office.due(session, door.now, [], 50)]


async def test_the_confirmation_shows_no_words_and_the_typed_ones_go_later(
    database: Database, door: Door, prompt: Delivery
) -> None:
    await door.tap(SARI, f"refl:{prompt.id}")
    kept, gone = await door.message(SARI, SECRET, message_id=77)
    (row,) = await rows(database, Reflection)
    assert SECRET not in words_of(kept)
    assert "sepuluh menit" in words_of(kept)
    assert data_of(kept) == [f"rshow:{row.id}"]
    assert (gone.method, gone.params, gone.policy) == (
        "deleteMessage",
        {"chat_id": SARI, "message_id": 77},
        Policy.REPEAT,
    )
    assert gone.due_at == door.now + TEN


async def test_opened_words_vanish_after_ten_minutes(database: Database, door: Door, prompt: Delivery) -> None:
    await door.tap(SARI, f"refl:{prompt.id}")
    await door.message(SARI, SECRET)
    (row,) = await rows(database, Reflection)
    shown, gone = await door.tap(SARI, f"rshow:{row.id}")
    assert SECRET in words_of(shown)
    assert data_of(shown)[:3] == [f"redit:{row.id}", f"rwho:{row.id}", f"rdel:{row.id}"]
    assert (gone.edits, gone.key) == (shown.key, f"vanish:{shown.key}")
    await sent(database)
    door.now += TEN - timedelta(seconds=1)
    assert gone.key not in await due(database, door)
    door.now += timedelta(seconds=1)
    assert gone.key in await due(database, door)


async def test_two_showings_vanish_each_on_its_own(database: Database, door: Door, prompt: Delivery) -> None:
    await door.tap(SARI, f"refl:{prompt.id}")
    await door.message(SARI, None, **VOICE)
    (row,) = await rows(database, Reflection)
    first = await door.tap(SARI, f"rshow:{row.id}")
    door.now += timedelta(minutes=5)
    second = await door.tap(SARI, f"rshow:{row.id}")
    assert [one.method for one in spoken(first)] == ["sendVoice", "sendMessage"]
    keys = [one.key for one in deletions(first) + deletions(second)]
    assert len(set(keys)) == 4
    await sent(database)
    door.now += timedelta(minutes=6)
    found = await due(database, door)
    assert [key in found for key in keys] == [True, True, False, False]


async def test_it_is_shut_at_once_by_its_own_button_and_by_nobody_else(
    database: Database, door: Door, prompt: Delivery
) -> None:
    await door.tap(SARI, f"refl:{prompt.id}")
    await door.message(SARI, SECRET)
    (row,) = await rows(database, Reflection)
    shown, gone = await door.tap(SARI, f"rshow:{row.id}")
    shut = data_of(shown)[-1]
    await sent(database)
    await door.tap(BUDI, shut)
    await door.tap(SARI, "shut:v%")
    await door.tap(SARI, "shut")
    assert gone.key not in await due(database, door)
    await door.tap(SARI, shut)
    assert gone.key in await due(database, door)
    async with database.writing() as session:
        await session.execute(update(Letter).where(Letter.key == gone.key).values(state="delivered"))
    await door.tap(SARI, shut)
    assert gone.key not in await due(database, door), "gone already"


async def test_the_journal_has_titles_alone(database: Database, door: Door, prompt: Delivery) -> None:
    await door.tap(SARI, f"refl:{prompt.id}")
    await door.message(SARI, SECRET)
    await door.tap(SARI, f"tried:{prompt.id}")
    await door.message(SARI, "Murid ramai.")
    (page,) = await door.message(SARI, "/jurnal")
    assert "Kenali" in words_of(page) or "<b>Rabu, 22 Jul</b>" in words_of(page)
    assert SECRET not in words_of(page)
    assert "Murid ramai" not in words_of(page)
    (trial,) = await rows(database, Trial)
    shown, gone = await door.tap(SARI, f"tshow:{trial.id}")
    assert "Murid ramai." in words_of(shown)
    assert gone.edits == shown.key


async def test_the_printed_journal_vanishes_too(database: Database, door: Door, prompt: Delivery) -> None:
    await door.tap(SARI, f"refl:{prompt.id}")
    await door.message(SARI, SECRET)
    file, gone = await door.tap(SARI, "jfile")
    assert (file.method, gone.edits) == ("sendDocument", file.key)
    assert "sepuluh menit" in file.params["caption"]


async def test_a_guided_one_is_not_read_back_openly_and_its_answers_go(
    database: Database, door: Door, prompt: Delivery
) -> None:
    await door.tap(SARI, f"guide:{prompt.id}")
    for words in (ANSWERS[0], "Ramai.", ANSWERS[2]):
        drafts = await door.message(SARI, words)
        assert len(deletions(drafts)) == 1
    drafts = await door.message(SARI, ANSWERS[3])
    assert "satu murid saja" in words_of(question(drafts))
    drafts = await door.message(SARI, "Seorang murid tidur.")
    (row,) = await rows(database, Reflection)
    assert data_of(spoken(drafts)[0]) == [f"rshow:{row.id}"]
    assert not any(words in openly(drafts) for words in (*ANSWERS, "tidur"))


async def test_the_goal_is_behind_a_tap_on_the_last_day(database: Database, door: Door, prompt: Delivery) -> None:
    await door.tap(SARI, f"goal:{prompt.id}")
    await door.message(SARI, SECRET)
    (row,) = await rows(database, Reflection)
    drafts = await door.tap(SARI, f"week:{prompt.id}")
    assert SECRET not in openly(drafts)
    assert f"rshow:{row.id}" in data_of(drafts[-1])
    drafts = await door.tap(SARI, f"goal:{prompt.id}")
    assert SECRET not in openly(drafts), "nor when it is asked whether to replace it"


async def test_what_the_group_reads_anyway_stays(database: Database, door: Door, prompt: Delivery) -> None:
    await door.tap(SARI, f"to:{prompt.id}:group")
    drafts = await door.message(SARI, "Untuk semua.")
    assert deletions(drafts) == []
    drafts = await door.message(SARI, "Balasan di grup.", GROUP, message_id=601, reply_to_message={
        "message_id": 500, "date": 1, "chat": {"id": GROUP, "type": "supergroup"},
    })  # fmt: skip
    assert [one.method for one in drafts] == ["setMessageReaction"]


async def test_on_a_phone_of_ones_own_nothing_is_hidden(database: Database, door: Door, prompt: Delivery) -> None:
    await door.tap(BUDI, f"refl:{prompt.id}")
    assert deletions(await door.message(BUDI, SECRET)) == []
    (row,) = await rows(database, Reflection)
    drafts = await door.tap(BUDI, f"rshow:{row.id}")
    assert SECRET in openly(drafts)
    assert deletions(drafts) == []
    assert await letters(database, Letter.key.startswith("vanish:")) == []


async def test_who_said_nothing_of_their_phone_has_one_of_their_own(database: Database, cast: Cast) -> None:
    async with database.reading() as session:
        found = {name: await discreet.is_shared(session, cast[name].id) for name in ("Sari", "Budi", "Made")}
    assert found == {"Sari": True, "Budi": False, "Made": False}


async def test_notes_of_coaching_vanish_too_and_keep_the_name_by_which_deletion_finds_them(
    database: Database, cast: Cast, prompt: Delivery
) -> None:
    async with database.writing() as session:
        cycle = await cycles.offer(
            session, cast["Ratna"], cast.melati, "harmoni", Side.COACHEE, [cast["Sari"].id], MORNING
        )
        await cycles.answer(session, cast["Sari"], cycle.id, True, MORNING)
        await cycle_notes.add(session, cast["Ratna"], cycle.id, Given("text", SECRET), MORNING, "both")
        await cycle_notes.add(session, cast["Ratna"], cycle.id, Given("voice", None, "VOICE", 9), MORNING, "both")
    door = Door(database, coaching)
    told = await door.tap(SARI, f"cycnotes:{cycle.id}")
    assert SECRET in openly(told) and len(spoken(told)) == len(deletions(told)) == 2
    assert {one.edits for one in deletions(told)} == {one.key for one in spoken(told)}
    assert spoken(told)[1].key.startswith(f"cyc:{cycle.id}:"), "found when somebody in it asks for deletion"
    played = await door.tap(SARI, f"cycplay:{cycle.id}:0:0")
    assert len(deletions(played)) == 1
    shut = data_of(spoken(told)[0])[-1]
    assert shut.startswith("shut:")
    await sent(database)
    await door.tap(SARI, shut)
    found = await due(database, door)
    assert [one.key in found for one in deletions(told)] == [True, True]
    assert deletions(await door.tap(RATNA, f"cycnotes:{cycle.id}")) == [], "on a phone of one's own they stay"
