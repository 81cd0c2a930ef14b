"""A connection to SQLite that asks and fetches in one trip to its thread.

aiosqlite goes four times for every statement: for the cursor, the question, the answer and the end. Each trip wakes two
threads and costs more than SQLite's own work, two fifths of all processor time of a conversation (docs/performance.md).
Nor is a trip made only to begin: a transaction begins on the way to its first statement.
"""

import sqlite3
from collections.abc import Iterable
from functools import partial
from typing import Any

import aiosqlite

# IMMEDIATE: a deferred transaction that reads first cannot become a writer after another commit.
_BEGIN = "BEGIN IMMEDIATE"


class OneTripCursor(aiosqlite.Cursor):
    """A cursor whose answer comes along with its question; SQLAlchemy fetches every answer whole anyway."""

    _conn: "OneTripConnection"
    _answer: list[Any]

    async def execute(self, sql: str, parameters: Iterable[Any] | None = None) -> "OneTripCursor":
        asked = partial(self._asked, self._conn.begun())
        self._answer = await self._conn._execute(asked, sql, parameters or ())  # type: ignore[no-untyped-call]
        return self

    async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> "OneTripCursor":
        if self._conn.begun():
            await self._conn._execute(self._cursor.execute, _BEGIN)  # type: ignore[no-untyped-call]
        return await super().executemany(sql, parameters)  # type: ignore[return-value]

    async def fetchall(self) -> list[Any]:
        answer, self._answer = self._answer, []
        return answer

    async def close(self) -> None:
        self._cursor.close()  # all is fetched: nothing is left to do in the thread

    def _asked(self, begins: bool, sql: str, parameters: Any) -> list[Any]:
        if begins:
            self._cursor.execute(_BEGIN)
        self._cursor.execute(sql, parameters)
        return self._cursor.fetchall() if self._cursor.description else []


class OneTripConnection(aiosqlite.Connection):
    """As aiosqlite's, with cursors that are made without a trip."""

    _begins = False  # a transaction was asked for, and nothing yet in it

    def begin(self) -> None:
        """What is asked next begins a transaction."""
        self._begins = True

    def begun(self) -> bool:
        """Whether what comes next begins the transaction."""
        begins, self._begins = self._begins, False
        return begins

    async def commit(self) -> None:
        if not self.begun():  # nothing was asked in it: there is nothing to end
            await super().commit()

    async def rollback(self) -> None:
        if not self.begun():
            await super().rollback()

    def cursor(self) -> OneTripCursor:  # type: ignore[override]  # the caller enters it, which waits for nothing
        return OneTripCursor(self, self._conn.cursor())


def connect(*place: Any, **how: Any) -> OneTripConnection:
    """For SQLAlchemy's `async_creator_fn`; takes what `sqlite3.connect` takes, ``check_same_thread=False`` among it."""
    connection = OneTripConnection(partial(sqlite3.connect, *place, **how), iter_chunk_size=64)
    connection._thread.daemon = True  # as SQLAlchemy does with aiosqlite's: a stop does not wait for it
    return connection
