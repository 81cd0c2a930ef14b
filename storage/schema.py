"""Brings a database to the newest schema, and checks it."""

import contextlib
from pathlib import Path

from sqlalchemy import create_engine, inspect, make_url, text

HERE = Path(__file__).parent


class CannotUpgrade(ValueError):
    """The schema is not what it should be after this; the message says what to do."""


def upgrade(url: str, to: str = "head") -> None:
    """Migrate up to the revision ``to``; on SQLite the foreign keys are checked afterwards. Raises CannotUpgrade."""
    from alembic import command

    _make_folder(url)
    if is_newer(url):
        raise CannotUpgrade(_NEWER.format(revision(url)))
    command.upgrade(alembic_config(url), to)
    broken = foreign_keys_broken(url)
    if broken:
        raise CannotUpgrade(f"after the migration {len(broken)} rows point nowhere: {broken[:3]}; restore the backup")


_NEWER = "the database is of a newer Sejawat (schema {}): update the program, or restore the backup from before"


def is_newer(url: str) -> bool:
    """Whether a later version of the program has been at work on the database."""
    found = revision(url)
    return found is not None and found not in revisions()


def is_current(url: str) -> bool:
    """Whether the database stands at the newest revision; cheap, without loading Alembic."""
    return revision(url) == newest_revision()


def revision(url: str) -> str | None:
    """The revision a database stands at; None where there is no database of ours yet."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and not Path(parsed.database or "").exists():
        return None  # asking would make an empty file, or fail where the folder is missing
    engine = create_engine(sync_url(url))
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            found = connection.execute(text("select version_num from alembic_version")).scalar_one_or_none()
    finally:
        engine.dispose()
    return str(found) if found else None


def revisions() -> list[str]:
    """Every revision in its order, by the file names: they begin with their number and carry their id."""
    return sorted(path.stem.split("_")[0] for path in (HERE / "migrations" / "versions").glob("[0-9]*.py"))


def newest_revision() -> str:
    return revisions()[-1]


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


def make_private(path: Path) -> None:
    """A file that only its owner may read, where there is none yet; what SQLite puts beside it is as it is.

    Without it everybody with an account on that machine could read what people wrote.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(OSError):  # SQLite says better what is wrong with the place
        path.touch(0o600)


def _make_folder(url: str) -> None:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        make_private(Path(parsed.database))


def problems(url: str) -> list[str]:
    """What is wrong with a database, a sentence each; empty when all is well."""
    if is_newer(url):
        return [_NEWER.format(revision(url))]
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
