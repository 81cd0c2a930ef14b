"""Stored updates move on: nobody waits for others to fall silent."""

import asyncio
from typing import cast

from bot.pump import Pump
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
