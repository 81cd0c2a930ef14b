"""Keeps the assistant alive as systemd would, each life ending by chance; the lives are forked by `nursery`."""

import asyncio
import contextlib
import json
import os
import random
import signal
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from playground.client import Playground

LEASE_OVER = 100  # seconds of playground time after a death: the letters of the dead are settled
#: How far a life comes at most: calls of the Bot API, commits, or seconds.
LONGEST = {"call": 120, "commit": 1500, "time": 6.0}


class Lives:
    """One life after the other until `end`; kill -9 is drawn from ``rng`` once `dying`."""

    def __init__(self, playground: Playground, database_url: str, folder: Path, rng: random.Random) -> None:
        self._playground, self._database_url, self._folder, self._rng = playground, database_url, folder, rng
        self.kills, self._dying, self._ending, self.child = 0, False, False, 0
        self._said, self._deaths, self.asked = (folder / f"{name}.txt" for name in ("said", "deaths", "asked"))
        self._nurse: asyncio.subprocess.Process

    async def keep(self) -> None:
        with self._said.open("wb") as said:
            self._nurse = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.faults.nursery",
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=said,
            )  # fmt: skip
        assert self._nurse.stdin is not None
        while not self._ending:
            self._nurse.stdin.write(json.dumps(self._fate()).encode() + b"\n")
            self.child = await self._told("born")
            ended, self.child = await self._told("gone"), 0
            if not self._ending:
                assert ended == -signal.SIGKILL, self.last_words()
                self.kills += 1
                await self._playground.do("clock", by_seconds=LEASE_OVER)
        self._nurse.stdin.close()
        await self._nurse.wait()

    def may_die(self) -> None:
        """From here on; the life that had no end is the first to go."""
        self._dying = True
        os.kill(self.child, signal.SIGKILL)

    def end(self) -> None:
        """No more lives; the present one finishes what it has in hand."""
        self._ending = True
        if self.child:
            with contextlib.suppress(ProcessLookupError):  # it met its kill a moment ago
                os.kill(self.child, signal.SIGTERM)

    def deaths(self) -> Counter[str]:
        """Where it died, by what was about to be done or had just been."""
        lines = self._deaths.read_text(encoding="utf-8").splitlines() if self._deaths.exists() else []
        return Counter(lines)

    def _fate(self) -> dict[str, Any]:
        told: dict[str, Any] = {
            "url": self._playground.url, "database": self._database_url, "asked": str(self.asked),
            "deaths": str(self._deaths),
        }  # fmt: skip
        if not self._dying:
            return told
        kind = self._rng.choice(sorted(LONGEST))
        return told | {"dies": kind, "after": self._rng.uniform(0.01, 1.0) * LONGEST[kind]}

    async def _told(self, word: str) -> int:
        assert self._nurse.stdout is not None
        line = (await self._nurse.stdout.readline()).decode().split()
        assert line and line[0] == word, (line, self.last_words())
        return int(line[1])

    def last_words(self) -> str:
        return self._said.read_text(encoding="utf-8", errors="replace")[-20000:]
