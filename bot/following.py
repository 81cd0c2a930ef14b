"""Follows the clock of a playground over HTTP, so that due times, leases and ages turn with its hands."""

import asyncio
import logging
from datetime import datetime
from uuid import uuid4

import aiohttp

from scheduler.clock import TurnableClock

log = logging.getLogger(__name__)


async def playground_clock(api_url: str) -> "FollowedClock | None":
    """The clock of the playground at that address; None when a Bot API server without one answers there."""
    clock = FollowedClock(api_url)
    try:
        await clock.look()
    except (aiohttp.ClientError, TimeoutError, KeyError, ValueError):
        await clock.close()
        return None
    return clock


class FollowedClock(TurnableClock):
    """Shows what the playground's clock shows; a turn arrives within a round trip."""

    def __init__(self, api_url: str) -> None:
        super().__init__()
        self._url, self._follower = f"{api_url}/playground/clock", uuid4().hex
        self._http: aiohttp.ClientSession | None = None
        self._seen: int | None = None
        self._task: asyncio.Task[None] | None = None

    async def look(self) -> None:
        """Ask once and set the hands."""
        await self._ask({})

    def follow(self) -> None:
        """Keep asking, until `close`; each question waits at the playground for the next turn."""
        self._task = asyncio.create_task(self._follow())

    async def _follow(self) -> None:
        while True:
            try:
                await self._ask({"seen": str(self._seen), "follower": self._follower})
            except (aiohttp.ClientError, TimeoutError, KeyError, ValueError):
                await asyncio.sleep(0.5)

    async def _ask(self, query: dict[str, str]) -> None:
        self._http = self._http or aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=40))
        async with self._http.get(self._url, params=query) as answer:
            if answer.status != 200:
                raise ValueError(f"HTTP {answer.status}")
            told = await answer.json()
        if told["version"] != self._seen:
            self._seen = told["version"]
            self.turn(to=datetime.fromisoformat(told["now"]))

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._http is not None:
            await self._http.close()
