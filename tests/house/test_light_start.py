"""Starting the assistant loads nothing that only charts, statistics, the playground or the doctor need."""

import subprocess
import sys

import pytest

from tests.house.tree import ROOT

HEAVY = ("matplotlib", "numpy", "scipy", "pandas", "jinja2", "telegram", "playground", "playwright", "PIL")


@pytest.mark.parametrize("module", ["bot.app", "bot.commands"])
def test_starting_loads_nothing_heavy(module: str) -> None:
    program = f"import sys, {module}; print(*sorted({set(HEAVY)} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.split()) == (0, []), done.stderr


STORING = {"aiogram", "aiohttp", "sqlalchemy", "alembic", "aiosqlite", "psycopg"}
ANALYSING = ("community.imports.opening", "reports.history_words", "reports.history_page", "reports.history_sheet")


def test_an_export_is_read_without_telegram_and_without_a_database() -> None:
    program = f"import sys, {', '.join(ANALYSING)}; print(*sorted({STORING | set(HEAVY)} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    # numpy is the tagger's; whatever draws or fills a template waits until something is drawn.
    assert (done.returncode, set(done.stdout.split()) - {"numpy"}) == (0, set()), done.stderr
