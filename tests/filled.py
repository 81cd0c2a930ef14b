"""Which tables hold anything: of a hundred most are empty in a test that looks whether any has changed."""

from collections.abc import Collection
from functools import lru_cache
from typing import Any

from sqlalchemy import CompoundSelect, Table, exists, literal, select, union_all

from storage.base import Base
from storage.database import Session


async def filled(session: Session, tables: Collection[Table] = ()) -> list[Table]:
    """Those of these tables (of all, if none is named) that have a row, in the order in which they may be filled."""
    chosen = tuple(tables or Base.metadata.sorted_tables)
    names = set(await session.scalars(_names(chosen)))
    return [table for table in chosen if table.name in names]


@lru_cache
def _names(tables: tuple[Table, ...]) -> CompoundSelect[Any]:
    return union_all(*(select(literal(one.name)).where(exists(select(1).select_from(one))) for one in tables))
