"""Stored updates move on: nobody waits for others to fall silent."""

import asyncio
from collections.abc import Callable
from typing import cast

from bot.pump import GATHERS, Pump
from bot.visit import Visits
from scheduler.clock import SystemClock
from storage.database import Database


class LivelyGroup(Pump):
    """There is always more to listen to; somebody has tapped a button."""

    answered = False

    async def listen(self) -> int:
        await asyncio.sleep(0)
        return 1

    async def talk(self) -> int:
        self.answered = True
        self.stop()
        return 1


async def test_a_tap_is_answered_while_a_group_goes_on_talking(one_database: Database) -> None:
    pump = LivelyGroup(one_database, SystemClock(), cast(Visits, None))
    await asyncio.wait_for(pump.run(), 5)
    assert pump.answered


class Patter(Pump):
    """One message after the other in the groups; each wakes us."""

    listened, talked = 0, 0

    async def listen(self) -> int:
        self.listened += 1
        return 1

    async def talk(self) -> int:
        self.talked += 1
        return 0


async def test_what_is_said_in_groups_gathers_for_a_moment_and_taps_are_looked_for_meanwhile(one_database: Database):
    pump = Patter(one_database, SystemClock(), cast(Visits, None))
    running = asyncio.create_task(pump.run())
    began, loop = asyncio.get_running_loop().time(), asyncio.get_running_loop()
    for _ in range(100):
        pump.wake()
        await asyncio.sleep(0.005)
    batches = (loop.time() - began) / GATHERS
    pump.stop()
    await running
    assert pump.listened <= batches + 2
    assert pump.talked > pump.listened


async def test_while_groups_talk_and_nobody_taps_no_tap_is_looked_for_after_each_message(one_database: Database):
    pump = Patter(one_database, SystemClock(), cast(Visits, None))
    running = asyncio.create_task(pump.run())
    began, loop = asyncio.get_running_loop().time(), asyncio.get_running_loop()
    for _ in range(100):
        pump.hear()
        await asyncio.sleep(0.005)
    batches = (loop.time() - began) / GATHERS
    pump.stop()
    await running
    assert 1 < pump.listened <= batches + 2
    assert pump.talked <= 3 * pump.listened


async def runs_until(pump: Pump, enough: Callable[[], bool]) -> None:
    running = asyncio.create_task(pump.run())
    for _ in range(100):
        await asyncio.sleep(0.02)
        if enough():
            break
    pump.stop()
    await running
    assert enough(), "it was left to the net of five seconds"


class Overheard(Pump):
    """Something is said while a look that will find nothing is under way; then while taps are looked for."""

    found = 0
    looks = 0

    async def listen(self) -> int:
        self.looks += 1
        if self.looks == 2:
            self.hear()
        self.found += self.looks > 2
        return int(self.looks in (1, 3))

    async def talk(self) -> int:
        await asyncio.sleep(1.5 * GATHERS)
        return 0


async def test_what_is_said_during_a_look_is_heard_in_the_next(one_database: Database) -> None:
    pump = Overheard(one_database, SystemClock(), cast(Visits, None))
    await runs_until(pump, lambda: pump.found > 1)


class Slow(Patter):
    """The second look for taps takes longer than talk gathers, and something is said meanwhile."""

    async def talk(self) -> int:
        self.talked += 1
        if self.talked == 2:
            self.hear()
            await asyncio.sleep(1.5 * GATHERS)
        return 0


async def test_what_gathered_during_a_long_look_for_taps_is_heard_at_once(one_database: Database) -> None:
    pump = Slow(one_database, SystemClock(), cast(Visits, None))
    await runs_until(pump, lambda: pump.listened > 1)
