"""Whose turn a chat is: of several processes that talk, one at a time works on the updates of a chat.

Which update is next, and that nobody works on it twice, the database decides by itself (`storage.inbox.claim`). Turns
keep the processes from running into each other there; that is why Redis may go in the middle without harm.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Collection
from typing import TYPE_CHECKING, Any, Protocol, cast
from uuid import uuid4

from bot import metrics
from storage.locks import Locks

if TYPE_CHECKING:
    from redis.asyncio import Redis

log = logging.getLogger(__name__)

LEASE = 10.0  # seconds after which the chats of a process that died are anybody's, with Redis; without: at once
PATIENCE = 1.0  # seconds that Redis may take to answer
AGAIN = 5.0  # seconds until Redis, once gone, is tried again
# What is still ours from before Redis was gone for a moment is ours.
_TAKE = """
    local whose = redis.call('get', KEYS[1])
    if whose and whose ~= ARGV[1] then return 0 end
    redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[2])
    return 1
"""
# Only what is still ours: a lease that ran out may be somebody else's by now.
_RENEW = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) end"
_GIVE = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end"


class Turns(Protocol):
    async def take(self, queues: Collection[str]) -> set[str]:
        """Which of these chats are ours until given back; those that somebody else works on are not."""
        ...

    async def give(self, queues: Collection[str]) -> None: ...


class LockTurns:
    """By PostgreSQL's advisory locks, which end with their process."""

    def __init__(self, locks: Locks) -> None:
        self._locks = locks

    async def take(self, queues: Collection[str]) -> set[str]:
        taken = await self._locks.take([f"turn:{queue}" for queue in queues])
        return {name.removeprefix("turn:") for name in taken}

    async def give(self, queues: Collection[str]) -> None:
        await self._locks.give([f"turn:{queue}" for queue in queues])


class RedisTurns:
    """By keys in Redis that run out by themselves; ``otherwise`` while Redis is gone."""

    def __init__(self, url: str, bot_id: int, otherwise: Turns) -> None:
        self._url, self._prefix, self._otherwise = url, f"sejawat:{bot_id}:turn:", otherwise
        self._me = uuid4().hex
        self._held: set[str] = set()
        self._client: Redis | None = None
        self._gone_until = float("-inf")

    async def take(self, queues: Collection[str]) -> set[str]:
        asked = list(queues)
        answers = await self._ask([("EVAL", _TAKE, 1, self._key(one), self._me, _milliseconds()) for one in asked])
        if answers is None:
            metrics.REDIS_FALLBACKS.inc()
            return await self._otherwise.take(asked)
        taken = {one for one, answer in zip(asked, answers, strict=True) if answer}
        self._held |= taken
        return taken

    async def give(self, queues: Collection[str]) -> None:
        ours, others = self._held.intersection(queues), set(queues) - self._held
        self._held -= ours
        await self._ask([("EVAL", _GIVE, 1, self._key(one), self._me) for one in ours])  # else the lease runs out
        if others:
            await self._otherwise.give(others)

    async def renew(self) -> None:
        """Keep what we work on, for ever."""
        while True:
            await asyncio.sleep(LEASE / 3)
            held = tuple(self._held)
            await self._ask([("EVAL", _RENEW, 1, self._key(one), self._me, _milliseconds()) for one in held])

    async def close(self) -> None:
        if self._client is not None:
            with contextlib.suppress(Exception):
                await self._client.aclose()

    def _key(self, queue: str) -> str:
        return self._prefix + queue

    async def _ask(self, commands: list[tuple[Any, ...]]) -> list[Any] | None:
        """The answers, in one round trip; None while Redis is gone."""
        loop = asyncio.get_running_loop()
        if loop.time() < self._gone_until:
            return None
        if not commands:
            return []
        try:
            pipe = self._redis().pipeline(transaction=False)
            for command in commands:
                pipe.execute_command(*command)
            return await asyncio.wait_for(cast(Awaitable[list[Any]], pipe.execute()), PATIENCE)
        except Exception as trouble:  # whatever Redis or its client say: the work goes on without them
            log.warning(
                "Redis is gone (%s): PostgreSQL keeps the turns; again in %.0f s", type(trouble).__name__, AGAIN
            )
            self._gone_until = loop.time() + AGAIN
            self._held.clear()
            return None

    def _redis(self) -> "Redis":
        if self._client is None:
            from redis.asyncio import Redis

            times: dict[str, Any] = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE}
            self._client = Redis.from_url(self._url, **times)
        return self._client


def _milliseconds() -> int:
    return int(LEASE * 1000)
