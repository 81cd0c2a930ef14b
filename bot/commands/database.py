"""`sejawat db`: migrate, check, back up and restore."""

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer


def _fail(words: str) -> NoReturn:
    print(f"sejawat: {words}", file=sys.stderr)
    raise SystemExit(2)


def upgrade() -> None:
    """Bring the database of DATABASE_URL to the newest schema."""
    from bot.settings import load
    from storage import schema

    url = load().database_url
    if schema.is_current(url):
        print("already at the newest schema")
        return
    schema.upgrade(url)
    print(f"now at {schema.newest_revision()}")


def check() -> None:
    """Check schema, integrity and foreign keys; exit 1 when something is wrong."""
    from bot.settings import load
    from storage import schema

    found = schema.problems(load().database_url)
    for problem in found:
        print(problem)
    if found:
        raise SystemExit(1)
    print("no problem found")


def backup(target: Annotated[Path, typer.Argument(help="The file to write; it must not exist yet.")]) -> None:
    """Copy the SQLite database safely, also while the assistant runs (PostgreSQL: use pg_dump)."""
    from storage import schema

    source = _sqlite_file()
    if target.exists():
        _fail(f"{target} exists already; name a new file")
    if not source.exists():
        _fail(f"there is no database at {source} yet")
    schema.copy_sqlite(source, target)
    print(f"{target}: {target.stat().st_size:,} bytes")


def restore(source: Annotated[Path, typer.Argument(help="A file that `sejawat db backup` wrote.")]) -> None:
    """Put a backup in the place of the database; the old one is kept beside it. Stop the assistant first."""
    from storage import schema

    target = _sqlite_file()
    if not source.exists():
        _fail(f"{source} does not exist")
    try:
        kept = schema.restore_sqlite(source, target)
    except ValueError as problem:
        _fail(str(problem))
    print(f"restored to {target}" + (f"; the old one is {kept}" if kept else ""))


def _sqlite_file() -> Path:
    from sqlalchemy import make_url

    from bot.settings import load

    url = make_url(load().database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        _fail("this copies SQLite; for PostgreSQL use pg_dump and pg_restore")
    return Path(url.database)
