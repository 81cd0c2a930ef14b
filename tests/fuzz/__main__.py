"""Tries each target so many times: python -m tests.fuzz [--runs N] [--seed N] [TARGET …]."""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

# The functions of `targets`, which is loaded only where it is watched.
TARGETS = ("answer", "export", "mini_app", "signed_mini_app", "update", "workflow")
LONGEST = 4096  # bytes of one try


def main() -> int:
    told = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    told.add_argument("targets", nargs="*", default=list(TARGETS), help=f"of {', '.join(TARGETS)}")
    told.add_argument("--runs", type=int, default=20_000)
    told.add_argument("--seed", type=int, default=20260803)
    told.add_argument("--one", help=argparse.SUPPRESS)
    given = told.parse_args()
    if unknown := set(given.targets) - {*TARGETS}:
        told.error(f"no target {', '.join(sorted(unknown))}; there are {', '.join(TARGETS)}")
    if given.one:
        return _try(given.one, given.runs, given.seed)
    # A process each: the fuzzer ends the one it runs in.
    ends = {name: _alone(name, given.runs, given.seed) for name in given.targets}
    for name, code in ends.items():
        print(f"{name}: {given.runs} tries, {'nothing found' if not code else 'SOMETHING FOUND, see above'}")
    return int(any(ends.values()))


def _alone(name: str, runs: int, seed: int) -> int:
    command = [sys.executable, "-m", "tests.fuzz", "--one", name, "--runs", str(runs), "--seed", str(seed)]
    return subprocess.run(command, check=False).returncode


def _try(name: str, runs: int, seed: int) -> int:
    import atheris

    # What is loaded within is watched line by line; the rest of the world is not ours to try.
    with atheris.instrument_imports(include=["bot", "coaching", "community", "content", "web"]):
        from tests.fuzz import targets
    with tempfile.TemporaryDirectory(prefix="sejawat-fuzz-") as folder:
        for number, seeded in enumerate(targets.seeds(name)):
            (Path(folder) / str(number)).write_bytes(seeded)
        options = [f"-runs={runs}", f"-seed={seed}", f"-max_len={LONGEST}", "-timeout=20", "-print_final_stats=1"]
        atheris.Setup(
            [sys.argv[0], *options, f"-artifact_prefix={tempfile.gettempdir()}/", folder], targets.TARGETS[name]
        )
        atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
