"""Moves stored updates on: first listening, in batches; then talking, one by one in the order they came."""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from bot import metrics
from bot.turns import Turns
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
GATHERS = 0.1  # seconds between two batches of listening
NET_SECONDS = 5.0  # looks by itself this often, should a wake-up get lost
SHARED_NET_SECONDS = 1.0  # wake-ups that come from another process are lost more easily
LISTEN, TALK = ("listen", "both"), ("talk",)
LOOKS_AT = 2000  # updates among which a process that is one of several looks for chats to work on
CHATS = {LISTEN: 200, TALK: 8}  # as many at a time: enough for a batch, and something left for the others


class Pump:
    """Runs until stopped; finishes what is in hand, the rest stays in the inbox.

    With ``turns`` other processes do the same: the updates of a chat are in one hand at a time.
    """

    def __init__(self, database: Database, clock: Clock, visits: Visits, turns: Turns | None = None) -> None:
        self._database, self._clock, self._visits, self._turns = database, clock, visits, turns
        self._wake = asyncio.Event()
        self._stopping = False
        self._listens_at = 0.0  # by the loop's clock; 0 while nothing gathers
        self.odd = 0

    def wake(self) -> None:
        self._wake.set()

    def hear(self) -> None:
        """Groups talked and nobody waits: what gathers is listened to in its time, and no tap is looked for."""
        if not self._listens_at:
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
            rests = SHARED_NET_SECONDS if self._turns else NET_SECONDS
            if self._listens_at:
                rests = max(0.0, self._listens_at - asyncio.get_running_loop().time())
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), rests)

    async def _turn(self) -> int:
        """A batch of listening, then one of talking: whoever taps a button does not wait for a lively group to end.

        Talk in groups gathers for a moment before the next batch: eight messages cost about what one does, and
        whoever taps meanwhile finds us with time.
        """
        listened, loop = 0, asyncio.get_running_loop()
        if loop.time() >= self._listens_at:
            self._listens_at = 0.0  # before the look: what comes after it must wake us
            listened = await self.listen()
            self._listens_at = loop.time() + GATHERS if 0 < listened < LISTEN_BATCH else 0.0
        return listened + await self.talk()

    @asynccontextmanager
    async def _next(self, lanes: tuple[str, ...], limit: int) -> AsyncIterator[Sequence[Arrival]]:
        """The oldest that wait: all of them, or those of chats whose turn is ours until the block ends."""
        mine = None if self._turns is None else await self._taken(self._turns, lanes)
        try:
            async with self._database.reading() as session:  # only now: somebody may have been at it before us
                batch = await inbox.waiting(session, lanes, limit, mine)
            yield batch
        finally:
            if self._turns is not None and mine:
                await self._turns.give(mine)

    async def _taken(self, turns: Turns, lanes: tuple[str, ...]) -> set[str]:
        """Chats that nobody works on, of those that have waited longest."""
        async with self._database.reading() as session:
            queues = await inbox.queues_waiting(session, lanes, LOOKS_AT)
        for first in range(0, len(queues), CHATS[lanes]):
            if mine := await turns.take(queues[first : first + CHATS[lanes]]):
                return mine
        return set()

    async def listen(self) -> int:
        """Record one batch of the groups' talk; gives how many updates it dealt with."""
        async with self._next(LISTEN, LISTEN_BATCH) as batch:
            if not batch:
                return 0
            try:
                return await self._record(batch)
            except Exception as error:
                if is_away(error):
                    raise
                # One odd message must not hold up its neighbours: each by itself, and the odd one is counted.
                log.warning("a batch of %d broke (%s); one by one", len(batch), type(error).__name__)
                return sum([await self._record_alone(arrival) for arrival in batch])

    async def _record(self, batch: Sequence[Arrival]) -> int:
        async with self._database.writing() as session:
            if self._turns is not None:
                ours = await inbox.claim(session, [arrival.id for arrival in batch], LISTEN)
                batch = [arrival for arrival in batch if arrival.id in ours]
                if not batch:
                    return 0
            told = [listening.heard(arrival.raw or {}) for arrival in batch]
            await listening.record(session, told)
            await replies.heard(session, told)
            await inbox.hand_on(session, [arrival.id for arrival in batch if arrival.lane == "both"])
            done = [arrival.id for arrival in batch if arrival.lane == "listen"]
            now = self._clock.now()
            await inbox.done(session, done, now)
        for arrival in batch:
            metrics.TAGGED.observe(max(0.0, (now - arrival.received_at).total_seconds()))
        for kind, number in Counter(metrics.kind(arrival.raw) for arrival in batch).items():
            metrics.UPDATES.labels(kind, "recorded").inc(number)
        return len(batch)

    async def _record_alone(self, arrival: Arrival) -> int:
        try:
            return await self._record([arrival])
        except Exception as error:
            if is_away(error):
                raise  # nothing is wrong with the message
            self.odd += 1
            metrics.UPDATES.labels(metrics.kind(arrival.raw), "odd").inc()
            async with self._database.writing() as session:
                await inbox.done(session, [arrival.id], self._clock.now(), state="odd", error=type(error).__name__)
            return 1

    async def talk(self) -> int:
        """Answer what is addressed to the assistant; gives how many updates it dealt with."""
        dealt_with = 0
        async with self._next(TALK, TALK_BATCH) as batch:
            for arrival in batch:
                if self._stopping:
                    break
                dealt_with += await self._visits.receive(arrival)
        return dealt_with
