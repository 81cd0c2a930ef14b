"""Brings a database to the newest schema, and checks it."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import create_engine, inspect, make_url, text

HERE = Path(__file__).parent


def upgrade(url: str, revision: str = "head") -> None:
    """Migrate up to ``revision``; on SQLite the foreign keys are checked afterwards (ValueError if broken)."""
    from alembic import command

    _make_folder(url)
    command.upgrade(alembic_config(url), revision)
    broken = foreign_keys_broken(url)
    if broken:
        raise ValueError(f"after the migration {len(broken)} rows point nowhere: {broken[:3]}; restore the backup")


def is_current(url: str) -> bool:
    """Whether the database stands at the newest revision; cheap, without loading Alembic."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").exists():
        return False  # asking would make an empty file, or fail where the folder is missing
    engine = create_engine(sync_url(url))
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return False
            found = connection.execute(text("select version_num from alembic_version")).scalar_one_or_none()
    finally:
        engine.dispose()
    return found == newest_revision()


def newest_revision() -> str:
    """The last revision, by the file names: they begin with their number and carry their id."""
    return max(path.stem for path in (HERE / "migrations" / "versions").glob("[0-9]*.py")).split("_")[0]


def alembic_config(url: str):  # type: ignore[no-untyped-def]
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE / "migrations").replace("%", "%%"))
    config.set_main_option("sqlalchemy.url", sync_url(url).replace("%", "%%"))
    return config


def sync_url(url: str) -> str:
    """The same database for a blocking driver: Alembic and the checks use one."""
    parsed = make_url(url)
    return parsed.set(drivername=parsed.drivername.replace("+aiosqlite", "")).render_as_string(hide_password=False)


def foreign_keys_broken(url: str) -> list[tuple[object, ...]]:
    """Rows of SQLite that point to nothing; always empty on PostgreSQL, which checks by itself."""
    engine = create_engine(sync_url(url))
    try:
        with engine.connect() as connection:
            if engine.dialect.name != "sqlite":
                return []
            return [tuple(row) for row in connection.execute(text("pragma foreign_key_check"))]
    finally:
        engine.dispose()


def _make_folder(url: str) -> None:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)


def problems(url: str) -> list[str]:
    """What is wrong with a database, a sentence each; empty when all is well."""
    if not is_current(url):
        return [f"the schema is not at {newest_revision()}: run `sejawat db upgrade`"]
    found = [f"a row of {row[0]} points to a missing row of {row[2]}" for row in foreign_keys_broken(url)]
    engine = create_engine(sync_url(url))
    try:
        if engine.dialect.name == "sqlite":
            with engine.connect() as connection:
                told = [row[0] for row in connection.execute(text("pragma integrity_check"))]
            found += [f"SQLite: {line}" for line in told if line != "ok"]
    finally:
        engine.dispose()
    return found


def copy_sqlite(source: Path, target: Path) -> None:
    """A consistent copy by SQLite's own backup, while others write; the file copied alone would miss the WAL."""
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def restore_sqlite(source: Path, target: Path) -> Path | None:
    """Check a backup and put it in place; the database that stood there is kept and named. ValueError if unfit."""
    found = problems(f"sqlite+aiosqlite:///{source}") if _is_sqlite(source) else ["it is no SQLite database"]
    if found:
        raise ValueError(f"{source} cannot be restored: {found[0]}")
    kept = None
    if target.exists():
        kept = target.with_name(f"{target.name}.before-restore")
        if kept.exists():
            raise ValueError(f"{kept} is in the way: move it first, it is the copy of an earlier restore")
        copy_sqlite(target, kept)
    for stale in (target, target.with_name(target.name + "-wal"), target.with_name(target.name + "-shm")):
        stale.unlink(missing_ok=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    copy_sqlite(source, target)
    return kept


def _is_sqlite(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(16) == b"SQLite format 3\x00"
