"""Copies of a database: whole, private, taken in the middle of the work, and put back only where nobody is at work."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine

from storage import copies, schema
from storage.database import Database
from storage.models import School
from tests.storage.test_schema import counts, fill

NOW = datetime(2026, 8, 3, 1, 15, tzinfo=UTC)


@pytest.fixture
def filled(tmp_path: Path, sqlite_template: Path) -> tuple[Path, dict[str, int]]:
    """A database with rows in every table, and how many."""
    path = tmp_path / "the school's #1 database?.db"  # a name that is no URL
    path.write_bytes(sqlite_template.read_bytes())
    engine = create_engine(URL.create("sqlite", database=str(path)))
    rows = fill(engine)
    engine.dispose()
    return path, rows


def _counts(path: Path) -> dict[str, int]:
    engine = create_engine(URL.create("sqlite", database=str(path)))
    try:
        return counts(engine)
    finally:
        engine.dispose()


def test_a_copy_is_one_whole_file_that_only_its_owner_reads(filled: tuple[Path, dict[str, int]], tmp_path: Path):
    source, rows = filled
    copies.copy_sqlite(source, tmp_path / "copy.db")
    assert _counts(tmp_path / "copy.db") == rows
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        assert copy.execute("pragma journal_mode").fetchone() == ("delete",), "readable where nobody can write"
    assert sorted(path.name for path in tmp_path.glob("copy*")) == ["copy.db"]


def test_what_was_deleted_before_lies_in_no_free_page_of_a_copy(filled: tuple[Path, dict[str, int]], tmp_path: Path):
    source, words = filled[0], "kata yang sudah dihapus " * 400
    with closing(sqlite3.connect(source)) as opened:
        opened.execute("pragma secure_delete=off")  # some builds write over everything by themselves
        opened.execute("create table x (y)")
        opened.execute("insert into x values (?)", (words,))
        opened.commit()
        opened.execute("drop table x")
        opened.commit()
        opened.execute("pragma wal_checkpoint(truncate)")
    assert words[:24].encode() in source.read_bytes(), "there is something to be found"
    copies.copy_sqlite(source, tmp_path / "copy.db")
    assert words[:24].encode() not in (tmp_path / "copy.db").read_bytes()


async def test_a_copy_is_taken_while_somebody_writes(file_url: str, tmp_path: Path):
    database = Database(file_url)
    async with database.writing() as session:
        session.add(School(name="SDN Melati 2", zone="Asia/Jakarta", created_at=NOW))
    async with database.writing() as session:
        session.add(School(name="SDN Mawar 1", zone="Asia/Jakarta", created_at=NOW))
        await session.flush()
        copies.copy_sqlite(tmp_path / "sejawat.db", tmp_path / "copy.db")
    await database.close()
    assert _counts(tmp_path / "copy.db")["schools"] == 1, "what is committed, whole; what is not, not at all"


def test_a_damaged_database_gives_no_copy(filled: tuple[Path, dict[str, int]], tmp_path: Path):
    source, _ = filled
    content = bytearray(source.read_bytes())
    content[4096 * 3 : 4096 * 9] = b"\xff" * 4096 * 6
    source.write_bytes(content)
    with pytest.raises((ValueError, sqlite3.DatabaseError)):
        copies.copy_sqlite(source, tmp_path / "copy.db")
    assert list(tmp_path.glob("copy*")) == []


def test_of_many_copies_the_newest_stay(filled: tuple[Path, dict[str, int]], tmp_path: Path):
    source, _ = filled
    folder = tmp_path / "copies"
    folder.mkdir()
    (folder / "notes.txt").write_text("not ours", encoding="utf-8")
    (folder / "sejawat-before-the-move.db").write_text("not ours to remove", encoding="utf-8")
    for day in range(4):
        made, gone = copies.copy_into(source, folder, NOW + timedelta(days=day), keep=3)
        assert made.exists()
        assert len(gone) == (day == 3)
    assert [path.name for path in sorted(folder.iterdir())] == [
        "notes.txt", "sejawat-20260804T011500Z.db", "sejawat-20260805T011500Z.db", "sejawat-20260806T011500Z.db",
        "sejawat-before-the-move.db",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="exists already"):
        copies.copy_into(source, folder, NOW + timedelta(days=3))


def test_what_is_replaced_is_kept_and_named(filled: tuple[Path, dict[str, int]], tmp_path: Path):
    source, rows = filled
    copy, target = tmp_path / "copy.db", tmp_path / "new folder" / "sejawat.db"
    copies.copy_sqlite(source, copy)
    assert copies.restore_sqlite(copy, target) is None
    assert _counts(target) == rows
    kept = target.with_name("sejawat.db.before-restore")
    assert copies.restore_sqlite(copy, target) == kept
    assert _counts(kept) == rows
    with pytest.raises(ValueError, match="in the way"):
        copies.restore_sqlite(copy, target)
    assert sorted(path.name for path in target.parent.iterdir()) == ["sejawat.db", "sejawat.db.before-restore"]


def test_a_foreign_file_is_not_restored(tmp_path: Path):
    target = tmp_path / "sejawat.db"
    (tmp_path / "note.txt").write_text("this is no database", encoding="utf-8")
    with pytest.raises(ValueError, match="no SQLite database"):
        copies.restore_sqlite(tmp_path / "note.txt", target)
    with closing(sqlite3.connect(tmp_path / "foreign.db")) as foreign:
        foreign.execute("create table recipes (name text)")
    with pytest.raises(ValueError, match="not Sejawat's"):
        copies.restore_sqlite(tmp_path / "foreign.db", target)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["foreign.db", "note.txt"]


def test_a_damaged_database_can_be_replaced(filled: tuple[Path, dict[str, int]], tmp_path: Path):
    """This is what a copy is for: neither looking at the damage nor putting it aside may fail on it."""
    source, rows = filled
    target = tmp_path / "sejawat.db"
    target.write_bytes(b"SQLite format 3\x00" + b"\xff" * 8192)
    target.with_name("sejawat.db-wal").write_bytes(b"half a log")
    kept = copies.restore_sqlite(source, target)
    assert kept is not None
    assert kept.read_bytes().endswith(b"\xff" * 8192), "every byte of it is still there"
    assert kept.with_name("sejawat.db.before-restore-wal").exists()
    assert _counts(target) == rows


OPENED = """
import asyncio, sys
from sqlalchemy import text
from storage.database import Database

async def main():
    database = Database(sys.argv[1])
    async with database.writing() as session:
        await session.execute(text("delete from schools"))
    print("open", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await database.close()

asyncio.run(main())
"""


def test_nothing_is_put_under_an_assistant_that_runs(file_url: str, tmp_path: Path):
    """It would go on writing into a file that has no name any more."""
    target = tmp_path / "sejawat.db"
    copies.copy_sqlite(target, tmp_path / "copy.db")
    running = [sys.executable, "-c", OPENED, file_url]
    with subprocess.Popen(running, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as assistant:
        assert assistant.stdout is not None
        assert assistant.stdout.readline() == "open\n"
        with pytest.raises(ValueError, match="in use: stop the assistant first"):
            copies.restore_sqlite(tmp_path / "copy.db", target)
        assistant.communicate("")
    assert not copies.is_open(target)
    assert copies.restore_sqlite(tmp_path / "copy.db", target) is not None


def test_a_copy_of_an_earlier_version_comes_back_at_the_newest_schema(tmp_path: Path):
    old, target = tmp_path / "old.db", tmp_path / "sejawat.db"
    schema.upgrade(f"sqlite+aiosqlite:///{old}", schema.revisions()[0])
    copies.restore_sqlite(old, target)
    assert schema.is_current(f"sqlite+aiosqlite:///{target}")
    assert not schema.is_current(f"sqlite+aiosqlite:///{old}"), "the copy stays as it was"


def test_a_copy_of_a_newer_version_waits_for_the_update(filled: tuple[Path, dict[str, int]], tmp_path: Path):
    source, _ = filled
    with closing(sqlite3.connect(source)) as connection, connection:
        connection.execute("update alembic_version set version_num = '9999'")
    with pytest.raises(
        ValueError, match=r"cannot be restored: the database is of a newer Sejawat \(schema 9999\): update"
    ):
        copies.restore_sqlite(source, tmp_path / "target.db")
    assert list(tmp_path.glob("target*")) == []
