"""docs/operations.md names commands, units, places and settings that exist."""

import re

import typer

from bot.commands import app
from bot.settings import Settings
from tests.deploy import units

PAGE = (units.ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def _commands() -> set[str]:
    """Every command of `sejawat` with its group before it: "run", "db check"."""
    top = typer.main.get_command(app)
    groups = {name: set(getattr(group, "commands", {})) for name, group in top.commands.items()}  # type: ignore[attr-defined]
    return {f"{name} {sub}".strip() for name, subs in groups.items() for sub in (subs or {""})}


def test_every_command_it_names_exists():
    # In blocks a line that begins with it or pipes to it, in sentences between strokes.
    groups = "|".join({name.split()[0] for name in _commands() if " " in name})
    before = r"(?:^|`|sejawat/\.venv/bin/|exec web )"
    named = re.findall(rf"{before}sejawat ((?:(?:{groups}) )?[a-z]+)", PAGE, re.MULTILINE)
    assert len(named) > 10
    assert set(named) - _commands() == set()


def test_every_command_about_the_database_is_explained():
    known = {name for name in _commands() if name.startswith("db ")}
    assert len(known) >= 8 and {name for name in known if f"sejawat {name}" not in PAGE} == set()


def test_every_unit_it_names_is_in_the_folder_and_the_other_way_round():
    named = set(re.findall(r"\b(sejawat[a-z-]*\.(?:service|timer))\b", PAGE))
    assert named == {path.name for path in units.DEPLOY.iterdir() if path.suffix in {".service", ".timer"}}


def test_every_place_it_names_is_one_of_the_installation():
    places = set(re.findall(r"/(?:srv|var/[a-z]+)/[a-z]+", PAGE))
    assert places == {units.HOME, units.STATE, units.BACKUPS}


def test_every_setting_it_names_exists():
    named = set(re.findall(r"\b([A-Z]+(?:_[A-Z]+)+)\b", PAGE))
    assert named - {field.upper() for field in Settings.model_fields} == {
        "POSTGRES_PASSWORD",
        "TLS_FOLDER",
        "HTTPS_PORT",
    }


def test_every_line_the_program_may_end_with_stands_in_the_code():
    """An operator searches the page for what the log says."""
    block = PAGE.split("## When something is wrong")[1].split("\n## ")[0]
    quoted = re.findall(r"^\| … `([^`]+)`", block, re.MULTILINE)
    said = "".join(path.read_text(encoding="utf-8") for path in (units.ROOT / "bot").rglob("*.py"))
    said += (units.ROOT / "storage" / "schema.py").read_text(encoding="utf-8")
    assert len(quoted) >= 7
    for words in quoted:
        for piece in re.split(r"…|https?://\S+|\(|Conflict|OperationalError|unsent", words):
            assert piece.strip(" )") in said, words
