"""Updates in: sorted, stripped and stored before Telegram is told that they arrived (I1)."""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from bot import metrics
from bot.line import Line, Outcome, Reply
from bot.sorting import ALLOWED, LARGEST_ID, Sorter, number
from bot.stripping import actors
from community import listening_questions
from scheduler.clock import Clock
from storage import inbox
from storage.database import Database

log = logging.getLogger(__name__)

Came = Callable[[bool], None]
"""Told after each batch: whether somebody in it may wait for an answer."""

POLL_SECONDS = 25  # Telegram allows up to 50
BATCH = 100
GATHERS = 0.03  # seconds at most: where updates come one upon another, some are stored together instead of each alone
RESTS = 3  # times as long as storing took: who has time to spare does not let a tap wait for company


class Intake:
    """Takes batches of raw updates from either door, long polling or webhook."""

    def __init__(self, database: Database, clock: Clock, bot_id: int, username: str, came: Came) -> None:
        self._database, self._clock, self._came = database, clock, came
        self._sorter = Sorter(bot_id, username)
        self.counted: Counter[str] = Counter()  # new, duplicate, odd

    async def take(self, updates: Sequence[Any]) -> None:
        """Store a batch in one commit; when this returns, Telegram may be told."""
        now = self._clock.now()
        numbered = [update for update in updates if number(update) is not None]
        speakers: set[int] = set().union(*map(actors, numbered))
        async with self._database.writing() as session:
            # In the same transaction: a withdrawal of consent counts from the very next update on.
            agreed = await listening_questions.agreed_among(session, {one for one in speakers if abs(one) < LARGEST_ID})
            rows = [self._sorter.row(update, agreed, now) for update in numbered]
            new = await inbox.store(session, rows)
        odd = sum(row["state"] == "odd" for row in rows) + len(updates) - len(numbered)
        found = {"new": new, "duplicate": len(rows) - new, "odd": odd}
        self.counted.update(found)
        for outcome, count in found.items():
            metrics.TAKEN.labels(outcome).inc(count)
        self._came(any(row["lane"] == "talk" for row in rows))


async def poll(line: Line, intake: Intake, stopping: asyncio.Event) -> None:
    """Ask for updates until told to stop; each batch is stored before the next question confirms it."""
    offset: int | None = None
    pause, loop = 0.0, asyncio.get_running_loop()
    while not stopping.is_set():
        reply = await _asked(line, offset, stopping)
        if reply is None:
            return
        told = "" if reply.outcome is Outcome.DELIVERED else f"{reply.outcome} {reply.words}"
        try:
            if told or not isinstance(reply.result, list):
                raise ConnectionError
            if reply.result:
                began = loop.time()
                await intake.take(reply.result)
                known = [found for update in reply.result if (found := number(update)) is not None]
                offset = known[-1] + 1 if known else offset
                if len(reply.result) < BATCH:
                    await asyncio.sleep(min(GATHERS, RESTS * (loop.time() - began)))
            pause = 0.0
        except Exception as error:
            # Not stored, so not confirmed: Telegram gives the same updates again.
            pause = min(max(reply.retry_after, pause * 2, 0.5), 30.0)
            log.warning("updates could not be taken (%s); again in %.1f s", told or type(error).__name__, pause)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), pause)


async def _asked(line: Line, offset: int | None, stopping: asyncio.Event) -> Reply | None:
    """One getUpdates; None when the stop came first (nothing was confirmed by giving up)."""
    params: dict[str, Any] = {"timeout": POLL_SECONDS, "limit": BATCH, "allowed_updates": list(ALLOWED)}
    if offset is not None:
        params["offset"] = offset
    asking = asyncio.create_task(line.call("getUpdates", params, timeout=POLL_SECONDS + 15))
    ending = asyncio.create_task(stopping.wait())
    await asyncio.wait({asking, ending}, return_when=asyncio.FIRST_COMPLETED)
    ending.cancel()
    if asking.done():
        return asking.result()
    asking.cancel()
    return None
