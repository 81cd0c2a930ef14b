"""What every test may ask for: a database on either engine, freshly migrated."""

from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text

from storage import schema
from storage.database import Database


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server of our own, started at first use."""
    from tests.services import postgres_server

    with ExitStack() as stack:
        try:
            url = stack.enter_context(postgres_server())
        except FileNotFoundError as missing:
            pytest.skip(f"left out: {missing}")
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "empty.db"
    schema.upgrade(f"sqlite+aiosqlite:///{path}")
    with create_engine(f"sqlite:///{path}").connect() as connection:
        connection.execute(text("pragma wal_checkpoint(truncate)"))
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres: str) -> str:
    """A migrated database that others are copied from."""
    name = "template_sejawat"
    _admin(postgres, f"create database {name}")
    schema.upgrade(f"{postgres}/{name}")
    return name


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a freshly migrated database, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield sqlite_url(request, tmp_path)
        return
    server, template = request.getfixturevalue("postgres"), request.getfixturevalue("postgres_template")
    name = f"t{uuid4().hex[:12]}"
    _admin(server, f"create database {name} template {template}")
    yield f"{server}/{name}"
    _admin(server, f"drop database if exists {name} with (force)")


@pytest.fixture
def one_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """As database_url, on SQLite alone: for tests that are not about storage."""
    return sqlite_url(request, tmp_path)


def sqlite_url(request: pytest.FixtureRequest, folder: Path) -> str:
    template: Path = request.getfixturevalue("sqlite_template")
    copy = folder / "sejawat.db"
    copy.write_bytes(template.read_bytes())
    return f"sqlite+aiosqlite:///{copy}"


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    opened = Database(database_url)
    yield opened
    await opened.close()


def _admin(server: str, statement: str) -> None:
    engine = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
