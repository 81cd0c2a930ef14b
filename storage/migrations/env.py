"""Alembic's entry: migrations run on a connection of their own, without SQLite's foreign keys."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, create_engine, event, make_url

import storage.models  # noqa: F401 — fills the metadata
from storage.base import Base, Json, UtcDateTime


def _render(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Name our own types in migrations instead of spelling out what they stand for today."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "storage.base.UtcDateTime()"
    return "storage.base.Json" if kind == "type" and isinstance(item, type(Json)) else False


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=_render,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def _online() -> None:
    given: Connection | None = context.config.attributes.get("connection")
    if given is not None:
        _run(given)
        return
    url = make_url(context.config.get_main_option("sqlalchemy.url") or "sqlite:///var/sejawat.db")
    # A batch migration drops and recreates its table: with foreign keys on, ON DELETE CASCADE would
    # take every child row along, so this engine does not switch them on (SQLite's default is off).
    engine = create_engine(url.set(drivername=url.drivername.replace("+aiosqlite", "")))
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _connect(connection: object, _record: object) -> None:
            connection.isolation_level = None  # type: ignore[attr-defined]
            connection.execute("PRAGMA secure_delete=ON")  # type: ignore[attr-defined]  # a table's old copy as well

        @event.listens_for(engine, "begin")
        def _begin(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    with engine.connect() as connection:
        _run(connection)
    engine.dispose()


_online()
