"""Until every need of a workflow can be looked up, those that cannot count as met in the tests of the engine."""

from collections.abc import Iterator
from typing import Any, get_args

import pytest

from coaching import needs
from content.workflows import Need


async def _met(*_args: Any) -> None:
    return None


@pytest.fixture(autouse=True)
def met(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in get_args(Need):
        if name not in needs.CHECKS:
            monkeypatch.setitem(needs.CHECKS, name, _met)
    yield
