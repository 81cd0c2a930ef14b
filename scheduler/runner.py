"""Runs the timetable with APScheduler, which holds no truth: jobs are made anew at every start."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from scheduler.clock import Clock, SystemClock
from scheduler.timetable import Rhythm
from storage.database import Database

log = logging.getLogger(__name__)
LOOKS_EVERY = 5.0  # seconds between two looks at the machine's clock
SET_BY = 3.0  # seconds that no busy machine explains away


class Runner:
    """Asks each rhythm's question at its times, and at once what a turn of the clock has passed over."""

    def __init__(self, database: Database, clock: Clock, rhythms: Sequence[Rhythm]) -> None:
        self._database, self._clock, self._rhythms = database, clock, rhythms
        self._scheduler: AsyncIOScheduler | None = None
        self._watching: asyncio.Task[None] | None = None
        self._turning = asyncio.Lock()
        self._round = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._about_to_ask = False
        self._asked: dict[str, datetime] = {}
        self._under_way: set[str] = set()

    def start(self) -> None:
        # No misfire limit: by default APScheduler drops, with a warning only, a job that is a second late.
        # Two instances: the second finds the first waiting or at work and goes, without a warning for each time.
        defaults = {"coalesce": True, "max_instances": 2, "misfire_grace_time": None}
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)
        self._lay_out(self._scheduler)
        self._scheduler.start()
        self._watching = asyncio.create_task(self._watch(self._scheduler))
        self.ask_now()

    def _lay_out(self, scheduler: AsyncIOScheduler) -> None:
        for rhythm in self._rhythms:
            trigger = IntervalTrigger(seconds=int(rhythm.every.total_seconds()), timezone=UTC)
            scheduler.add_job(self._come_round, trigger, args=[rhythm], name=rhythm.name)

    async def _come_round(self, rhythm: Rhythm) -> None:
        """Its time has come; where the time before is still being dealt with, that one finds what is due now too."""
        if rhythm.name in self._under_way:
            return
        self._under_way.add(rhythm.name)
        try:
            await self.turn(rhythm)
        finally:
            self._under_way.discard(rhythm.name)

    async def _watch(self, scheduler: AsyncIOScheduler) -> None:
        """Lay the jobs out anew when the machine's clock is set: they sleep until a moment that has moved away."""
        machine, loop = SystemClock(), asyncio.get_running_loop()
        while True:
            before, since = machine.now(), loop.time()
            await asyncio.sleep(LOOKS_EVERY)
            moved = (machine.now() - before).total_seconds() - (loop.time() - since)
            if abs(moved) > SET_BY:
                log.warning("the machine's clock was set by %+.0f s; every rhythm is laid out anew", moved)
                scheduler.remove_all_jobs()
                self._lay_out(scheduler)
                self.ask_now()

    def ask_now(self) -> None:
        """Ask at once, in the background, whatever has come round: after a start and after a turn of the clock."""
        if self._about_to_ask:
            return  # the round that has not begun yet will see the new time as well
        self._about_to_ask = True
        task = asyncio.create_task(self._ask())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _ask(self) -> None:
        async with self._round:  # while a round is under way at most one more waits, however fast the hands turn
            self._about_to_ask = False
            for rhythm in self._rhythms:
                if self._has_come_round(rhythm):
                    await self.turn(rhythm)

    def _has_come_round(self, rhythm: Rhythm) -> bool:
        """Whether its time has passed since it was asked last, on hands that may be turned either way."""
        asked, now = self._asked.get(rhythm.name), self._clock.now()
        return asked is None or not asked <= now < asked + rhythm.every

    def late(self) -> timedelta:
        """How much later than it should the latest of the rhythms is asked."""
        now = self._clock.now()
        asked = [(self._asked[one.name], one.every) for one in self._rhythms if one.name in self._asked]
        return max([now - moment - every for moment, every in asked], default=timedelta(0))

    async def asked(self) -> None:
        """Until every round that was begun in the background is over."""
        while self._tasks:
            await asyncio.wait(tuple(self._tasks))

    async def turn(self, rhythm: Rhythm) -> int:
        """Ask one rhythm until it finds nothing more; gives how much it dealt with. Its errors stay its own."""
        self._asked[rhythm.name] = self._clock.now()
        done: list[int] = []
        async with self._turning:
            try:
                async with asyncio.TaskGroup() as hands:
                    # While one waits for the server, the other puts its letters together.
                    for _ in range(1 if self._database.is_sqlite else rhythm.hands):
                        hands.create_task(self._work(rhythm, done))
            except Exception:
                log.exception("rhythm %r broke; it is asked again at its next time", rhythm.name)
        return sum(done)

    async def _work(self, rhythm: Rhythm, done: list[int]) -> None:
        for _ in range(rhythm.most_rounds):
            async with self._database.writing() as session:
                found = await rhythm.work(session, self._clock.now())
            done.append(found)
            if not found:
                return

    async def stop(self) -> None:
        """No new turns; the one under way is finished."""
        if self._watching is not None:
            self._watching.cancel()
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
        async with self._turning:
            for task in tuple(self._tasks):
                task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
