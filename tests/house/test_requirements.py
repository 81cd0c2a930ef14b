"""The requirement files are pinned with hashes, name no place, agree with each other and with pyproject.toml."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.tree import ROOT, files

LOCKS = ("run", "dev", "research", "bench")
EXTRAS = {
    "run": ("charts", "playground", "postgres", "scale"),
    "dev": ("charts", "playground", "postgres", "scale", "dev"),
    "research": ("charts", "playground", "postgres", "scale", "research"),
    "bench": ("charts", "playground", "postgres", "scale", "bench"),
}
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;]+)(?P<marker> *;[^\\]*)? \\$")


def named(suffix: str) -> list[Path]:
    return [path for path in files() if path.suffix == suffix and path != Path(__file__)]


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


@pytest.mark.parametrize("version", ["3.11.0", "3.11.2", "3.12.0", "3.13.0", "3.14.0"])
def test_every_python_that_is_allowed_finds_what_the_parts_need_of_each_other(version: str) -> None:
    """A lock is made on one Python; what a part asks for on another alone would be left out of it."""
    there = {"python_version": version.rpartition(".")[0], "python_full_version": version, "extra": ""}
    locked, missing = pins("dev") | pins("run"), []
    for name in locked:
        for asked in map(Requirement, requires(name) or ()):
            if asked.marker is None or asked.marker.evaluate(there):
                missing += [f"{asked.name} for {name}"] if canonicalize_name(asked.name) not in locked else []
    assert missing == []


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


@pytest.mark.parametrize("lock", LOCKS)
def test_tests_evaluation_and_peers_run_on_the_versions_that_people_run(lock: str) -> None:
    run, more = pins("run"), pins(lock)
    assert {name: more.get(name) for name in run} == run


@pytest.mark.parametrize("lock", ["research", "bench"])
def test_what_comes_beside_fits_the_tests(lock: str) -> None:
    """Both may be fetched into the environment of the tests: no version changes by it."""
    dev, more = pins("dev"), pins(lock)
    assert {name: version for name, version in more.items() if dev.get(name, version) != version} == {}


def test_what_is_installed_fits_together() -> None:
    """`pip check`: no package lacks another, and none has one that it does not want."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "check"]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_nothing_is_installed_past_the_locks() -> None:
    """Every installation is of a lock with its hashes, or of the project itself without looking for anything.

    Whatever tells people to install something is read as well: pages, what the program says, and the program.
    """
    places = [
        *named(".md"),
        *named(".toml"),
        *named(".py"),
        *(ROOT / name for name in ("Makefile", "deploy/Containerfile", ".ci/run")),
    ]
    lines = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in places
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"\$\(PIP\) |pip3? install|\bpipx? run|uv pip", line)
    ]
    # `make lock` makes the locks: it alone needs a tool that no lock has given it yet. pip-audit has its own place.
    allowed = (
        "--require-hashes -r requirements/", "--no-deps --no-build-isolation -e .", '"pip-tools>=', "PIP := ",
        "audit/bin/pip install pip-audit",
    )  # fmt: skip
    assert len(lines) >= 7
    assert [line for line in lines if not any(words in line for words in allowed)] == []


def test_what_is_told_to_be_made_can_be_made() -> None:
    """`make research` in a page or in what the program says is a target of the Makefile."""
    made = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    told = {
        word
        for path in (*named(".md"), *named(".toml"), *named(".py"))
        for word in re.findall(r"`make ([a-z-]+)|^make ([a-z-]+) ", path.read_text(encoding="utf-8"), re.M)
    }
    assert {one or other for one, other in told} <= made
