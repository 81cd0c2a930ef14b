"""A log says where something broke, never what somebody said."""

import ast
import asyncio
import gc
import json
import logging
import sys
import threading

import pytest
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from bot.commands import run
from bot.logs import Discreet, JsonLines
from storage.database import Database
from storage.models import School
from tests.house import tree
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


@pytest.mark.parametrize("as_json", [False, True])
async def test_a_task_that_nobody_waits_for_says_nothing_of_what_it_broke_with(
    as_json: bool, caplog: pytest.LogCaptureFixture
) -> None:
    """asyncio writes the error itself into its message, not only into its trace."""

    async def breaks() -> None:
        raise ValueError(SECRET)

    task = asyncio.create_task(breaks())
    await asyncio.wait([task])
    del task
    gc.collect()
    [record] = [one for one in caplog.records if one.name == "asyncio"]
    assert SECRET in record.getMessage(), "there was something to tell"
    told = (JsonLines("talk") if as_json else Discreet("%(message)s")).format(record)
    assert SECRET not in told
    assert "Task exception was never retrieved" in told and "ValueError" in told


@pytest.fixture
def hooks(monkeypatch: pytest.MonkeyPatch) -> None:
    """What Python calls with last words, put back afterwards."""
    for module, name in ((sys, "excepthook"), (sys, "unraisablehook"), (threading, "excepthook")):
        monkeypatch.setattr(module, name, getattr(module, name))


class Breaks:
    def __del__(self) -> None:
        raise ValueError(SECRET)


@pytest.mark.usefixtures("hooks")
def test_a_thread_and_a_destructor_that_break_say_nothing_of_it_either(capfd: pytest.CaptureFixture[str]) -> None:
    run._log("INFO")

    def breaks() -> None:
        raise ValueError(SECRET)

    thread = threading.Thread(target=breaks)
    thread.start()
    thread.join()
    one: list[Breaks] = [Breaks()]
    one.clear()
    gc.collect()
    told = capfd.readouterr().err
    assert SECRET not in told and told.count("\nValueError\n") == 2


@pytest.mark.usefixtures("hooks")
def test_what_a_certificate_is_made_with_is_quiet() -> None:
    run._log("INFO")
    assert logging.getLogger("fontTools.subset").getEffectiveLevel() == logging.WARNING
    assert logging.getLogger("fontTools").level == logging.WARNING


def test_no_line_of_a_log_is_given_an_error_itself() -> None:
    """Its text may be somebody's words: told are its name, or what the system says of it."""
    wrong = []
    for path in tree.modules(tests=False):
        caught = [one for one in ast.walk(tree.tree(path)) if isinstance(one, ast.ExceptHandler) and one.name]
        for one in caught:
            for call in [node for node in ast.walk(one) if isinstance(node, ast.Call) and _logs(node)]:
                wrong += [f"{tree.name(path)}:{call.lineno}" for said in call.args if _tells(said, str(one.name))]
    assert wrong == []


def _logs(call: ast.Call) -> bool:
    told = call.func
    return isinstance(told, ast.Attribute) and isinstance(told.value, ast.Name) and told.value.id in ("log", "logger")


def _tells(node: ast.AST, name: str) -> bool:
    """Is the error itself in it, or its text? Not: `type(error)`, `error.strerror`."""
    if isinstance(node, ast.Attribute) or (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "type"):
        return False
    if isinstance(node, ast.Name):
        return node.id == name
    return any(_tells(one, name) for one in ast.iter_child_nodes(node))
