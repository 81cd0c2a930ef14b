"""Migrations of today only add: processes of the version before go on with the newer schema (docs/operations.md)."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from alembic import command
from sqlalchemy import Engine, create_engine, inspect, text

from storage import schema

SINCE = "0014"  # the first schema that several processes ran on; what came before is upgraded with all of them stopped


class Column(NamedTuple):
    kind: str
    nullable: bool
    filled: bool  # the database fills it where a statement does not name it


class Seen(NamedTuple):
    """What a process that knows an older schema relies on."""

    columns: dict[tuple[str, str], Column]
    unique: set[tuple[str, tuple[str | None, ...]]]
    checks: set[tuple[str, str]]


def seen(engine: Engine) -> Seen:
    asked = inspect(engine)
    columns: dict[tuple[str, str], Column] = {}
    unique: set[tuple[str, tuple[str | None, ...]]] = set()
    checks: set[tuple[str, str]] = set()
    for table in asked.get_table_names():
        keys = asked.get_pk_constraint(table)["constrained_columns"]
        for one in asked.get_columns(table):
            counted = one["name"] in keys and bool(one.get("autoincrement"))
            filled = one.get("default") is not None or counted
            columns[table, one["name"]] = Column(str(one["type"]), bool(one["nullable"]), filled)
        unique |= {(table, tuple(one["column_names"])) for one in asked.get_unique_constraints(table)}
        unique |= {(table, tuple(one["column_names"])) for one in asked.get_indexes(table) if one["unique"]}
        checks |= {(table, str(one["sqltext"])) for one in asked.get_check_constraints(table)}
    return Seen(columns, unique, checks)


def in_the_way(before: Seen, after: Seen) -> list[str]:
    """What somebody who knows ``before`` alone could not go on with."""
    found = []
    tables = {table for table, _ in before.columns}
    for (table, name), was in before.columns.items():
        now = after.columns.get((table, name))
        if now is None:
            found.append(f"{table}.{name} is gone")
        elif now.kind != was.kind or (was.nullable and not now.nullable) or (was.filled and not now.filled):
            found.append(f"{table}.{name} was {was}, is {now}")
    for (table, name), now in after.columns.items():
        if table in tables and (table, name) not in before.columns and not (now.nullable or now.filled):
            found.append(f"{table}.{name} is new and has to be given")
    found += [f"{table}: {names} has to be unique" for table, names in after.unique - before.unique if table in tables]
    found += [f"{table}: {words} is checked" for table, words in after.checks - before.checks if table in tables]
    return found


@pytest.fixture
def engine(own_database_url: str) -> Iterator[Engine]:
    opened = create_engine(schema.sync_url(own_database_url))
    yield opened
    opened.dispose()


def test_every_migration_since_several_processes_run_only_adds(own_database_url: str, engine: Engine) -> None:
    config = schema.alembic_config(own_database_url)
    later = [one for one in schema.revisions() if one > SINCE]
    assert later
    command.downgrade(config, SINCE)
    before = seen(engine)
    assert len(before.columns) > 300
    for revision in later:
        command.upgrade(config, revision)
        after = seen(engine)
        assert in_the_way(before, after) == [], f"{revision}: say it in CHANGELOG, and stop all to upgrade"
        before = after


@pytest.mark.parametrize(
    "change, told",
    [
        ("ALTER TABLE a DROP COLUMN b", "a.b is gone"),
        ("ALTER TABLE a RENAME COLUMN b TO c", "a.b is gone"),
        ("ALTER TABLE a RENAME TO z", "a.id is gone"),
        ("DROP TABLE a", "a.id is gone"),
        ("ALTER TABLE a ADD COLUMN c INTEGER", ""),
        ("ALTER TABLE a ADD COLUMN c INTEGER NOT NULL DEFAULT 0", ""),
        ("CREATE TABLE z (id INTEGER NOT NULL, b INTEGER NOT NULL UNIQUE)", ""),
        ("CREATE INDEX x ON a (b)", ""),
        ("CREATE UNIQUE INDEX x ON a (b)", "a: ('b',) has to be unique"),
        ("DROP TABLE a; CREATE TABLE a (id INTEGER PRIMARY KEY, b INTEGER, c INTEGER NOT NULL)", "a.c is new"),
        ("DROP TABLE a; CREATE TABLE a (id INTEGER PRIMARY KEY, b INTEGER NOT NULL)", "a.b was"),
        ("DROP TABLE a; CREATE TABLE a (id INTEGER PRIMARY KEY, b TEXT)", "a.b was"),
        ("DROP TABLE a; CREATE TABLE a (id INTEGER PRIMARY KEY, b INTEGER CHECK (b > 1))", "is checked"),
    ],
)
def test_what_does_not_only_add_is_seen(change: str, told: str) -> None:
    engine: Any = create_engine("sqlite://")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE a (id INTEGER PRIMARY KEY, b INTEGER)"))
    before = seen(engine)
    with engine.begin() as connection:
        for one in change.split("; "):
            connection.execute(text(one))
    found = in_the_way(before, seen(engine))
    engine.dispose()
    assert (told in found[0]) if told else found == []
