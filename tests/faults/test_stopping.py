"""SIGTERM: no new updates, what is in hand is finished, the rest waits; the next start goes on from there."""

import asyncio
import os
from datetime import UTC, datetime

from sqlalchemy import create_engine, func, select

from playground import server
from playground.client import Playground, words
from scheduler.clock import TurnableClock
from storage.models import Arrival, Letter
from storage.schema import sync_url
from tests.nursery import RUN, Child, Nursery
from tests.waiting import eventually

START = datetime(2026, 8, 3, 2, 0, tzinfo=UTC)
PEOPLE = 12


async def _started(nursery: Nursery, url: str, database_url: str) -> Child:
    told = {"BOT_TOKEN": "42:PLAYGROUND", "TELEGRAM_API_URL": url, "DATABASE_URL": database_url, "WEB_PORT": "0"}
    return await nursery.born(RUN, "run", env=os.environ | told)


async def _answered(playground: Playground, people: list[int]) -> int:
    """How many of the people have heard from the assistant."""
    chats = [await playground.messages(person) for person in people]
    return sum(any(message["from"]["is_bot"] for message in chat) for chat in chats)


def _state(database_url: str) -> tuple[int, int]:
    """Updates not done, letters under way."""
    engine = create_engine(sync_url(database_url))
    with engine.connect() as connection:
        new = connection.scalar(select(func.count()).where(Arrival.state == "new")) or 0
        sending = connection.scalar(select(func.count()).where(Letter.state == "sending")) or 0
    engine.dispose()
    return new, sending


async def test_a_stop_in_the_middle_loses_nothing_and_the_next_start_goes_on(one_database_url: str, nursery: Nursery):
    telegram = await server.start(clock=TurnableClock(START), page=False)
    async with Playground(telegram.url) as playground:
        first = await _started(nursery, telegram.url, one_database_url)
        while b"ready" not in (line := await asyncio.wait_for(first.stderr.readline(), 60)):
            assert line, "the assistant ended before it was ready"
        await playground.fault("slow", method="sendMessage", times=50, seconds=0.4)
        people = [await playground.add_user(f"Guru {number}") for number in range(PEOPLE)]
        for person in people:
            await playground.start(person)
        await eventually(lambda: _answered(playground, people), about="the first answer")
        first.terminate()
        _, told = await asyncio.wait_for(first.communicate(), 30)
        assert first.returncode == 0, told.decode()[-2000:]
        assert _state(one_database_url)[1] == 0, "what was under way is settled, not left to its lease"
        await playground.clear_faults()
        second = await _started(nursery, telegram.url, one_database_url)
        await eventually(lambda: _all(playground, people), timeout=60, about="everybody to be answered")
        second.terminate()
        await asyncio.wait_for(second.communicate(), 30)
        for person in people:
            told_them = [words(message) for message in await playground.messages(person) if message["from"]["is_bot"]]
            assert len(told_them) == len(set(told_them)), "nobody heard anything twice"
        updates = {update["update_id"] for update in await playground.updates_sent()}
    engine = create_engine(sync_url(one_database_url))
    with engine.connect() as connection:
        known = set(connection.scalars(select(Arrival.update_id)))
        states = set(connection.scalars(select(Arrival.state)))
    engine.dispose()
    await telegram.stop()
    assert updates <= known
    assert states == {"done"}


async def _all(playground: Playground, people: list[int]) -> bool:
    return await _answered(playground, people) == len(people)
