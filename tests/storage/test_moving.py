"""From SQLite to PostgreSQL: every value of every row, or nothing at all."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, delete, func, insert, select, text, update

from storage import schema
from storage.base import Base
from storage.models import Letter, School
from storage.moving import CannotMove, move
from tests.conftest import _new_database
from tests.storage.test_schema import NOW, counts, fill

pytestmark = pytest.mark.postgres


@pytest.fixture
def source(one_database_url: str) -> Iterator[tuple[str, Engine]]:
    """A SQLite database with three rows in every table."""
    engine = create_engine(schema.sync_url(one_database_url))
    fill(engine)
    yield one_database_url, engine
    engine.dispose()


@pytest.fixture
def target(postgres: str) -> Iterator[tuple[str, Engine]]:
    """A PostgreSQL database without a table."""
    url = _new_database(postgres)
    engine = create_engine(url)
    yield url, engine
    engine.dispose()


def _all(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    with engine.connect() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
        }


def test_every_value_arrives_as_it_was(source: tuple[str, Engine], target: tuple[str, Engine]):
    with source[1].begin() as connection:
        odd = {"name": "SDN “Melati” 2 \\ 'é' 🌱", "zone": "Asia/Jayapura", "created_at": NOW}
        connection.execute(insert(School), odd)
        words = {"text": "Halo 🌱", "nested": [1, None, {"a": 1.5}], "empty": ""}
        connection.execute(update(Letter).where(Letter.id == 1).values(params=words, result=None))
    told: dict[str, int] = {}

    def count(table: str, rows: int) -> None:
        told[table] = told.get(table, 0) + rows

    moved = move(source[0], target[0], count)
    before, after = _all(source[1]), _all(target[1])
    for name, rows in before.items():
        assert after[name] == rows, name
    assert moved == counts(source[1]) == told
    assert schema.problems(target[0]) == []


def test_more_rows_than_a_batch_arrive(source: tuple[str, Engine], target: tuple[str, Engine], monkeypatch: Any):
    monkeypatch.setattr("storage.moving.BATCH", 7)
    with source[1].begin() as connection:
        rows = [{"name": f"SDN {n}", "zone": "Asia/Jakarta", "created_at": NOW} for n in range(50)]
        connection.execute(insert(School), rows)
    assert move(source[0], target[0])["schools"] == 53
    assert _all(source[1])["schools"] == _all(target[1])["schools"]


def test_new_rows_are_numbered_after_the_highest_that_ever_was(source: tuple[str, Engine], target: tuple[str, Engine]):
    """Letters and updates keep their numbers for themselves even when they are deleted: answers name them."""
    with source[1].begin() as connection:
        connection.execute(text("update sqlite_sequence set seq = 700 where name = 'outbox'"))
        connection.execute(delete(Letter).where(Letter.id == 3))
    move(source[0], target[0])
    with target[1].begin() as connection:
        school = {"name": "SDN Mawar 1", "zone": "Asia/Jakarta", "created_at": NOW}
        assert connection.scalar(insert(School).values(school).returning(School.id)) == 4
        assert connection.scalar(select(func.nextval("outbox_id_seq"))) == 701


def test_what_postgresql_cannot_hold_is_named_and_nothing_is_moved(
    source: tuple[str, Engine], target: tuple[str, Engine]
):
    """SQLite does not count characters."""
    with source[1].begin() as connection:
        connection.execute(update(Letter).where(Letter.id == 2).values(method="m" * 65))
    with pytest.raises(CannotMove, match=r"a row of outbox \(id 1 to 3\): value too long") as refused:
        move(source[0], target[0])
    assert "\n" not in str(refused.value)
    assert set(counts(target[1]).values()) == {0}
    with source[1].begin() as connection:
        connection.execute(update(Letter).where(Letter.id == 2).values(method="m"))
    assert set(move(source[0], target[0]).values()) == {3}, "the second try finds nothing in its way"


def test_a_database_that_is_used_already_is_left_alone(source: tuple[str, Engine], target: tuple[str, Engine]):
    move(source[0], target[0])
    with pytest.raises(CannotMove, match="not empty"):
        move(source[0], target[0])
    assert set(counts(target[1]).values()) == {3}


def test_only_from_sqlite_to_postgresql(one_database_url: str, tmp_path: Path):
    with pytest.raises(CannotMove, match="from SQLite"):
        move(one_database_url, one_database_url)
    with pytest.raises(CannotMove, match="there is no database at"):
        move(f"sqlite+aiosqlite:///{tmp_path}/none.db", "postgresql+psycopg://nobody@127.0.0.1:9/none")
    assert not (tmp_path / "none.db").exists()
