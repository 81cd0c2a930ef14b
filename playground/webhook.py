"""Delivery to a webhook: one update at a time per lane, lanes side by side, retries that wait longer each time.

A method written into the webhook's answer is not carried out: its outcome would be lost, so nobody should rely on it.
"""

import asyncio
from typing import TYPE_CHECKING

import aiohttp

from playground.queue import Queued

if TYPE_CHECKING:
    from playground.world import Bot, World

_RETRY_MOST = 60.0  # Telegram draws 60 to 120 s
_ANSWER_SECONDS = 50.0
_LONGEST_RETRY_AFTER = 3600.0


class Webhook:
    """The worker that posts one bot's updates to its address, until it is stopped."""

    def __init__(self, world: "World", bot: "Bot", url: str, secret: str, connections: int) -> None:
        self.world, self.bot = world, bot
        self.url, self.secret, self.connections = url, secret, connections
        self.last_error: tuple[int, str] | None = None
        self._busy: dict[str, asyncio.Task[None]] = {}
        self._session: aiohttp.ClientSession | None = None
        self._stopped = False

    def wake(self) -> None:
        """Start on every lane that has something waiting and is not being worked on, up to max_connections."""
        if self._stopped:
            return
        self.bot.queue.expire(self.world.now())
        for queued in self.bot.queue.waiting:
            if len(self._busy) >= self.connections:
                return
            if queued.lane not in self._busy:
                self._busy[queued.lane] = asyncio.create_task(self._work(queued.lane))

    async def stop(self) -> None:
        """Leave nothing running; what was not delivered stays in the queue."""
        self._stopped = True
        tasks = list(self._busy.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    async def _work(self, lane: str) -> None:
        try:
            while (queued := self._first(lane)) is not None:
                await self._deliver(queued)
        finally:
            self._busy.pop(lane, None)
            # A lane that had to wait for a free connection may start now.
            self.wake()

    def _first(self, lane: str) -> Queued | None:
        self.bot.queue.expire(self.world.now())
        return next((queued for queued in self.bot.queue.waiting if queued.lane == lane), None)

    async def _deliver(self, queued: Queued) -> None:
        """Post until it is taken or too old: again at once after the first failure, then after 2, 4, 8 … seconds."""
        failures = 0
        while queued.expires > self.world.now():
            wait = await self._post(queued)
            if wait is None:
                if queued.twice:
                    queued.twice = False
                    continue
                break
            failures += 1
            backoff = 0.0 if failures == 1 else min(2.0 ** (failures - 1), _RETRY_MOST)
            await asyncio.sleep(max(wait, backoff))
        self.bot.queue.drop([queued])

    async def _post(self, queued: Queued) -> float | None:
        """None when the update was taken, else the seconds that the other side asks to be left alone."""
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_ANSWER_SECONDS))
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret} if self.secret else {}
        try:
            body = self.bot.queue.shown(queued)
            async with self._session.post(self.url, json=body, headers=headers) as answer:
                await answer.read()
                if 200 <= answer.status < 300:
                    return None
                self._failed(f"Wrong response from the webhook: {answer.status} {answer.reason}")
                asked = answer.headers.get("Retry-After", "0")
                return min(float(asked), _LONGEST_RETRY_AFTER) if asked.isdigit() else 0.0
        except TimeoutError:
            self._failed("Read timeout expired")
        except aiohttp.ClientConnectorError:
            self._failed("Connection refused")
        except aiohttp.ClientError:
            self._failed("Connection closed")
        return 0.0

    def _failed(self, words: str) -> None:
        self.last_error = (self.world.stamp(), words)
