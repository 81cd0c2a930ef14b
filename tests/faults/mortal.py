"""The assistant as a process that dies (kill -9) at numbered points; run by the tests, never installed.

Points are counted before and after every commit and every call of the Bot API except getUpdates, whose idle
turns would make the numbers depend on the weather.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session as SyncSession

from bot.app import Assistant
from bot.following import playground_clock
from bot.line import Line, Reply
from bot.serving import serve
from bot.settings import load


class Points:
    """Names the points and counts them, on from where an earlier process died; dies at the chosen ones."""

    def __init__(self, die_at: Collection[int], log: Path) -> None:
        self._die_at, self._log = die_at, log
        self.passed = len(log.read_text(encoding="utf-8").splitlines()) if log.exists() else 0

    def reach(self, name: str) -> None:
        if not self._log.exists():
            return  # the school is still moving in: the day begins when the log is laid out
        self.passed += 1
        with self._log.open("a", encoding="utf-8") as file:
            file.write(f"{self.passed}\t{name}\n")
        if self.passed in self._die_at:
            os.kill(os.getpid(), signal.SIGKILL)


def arm(points: Points) -> None:
    """Put a point around every commit and every call."""

    @event.listens_for(SyncSession, "before_commit")
    def _before(session: SyncSession) -> None:
        points.reach("before commit")

    @event.listens_for(SyncSession, "after_commit")
    def _after(session: SyncSession) -> None:
        points.reach("after commit")

    plain = Line.call

    async def call(self: Line, method: str, params: dict[str, Any], *, timeout: float | None = None) -> Reply:
        if method == "getUpdates":
            return await plain(self, method, params, timeout=timeout)
        points.reach(f"before {method}")
        reply = await plain(self, method, params, timeout=timeout)
        points.reach(f"after {method}")
        return reply

    Line.call = call  # type: ignore[method-assign]


async def main(api_url: str, database_url: str, die_at: Collection[int], log: Path) -> None:
    arm(Points(die_at, log))
    settings = load(bot_token="42:PLAYGROUND", telegram_api_url=api_url, database_url=database_url, web_port=0)
    clock = await playground_clock(api_url)
    await serve(Assistant(settings, clock))


def live() -> None:
    """Whose words are the playground's address, the database's, the file for the points, and where to die."""
    url, database, points_log, *numbers = sys.argv[1:]
    asyncio.run(main(url, database, [int(number) for number in numbers], Path(points_log)))


LIVE = "from tests.faults.mortal import live\nlive()"  # for the nursery
