"""Moves stored updates on: first listening, in batches; then talking, one by one in the order they came."""

import asyncio
import logging
from collections.abc import Sequence

from bot.visit import Visits
from community import listening
from learning import replies
from scheduler.clock import Clock
from storage import inbox
from storage.database import Database, is_away
from storage.models import Arrival

log = logging.getLogger(__name__)

LISTEN_BATCH = 500
TALK_BATCH = 50
NET_SECONDS = 5.0  # looks by itself this often, should a wake-up get lost


class Pump:
    """Runs until stopped; finishes what is in hand, the rest stays in the inbox."""

    def __init__(self, database: Database, clock: Clock, visits: Visits) -> None:
        self._database, self._clock, self._visits = database, clock, visits
        self._wake = asyncio.Event()
        self._stopping = False
        self.odd = 0

    def wake(self) -> None:
        self._wake.set()

    def stop(self) -> None:
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        pause = 0.0
        while not self._stopping:
            self._wake.clear()
            try:
                while not self._stopping and await self._turn():
                    pass
                pause = 0.0
            except Exception:
                # A database that is away for a while: nothing is lost, the updates wait where they are.
                pause = min(max(pause * 2, 0.2), 10.0)
                log.exception("the inbox could not be worked on; again in %.1f s", pause)
                await asyncio.sleep(pause)
                continue
            try:
                await asyncio.wait_for(self._wake.wait(), NET_SECONDS)
            except TimeoutError:
                continue

    async def _turn(self) -> int:
        """A batch of listening, then one of talking: whoever taps a button does not wait for a lively group to end."""
        return await self.listen() + await self.talk()

    async def listen(self) -> int:
        """Record one batch of the groups' talk; gives how many updates it dealt with."""
        async with self._database.reading() as session:
            batch = await inbox.waiting(session, ("listen", "both"), LISTEN_BATCH)
        if not batch:
            return 0
        try:
            await self._record(batch)
        except Exception as error:
            if is_away(error):
                raise
            # One odd message must not hold up its neighbours: each by itself, and the odd one is counted.
            log.warning("a batch of %d broke (%s); one by one", len(batch), type(error).__name__)
            for arrival in batch:
                await self._record_alone(arrival)
        return len(batch)

    async def _record(self, batch: Sequence[Arrival]) -> None:
        told = [listening.heard(arrival.raw or {}) for arrival in batch]
        async with self._database.writing() as session:
            await listening.record(session, told)
            await replies.heard(session, told)
            await inbox.hand_on(session, [arrival.id for arrival in batch if arrival.lane == "both"])
            done = [arrival.id for arrival in batch if arrival.lane == "listen"]
            await inbox.done(session, done, self._clock.now())

    async def _record_alone(self, arrival: Arrival) -> None:
        try:
            await self._record([arrival])
        except Exception as error:
            if is_away(error):
                raise  # nothing is wrong with the message
            self.odd += 1
            async with self._database.writing() as session:
                await inbox.done(session, [arrival.id], self._clock.now(), state="odd", error=type(error).__name__)

    async def talk(self) -> int:
        """Answer what is addressed to the assistant; gives how many updates it dealt with."""
        async with self._database.reading() as session:
            batch = await inbox.waiting(session, ("talk",), TALK_BATCH)
        for arrival in batch:
            if self._stopping:
                break
            await self._visits.receive(arrival)
        return len(batch)
