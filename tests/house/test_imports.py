"""The import contracts of pyproject.toml hold, and each of them breaks when it is broken."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.tree import ROOMS, ROOT, files, name

LAYERS = "Each room imports only what is below it"
PLAYGROUND_ALONE = "The playground shares words and clock alone"
PLAYGROUND_DOOR = "Only commands open the playground"
OFFLINE = "Rooms, storage and content stay offline"
DOORS = "Doors ask rooms, never the database library"
ALL = {LAYERS, PLAYGROUND_ALONE, PLAYGROUND_DOOR, OFFLINE, DOORS}

OFFENCES = [
    ("community/intruder.py", "import handlers", LAYERS),
    ("learning/intruder.py", "import reports", LAYERS),
    ("storage/intruder.py", "from content import texts", LAYERS),
    ("handlers/intruder.py", "from scheduler import clock", LAYERS),
    ("web/intruder.py", "import bot.settings", LAYERS),
    ("playground/intruder.py", "import storage.database", PLAYGROUND_ALONE),
    ("playground/intruder.py", "import scheduler.runner", PLAYGROUND_ALONE),
    ("bot/intruder.py", "import playground", PLAYGROUND_DOOR),
    ("reports/intruder.py", "def late():\n    import playground", PLAYGROUND_DOOR),
    ("learning/intruder.py", "import aiogram.types", OFFLINE),
    ("content/intruder.py", "from aiohttp import web", OFFLINE),
    ("storage/intruder.py", "import apscheduler", OFFLINE),
    ("handlers/intruder.py", "from sqlalchemy import select", DOORS),
    ("scheduler/intruder.py", "import sqlalchemy.orm", DOORS),
]


def verdicts(folder: Path) -> dict[str, str]:
    """What import-linter says in a folder, by the name of the contract."""
    linter = Path(sys.executable).with_name("lint-imports")
    environment = {"PATH": "", "PYTHONPATH": str(folder), "COLUMNS": "200"}
    done = subprocess.run(
        [linter, "--no-cache"], cwd=folder, capture_output=True, text=True, env=environment, check=False
    )
    found = dict(re.findall(r"^(.+?) (KEPT|BROKEN)\b", done.stdout, re.MULTILINE))
    assert found, f"import-linter gave no verdict:\n{done.stdout}\n{done.stderr}"
    return found


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The rooms and their contracts, in a place where they may be broken."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for path in files():
        if path.suffix == ".py" and name(path).split("/")[0] in {*ROOMS, "playground"}:
            target = tmp_path / name(path)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    return tmp_path


def test_every_contract_holds() -> None:
    assert verdicts(ROOT) == dict.fromkeys(ALL, "KEPT")


@pytest.mark.parametrize(("where", "offence", "contract"), OFFENCES)
def test_a_contract_breaks_when_it_is_broken_and_the_others_do_not(
    copy: Path, where: str, offence: str, contract: str
) -> None:
    (copy / where).write_text(f'"""Somebody who should not be here."""\n\n{offence}\n')
    assert verdicts(copy) == dict.fromkeys(ALL, "KEPT") | {contract: "BROKEN"}


def test_the_playground_may_read_words_and_clock_and_commands_may_open_it(copy: Path) -> None:
    (copy / "playground/guest.py").write_text("import content.texts\nimport scheduler.clock\n")
    (copy / "bot/commands").mkdir(exist_ok=True)
    (copy / "bot/commands/guest.py").write_text("import playground.guest\n")
    assert verdicts(copy) == dict.fromkeys(ALL, "KEPT")
