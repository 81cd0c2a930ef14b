"""A backup that comes back is told who went meanwhile: by the database it replaces, and by the list beside backups."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from typer.testing import CliRunner, Result

from bot.commands import app
from community import consent, departures
from reports import departed, person
from storage.database import Database
from storage.models import Person
from tests.reports.cast import cast, wall

NOW = wall("2026-11-18 16:00")
WORDS = "Murid menakar air dengan gelas bekas"


@pytest.fixture
def here(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A database and the folder of its backups."""
    path = tmp_path / "sejawat.db"
    path.write_bytes(sqlite_template.read_bytes())
    (tmp_path / "backups").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{path}")
    return path


def _db(*command: str) -> Result:
    ended = CliRunner().invoke(app, ["db", *command])
    assert ended.exit_code == 0, ended.output + str(ended.exception)
    return ended


async def _people(path: Path) -> dict[str, datetime | None]:
    database = Database(f"sqlite+aiosqlite:///{path}")
    async with database.reading() as session:
        found = await session.execute(select(Person.name, Person.consented_at))
        names = {row.name: row.consented_at for row in found}
    await database.close()
    return names


async def _move(path: Path, act: Any) -> None:
    database = Database(f"sqlite+aiosqlite:///{path}")
    async with database.writing() as session:
        await act(session)
    await database.close()


async def _school(session: Any) -> None:
    here = await cast(session)
    await here.reflects("Sari", await here.prompt(NOW), NOW, WORDS)


async def _sari_goes(session: Any) -> None:
    await person.forget_user(session, 7_000_000_101, NOW)


async def _budi_withdraws(session: Any) -> None:
    budi = (await session.scalars(select(Person).where(Person.name == "Budi"))).one()
    await consent.withdraw(session, budi, NOW)


def test_who_went_after_the_backup_is_gone_again_after_it_came_back(here: Path) -> None:
    asyncio.run(_move(here, _school))
    _db("backup", "backups/night.db")
    asyncio.run(_move(here, _sari_goes))
    asyncio.run(_move(here, _budi_withdraws))
    said = _db("restore", "backups/night.db").stdout
    assert "went again: 1 whose data was deleted since, 1 who had withdrawn" in said
    names = asyncio.run(_people(here))
    assert "Sari" not in names and names["Budi"] is None and names["Wati"] is not None
    assert WORDS.encode() not in here.read_bytes() + _beside(here)


def _beside(path: Path) -> bytes:
    log = path.with_name(path.name + "-wal")
    return log.read_bytes() if log.exists() else b""


def test_where_the_old_database_is_damaged_the_list_beside_the_backups_is_carried_out(here: Path) -> None:
    asyncio.run(_move(here, _school))
    _db("backup", "backups/monday.db")
    asyncio.run(_move(here, _sari_goes))
    _db("backup", "backups/tuesday.db")
    listed = Path("backups/departures.txt")
    assert listed.stat().st_mode & 0o777 == 0o600
    assert "Sari" not in listed.read_text(encoding="utf-8") and len(listed.read_text(encoding="utf-8").split()) == 3
    here.write_bytes(b"not a database")
    said = _db("restore", "backups/monday.db").stdout
    assert "cannot be read from the old one" in said and "went again: 1" in said
    assert "Sari" not in asyncio.run(_people(here))


def test_a_list_is_printed_and_carried_out_for_databases_that_come_back_by_other_tools(here: Path) -> None:
    asyncio.run(_move(here, _school))
    _db("backup", "night.db")
    asyncio.run(_move(here, _sari_goes))
    Path("list.txt").write_text(_db("departures").stdout, encoding="utf-8")
    here.write_bytes(Path("night.db").read_bytes())
    for log in ("-wal", "-shm"):
        here.with_name(here.name + log).unlink(missing_ok=True)
    assert "went again: 1" in _db("depart", "list.txt").stdout
    assert "went again: 0" in _db("depart", "list.txt").stdout
    assert "Sari" not in asyncio.run(_people(here))
    for spoilt in ("nonsense", "2026-01-01 forgotten x", f"gestern forgotten {'a' * 64}"):
        Path("list.txt").write_text(spoilt, encoding="utf-8")
        ended = CliRunner().invoke(app, ["db", "depart", "list.txt"])
        assert ended.exit_code == 2 and "line 1" in ended.stderr


async def test_who_came_back_or_agreed_again_is_left_alone(database: Database) -> None:
    async with database.writing() as session:
        town = await cast(session)
        sari, budi = town.people["Sari"], town.people["Budi"]
        mark = departures.mark(sari)
        told = [(mark, "forgotten", NOW), (departures.mark(budi), "withdrew", NOW)]
        await person.forget(session, sari, NOW)
        again = await consent.agree(session, 7_000_000_101, "f" * 64, "id", NOW + timedelta(days=1))
        budi.consented_at = NOW + timedelta(days=1)
        await session.flush()
        assert departures.mark(again) != mark
        assert await departed.again(session, told, NOW + timedelta(days=2)) == (0, 0)
        assert budi.consented_at is not None
        assert {row[0] for row in await departures.listed(session)} >= {mark}
