"""What only one process may do at a time: PostgreSQL's advisory locks, on a connection of their own.

They are free again as soon as their process ends. A process that hangs, or whose machine is gone without a word, loses
them too: the server ends the session of one that has said nothing for SILENCE seconds, and the process itself stops
believing in its locks a moment before that.
"""

import asyncio
import contextlib
import logging
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from sqlalchemy import make_url

if TYPE_CHECKING:
    from psycopg import AsyncConnection

log = logging.getLogger(__name__)

BEAT = 1.5  # seconds between two signs of life
TRUSTED = 5.0  # so long after the last answer our locks are still ours
SILENCE = 6  # seconds without a sign of life after which the server lets others have them
_TAKE = """
    select name from unnest(%s::text[]) as name
    where pg_try_advisory_lock{shared}(hashtextextended(%s || name, 0))
"""
_GIVE = "select pg_advisory_unlock(hashtextextended(%s || name, 0)) from unnest(%s::text[]) as name"

# Servers before 14 do not know it: there a hanging process keeps its locks until TCP gives up.
_SILENCE = """
    select set_config(name, %s, false) from pg_settings where name = 'idle_session_timeout'
"""


async def connected(url: str) -> "AsyncConnection[Any]":
    """A connection outside every pool, each statement its own transaction; raises psycopg.OperationalError."""
    from psycopg import AsyncConnection

    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    # A server that vanished without a word is noticed after a few seconds, not after TCP's two hours.
    alive: dict[str, Any] = {
        "connect_timeout": 5,
        "keepalives_idle": 5,
        "keepalives_interval": 2,
        "keepalives_count": 3,
    }
    return await AsyncConnection.connect(address, autocommit=True, **alive)


class Locks:
    """The locks of one process of the assistant ``bot_id``, by name."""

    def __init__(self, url: str, bot_id: int) -> None:
        self._url, self._prefix = url, f"sejawat:{bot_id}:"
        self._connection: AsyncConnection[Any] | None = None
        self._held: set[str] = set()
        self._answered = float("-inf")
        self._one_at_a_time = asyncio.Lock()

    async def take(self, names: Collection[str], *, shared: bool = False) -> set[str]:
        """Which of these are ours now; none while the database is away. ``shared`` ones keep out only whole ones."""
        take = _TAKE.format(shared="_shared" if shared else "")
        wanted = [str(name) for name in names]  # the driver writes the name of an Enum, not its value
        taken = {row[0] for row in await self.ask(take, [wanted, self._prefix])} if wanted else set()
        self._held |= taken
        return taken

    async def give(self, names: Collection[str]) -> None:
        """Let others have them."""
        ours = self._held.intersection(names)
        self._held -= ours
        if ours:
            await self.ask(_GIVE, [self._prefix, list(ours)])

    def holds(self, name: str) -> bool:
        """Whether that is certainly still ours."""
        return name in self._held and asyncio.get_running_loop().time() - self._answered < TRUSTED

    @property
    def reached(self) -> bool:
        """Whether the database answered when it was asked last."""
        return self._connection is not None

    async def ask(self, query: str, values: Collection[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of one short statement on the locks' connection; none, and every lock lost, when it is away."""
        from psycopg import Error

        async with self._one_at_a_time:
            asked_at = asyncio.get_running_loop().time()
            try:
                rows = await asyncio.wait_for(self._asked(query, values), TRUSTED)
            except (Error, OSError, TimeoutError) as trouble:
                await self._lost(trouble)
                return []
            self._answered = asked_at  # not when the answer came: the server's time may run from the question
            return rows

    async def _asked(self, query: str, values: Collection[Any]) -> list[tuple[Any, ...]]:
        if self._connection is None:
            self._connection = await connected(self._url)
            await self._connection.execute(_SILENCE, [f"{SILENCE}s"])
        # No statement is prepared: nothing here is asked so often, and a pooler in between would not know it.
        return await (await self._connection.execute(query, list(values), prepare=False)).fetchall()

    async def _lost(self, trouble: BaseException) -> None:
        if self._connection is not None or self._held:
            log.warning("the locks are lost (%s): the database is away", type(trouble).__name__)
        self._held.clear()
        if self._connection is not None:
            broken, self._connection = self._connection, None
            with contextlib.suppress(Exception):
                await broken.close()

    async def beat(self) -> None:
        """Give signs of life, for ever."""
        while True:
            await self.ask("select 1")
            await asyncio.sleep(BEAT)

    async def close(self) -> None:
        """All of them are free at once."""
        async with self._one_at_a_time:
            self._held.clear()
            if self._connection is not None:
                await self._connection.close()
                self._connection = None
