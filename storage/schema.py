"""Brings a database to the newest schema, and checks it."""

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
