"""A playground of its own for every test, with people in it and a bot that speaks plain HTTP."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from playground.client import Playground
from playground.server import RunningPlayground, start

Json = dict[str, Any]
TOKEN = "42:PLAYGROUND"


@dataclass
class RawBot:
    """Calls the Bot API without any library between."""

    url: str
    session: aiohttp.ClientSession
    token: str = TOKEN

    async def ask(self, method: str, **params: Any) -> Json:
        """The whole envelope."""
        async with self.session.post(f"{self.url}/bot{self.token}/{method}", json=params) as answer:
            body: Json = await answer.json()
            assert answer.status == (200 if body["ok"] else body["error_code"])
            return body

    async def do(self, method: str, **params: Any) -> Any:
        """The result; a refusal fails the test."""
        body = await self.ask(method, **params)
        assert body["ok"], body
        return body["result"]

    async def refusal(self, method: str, **params: Any) -> str:
        """The description of a refusal; a success fails the test."""
        body = await self.ask(method, **params)
        assert not body["ok"], body
        return str(body["description"])

    async def updates(self, **params: Any) -> list[Json]:
        listed: list[Json] = await self.do("getUpdates", **params)
        return listed

    async def forget(self) -> None:
        """Confirm everything that waits."""
        waiting = await self.updates()
        if waiting:
            await self.updates(offset=waiting[-1]["update_id"] + 1)

    async def fresh(self, kind: str | None = None) -> list[Any]:
        """The bodies of what waits, of one kind or all, confirmed at once."""
        waiting = await self.updates()
        await self.forget()
        return [
            body for update in waiting for name, body in update.items() if name != "update_id" and kind in (None, name)
        ]


@dataclass
class School:
    """A group with people in it, and the bot as its admin."""

    group: int
    sari: int
    budi: int
    tamu: int


@pytest.fixture
async def server() -> AsyncIterator[RunningPlayground]:
    running = await start(page=False)
    yield running
    await running.stop()


@pytest.fixture
async def people(server: RunningPlayground) -> AsyncIterator[Playground]:
    async with Playground(server.url) as client:
        yield client


@pytest.fixture
async def bot(server: RunningPlayground) -> AsyncIterator[RawBot]:
    async with aiohttp.ClientSession() as session:
        yield RawBot(server.url, session)


@pytest.fixture
async def school(people: Playground, bot: RawBot) -> School:
    """Sari and Budi in a supergroup with the bot as admin; Tamu nowhere; nothing waits."""
    sari, budi, tamu = [await people.add_user(name) for name in ("Sari", "Budi", "Tamu")]
    group = await people.add_group("SDN Melati", creator=sari, members=[budi])
    await people.add_bot(group, sari, admin=True)
    await people.start(sari)
    await bot.forget()
    return School(group, sari, budi, tamu)
