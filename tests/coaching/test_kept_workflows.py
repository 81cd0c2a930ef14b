"""A workflow that cycles keep is read once, however often it is asked for."""

import json
from typing import Any

import pytest

from coaching import pages, workflows
from content import workflows as files
from content.texts import Texts
from storage.database import Database
from storage.models import WorkflowVersion
from tests.coaching.cast import NOW, begun, school


@pytest.fixture(autouse=True)
def _nothing_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workflows, "_read", {})


def _counted(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    counts = {"read": 0, "written": 0}
    read, written = files.from_json, json.dumps

    def reads(value: dict[str, Any]) -> files.Workflow:
        counts["read"] += 1
        return read(value)

    def writes(*args: Any, **more: Any) -> str:
        counts["written"] += 1
        return written(*args, **more)

    monkeypatch.setattr(workflows.workflows, "from_json", reads)
    monkeypatch.setattr(workflows.json, "dumps", writes)
    return counts


async def test_a_hundred_readings_read_the_workflow_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    async with school(database) as (session, cast):
        cycle = await begun(session, cast)
        monkeypatch.setattr(workflows, "_read", {})
        counts = _counted(monkeypatch)
        version = await session.get_one(WorkflowVersion, cycle.version_id)
        first = workflows.of(version)
        assert all(workflows.of(version) is first for _ in range(100))
        assert counts == {"read": 1, "written": 0}
        await pages.of_cycle(session, cast.sari, cycle.id, Texts("id"), NOW)
        assert counts["read"] == 1, "a page of the cycle finds it read"


def test_another_digest_is_another_workflow_and_the_oldest_makes_room() -> None:
    house = files.house()
    kept = [
        WorkflowVersion(workflow="knight", digest=f"d{n}", content=house["knight"].to_json())
        for n in range(workflows._MOST + 5)
    ]
    for one in kept:
        workflows.of(one)
    assert len(workflows._read) == workflows._MOST and "d0" not in workflows._read
    other = WorkflowVersion(workflow="harmoni", digest="other", content=house["harmoni"].to_json())
    assert (workflows.of(other).id, workflows.of(kept[-1]).id) == ("harmoni", "knight")


def test_nobody_can_change_what_all_hold() -> None:
    one = workflows.of(WorkflowVersion(workflow="knight", digest="k", content=files.house()["knight"].to_json()))
    with pytest.raises(ValueError, match="frozen"):
        one.steps[0].days = 2  # type: ignore[misc]
