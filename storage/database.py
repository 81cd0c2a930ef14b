"""The way to the database: one engine that writes, one that only reads, on SQLite or PostgreSQL."""

import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from pydantic_core import from_json
from sqlalchemy import Connection, event, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session as SyncSession

from storage.one_trip import OneTripConnection, connect
from storage.schema import make_private

Session = AsyncSession

# PostgreSQL for a while, or a standby that was taken for it; the driver calls it an internal error.
READ_ONLY = "25006"
WROTE_LETTERS = "letters"  # a mark in Session.info: this transaction owes somebody a message


class Database:
    """Two doors to one database.

    `writing()` opens a transaction that commits at the end of the block or not at all; `reading()` one
    that cannot write. On SQLite the writing engine has a single connection, so writers wait in an orderly
    queue here instead of polling for the lock.
    """

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self._writer, self._reader = _sqlite(url, write=True), _sqlite(url, write=False)
        else:
            self._writer, self._reader = _postgres(url, write=True), _postgres(url, write=False)
        self._writing = async_sessionmaker(self._writer, expire_on_commit=False)
        self._reading = async_sessionmaker(self._reader, expire_on_commit=False)
        self._listeners: list[Callable[[], None]] = []

    def watch(self, took: Callable[[float], None]) -> None:
        """Call ``took`` with the seconds that each statement took."""
        for engine in (self._writer.sync_engine, self._reader.sync_engine):

            @event.listens_for(engine, "before_cursor_execute")
            def _before(connection: Connection, *_rest: Any) -> None:
                connection.info["began"] = time.perf_counter()

            @event.listens_for(engine, "after_cursor_execute")
            def _after(connection: Connection, *_rest: Any) -> None:
                took(time.perf_counter() - connection.info.pop("began"))

    def on_letters(self, told: Callable[[], None]) -> None:
        """Call ``told`` after every commit that wrote letters: the courier need not poll for them."""
        self._listeners.append(told)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Session]:
        async with self._writing() as session:
            event.listen(session.sync_session, "after_commit", self._committed)
            async with session.begin():
                yield session

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Session]:
        async with self._reading() as session:
            yield session

    def _committed(self, session: SyncSession) -> None:
        if session.info.pop(WROTE_LETTERS, False):
            for told in self._listeners:
                told()

    async def close(self) -> None:
        self._listeners.clear()
        await self._writer.dispose()
        await self._reader.dispose()


def _read_json(written: str | bytes) -> Any:
    """The faster reader does not know half a surrogate pair, which somebody may have managed to bring in."""
    try:
        return from_json(written)
    except ValueError:
        return json.loads(written)


_JSON = {"hide_parameters": True, "json_deserializer": _read_json}  # parameters: people's words
# Readers begin nothing: each statement sees what is committed, on both databases, and is one trip instead of three.
_NO_BEGIN = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True}


def _postgres(url: str, *, write: bool) -> AsyncEngine:
    if write:
        return create_async_engine(url, pool_size=8, max_overflow=8, pool_pre_ping=True, **_JSON)
    only = {"options": "-c default_transaction_read_only=on"}
    return create_async_engine(
        url, pool_size=4, max_overflow=4, pool_pre_ping=True, connect_args=only, **_JSON, **_NO_BEGIN
    )


def _sqlite(url: str, *, write: bool) -> AsyncEngine:
    path = make_url(url).database
    if not path or path == ":memory:":
        raise ValueError("DATABASE_URL names no file: SQLite in memory would lose everything at a stop")
    if write:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    sizes = {"pool_size": 1, "max_overflow": 0} if write else {"pool_size": 4, "max_overflow": 4}
    mode = {} if write else _NO_BEGIN
    opened = {"connect_args": {"async_creator_fn": connect}}
    engine = create_async_engine(url, **_JSON, **opened, **sizes, **mode)

    @event.listens_for(engine.sync_engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves: sqlite3's own habit loses updates
        cursor = connection.cursor()
        # FULL: with WAL, NORMAL may lose the last commits at a power cut, and those were confirmed to Telegram.
        pragmas = ["journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "foreign_keys=ON"]
        # What is deleted or changed is written over: Debian's SQLite does so by itself, others only let go of it.
        pragmas.append("secure_delete=ON")
        for pragma in pragmas if write else ["busy_timeout=5000", "query_only=ON"]:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    if write:

        @event.listens_for(engine.sync_engine, "do_connect")
        def _made(*_how: Any) -> None:
            make_private(Path(path))

        @event.listens_for(engine.sync_engine, "begin")
        def _begin(connection: Connection) -> None:
            driver = connection.connection.driver_connection
            assert isinstance(driver, OneTripConnection)
            driver.begin()

    return engine


def is_away(error: BaseException) -> bool:
    """Whether the database could not be reached, was busy or takes nothing just now: the work may be tried again."""
    if isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) == READ_ONLY:
        return True
    return isinstance(error, OperationalError | InterfaceError | PoolTimeout | ConnectionError)


def insert(session: Session, table: Any) -> Any:
    """INSERT with `on_conflict_do_nothing/update`, which both databases have under different imports."""
    if session.get_bind().dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as sqlite_insert

        return sqlite_insert(table)
    from sqlalchemy.dialects.postgresql import insert as postgresql_insert

    return postgresql_insert(table)
