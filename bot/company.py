"""Several processes that are one assistant: who leads, who stands by, and who may not start beside them."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot import metrics
from bot.parts import CannotStart
from bot.turns import LockTurns, RedisTurns, Turns
from storage.alone import NotAlone, alone_on
from storage.bells import Bells
from storage.database import Database
from storage.locks import SILENCE, Locks

log = logging.getLogger(__name__)

LOOKS = 0.5  # seconds between two looks: of a standby at its leader's lock, of a leader at its own
PRESENT = "present"
Work = Callable[[asyncio.Event], Awaitable[None]]

_ANOTHER = "another Sejawat is at work on this database with this bot: {}"
_WHOLE_BESIDE = _ANOTHER.format("stop it first, or start all of them with --only")
_PART_BESIDE = _ANOTHER.format("it does everything by itself; stop it first, then start the parts")


class Company:
    """What the processes of one assistant share on PostgreSQL."""

    def __init__(self, url: str, bot_id: int, redis_url: str | None) -> None:
        self.locks = Locks(url, bot_id)
        self.bells = Bells(url, bot_id, self.locks)
        kept = LockTurns(self.locks)
        self._redis = RedisTurns(redis_url, bot_id, kept) if redis_url else None
        self.turns: Turns = self._redis or kept
        self.leading: set[str] = set()

    async def join(self) -> None:
        """Be known as a part; raises CannotStart beside a process that does everything."""
        await _present(self.locks, shared=True, refusal=_PART_BESIDE)

    def tasks(self) -> list[Coroutine[Any, Any, None]]:
        """What has to go on for ever while we belong to it."""
        more = [self._redis.renew()] if self._redis else []
        here = _stay(self.locks, shared=True, refusal=_PART_BESIDE)
        return [here, self.locks.beat(), self.bells.ring_out(), self.bells.hear(), *more]

    async def lead(self, part: str, work: Work, stopping: asyncio.Event) -> None:
        """Do the work while we lead, else stand by. Work ends when the event it is given is set."""
        gauge = metrics.LEADS.labels(part)
        gauge.set(0)
        while not stopping.is_set():
            if not await self.locks.take([part]):
                await _nap(stopping)
                continue
            log.info("leads: %s", part)
            gauge.set(1)
            self.leading.add(part)
            try:
                await self._term(part, work, stopping)
            finally:
                gauge.set(0)
                self.leading.discard(part)
                await self.locks.give([part])

    async def _term(self, part: str, work: Work, stopping: asyncio.Event) -> None:
        resigned = asyncio.Event()
        task = asyncio.ensure_future(work(resigned))
        try:
            while not (task.done() or stopping.is_set()) and self.locks.holds(part):
                await _nap(stopping, task)
            if not (task.done() or stopping.is_set()):
                log.warning("no longer leads: %s", part)
        finally:
            resigned.set()
            await task

    async def close(self) -> None:
        if self._redis:
            await self._redis.close()
        await self.locks.close()


async def _nap(stopping: asyncio.Event, task: "asyncio.Future[None] | None" = None) -> None:
    asked = asyncio.ensure_future(stopping.wait())
    awaited: set[asyncio.Future[Any]] = {asked, task} if task else {asked}
    await asyncio.wait(awaited, timeout=LOOKS, return_when=asyncio.FIRST_COMPLETED)
    asked.cancel()


async def _present(locks: Locks, *, shared: bool, refusal: str) -> None:
    """Raises CannotStart when somebody keeps us out for longer than a process that died may still seem present."""
    tries = int((SILENCE + 2) / LOOKS)
    while not await locks.take([PRESENT], shared=shared):
        tries -= locks.reached
        if tries < 0:
            raise CannotStart(refusal)
        await asyncio.sleep(LOOKS)


async def _stay(locks: Locks, *, shared: bool, refusal: str) -> None:
    """After the database was away we are present again, or end: somebody else has come in between."""
    while True:
        await asyncio.sleep(LOOKS)
        if not locks.holds(PRESENT):
            await _present(locks, shared=shared, refusal=refusal)


@asynccontextmanager
async def alone(database: Database, bot_id: int, ended: Callable[["asyncio.Task[None]"], None]) -> AsyncIterator[None]:
    """For a process that does everything: nobody else is at work; raises CannotStart.

    ``ended`` is called when that is so no longer.
    """
    if database.is_sqlite:
        try:
            with alone_on(Path(database.url.database or "")):
                yield
        except NotAlone:
            raise CannotStart(_WHOLE_BESIDE) from None
        return
    locks = Locks(database.url.render_as_string(hide_password=False), bot_id)
    try:
        await _present(locks, shared=False, refusal=_WHOLE_BESIDE)
        still = _stay(locks, shared=False, refusal=_WHOLE_BESIDE)
        staying = [asyncio.create_task(work) for work in (locks.beat(), still)]
        for task in staying:
            task.add_done_callback(ended)
        try:
            yield
        finally:
            for task in staying:
                task.cancel()
            await asyncio.gather(*staying, return_exceptions=True)
    finally:
        await locks.close()
