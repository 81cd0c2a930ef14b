"""The requirement files are pinned with hashes, name no place, agree with each other and with pyproject.toml."""

import re
import subprocess
import sys
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.tree import ROOT

LOCKS = ("run", "dev")
EXTRAS = {
    "run": ("charts", "playground", "postgres", "scale"),
    "dev": ("charts", "playground", "postgres", "scale", "dev"),
}
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;]+)(?P<marker> *;[^\\]*)? \\$")


def text(lock: str) -> str:
    return (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")


def entries(lock: str) -> list[str]:
    """Each pinned requirement with its continuation lines, comments left out."""
    kept = "\n".join(line for line in text(lock).splitlines() if line.strip() and not line.lstrip().startswith("#"))
    return re.split(r"\n(?=\S)", kept)


def pins(lock: str) -> dict[str, str]:
    found = [PIN.match(entry.splitlines()[0]) for entry in entries(lock)]
    return {canonicalize_name(pin["name"]): pin["version"] for pin in found if pin}


@pytest.mark.parametrize("lock", [*LOCKS, "fuzz"])
def test_every_line_is_a_pin_with_hashes_and_nothing_else(lock: str) -> None:
    odd = []
    for entry in entries(lock):
        first, *rest = entry.splitlines()
        hashes = [re.fullmatch(r" {4}--hash=sha256:[0-9a-f]{64}( \\)?", line) for line in rest]
        if not (PIN.match(first) and hashes and all(hashes)):
            odd.append(entry)
    assert odd == []


@pytest.mark.parametrize("lock", [*LOCKS, "fuzz"])
def test_no_host_and_no_path_is_named(lock: str) -> None:
    assert re.findall(r"(?:https?|file)://\S+|--find-links.*|--(?:extra-)?index-url.*|(?<=\s)\.?/\S+", text(lock)) == []


@pytest.mark.parametrize("lock", LOCKS)
def test_what_pyproject_asks_for_is_pinned_at_a_version_it_allows(lock: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = [*project["build-system"]["requires"], *project["project"]["dependencies"]]
    for extra in EXTRAS[lock]:
        wanted += project["project"]["optional-dependencies"][extra]
    pinned = pins(lock)
    stale = [
        f"{line} (pinned: {pinned.get(canonicalize_name(need.name))}; run `make lock`)"
        for line, need in ((line, Requirement(line)) for line in wanted)
        if canonicalize_name(need.name) not in pinned or pinned[canonicalize_name(need.name)] not in need.specifier
    ]
    assert stale == []


def test_tests_run_on_the_versions_that_people_run() -> None:
    run, dev = pins("run"), pins("dev")
    assert {name: dev.get(name) for name in run} == run


def test_what_is_installed_fits_together() -> None:
    """`pip check`: no package lacks another, and none has one that it does not want."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "check"]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_nothing_is_installed_past_the_locks() -> None:
    """Every installation is of a lock with its hashes, or of the project itself without looking for anything."""
    places = ("Makefile", "deploy/Containerfile", ".ci/run", "CONTRIBUTING.md", "docs/operations.md")
    text = "\n".join((ROOT / name).read_text(encoding="utf-8") for name in places)
    lines = [line for line in text.splitlines() if re.search(r"\$\(PIP\) |-m pip install|^RUN .*pip install", line)]
    # `make lock` makes the locks: it alone needs a tool that no lock has given it yet.
    allowed = ("--require-hashes -r requirements/", "--no-deps --no-build-isolation -e .", '"pip-tools>=', "PIP := ")
    assert len(lines) >= 5
    assert [line for line in lines if not any(words in line for words in allowed)] == []
