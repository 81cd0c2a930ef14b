"""A connection to SQLite goes to its thread once for a statement, and never only to begin or to end nothing."""

import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from storage.database import Database
from storage.one_trip import OneTripConnection, connect


@pytest.fixture
async def counted(tmp_path: Path) -> AsyncIterator[tuple[OneTripConnection, list[str]]]:
    """A connection with a table, and its trips by name."""
    connection = connect(tmp_path / "trips.db", isolation_level=None, check_same_thread=False)
    await connection
    cursor = connection.cursor()
    for statement in ("PRAGMA journal_mode=WAL", "CREATE TABLE notes (words TEXT)"):
        await cursor.execute(statement)
    trips: list[str] = []
    goes = connection._execute

    async def _execute(task: Any, *told: Any) -> Any:
        trips.append(getattr(task, "__name__", "asked"))
        return await goes(task, *told)  # type: ignore[no-untyped-call]

    connection._execute = _execute  # type: ignore[method-assign]
    yield connection, trips
    await connection.close()


async def test_a_transaction_of_two_statements_is_three_trips(counted: tuple[OneTripConnection, list[str]]) -> None:
    connection, trips = counted
    cursor = connection.cursor()
    connection.begin()
    assert not connection.in_transaction and not trips
    await cursor.execute("SELECT count(*) FROM notes")
    assert connection.in_transaction
    await cursor.execute("INSERT INTO notes VALUES (?)", ("pagi",))
    await connection.commit()
    assert not connection.in_transaction and len(trips) == 3


@pytest.mark.parametrize("end", ["commit", "rollback"])
async def test_one_with_nothing_in_it_is_none(counted: tuple[OneTripConnection, list[str]], end: str) -> None:
    connection, trips = counted
    cursor = connection.cursor()
    connection.begin()
    await getattr(connection, end)()
    assert not trips
    await cursor.execute("INSERT INTO notes VALUES ('siang')")
    assert not connection.in_transaction  # it began nothing: what comes later does not wait for an end


@pytest.mark.parametrize("end, kept", [("commit", 2), ("rollback", 0)])
async def test_many_rows_are_within_it_too(counted: tuple[OneTripConnection, list[str]], end: str, kept: int) -> None:
    connection, _trips = counted
    cursor = connection.cursor()
    connection.begin()
    await cursor.executemany("INSERT INTO notes VALUES (?)", [("pagi",), ("siang",)])
    assert connection.in_transaction
    await getattr(connection, end)()
    await cursor.execute("SELECT count(*) FROM notes")
    assert await cursor.fetchall() == [(kept,)]


async def test_who_only_looks_first_has_the_lock_already(sqlite_kept: Callable[[], str]) -> None:
    """IMMEDIATE: nobody else may write between our look and our change."""
    database = Database(sqlite_kept())
    other = sqlite3.connect(str(database.url.database), timeout=0.05)
    async with database.writing() as session:
        other.execute("UPDATE schools SET name = 'lain'")  # nothing was asked yet, so nobody is kept waiting
        other.commit()
        await session.execute(text("SELECT count(*) FROM schools"))
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("UPDATE schools SET name = 'lain'")
    other.close()
    await database.close()


async def test_a_lock_held_elsewhere_is_told_at_the_first_statement_and_the_next_transaction_is_whole(
    counted: tuple[OneTripConnection, list[str]], tmp_path: Path
) -> None:
    connection, _trips = counted
    cursor = connection.cursor()
    await cursor.execute("PRAGMA busy_timeout=10")
    other = sqlite3.connect(tmp_path / "trips.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    connection.begin()
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        await cursor.execute("INSERT INTO notes VALUES ('pagi')")
    await connection.rollback()
    other.execute("ROLLBACK")
    other.close()
    connection.begin()
    await cursor.execute("INSERT INTO notes VALUES ('siang')")
    await connection.rollback()
    await cursor.execute("SELECT count(*) FROM notes")
    assert await cursor.fetchall() == [(0,)]
