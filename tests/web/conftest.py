"""A database for tests that are about pages, not about storage."""

from collections.abc import AsyncIterator

import pytest

from learning import versions
from storage.database import Database


@pytest.fixture
async def one_database(one_database_url: str) -> AsyncIterator[Database]:
    """As `database`, on SQLite alone."""
    versions._read.clear()
    opened = Database(one_database_url)
    yield opened
    await opened.close()
