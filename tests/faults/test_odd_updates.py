"""Updates that no Telegram should send: nothing crashes, no neighbour is lost, every oddity is counted."""

import copy
import json
import os
import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.app import Assistant
from bot.settings import load
from scheduler.clock import TurnableClock
from storage.models import Arrival, BotAccount, Group, GroupChat, Membership, Message, Person
from tests.journeys.house import Tireless
from tests.storage.test_database import NOW

RECORDED = [json.loads(line) for line in Path("tests/data/updates.jsonl").read_text(encoding="utf-8").splitlines()]
BATCH = 20
SEED = int(os.environ.get("SEJAWAT_SEED", "20260803"))
GROUP_CHAT, SARI = -1009990001, 770001
ODD_VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 2**63, -(2**70), 1.5, "", "x" * 5000, "\ud800", "\x00", [], {}, [[]], {"id": {}}, {"type": 7},
)  # fmt: skip


class House:
    """The assistant without a line to Telegram, and a counter that numbers updates."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant, self.number = assistant, 1_000_000

    async def feed(self, updates: list[Any]) -> None:
        await self.assistant.intake.take(updates)
        pump = self.assistant.pump
        while await pump.listen() or await pump.talk():
            pass


@pytest.fixture
async def house(one_database_url: str) -> AsyncIterator[House]:
    assistant = Assistant(load(bot_token="42:PLAYGROUND", database_url=one_database_url), TurnableClock(NOW))
    assistant.account = BotAccount(id=42, username="SejawatBot", name="Sejawat", reads_all=False, asked_at=NOW)
    async with assistant.database.writing() as session:
        group = Group(title="Guru SDN Melati 2", state="active", added_at=NOW)
        person = Person(tg_user_id=SARI, name="Sari", consented_at=NOW, created_at=NOW)
        session.add_all([group, person])
        await session.flush()
        session.add(GroupChat(tg_chat_id=GROUP_CHAT, group_id=group.id))
        session.add(Membership(person_id=person.id, group_id=group.id, role="teacher", since=NOW))
    await assistant.build()
    assistant.visits.patience = Tireless()
    yield House(assistant)
    await assistant.database.close()


def _mutated(update: Any, rng: random.Random) -> Any:
    """The update with one to three places changed, taken away, doubled or swapped."""
    changed = copy.deepcopy(update)
    for _ in range(rng.randint(1, 3)):
        places: list[tuple[Any, Any]] = []
        _walk(changed, places)
        if not places:
            return changed
        holder, name = rng.choice(places)
        match rng.randint(0, 3):
            case 0:
                del holder[name]
            case 1:
                holder[name] = copy.deepcopy(rng.choice(ODD_VALUES))
            case 2:
                holder[name] = [holder[name], copy.deepcopy(holder[name])]
            case _:
                other, there = rng.choice(places)
                if other is not holder:
                    holder[name] = copy.deepcopy(other[there]) if there in _names(other) else None
    return changed


def _names(holder: Any) -> Any:
    return holder if isinstance(holder, dict) else range(len(holder))


def _walk(value: Any, places: list[tuple[Any, Any]]) -> None:
    if isinstance(value, dict | list):
        for name in list(_names(value)):
            places.append((value, name))
            _walk(value[name], places)


def _neighbour(number: int) -> dict[str, Any]:
    person = {"id": SARI, "is_bot": False, "first_name": "Sari"}
    chat = {"id": GROUP_CHAT, "type": "supergroup", "title": "Guru SDN Melati 2"}
    return {
        "update_id": number,
        "message": {"message_id": number, "date": 1785715200, "chat": chat, "from": person, "text": "Terima kasih, Bu"},
    }


async def _one_batch(house: House, rng: random.Random) -> None:
    """Mutated updates between good neighbours; every good one must be recorded, every update accounted for."""
    before = dict(house.assistant.intake.counted)
    batch, neighbours = [], []
    for _ in range(BATCH):
        house.number += 2
        odd = _mutated(rng.choice(RECORDED) | {"update_id": house.number}, rng)
        neighbours.append(house.number + 1)
        batch += [odd, _neighbour(house.number + 1)]
    await house.feed(batch)
    counted = house.assistant.intake.counted
    taken = sum(counted[name] - before.get(name, 0) for name in ("new", "duplicate"))
    unreadable = len(batch) - taken
    assert 0 <= unreadable <= counted["odd"] - before.get("odd", 0)
    async with house.assistant.database.reading() as session:
        found = await session.scalar(select(func.count()).where(Message.tg_message_id.in_(neighbours)))
        left = await session.scalar(select(func.count()).where(Arrival.state == "new"))
        raws = await session.scalar(select(func.count()).where(Arrival.raw.is_not(None)))
    assert (found, left, raws) == (BATCH, 0, 0)


async def _many(house: House, examples: int) -> None:
    rng = random.Random(SEED)
    for _ in range(examples):
        await _one_batch(house, rng)
    print(f"\nseed {SEED}: {examples * BATCH} mutated updates; {dict(house.assistant.visits.counted)}")


async def test_three_hundred_mutated_updates_between_good_neighbours(house: House):
    await _many(house, 15)


@pytest.mark.chaos
async def test_ten_thousand_mutated_updates_between_good_neighbours(house: House):
    await _many(house, 500)


ENDLESS = (float("inf"), float("-inf"), float("nan"))
DEEP: list[Any] = []
for _ in range(900):
    DEEP = [DEEP]


async def test_endless_numbers_and_depths_hold_up_no_neighbour(house: House):
    """JSON knows 1e999, of which Python makes infinity; no database keeps it, and a batch is stored as one."""
    odd = []
    for place in ("chat", "from", "date", "reply_to_message"):
        for value in (*ENDLESS, DEEP):
            house.number += 2
            update = _neighbour(house.number)
            update["message"][place] = {**update["message"][place], "id": value} if place in ("chat", "from") else value
            odd += [update, _neighbour(house.number + 1)]
    await house.feed(odd)
    async with house.assistant.database.reading() as session:
        states = dict((await session.execute(select(Arrival.update_id, Arrival.state))).all())
        good = [update["update_id"] for update in odd[1::2]]
        found = await session.scalar(select(func.count()).where(Message.tg_message_id.in_(good)))
    assert len(states) == len(odd)
    assert {states[number] for number in good} == {"done"}
    assert {states[update["update_id"]] for update in odd[::2]} <= {"odd", "done"}
    assert found == len(good)


@seed(SEED)
@settings(max_examples=150, deadline=None, phases=[Phase.generate], suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(RECORDED), st.randoms(use_true_random=False))
def test_sorting_never_raises_whatever_the_update_looks_like(update: dict[str, Any], rng: random.Random):
    from bot.sorting import Sorter, number
    from bot.stripping import actors

    odd = _mutated(update, rng)
    if number(odd) is not None:
        actors(odd)
        row = Sorter(42, "SejawatBot").row(odd, {SARI}, NOW)
        assert row["state"] in {"new", "done", "odd"}
        assert (row["raw"] is None) == (row["state"] != "new")
