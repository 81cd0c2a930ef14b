"""Ruff, with the project's own configuration, really refuses a second clock and naive datetimes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOT

AWARE = "from datetime import UTC, datetime\n\nprint(datetime.now(UTC))\n"
CLOCKS = {
    "datetime.now": AWARE,
    "another name for it": "import datetime as d\n\nprint(d.datetime.now(d.UTC))\n",
    "datetime.utcnow": "from datetime import datetime\n\nprint(datetime.utcnow())\n",
    "datetime.today": "from datetime import datetime\n\nprint(datetime.today())\n",
    "date.today": "from datetime import date\n\nprint(date.today())\n",
    "time.time": "import time\n\nprint(time.time())\n",
}


def refusals(source: str, filename: str) -> set[str]:
    ruff = str(Path(sys.executable).with_name("ruff"))
    command = [ruff, "check", "--no-cache", "--output-format", "json", "--stdin-filename", filename, "-"]
    done = subprocess.run(command, cwd=ROOT, input=source, capture_output=True, text=True, check=False)
    return {finding["code"] for finding in json.loads(done.stdout)}


@pytest.mark.parametrize("source", CLOCKS.values(), ids=CLOCKS)
def test_a_second_clock_is_refused(source: str) -> None:
    assert "TID251" in refusals(source, "community/snippet.py")


def test_the_one_clock_may_read_the_time() -> None:
    assert refusals(AWARE, "scheduler/clock.py") == set()


def test_a_naive_moment_is_refused() -> None:
    naive = "from datetime import datetime\n\nprint(datetime(2026, 1, 2))\n"
    assert "DTZ001" in refusals(naive, "community/snippet.py")
