"""Many rows, or many keys, in one statement with one parameter: the database itself unfolds it.

Much cheaper for the process than parameters for each row, which counts when thousands are due at once.
"""

import json
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from pydantic_core import to_json
from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    ColumnElement,
    Date,
    Row,
    Table,
    TableValuedAlias,
    Text,
    TextClause,
    any_,
    bindparam,
    cast,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import NullType

from storage.base import TEXT, NaiveMoment, UtcDateTime
from storage.database import Session


async def insert_rows(
    session: Session,
    model: type[DeclarativeBase],
    rows: Sequence[dict[str, Any]],
    *,
    unique: Sequence[str],
    update: Sequence[str] = (),
    add: Sequence[str] = (),
    latest: Sequence[str] = (),
    returning: Sequence[str] = (),
) -> Sequence[Row[Any]]:
    """Insert ``rows`` (all with the same keys, at least one), by the model's columns.

    A row whose ``unique`` columns are there already is left alone; or takes the new values of ``update``, adds those
    of ``add`` to its own, and of ``latest`` keeps the greater. Gives the ``returning`` columns of the rows written.
    Raises NaiveMoment.
    """
    if not rows:
        return []
    table = model.__table__
    assert isinstance(table, Table)
    names = tuple(rows[0])
    if session.get_bind().dialect.name == "sqlite":
        same: tuple[str, ...] | None = None
        given = {"rows": _for_sqlite(table, rows)}
    else:
        # Half of the columns say the same in every row: said once, the server reads half as much.
        shared = {name: rows[0][name] for name in names if all(row[name] == rows[0][name] for row in rows)}
        own = [{name: value for name, value in row.items() if name not in shared} for row in rows]
        same = tuple(shared)
        given = {"same": _for_postgres(table, [shared]), "rows": _for_postgres(table, own)}
    kept = tuple(unique), tuple(update), tuple(add), tuple(latest)
    done = await session.execute(_insert(table, names, same, *kept, tuple(returning)), given)
    return done.all() if returning else []


@lru_cache(maxsize=512)
def _insert(
    table: Table,
    names: Sequence[str],
    same: Sequence[str] | None,
    unique: Sequence[str],
    update: Sequence[str],
    add: Sequence[str],
    latest: Sequence[str],
    returning: Sequence[str],
) -> TextClause:
    """The statement of `insert_rows`; ``same``: on PostgreSQL, the columns that are said once for all rows."""

    def quoted(columns: Sequence[str]) -> str:
        return ", ".join(f'"{name}"' for name in columns)

    if same is None:
        unfolded = ", ".join(f"json_extract(value, '$.{name}')" for name in names)
        # WHERE: without it SQLite takes ON CONFLICT for the ON of a join.
        source = f"SELECT {unfolded} FROM json_each(:rows) WHERE true"
    else:
        unfolded = ", ".join(f'{"one" if name in same else "each"}."{name}"' for name in names)
        populated = f"json_populate_recordset(NULL::{table.name}, CAST(:{{}} AS json))"
        source = f"SELECT {unfolded} FROM {populated.format('same')} AS one, {populated.format('rows')} AS each"
    changes = [f'"{name}" = excluded."{name}"' for name in update]
    changes += [f'"{name}" = {table.name}."{name}" + excluded."{name}"' for name in add]
    greater = "max" if same is None else "greatest"
    changes += [f'"{name}" = {greater}({table.name}."{name}", excluded."{name}")' for name in latest]
    act = f"DO UPDATE SET {', '.join(changes)}" if changes else "DO NOTHING"
    statement = f"INSERT INTO {table.name} ({quoted(names)}) {source} ON CONFLICT ({quoted(unique)}) {act}"
    return text(statement + (f" RETURNING {quoted(returning)}" if returning else ""))


def among(session: Session, column: Any, numbers: Collection[int]) -> ColumnElement[bool]:
    """``column IN (numbers)`` for hundreds of our own keys as one parameter.

    A placeholder for each would be read by the driver slower than the server answers the question.
    """
    if session.get_bind().dialect.name == "sqlite":
        unfolded = func.json_each(json.dumps(list(numbers))).table_valued("value")
        return column.in_(select(unfolded.c.value))  # type: ignore[no-any-return]
    # The text has no type of its own, so it is read once; cast from text it would be read for every row looked at.
    listed = literal("{" + ",".join(str(int(number)) for number in numbers) + "}", NullType())
    return column == any_(cast(listed, ARRAY(BigInteger)))  # type: ignore[no-any-return]


def among_given(sqlite: bool, column: Any, name: str) -> ColumnElement[bool]:
    """As `among`, for a statement put together once: the numbers come as the parameter ``name``, made by `listed`."""
    if sqlite:
        return column.in_(select(unfolded(sqlite, name).c.value))  # type: ignore[no-any-return]
    return column == any_(cast(bindparam(name, type_=NullType()), ARRAY(BigInteger)))  # type: ignore[no-any-return]


def unfolded(sqlite: bool, name: str) -> TableValuedAlias:
    """The same numbers as a table with the column ``value``."""
    if sqlite:
        return func.json_each(bindparam(name)).table_valued("value")
    return (
        func.unnest(cast(bindparam(name, type_=NullType()), ARRAY(BigInteger))).table_valued("value").render_derived()
    )


def listed(sqlite: bool, numbers: Collection[int]) -> str:
    """Numbers as one parameter for `among_given`."""
    joined = ",".join(str(int(number)) for number in numbers)
    return f"[{joined}]" if sqlite else f"{{{joined}}}"


def among_keys(session: Session, column: Any, keys: Collection[str]) -> ColumnElement[bool]:
    """``column IN (keys)`` for hundreds of words as one parameter, as `among` is for numbers."""
    listed = json.dumps(list(keys))
    if session.get_bind().dialect.name == "sqlite":
        return column.in_(select(func.json_each(listed).table_valued("value").c.value))  # type: ignore[no-any-return]
    return column.in_(select(func.json_array_elements_text(cast(literal(listed, Text), JSON))))  # type: ignore[no-any-return]


def _for_sqlite(table: Table, rows: Sequence[dict[str, Any]]) -> str:
    moments = _moments(table) & rows[0].keys()
    if moments:
        rows = [row | {name: _sqlite(row[name]) for name in moments} for row in rows]
    return to_json(rows).decode()


@lru_cache(maxsize=128)
def _moments(table: Table) -> frozenset[str]:
    """Its columns whose values no JSON has."""
    return frozenset(column.name for column in table.c if isinstance(column.type, UtcDateTime | Date))


def _for_postgres(table: Table, rows: Sequence[dict[str, Any]]) -> str:
    moments = [name for name in rows[0] if isinstance(table.c[name].type, UtcDateTime)]
    for row in rows:
        for name in moments:
            _aware(row[name])
    return to_json(rows).decode()


@lru_cache(maxsize=256)  # the same few moments stand in hundreds of rows
def _sqlite(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        _aware(value)
        return value.astimezone(UTC).strftime(TEXT)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no way to write {type(value).__name__} into a row")


def _aware(value: datetime | None) -> None:
    if value is not None and value.tzinfo is None:
        raise NaiveMoment(f"{value!r} has no zone; give an aware moment")
