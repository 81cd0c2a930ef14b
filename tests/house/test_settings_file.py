"""`.env.example` says exactly what the settings are and do."""

import os
import re

import pytest

from bot.settings import Settings, load
from tests.house.tree import ROOT

EXAMPLE = ROOT / ".env.example"


def test_every_setting_stands_in_the_example_once_and_nothing_else() -> None:
    named = re.findall(r"^([A-Z_]+)=", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE)
    assert named == [field.upper() for field in Settings.model_fields]


def test_the_example_shows_what_happens_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for known in Settings.model_fields:
        for written in [spelt for spelt in os.environ if spelt.casefold() == known]:
            monkeypatch.delenv(written)
    assert load(_env_file=EXAMPLE) == load(_env_file=None)


def test_every_setting_is_explained_above_its_line() -> None:
    blocks = EXAMPLE.read_text(encoding="utf-8").split("\n\n")
    unexplained = [block for block in blocks if "=" in block and not block.startswith("#")]
    assert unexplained == []
