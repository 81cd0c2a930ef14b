"""Migrations: down and up again without losing a row, and the same tables as the models say."""

import os
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import (
    Boolean,
    Date,
    DateTime,
    Engine,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    create_engine,
    func,
    insert,
    select,
    text,
)

from storage import schema
from storage.base import TEXT, Base, UtcDateTime
from storage.database import Database

NOW = datetime(2026, 8, 3, tzinfo=UTC)


@pytest.fixture
def engine(own_database_url: str) -> Iterator[Engine]:
    opened = create_engine(schema.sync_url(own_database_url))
    yield opened
    opened.dispose()


def _value(column: Any, number: int) -> Any:
    """A value of the column's type; the same in every row of a number, so that foreign keys hold."""
    kind = column.type
    if isinstance(kind, UtcDateTime | DateTime):
        return NOW
    if isinstance(kind, Boolean):
        return False
    if isinstance(kind, Date):
        return date(2026, 8, number)
    if isinstance(kind, Float | Integer):
        return number
    if isinstance(kind, LargeBinary):
        return b"x"
    if isinstance(kind, String) and kind.length == len(NOW.strftime(TEXT)):
        return NOW.strftime(TEXT)  # a moment, as an older revision's table is read from SQLite
    return f"{column.name[:4]}{number}" if isinstance(kind, String) else {"n": number}


def fill(engine: Engine) -> dict[str, int]:
    """Three rows in every table; gives the row count by table."""
    with engine.begin() as connection:
        for table in Base.metadata.sorted_tables:
            rows = [{column.name: _value(column, n) for column in table.columns} for n in (1, 2, 3)]
            connection.execute(insert(table), rows)
    return counts(engine)


def counts(engine: Engine, names: Iterable[str] = Base.metadata.tables) -> dict[str, int]:
    with engine.connect() as connection:
        query = {name: select(func.count()).select_from(text(name)) for name in names}
        return {name: connection.execute(statement).scalar_one() for name, statement in query.items()}


def test_models_and_migrations_tell_the_same_story(own_database_url: str):
    command.check(schema.alembic_config(own_database_url))


def fill_as_it_stands(engine: Engine) -> dict[str, int]:
    """As fill, for those tables of an older revision that are empty; gives the row counts of all."""
    older = MetaData()
    older.reflect(engine)
    tables = [table for table in older.sorted_tables if table.name != "alembic_version"]
    known = counts(engine, [table.name for table in tables])
    with engine.begin() as connection:
        for table in tables:
            rows = [{column.name: _value(column, n) for column in table.columns} for n in (1, 2, 3)]
            if not known[table.name]:
                connection.execute(insert(table), rows)
    return counts(engine, known)


def test_every_migration_goes_up_down_and_up_on_a_filled_database(own_database_url: str, engine: Engine):
    """What the older form could hold is there after each step, and nothing points to a missing row."""
    config = schema.alembic_config(own_database_url)
    first, *later = reversed(list(ScriptDirectory.from_config(config).walk_revisions()))
    command.downgrade(config, "base")
    command.upgrade(config, first.revision)
    for revision in later:
        older, newer = str(revision.down_revision), revision.revision
        before = fill_as_it_stands(engine)
        for step, target in ((command.upgrade, newer), (command.downgrade, older), (command.upgrade, newer)):
            step(config, target)
            assert counts(engine, before) == before, f"{step.__name__} to {target}"
            assert schema.foreign_keys_broken(own_database_url) == []
    before = fill_as_it_stands(engine)
    assert set(before) == set(Base.metadata.tables), "every table of today has rows"
    command.downgrade(config, first.revision)
    left = MetaData()
    left.reflect(engine)
    left_names = [name for name in left.tables if name != "alembic_version"]
    assert counts(engine, left_names) == {name: before[name] for name in left_names}, "all the way down"
    engine.dispose()
    command.downgrade(config, "base")
    command.upgrade(config, "head")
    assert set(counts(engine).values()) == {0}
    assert schema.is_current(own_database_url)


def test_a_batch_migration_keeps_the_rows_that_hang_on_its_table(own_database_url: str, engine: Engine):
    """SQLite's batch mode drops and makes a table anew: with foreign keys on, its children would go along."""
    from alembic.migration import MigrationContext
    from alembic.operations import Operations
    from sqlalchemy import Column

    before = fill(engine)
    with engine.connect() as connection, connection.begin():
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("people", recreate="auto") as people:
            people.add_column(Column("nickname", String(8)))
        with operations.batch_alter_table("people", recreate="auto") as people:
            people.drop_column("nickname")
    assert counts(engine) == before


def test_an_old_schema_is_named_with_what_to_do(tmp_path: Path):
    url = f"sqlite+aiosqlite:///{tmp_path}/new.db"
    assert schema.problems(url) == [f"the schema is not at {schema.newest_revision()}: run `sejawat db upgrade`"]
    schema.upgrade(url)
    assert schema.problems(url) == []


@pytest.mark.parametrize("migrated", [True, False])
async def test_a_new_database_and_what_lies_beside_it_is_read_by_its_owner_alone(
    tmp_path: Path, migrated: bool
) -> None:
    url, before = f"sqlite+aiosqlite:///{tmp_path}/var/sejawat.db", os.umask(0o022)  # as most accounts have it
    try:
        if migrated:
            schema.upgrade(url)
        database = Database(url)
        async with database.writing() as session:
            await session.execute(text("create table x (y)"))
        modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "var").iterdir()}
        await database.close()
    finally:
        os.umask(before)
    assert set(modes) == {"sejawat.db", "sejawat.db-wal", "sejawat.db-shm"}
    assert set(modes.values()) == {0o600}


def test_a_database_that_is_there_keeps_the_rights_its_operator_gave_it(tmp_path: Path) -> None:
    path = tmp_path / "sejawat.db"
    path.touch()
    path.chmod(0o640)
    schema.upgrade(f"sqlite+aiosqlite:///{path}")
    assert path.stat().st_mode & 0o777 == 0o640
