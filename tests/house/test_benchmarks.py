"""`make bench` is one run of everything."""

import re

from tests.house.tree import ROOT

ANOTHER = {"telegram_stub"}  # Telegram's part in another benchmark, as a process


def test_every_benchmark_runs_with_the_others() -> None:
    folder = ROOT / "benchmarks"
    has_main = {
        path.stem for path in folder.glob("[a-z]*.py") if re.search(r"^(async )?def main\(", path.read_text(), re.M)
    }
    run = set(re.findall(r"(\w+)\.main\(", (folder / "__main__.py").read_text(encoding="utf-8")))
    assert run == has_main - ANOTHER and len(run) > 15
