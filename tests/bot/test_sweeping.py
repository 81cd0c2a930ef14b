"""The full looks for garbage come when nothing else does, and no others."""

import gc

import pytest

from bot import sweeping
from tests.waiting import eventually


async def _several(looks: list[int], number: int) -> bool:
    return len(looks) >= number


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The generation of each look that is asked for; what was frozen is let go again."""
    found: list[int] = []

    def looked(generation: int = 2) -> int:
        found.append(generation)
        return 0

    monkeypatch.setattr(gc, "collect", looked)
    monkeypatch.setattr(gc, "freeze", lambda: None)
    monkeypatch.setattr(sweeping, "EVERY", 0.01)
    monkeypatch.setattr(sweeping, "QUIET", 0.001)
    monkeypatch.setattr(sweeping, "PATIENCE", 4)
    return found


async def test_when_nothing_comes_it_is_swept_and_afterwards_python_looks_as_before(looks: list[int]) -> None:
    before = gc.get_threshold()
    async with sweeping.swept(lambda: 7):
        assert gc.get_threshold()[:2] == before[:2]
        assert gc.get_threshold()[2] == sweeping.NEVER
        await eventually(lambda: _several(looks, 3), about="three looks")
    assert gc.get_threshold() == before


async def test_while_there_is_work_it_waits_but_not_for_ever(looks: list[int]) -> None:
    asked = 0

    def came() -> int:
        nonlocal asked
        asked += 1
        return asked

    async with sweeping.swept(came):
        looks.clear()
        await eventually(lambda: _several(looks, 2), about="two looks")
    assert asked >= 2 * sweeping.PATIENCE * 2  # both asked before and after every rest
