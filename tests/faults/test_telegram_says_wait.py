"""Telegram says "wait an hour", or nothing sensible for a while: whoever can be written to is, and nothing twice."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from storage.letters import Lane, Policy
from tests.bot.test_courier import Office, _postponed, _to, office
from tests.storage.test_database import NOW
from tests.waiting import eventually

__all__ = ["office"]  # the fixture

HOUR = 3600


async def _pupils(office: Office, number: int) -> list[int]:
    people = [await office.playground.add_user(f"Guru {n}") for n in range(number)]
    for person in people:
        await office.playground.start(person)
    return people


async def _turned(office: Office, seconds: Sequence[float]) -> None:
    for step in seconds:
        await office.later(step)
        await asyncio.sleep(0.05)


async def test_a_chat_that_must_wait_an_hour_gets_its_letters_in_order_and_others_go_on(office: Office):
    others = await _pupils(office, 5)
    await office.playground.fault("429", method="sendMessage", chat=office.group, seconds=HOUR, retry_after=HOUR)
    words = [f"kabar {n}" for n in range(4)]
    late = _to(office.group, "rapat 10 menit lagi", not_after=NOW + timedelta(minutes=30), lane=Lane.REPLY)
    # Whatever is asked first meets the refusal; the rest must wait behind it.
    await office.post(*(_to(office.group, one) for one in words), late)
    await eventually(lambda: _any_postponed(office, [*words, late.key]), about="the refusal")
    await office.post(*(_to(person, f"untuk {person}") for person in others))
    await _turned(office, [1.1] * 3)
    for person in others:
        await eventually(lambda who=person: office.texts(who), about="the others")
    asked = [call for call in await office.playground.calls(method="sendMessage") if call["fault"]]
    assert len(asked) == 1, "who was told to wait an hour is not asked again meanwhile"
    await _turned(office, [HOUR, *[1.1] * 6])
    await office.settled()
    assert await office.texts(office.group) == words
    assert (await office.letter(late.key)).state == "dropped"
    assert office.courier.counted["dropped"] == 1
    assert sum([(await office.letter(one)).unknowns for one in words]) == 0


async def _any_postponed(office: Office, keys: Sequence[str]) -> bool:
    return any([await _postponed(office, key) for key in keys])


async def test_a_bot_that_must_wait_an_hour_tries_few_letters_and_then_sends_all(office: Office):
    people = await _pupils(office, 40)
    await office.playground.fault("429", seconds=HOUR, retry_after=HOUR)
    own = [_to(person, f"kabar {person}", lane=Lane.BROADCAST) for person in people]
    soon = [_to(person, f"segera {person}", not_after=NOW + timedelta(minutes=5)) for person in people[:3]]
    await office.post(*own, *soon)
    await _turned(office, [60] * 20)
    tried = [call for call in await office.playground.calls(method="sendMessage") if call["fault"] == "429"]
    assert 3 <= len(tried) <= 30, "those that were under way when the third refusal came, and no more"
    await _turned(office, [HOUR - 18 * 60, *[1.1] * 8])
    await office.settled()
    for person in people:
        assert await office.texts(person) == [f"kabar {person}"]
    assert {(await office.letter(draft.key)).state for draft in soon} == {"dropped"}
    assert office.courier.counted["dropped"] == 3


async def test_an_hour_of_waiting_outlives_the_process(office: Office):
    """A new process does not know of the pause: it asks once, is told again, and waits."""
    await office.playground.fault("429", method="sendMessage", chat=office.sari, seconds=HOUR, retry_after=HOUR)
    await office.post(_to(office.sari, "satu"), _to(office.sari, "dua"))
    await eventually(lambda: _postponed(office, "satu"), about="the refusal")
    office.courier._throttle._paused.clear()  # as after a start
    office.courier.wake()
    await _turned(office, [30] * 4)
    assert len([call for call in await office.playground.calls(method="sendMessage") if call["fault"]]) == 2
    await _turned(office, [HOUR, 1.1, 1.1])
    await office.settled()
    assert await office.texts(office.sari) == ["satu", "dua"]


@pytest.mark.parametrize("fault", ["500", "html502"])
async def test_a_server_that_answers_nonsense_for_a_minute_gets_every_letter_once(office: Office, fault: str):
    """Its own 500 says that nothing was done; a gateway's HTML says nothing, and the letter's policy decides."""
    people = await _pupils(office, 12)
    await office.playground.fault(fault, seconds=60)
    await office.post(*(_to(person, f"kabar {person}") for person in people))
    await asyncio.sleep(1.3)
    await _turned(office, [11] * 8)
    await office.settled()
    found = [await office.letter(f"kabar {person}") for person in people]
    assert {letter.state for letter in found} == {"delivered"}
    for person in people:
        assert await office.texts(person) == [f"kabar {person}"]
    unsure = sum(letter.unknowns for letter in found)
    assert unsure == 0 if fault == "500" else unsure > 0


async def test_an_announcement_that_met_a_gateways_html_is_listed_and_not_repeated(office: Office):
    await office.playground.fault("html502", method="sendMessage", seconds=30)
    await office.post(_to(office.sari, "pengumuman", policy=Policy.ONCE))
    await office.settled()
    await _turned(office, [60, 60])
    assert (await office.letter("pengumuman")).state == "unknown"
    assert await office.texts(office.sari) == []
