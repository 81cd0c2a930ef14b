"""A playground and the assistant beside it, in one loop, talking over real HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, func, inspect, select

from bot.app import Assistant
from bot.following import playground_clock
from bot.patience import Pace, Patience
from bot.settings import load
from playground import server
from playground.client import Playground
from playground.world import World
from scheduler.clock import TurnableClock
from storage.models import Arrival, Letter
from tests.waiting import eventually

TOKEN = "42:PLAYGROUND"
# Asked many times in every story: put together once, and one question.
_UNDER_WAY = select(
    exists().where(Arrival.state == "new"),
    exists().where(Letter.state == "sending"),
    select(func.min(Letter.due_at)).where(Letter.state == "pending").scalar_subquery(),
)


class Tireless(Patience):
    """Answers as fast as a test taps: what is forged is to reach the rooms. The pace: tests/bot/test_patience.py."""

    def pace(self, number: int, raw: dict[str, Any], received_at: datetime) -> Pace:
        return Pace.ANSWER


@dataclass(slots=True)
class House:
    """What a journey holds in its hands."""

    playground: Playground
    assistant: Assistant
    url: str
    telegram: World  # what the playground holds: looked at here and not over HTTP, for it is asked after every tap

    async def settled(self, timeout: float = 60.0) -> None:
        """Wait until nothing is under way: no update undelivered, none in the inbox, no letter due now.

        The clock is turned a second at a time while letters wait for the throttle.
        """

        async def quiet() -> bool:
            waiting = await self._waiting()
            if waiting == {"pending"}:
                await self.playground.turn(by=timedelta(seconds=1))
            return not waiting

        await eventually(quiet, timeout=timeout, about="the house to come to rest")

    async def turned(self, to: datetime) -> None:
        """Turn the clock, let every rhythm ask what is due, and wait until all of it is done."""

        async def there() -> bool:
            return self.assistant.clock.now() >= to

        await self.playground.turn(to=to)
        await eventually(there, about="the assistant's clock to follow")
        await self.assistant.runner.asked()
        await self.settled()

    async def _waiting(self) -> set[str]:
        """What is under way: updates, arrivals, letters being sent, letters that are due and pending."""
        for bot in self.telegram.bots.values():
            bot.queue.expire(self.telegram.now())
            if bot.queue.waiting:
                return {"updates"}
        async with self.assistant.database.reading() as session:
            new, sending, due_at = (await session.execute(_UNDER_WAY)).one()
        # The moment after the look, not before: a letter may have been written in between.
        pending = due_at is not None and due_at <= self.assistant.clock.now()
        found = {"new": new, "sending": sending, "pending": pending}
        return {name for name, is_so in found.items() if is_so}

    async def rows(self, model: Any, *where: Any) -> list[Any]:
        """All rows of a table in the order they were written, for looking at what was stored."""
        async with self.assistant.database.reading() as session:
            return list(await session.scalars(select(model).where(*where).order_by(*inspect(model).primary_key)))


@asynccontextmanager
async def open_house(database_url: str, start: datetime, **settings: Any) -> AsyncIterator[House]:
    """Everything started and, at the end, stopped; the clock begins at ``start``."""
    telegram = await server.start(clock=TurnableClock(start), page=False)
    try:
        told = {"web_port": 0, "webhook_url": None} | settings
        chosen = load(bot_token=TOKEN, telegram_api_url=telegram.url, database_url=database_url, **told)
        assistant = Assistant(chosen, await playground_clock(telegram.url))
        async with assistant.running(), Playground(telegram.url) as playground:
            assistant.visits.patience = Tireless()
            yield House(playground, assistant, telegram.url, telegram.telegram)
    finally:
        await telegram.stop()
