"""From SQLite to PostgreSQL: every row or none, counted on both sides."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, create_engine, func, insert, make_url, select, text
from sqlalchemy.exc import DBAPIError

import storage.models  # noqa: F401 — fills the metadata
from storage import copies, schema
from storage.base import Base

BATCH = 1000
Told = Callable[[str, int], None]  # table, rows of it that have gone over since the last call


class CannotMove(ValueError):
    """Nothing was moved; the message says why."""


def move(source_url: str, target_url: str, told: Told = lambda _table, _rows: None) -> dict[str, int]:
    """Copy a whole SQLite database into an empty PostgreSQL one; gives the rows of each table.

    In one transaction on each side: the source cannot change meanwhile, and the target gets all or nothing.
    The source stays as it is. Raises CannotMove, and DBAPIError where a database cannot be opened.
    """
    _look_at(source_url, target_url)
    source, target = create_engine(schema.sync_url(source_url)), create_engine(schema.sync_url(target_url))
    try:
        with source.connect() as reading, target.begin() as writing:
            _nobody_else_writes(reading)
            moved = {}
            for table in Base.metadata.sorted_tables:
                _copy(reading, writing, table, told)
                moved[table.name] = _counted(reading, writing, table)
            _number_on(reading, writing)
            return moved
    finally:
        source.dispose()
        target.dispose()


def _look_at(source_url: str, target_url: str) -> None:
    """Refuse what cannot be moved, and bring the empty target to the newest schema."""
    source, target = make_url(source_url), make_url(target_url)
    if source.get_backend_name() != "sqlite" or target.get_backend_name() != "postgresql":
        raise CannotMove("a move goes from SQLite (DATABASE_URL) to PostgreSQL (postgresql+psycopg://…)")
    path = Path(source.database or "")
    if not path.exists():
        raise CannotMove(f"there is no database at {path}")
    if copies.is_open(path):
        raise CannotMove(f"{path} is in use: stop the assistant first")
    if found := schema.problems(source_url):
        raise CannotMove(f"{path}: {found[0]}")
    if not schema.is_current(target_url):
        schema.upgrade(target_url)
    if full := _first_with_rows(target_url):
        raise CannotMove(f"the PostgreSQL database is not empty ({full} has rows): make a new one")


def _first_with_rows(url: str) -> str | None:
    engine = create_engine(schema.sync_url(url))
    try:
        with engine.connect() as connection:
            full = (
                table.name
                for table in Base.metadata.sorted_tables
                if connection.scalar(select(select(table).exists())) or False
            )
            return next(full, None)
    finally:
        engine.dispose()


def _nobody_else_writes(reading: Connection) -> None:
    driver: Any = reading.connection.driver_connection
    driver.isolation_level = None  # its own habit is to begin at the first write, and there is none
    reading.exec_driver_sql("BEGIN IMMEDIATE")


def _copy(reading: Connection, writing: Connection, table: Table, told: Told) -> None:
    # In the order of their keys: what a row of the same table refers to is older than it.
    everything = select(table).order_by(*table.primary_key)
    for rows in reading.execution_options(yield_per=BATCH).execute(everything).mappings().partitions():
        try:
            writing.execute(insert(table), [dict(row) for row in rows])
        except DBAPIError as error:
            raise CannotMove(f"PostgreSQL refuses a row of {table.name} {_span(table, rows)}: {_why(error)}") from None
        told(table.name, len(rows))


def _span(table: Table, rows: Sequence[Any]) -> str:
    """Where to look, in keys: what the row says is somebody's."""
    key = next(iter(table.primary_key)).name
    return f"({key} {rows[0][key]} to {rows[-1][key]})"


def _why(error: DBAPIError) -> str:
    return str(error.orig).strip().splitlines()[0]  # the lines after it quote the row


def _counted(reading: Connection, writing: Connection, table: Table) -> int:
    count = select(func.count()).select_from(table)
    here, there = reading.scalar(count) or 0, writing.scalar(count) or 0
    if here != there:
        raise CannotMove(f"{table.name} has {here} rows, but {there} arrived")
    return here


def _number_on(reading: Connection, writing: Connection) -> None:
    """Let new rows be numbered after the highest that ever was: also after deleted ones, where SQLite knows them."""
    used = {row.name: row.seq for row in reading.execute(text("select name, seq from sqlite_sequence"))}
    for table in Base.metadata.sorted_tables:
        key = table.autoincrement_column
        if key is None or key.foreign_keys:
            continue
        highest = max(writing.scalar(select(func.max(key))) or 0, used.get(table.name, 0))
        name = writing.scalar(select(func.pg_get_serial_sequence(table.name, key.name)))
        if highest and name:
            writing.execute(select(func.setval(name, highest)))
