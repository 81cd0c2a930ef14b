"""Wakes the other processes of one assistant: PostgreSQL's LISTEN and NOTIFY.

A bell is a hint and no message: whoever misses it looks by itself a moment later. It is rung after the commit and not
within it, because commits that notify wait for one another in the whole server.
"""

import asyncio
import contextlib
import logging
from collections import defaultdict
from collections.abc import Callable

from storage.locks import Locks, connected

log = logging.getLogger(__name__)

TOGETHER = 0.01  # seconds within which ringing again is the same ringing
AGAIN = 1.0  # seconds until a line that broke is tried again
LETTERS, UPDATES = "letters", "updates"


class Bells:
    """The bells of one process: it hears those of all, its own among them."""

    def __init__(self, url: str, bot_id: int, locks: Locks) -> None:
        self._url, self._channel, self._locks = url, f"sejawat_{int(bot_id)}", locks
        self._told: defaultdict[str, list[Callable[[], None]]] = defaultdict(list)
        self._rung: set[str] = set()
        self._ringing = asyncio.Event()

    def on(self, bell: str, told: Callable[[], None]) -> None:
        """Call ``told`` when somebody has rung that bell, and when some may have been missed."""
        self._told[bell].append(told)

    def ring(self, bell: str) -> None:
        self._rung.add(bell)
        self._ringing.set()

    async def ring_out(self) -> None:
        """Carry out what is rung, for ever."""
        while True:
            await self._ringing.wait()
            self._ringing.clear()
            rung, self._rung = self._rung, set()
            for bell in sorted(rung):
                await self._locks.ask("select pg_notify(%s, %s)", [self._channel, bell])
            await asyncio.sleep(TOGETHER)

    async def hear(self) -> None:
        """Listen, for ever; a line that breaks is laid anew."""
        from psycopg import Error

        while True:
            with contextlib.suppress(Error, OSError):
                async with await connected(self._url) as line:
                    await line.execute(f'listen "{self._channel}"')
                    for bell in tuple(self._told):
                        self._tell(bell)  # what was rung before we listened
                    async for note in line.notifies():
                        self._tell(note.payload)
            log.warning("the bells are not heard; again in %.0f s", AGAIN)
            await asyncio.sleep(AGAIN)

    def _tell(self, bell: str) -> None:
        for told in self._told[bell]:
            told()
