"""Runs the timetable with APScheduler, which holds no truth: jobs are made anew at every start."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from scheduler.clock import Clock
from scheduler.timetable import Rhythm
from storage.database import Database

log = logging.getLogger(__name__)

STEP = timedelta(seconds=5)  # no rhythm comes round more often


class Runner:
    """Asks each rhythm's question at its times, and all of them at once when a clock was turned."""

    def __init__(self, database: Database, clock: Clock, rhythms: Sequence[Rhythm]) -> None:
        self._database, self._clock, self._rhythms = database, clock, rhythms
        self._scheduler: AsyncIOScheduler | None = None
        self._turning = asyncio.Lock()
        self._round = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._asking_all = False
        self._asked: dict[str, datetime] = {}

    def start(self) -> None:
        # No misfire limit: by default APScheduler drops, with a warning only, a job that is a second late.
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)
        for rhythm in self._rhythms:
            self._scheduler.add_job(self.turn, rhythm.trigger, args=[rhythm], name=rhythm.name)
        self._scheduler.start()
        self.all_now()

    def all_now(self) -> None:
        """Ask everything at once, in the background: after a start and after a turn of the clock."""
        if self._asking_all:
            return  # the round that has not begun yet will see the new time as well
        self._asking_all = True
        task = asyncio.create_task(self._all())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _all(self) -> None:
        async with self._round:  # while a round is under way at most one more waits, however fast the hands turn
            self._asking_all = False
            for rhythm in self._rhythms:
                await self.turn(rhythm)

    async def asked(self) -> None:
        """Until every round that was begun in the background is over."""
        while self._tasks:
            await asyncio.wait(tuple(self._tasks))

    async def turn(self, rhythm: Rhythm) -> int:
        """Ask one rhythm until it finds nothing more; gives how much it dealt with. Its errors stay its own."""
        done = 0
        self._asked[rhythm.name] = self._clock.now()
        async with self._turning:
            try:
                for _ in range(rhythm.most_rounds):
                    async with self._database.writing() as session:
                        found = await rhythm.work(session, self._clock.now())
                    done += found
                    if not found:
                        break
            except Exception:
                log.exception("rhythm %r broke; it is asked again at its next time", rhythm.name)
        return done

    async def stop(self) -> None:
        """No new turns; the one under way is finished."""
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
        async with self._turning:
            for task in tuple(self._tasks):
                task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
