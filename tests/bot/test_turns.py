"""Several processes that talk: every update once, in the order of its chat, whoever keeps the turns and if it dies."""

import asyncio
import random
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import cast

import pytest
from sqlalchemy import func, select

from bot import metrics, turns
from bot.pump import Pump
from bot.turns import LockTurns, RedisTurns, Turns
from bot.visit import Visits
from scheduler.clock import TurnableClock
from storage import inbox
from storage.database import Database
from storage.locks import Locks
from storage.models import Arrival
from tests.services import Redis, or_left_out, redis_server
from tests.storage.test_database import NOW
from tests.waiting import eventually

pytestmark = pytest.mark.postgres
BOT, CHATS, UPDATES, WORKERS = 42, 5, 120, 3
SEED = 20260803


class Seen:
    """Stands in for visits: claims an update as they do, takes a moment, notes it and marks it done."""

    def __init__(self, database: Database, log: list[tuple[str, int]]) -> None:
        self._database, self._log, self._rng = database, log, random.Random(SEED)

    async def receive(self, arrival: Arrival) -> bool:
        async with self._database.writing() as session:
            if not await inbox.claim(session, [arrival.id], ("listen", "both", "talk")):
                return False
            await asyncio.sleep(self._rng.uniform(0, 0.01))
            await inbox.done(session, [arrival.id], NOW)
            self._log.append((arrival.queue, arrival.id))
        return True


@pytest.fixture
def own_redis() -> Iterator[Redis]:
    with or_left_out(redis_server()) as server:
        yield server


@asynccontextmanager
async def keeper(url: str, redis_url: str | None) -> AsyncIterator[Turns]:
    """The turns of one process: by Redis where an address is given, else by PostgreSQL."""
    locks = Locks(url, BOT)
    by_redis = RedisTurns(redis_url, BOT, LockTurns(locks)) if redis_url else None
    renewing = asyncio.create_task(by_redis.renew()) if by_redis else None
    yield by_redis or LockTurns(locks)
    if by_redis and renewing:
        renewing.cancel()
        await by_redis.close()
    await locks.close()


async def _stored(database: Database, updates: int = UPDATES) -> None:
    rng = random.Random(SEED)
    row = {"bot_id": BOT, "lane": "talk", "state": "new", "raw": {"message": {}}, "received_at": NOW}
    rows = [row | {"update_id": n, "queue": f"chat:{-rng.randint(1, CHATS)}"} for n in range(updates)]
    async with database.writing() as session:
        await inbox.store(session, rows)


async def _waits(database: Database) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count()).where(Arrival.state == "new")) or 0


KEPT = ("by PostgreSQL", "by Redis", "by Redis, which dies", "by both at once")


@pytest.mark.parametrize("kept", KEPT)
async def test_every_update_once_and_in_the_order_of_its_chat(
    postgres_url: str, own_redis: Redis, kept: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(turns, "AGAIN", 0.3)
    await _all_in_order(postgres_url, own_redis, kept, UPDATES)


async def _all_in_order(postgres_url: str, own_redis: Redis, kept: str, updates: int) -> None:
    database, log = Database(postgres_url), list[tuple[str, int]]()
    await _stored(database, updates)
    through = {"by PostgreSQL": [None], "by both at once": [own_redis.url, None]}.get(kept, [own_redis.url])
    fell_back = metrics.REDIS_FALLBACKS._value.get()
    pumps: list[Pump] = []
    async with keepers(postgres_url, [through[n % len(through)] for n in range(WORKERS)]) as mine:
        seen = [cast(Visits, Seen(database, log)) for _ in mine]
        pumps = [Pump(database, TurnableClock(NOW), one, turn) for one, turn in zip(seen, mine, strict=True)]
        running = [asyncio.create_task(pump.run()) for pump in pumps]
        if "dies" in kept:
            await eventually(lambda: _fewer(database, updates * 3 // 4), about="the work to be under way")
            own_redis.kill()
        await eventually(lambda: _fewer(database, 1), timeout=20 + updates / 20, about="all of it to be done")
        for pump in pumps:
            pump.stop()
        await asyncio.gather(*running)
    by_chat: dict[str, list[int]] = defaultdict(list)
    for queue, number in log:
        by_chat[queue].append(number)
    assert sorted(number for _, number in log) == sorted({number for _, number in log}), "each once"
    assert len(log) == updates
    assert all(numbers == sorted(numbers) for numbers in by_chat.values())
    assert (metrics.REDIS_FALLBACKS._value.get() > fell_back) is ("dies" in kept)
    await database.close()


@asynccontextmanager
async def keepers(url: str, through: list[str | None]) -> AsyncIterator[list[Turns]]:
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(keeper(url, one)) for one in through]


async def _fewer(database: Database, than: int) -> bool:
    return await _waits(database) < than


async def test_a_dead_process_keeps_a_chat_no_longer_than_its_lease(
    postgres_url: str, own_redis: Redis, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(turns, "LEASE", 0.6)
    async with keepers(postgres_url, [own_redis.url, own_redis.url]) as (dead, alive):
        assert await dead.take(["chat:-1", "chat:-2"]) == {"chat:-1", "chat:-2"}
        cast(RedisTurns, dead)._held.clear()  # it renews nothing any more
        assert await alive.take(["chat:-1", "chat:-3"]) == {"chat:-3"}

        async def free() -> bool:
            return await alive.take(["chat:-1"]) == {"chat:-1"}

        await eventually(free, timeout=3, about="the lease to run out")
        await asyncio.sleep(1.0)
        assert await dead.take(["chat:-1"]) == set(), "the living renews its lease"


async def test_what_waits_behind_another_update_of_its_chat_is_not_ours(postgres_url: str):
    """Whoever has the turn: two that both think so still keep the order."""
    database = Database(postgres_url)
    await _stored(database)
    async with database.reading() as session:
        waiting = await inbox.waiting(session, ("talk",), UPDATES)
    first, second, *_ = [one.id for one in waiting if one.queue == waiting[0].queue]
    lanes = ("listen", "both", "talk")
    async with database.writing() as one, database.writing() as other:
        assert await inbox.claim(one, [second], lanes) == set()
        assert await inbox.claim(one, [first], lanes) == {first}
        assert await inbox.claim(other, [first], lanes) == set(), "it is in other hands"
        assert await inbox.claim(other, [second], lanes) == set(), "what it stands behind is not done"
        await inbox.done(one, [first], NOW + timedelta(seconds=1))
        await one.commit()
        assert await inbox.claim(other, [second], lanes) == {second}
    await database.close()
