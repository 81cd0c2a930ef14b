"""A log says where something broke, never what somebody said."""

import json
import logging
import sys

import pytest
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from bot.commands import run
from bot.logs import Discreet, JsonLines
from storage.database import Database
from storage.models import School
from tests.storage.test_database import NOW

SECRET = "Catatan tentang murid bernama Ucok"


async def test_the_words_of_a_row_that_was_refused_are_in_no_log(database: Database):
    record = None
    with pytest.raises(StatementError):
        async with database.writing() as session:
            session.add(School(name=SECRET, zone=None, created_at=NOW))
            try:
                await session.flush()
            except StatementError:
                record = logging.LogRecord("bot", logging.ERROR, "x.py", 1, "it broke", None, sys.exc_info())
                raise
    assert record is not None
    told = Discreet("%(message)s").format(record)
    assert SECRET not in told
    assert "IntegrityError" in told
    assert "test_logs.py" in told, "the place is named"
    line = json.loads(JsonLines("talk").format(record))
    assert SECRET not in str(line)
    assert (line["level"], line["about"], line["parts"]) == ("ERROR", "it broke", "talk")
    assert "IntegrityError" in line["trace"]
    async with database.reading() as session:
        assert await session.scalar(select(School.id)) is None


def test_what_a_certificate_is_made_with_is_quiet() -> None:
    run._log("INFO")
    assert logging.getLogger("fontTools.subset").getEffectiveLevel() == logging.WARNING
    assert logging.getLogger("fontTools").level == logging.WARNING
