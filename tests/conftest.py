"""What every test may ask for: a database on either engine, freshly migrated."""

import gc
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4
from zlib import crc32

import pytest
from sqlalchemy import Engine, create_engine, event, text

from bot import types_later
from learning import versions
from storage import schema
from storage.database import Database
from tests.nursery import Nursery

types_later.install()  # before a test module imports aiogram


def pytest_collection_finish() -> None:
    # What was imported stays: the collector need not walk through it again and again.
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@event.listens_for(Engine, "connect")
def _answers_backwards(connection: Any, _record: Any) -> None:
    """Rows come in any order unless one is asked for; SQLite would give the oldest first and hide who forgot to ask."""
    if "sqlite" in type(connection).__module__:
        cursor = connection.cursor()
        cursor.execute("PRAGMA reverse_unordered_selects=ON")
        cursor.close()


_LONG = ("faults", "journeys", "page")  # folders of whole stories


_DOORS = frozenset({"door", "talk", "town"})  # fixtures through which people speak


_ROWS = 4  # so many make a table


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Whole stories first: one that began last would keep a core busy while the other has nothing left to do.
    items.sort(key=lambda item: item.path.parent.name not in _LONG)
    on_both = [item for item in items if isinstance(item, pytest.Function) and _row(item)]
    tables: dict[tuple[Path, str], set[bytes]] = {}
    for item in on_both:
        tables.setdefault(_table(item), set()).add(_row(item))
    shuffled = {table: sorted(rows, key=crc32) for table, rows in tables.items()}
    # Doors are tried on one engine, by turns, for what rooms ask is tried on both. So are the rows of a table: what it
    # asks is asked of both engines, each row of one. The rest is for `make chaos`.
    for item in on_both:
        if not _DOORS.isdisjoint(item.fixturenames):
            turn = crc32(item.originalname.encode())
        elif len(shuffled[_table(item)]) >= _ROWS:
            turn = shuffled[_table(item)].index(_row(item))
        else:
            continue
        if item.callspec.params["database_url"] != ("sqlite", "postgres")[turn % 2]:
            item.add_marker(pytest.mark.chaos)


def _table(item: pytest.Function) -> tuple[Path, str]:
    return item.path, item.nodeid.partition("[")[0]


def _row(item: pytest.Function) -> bytes:
    """Which row of its table it is, whatever the database; empty when it is not tried on both."""
    engine = item.callspec.params.get("database_url") if hasattr(item, "callspec") else None
    return f"-{item.callspec.id}-".replace(f"-{engine}-", "--", 1).encode() if engine else b""


CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
CHROMIUM += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]


@pytest.fixture(scope="session")
def chromium() -> dict[str, Any]:
    """How Playwright launches the browser of this machine; a test that asks for it is left out where there is none."""
    from tests.services import chromium_path

    path = chromium_path()
    if path is None:
        pytest.skip("left out: Chromium is not here (apt install chromium libatomic1)")
    return {"executable_path": path, "args": CHROMIUM}


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server of our own, started at first use."""
    from tests.services import or_left_out, postgres_server

    with or_left_out(postgres_server()) as url:
        yield url


@pytest.fixture(scope="session")
def quick_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where files of SQLite lie: in memory if there is room, for every commit waits until the disk has it."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK) or shutil.disk_usage(memory).free < 256 * 1024**2:
        yield tmp_path_factory.mktemp("databases")
        return
    with TemporaryDirectory(prefix="sejawat-tests-", dir=memory) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "empty.db"
    schema.upgrade(f"sqlite+aiosqlite:///{path}")
    with create_engine(f"sqlite:///{path}").connect() as connection:
        connection.execute(text("pragma wal_checkpoint(truncate)"))
    return path


@pytest.fixture(scope="session")
def sqlite_kept(sqlite_template: Path, quick_folder: Path) -> Callable[[], str]:
    """Lays an empty file at one place for all tests of this process, and gives its URL."""
    kept = quick_folder / "sejawat.db"
    content = sqlite_template.read_bytes()

    def emptied() -> str:
        for one in (kept, kept.with_name("sejawat.db-wal"), kept.with_name("sejawat.db-shm")):
            one.unlink(missing_ok=True)  # whoever still has it open keeps the old one
        kept.write_bytes(content)
        return f"sqlite+aiosqlite:///{kept}"

    return emptied


@pytest.fixture(scope="session")
def postgres_kept(postgres: str) -> Iterator[tuple[str, Engine]]:
    """One migrated database for all tests of this process, and the way to empty it."""
    url = _new_database(postgres)
    schema.upgrade(url)
    # A test may break every line to the database, ours too.
    engine = create_engine(url, isolation_level="AUTOCOMMIT", pool_pre_ping=True)
    yield url, engine
    engine.dispose()


ALONE = text("""
    select pg_terminate_backend(pid, 5000) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()
""")
# As a replica it does not look at the keys between tables: any order will do.
EMPTIED = text("""
    do $$
    declare
        one record;
    begin
        set local session_replication_role = replica;
        for one in select tablename from pg_tables where schemaname = 'public' and tablename <> 'alembic_version' loop
            execute 'delete from ' || quote_ident(one.tablename);
        end loop;
        perform setval(quote_ident(sequencename), start_value, false)
        from pg_sequences where last_value is not null;
    end $$
""")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database at the newest schema, once on SQLite and once on PostgreSQL.

    The one on PostgreSQL is emptied, not new: making one takes longer than most tests.
    """
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite_kept")())
    return _emptied(*request.getfixturevalue("postgres_kept"))


@pytest.fixture
def postgres_url(postgres_kept: tuple[str, Engine]) -> str:
    """As database_url, on PostgreSQL alone: for tests of several processes. Mark them ``postgres``."""
    return _emptied(*postgres_kept)


def _emptied(url: str, engine: Engine) -> str:
    with engine.connect() as connection:
        connection.execute(ALONE)
        connection.execute(EMPTIED)
    return url


@pytest.fixture(scope="session")
def redis() -> Iterator[str]:
    """The address of a Redis of our own, started at first use."""
    from tests.services import or_left_out, redis_server

    with or_left_out(redis_server()) as server:
        yield server.url


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Forks processes of the assistant that have everything loaded."""
    with closing(Nursery()) as opened:
        yield opened


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def own_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """As database_url, but a database that nobody else gets: for tests that change the schema itself."""
    if request.param == "sqlite":
        return sqlite_url(request, tmp_path)
    url = _new_database(request.getfixturevalue("postgres"))
    schema.upgrade(url)
    return url


@pytest.fixture
def one_database_url(request: pytest.FixtureRequest, quick_folder: Path) -> Iterator[str]:
    """As database_url, on SQLite alone: for tests that are not about storage."""
    with TemporaryDirectory(dir=quick_folder) as folder:
        yield sqlite_url(request, Path(folder))


@pytest.fixture
def file_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """As one_database_url, in the file ``tmp_path / "sejawat.db"``."""
    return sqlite_url(request, tmp_path)


def sqlite_url(request: pytest.FixtureRequest, folder: Path) -> str:
    template: Path = request.getfixturevalue("sqlite_template")
    copy = folder / "sejawat.db"
    copy.write_bytes(template.read_bytes())
    return f"sqlite+aiosqlite:///{copy}"


_OPENED: dict[str, Database] = {}


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async for opened in _opened(database_url):
        yield opened


async def _opened(database_url: str) -> AsyncIterator[Database]:
    # An engine knows how to write the statements it has seen; a new one for each test would learn them all again.
    if database_url not in _OPENED:
        _OPENED[database_url] = Database(database_url)
    opened = _OPENED[database_url]
    versions._read.clear()  # what is kept in memory per engine was read from a database that is empty again
    yield opened
    await opened.close()


@pytest.fixture
async def one_database(sqlite_kept: Callable[[], str]) -> AsyncIterator[Database]:
    """As database, on SQLite alone: for tests that are not about storage."""
    async for opened in _opened(sqlite_kept()):
        yield opened


def _new_database(server: str) -> str:
    name = f"t{uuid4().hex[:12]}"
    engine = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"create database {name}"))
    engine.dispose()
    return f"{server}/{name}"
