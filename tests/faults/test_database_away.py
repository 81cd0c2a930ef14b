"""A database that goes and comes back: nothing is lost, everybody who works goes on, and one who cannot is noticed."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy.exc import OperationalError

from storage.database import Database, Session
from tests.journeys.house import House, open_house
from tests.nursery import RUN, Nursery
from tests.waiting import eventually

START = datetime(2026, 8, 3, 2, 0, tzinfo=UTC)


class Outage:
    """While it lasts, no session of any kind begins."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.lasts = False
        for door in ("reading", "writing"):
            monkeypatch.setattr(Database, door, self._guarded(getattr(Database, door)))

    def _guarded(self, opened):  # type: ignore[no-untyped-def]
        @asynccontextmanager
        async def door(database: Database) -> AsyncIterator[Session]:
            if self.lasts:
                raise OperationalError("select", {}, ConnectionRefusedError("the server is away"))
            async with opened(database) as session:
                yield session

        return door


async def _answered(house: House, person: int) -> bool:
    return any(message["from"]["is_bot"] for message in await house.playground.messages(person))


async def test_after_an_outage_updates_are_taken_and_letters_go_out(
    one_database_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    outage = Outage(monkeypatch)
    async with open_house(one_database_url, START) as house:
        await house.settled()
        outage.lasts = True
        guru = await house.playground.add_user("Sari")
        await house.playground.start(guru)

        async def felt_by_all() -> bool:
            return all(f"the {box} could not be worked on" in caplog.text for box in ("inbox", "outbox"))

        await eventually(felt_by_all, timeout=20, about="pump and courier to meet the outage")
        await asyncio.sleep(2.5)  # the courier looks again after a second, and must live through that too
        outage.lasts = False
        await eventually(lambda: _answered(house, guru), timeout=30, about="the answer")


DYING = """
import asyncio
from bot.courier import Courier

async def fall(self):
    await asyncio.sleep(0.2)
    raise RuntimeError("nobody expected this")

Courier.run = fall
"""


async def test_a_worker_that_falls_ends_the_process_so_that_it_is_started_anew(one_database_url: str, nursery: Nursery):
    """A house without its courier would look well from outside and never answer."""
    from playground import server

    telegram = await server.start(page=False)
    told = {"BOT_TOKEN": "42:PLAYGROUND", "TELEGRAM_API_URL": telegram.url, "DATABASE_URL": one_database_url}
    process = await nursery.born(f"{DYING}\n{RUN}", "run", env=os.environ | told | {"WEB_PORT": "0"})
    _, said = await asyncio.wait_for(process.communicate(), 60)
    await telegram.stop()
    assert process.returncode == 1, said.decode()[-2000:]
    assert "CRITICAL bot.app: fall has ended by itself" in said.decode()
    assert "RuntimeError" in said.decode()
