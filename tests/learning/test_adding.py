"""The second half of a reflection comes right after the first: it is offered a place there, and refused nothing."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from handlers import adding, lost
from storage.database import Database
from storage.models import Delivery, Letter, Readiness, Reflection
from tests.learning.conftest import MORNING, Cast, Door, data_of, letters, words_of

SARI, BUDI = 100, 101
VOICE = {"voice": {"file_id": "F-1", "file_unique_id": "u", "duration": 4}}


@pytest.fixture
async def door(database: Database, prompt: Delivery) -> Door:
    return Door(database, adding, lost)


async def _kept(database: Database) -> list[Reflection]:
    async with database.reading() as session:
        return list(await session.scalars(select(Reflection).order_by(Reflection.id)))


async def _reflected(door: Door, prompt: Delivery, audience: str = "coach", **first: Any) -> Reflection:
    await door.tap(SARI, f"to:{prompt.id}:{audience}")
    await door.message(SARI, None if first else "Mereka ramai.", **first)
    return (await _kept(door.database))[-1]


async def test_a_second_message_is_added_to_the_reflection(database: Database, door: Door, prompt: Delivery) -> None:
    first = await _reflected(door, prompt)
    for text in ("Satu murid bertanya.", "Besok saya coba lagi."):
        (asked,) = await door.message(SARI, text)
        assert "Bu Ratna" in words_of(asked)
        assert data_of(asked) == [f"radd:{first.id}", "rnot"]
    assert [row.text for row in await _kept(database)] == ["Mereka ramai."]
    (done,) = await door.tap(SARI, f"radd:{first.id}")
    assert "Sudah ditambahkan" in words_of(done)
    assert f"redit:{first.id}" in data_of(done)
    (row,) = await _kept(database)
    assert (row.text, row.audience) == ("Mereka ramai.\nSatu murid bertanya.\nBesok saya coba lagi.", "coach")
    (again,) = await door.tap(SARI, f"radd:{first.id}")
    assert "Tidak ada lagi" in words_of(again)
    assert data_of((await door.message(SARI, "Oh ya, satu lagi."))[0]) == [f"radd:{first.id}", "rnot"]


async def test_a_voice_after_words_is_kept_beside_them_for_the_same_reader(
    database: Database, door: Door, prompt: Delivery
) -> None:
    first = await _reflected(door, prompt)
    await door.message(SARI, None, **VOICE)
    await door.tap(SARI, f"radd:{first.id}")
    assert [(row.medium, row.audience) for row in await _kept(database)] == [("text", "coach"), ("voice", "coach")]


async def test_words_after_a_voice_stand_under_it(database: Database, door: Door, prompt: Delivery) -> None:
    first = await _reflected(door, prompt, **VOICE)
    await door.message(SARI, "Maksud saya kelas 4B.")
    await door.tap(SARI, f"radd:{first.id}")
    (row,) = await _kept(database)
    assert (row.medium, row.text) == ("voice", "Maksud saya kelas 4B.")


async def test_the_group_reads_it_whole(database: Database, door: Door, prompt: Delivery) -> None:
    first = await _reflected(door, prompt, "group")
    door.now += timedelta(seconds=20)
    await door.message(SARI, "Satu murid bertanya.")
    await door.tap(SARI, f"radd:{first.id}")
    said = await letters(database, Letter.key.startswith("reflection:"), Letter.state == "pending")
    assert ["Satu murid bertanya." in str(one.params) for one in said] == [True]


async def test_who_says_no_keeps_it_nowhere(database: Database, door: Door, prompt: Delivery) -> None:
    first = await _reflected(door, prompt)
    await door.message(SARI, "Bu, besok rapat jam berapa?")
    (left,) = await door.tap(SARI, "rnot")
    assert "tidak saya tambahkan" in words_of(left)
    await door.tap(SARI, f"radd:{first.id}")
    assert [row.text for row in await _kept(database)] == ["Mereka ramai."]
    assert "belum paham" in words_of((await door.message(SARI, "Baiklah begitu saja ya bu"))[0])


@pytest.mark.parametrize("said, answer", [("terima kasih", "Sama-sama"), ("jurnal", "Maksudnya /jurnal?")])
async def test_thanks_and_a_bare_command_are_no_second_half(
    door: Door, prompt: Delivery, said: str, answer: str
) -> None:
    await _reflected(door, prompt)
    assert answer in words_of((await door.message(SARI, said))[0])


async def test_later_words_and_those_after_it_is_deleted_are_about_something_else(door: Door, prompt: Delivery) -> None:
    await _reflected(door, prompt)
    door.now = MORNING + adding.SOON
    assert "belum paham" in words_of((await door.message(SARI, "Satu murid bertanya."))[0])
    door.now = MORNING + timedelta(hours=1)
    second = await _reflected(door, prompt)
    await door.tap(SARI, f"rgone:{second.id}")
    assert "belum paham" in words_of((await door.message(SARI, "Satu murid bertanya."))[0])


async def test_nobody_adds_to_what_somebody_else_wrote(database: Database, door: Door, prompt: Delivery) -> None:
    first = await _reflected(door, prompt)
    await door.message(SARI, "Satu murid bertanya.")
    (refused,) = await door.tap(BUDI, f"radd:{first.id}")
    assert "Tidak ada lagi" in words_of(refused)
    assert [row.text for row in await _kept(database)] == ["Mereka ramai."]


async def test_on_a_shared_phone_the_second_half_leaves_the_chat_too(
    database: Database, cast: Cast, door: Door, prompt: Delivery
) -> None:
    async with database.writing() as session:
        session.add(Readiness(person_id=cast["Sari"].id, phone="shared", updated_at=MORNING))
    await _reflected(door, prompt)
    _, swept = await door.message(SARI, "Satu murid bertanya.")
    assert swept.method == "deleteMessage"
