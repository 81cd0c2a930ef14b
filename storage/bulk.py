"""Many rows, or many keys, in one statement with one parameter: the database itself unfolds it.

Much cheaper for the process than parameters for each row, which counts when thousands are due at once.
"""

import json
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Row, Table, Text, any_, cast, func, literal, select, text
from sqlalchemy.orm import DeclarativeBase

from storage.base import TEXT, NaiveMoment
from storage.database import Session


async def insert_rows(
    session: Session,
    model: type[DeclarativeBase],
    rows: Sequence[dict[str, Any]],
    *,
    unique: Sequence[str],
    update: Sequence[str] = (),
    add: Sequence[str] = (),
    returning: Sequence[str] = (),
) -> Sequence[Row[Any]]:
    """Insert ``rows`` (all with the same keys, at least one), by the model's columns.

    A row whose ``unique`` columns are there already is left alone; or takes the new values of ``update``, and adds
    those of ``add`` to its own. Gives the ``returning`` columns of the rows written. Raises NaiveMoment.
    """
    if not rows:
        return []
    table = model.__table__
    assert isinstance(table, Table)
    sqlite = session.get_bind().dialect.name == "sqlite"
    names = list(rows[0])

    def quoted(columns: Sequence[str]) -> str:
        return ", ".join(f'"{name}"' for name in columns)

    into = quoted(names)
    if sqlite:
        unfolded = ", ".join(f"json_extract(value, '$.{name}')" for name in names)
        # WHERE: without it SQLite takes ON CONFLICT for the ON of a join.
        source = f"SELECT {unfolded} FROM json_each(:rows) WHERE true"
    else:
        source = f"SELECT {into} FROM jsonb_populate_recordset(NULL::{table.name}, CAST(:rows AS jsonb))"
    changes = [f'"{name}" = excluded."{name}"' for name in update]
    changes += [f'"{name}" = {table.name}."{name}" + excluded."{name}"' for name in add]
    act = f"DO UPDATE SET {', '.join(changes)}" if changes else "DO NOTHING"
    statement = f"INSERT INTO {table.name} ({into}) {source} ON CONFLICT ({quoted(unique)}) {act}"
    statement += f" RETURNING {quoted(returning)}" if returning else ""
    written = json.dumps(rows, default=_sqlite if sqlite else _postgres, ensure_ascii=False)
    done = await session.execute(text(statement), {"rows": written})
    return done.all() if returning else []


def among(session: Session, column: Any, numbers: Collection[int]) -> ColumnElement[bool]:
    """``column IN (numbers)`` for hundreds of our own keys as one parameter.

    A placeholder for each would be read by the driver slower than the server answers the question.
    """
    if session.get_bind().dialect.name == "sqlite":
        unfolded = func.json_each(json.dumps(list(numbers))).table_valued("value")
        return column.in_(select(unfolded.c.value))  # type: ignore[no-any-return]
    listed = "{" + ",".join(str(int(number)) for number in numbers) + "}"
    return column == any_(cast(literal(listed, Text), ARRAY(BigInteger)))  # type: ignore[no-any-return]


@lru_cache(maxsize=256)  # the same few moments stand in hundreds of rows
def _postgres(value: Any) -> str:
    if isinstance(value, datetime) and value.tzinfo is None:
        raise NaiveMoment(f"{value!r} has no zone; give an aware moment")
    if isinstance(value, date):  # moments are dates, too
        return value.isoformat()
    raise TypeError(f"no way to write {type(value).__name__} into a row")


@lru_cache(maxsize=256)
def _sqlite(value: Any) -> str:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise NaiveMoment(f"{value!r} has no zone; give an aware moment")
        return value.astimezone(UTC).strftime(TEXT)
    return _postgres(value)
