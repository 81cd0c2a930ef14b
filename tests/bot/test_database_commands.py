"""`sejawat db` as an operator meets it: what it says, what it leaves, and exit 2 in one line when it cannot."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from typer.testing import CliRunner, Result

from bot.commands import app
from storage import schema
from tests.conftest import _new_database
from tests.storage.test_schema import counts, fill


@pytest.fixture
def path(file_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a filled database that the settings name."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", file_url)
    engine = create_engine(schema.sync_url(file_url))
    fill(engine)
    engine.dispose()
    return tmp_path / "sejawat.db"


def _db(*words: str, typed: str | None = None) -> Result:
    ended = CliRunner().invoke(app, ["db", *words], input=typed)
    assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
    return ended


def _refused(ended: Result) -> str:
    """The one line that is said; exit 2."""
    assert ended.exit_code == 2
    assert ended.stdout == ""
    (line,) = ended.stderr.splitlines()
    assert line.startswith("sejawat: ")
    return line.removeprefix("sejawat: ")


def test_check_upgrade_backup_and_restore(path: Path):
    assert _db("check").stdout == "no problem found\n"
    assert _db("upgrade").stdout == "already at the newest schema\n"
    assert _db("backup", "copy.db").stdout.startswith("copy.db: ")
    assert _db("restore", "copy.db").stdout == f"restored to {path}; the old one is {path}.before-restore\n"
    assert _db("check").exit_code == 0
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("delete from schools where id = 2")
    assert _db("check").exit_code == 1
    assert "points to a missing row of schools" in _db("check").stdout


def test_a_folder_of_backups_keeps_the_newest(path: Path):
    assert path.exists()
    Path("copies").mkdir()
    Path("copies/sejawat-20260101T000000Z.db").write_text("old", encoding="utf-8")
    Path("copies/sejawat-20260102T000000Z.db").write_text("old", encoding="utf-8")
    assert _db("backup", "--keep", "2", "copies").stdout.endswith("1 older removed\n")
    assert len(list(Path("copies").iterdir())) == 2


def test_what_cannot_be_done_is_said_in_one_line(path: Path):
    Path("there.db").write_text("mine", encoding="utf-8")
    assert _refused(_db("backup", "there.db")) == "there.db exists already; name a new file, or a folder"
    assert _refused(_db("backup", "--keep", "3", "new.db")) == "--keep 3 needs a folder; new.db is none"
    assert "cannot be restored: it is no SQLite database" in _refused(_db("restore", "there.db"))
    assert _refused(_db("restore", "nowhere.db")) == "nowhere.db is not a file"
    assert _refused(_db("backup", "no/such/folder/copy.db")).startswith("the database cannot be used: ")
    assert path.exists()


def test_a_database_of_a_newer_program_is_left_alone(path: Path):
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("update alembic_version set version_num = '9999'")
    assert _refused(_db("upgrade")).startswith("the database is of a newer Sejawat (schema 9999): update the program")
    assert _db("check").exit_code == 1


@pytest.mark.parametrize("command", ["check", "upgrade", "backup"])
def test_a_damaged_database_is_said_in_one_line(command: str, path: Path):
    path.write_bytes(b"nothing of it is left" * 1000)
    told = _refused(_db(*{"check": ["check"], "upgrade": ["upgrade"], "backup": ["backup", "copy.db"]}[command]))
    assert told.endswith("cannot be used: file is not a database")
    assert not Path("copy.db").exists()


def test_a_server_that_is_away_is_said_in_one_line(path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://guru:Rahasia-42@127.0.0.1:9/sejawat")
    for command in ("check", "upgrade"):
        told = _refused(_db(command))
        assert told.startswith("the database of DATABASE_URL cannot be used: connection failed")
        assert "Rahasia-42" not in told
    for command in (["backup", "copy.db"], ["restore", "copy.db"]):
        assert _refused(_db(*command)) == "this copies SQLite; for PostgreSQL use pg_dump and pg_restore"


@pytest.mark.postgres
def test_move_asks_where_to_and_says_what_is_left_to_do(path: Path, postgres: str):
    new = _new_database(postgres)
    ended = _db("move", typed=f"{new}\n")
    assert ended.exit_code == 0, ended.stderr
    assert ended.stdout.splitlines()[-1].endswith("Now put that address into DATABASE_URL")
    assert new not in ended.stdout + ended.stderr, "a password may stand in it"
    engine = create_engine(new)
    assert set(counts(engine).values()) == {3}
    engine.dispose()
    assert path.exists()
    assert _refused(_db("move", "--to", new)).startswith("the PostgreSQL database is not empty")
    assert _refused(_db("move", "--to", "somewhere")).startswith("that is no address of a database")


def test_counts_are_made_anew_and_what_was_not_right_is_named(path: Path):
    """The rows of the filled database are counted as nobody would: messages of 2026-08-03 on other days."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("update groups set zone = 'Asia/Makassar'")
    assert _db("recount").stdout == "3 groups counted anew; not right were: 1, 2, 3\n"
    assert _db("recount").stdout == "3 groups counted anew\n"
    with closing(sqlite3.connect(path)) as connection, connection:
        kept = connection.execute("select group_id, day, messages from tag_counts order by group_id").fetchall()
    assert kept == [(n, "2026-08-03", 1) for n in (1, 2, 3)]
