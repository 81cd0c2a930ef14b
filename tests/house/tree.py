"""What the house tests walk: the files of the project, as git sees them."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("bot", "handlers", "scheduler", "web", "community", "coaching", "learning", "reports", "storage", "content")


@cache
def files() -> tuple[Path, ...]:
    """Every file that is tracked, or would be at the next `git add`."""
    command = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-co", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return tuple(sorted({ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()}))


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def modules(*, tests: bool) -> list[Path]:
    """Python files; without the tests, also without migrations: each is the record of one day, kept whole."""
    python = [path for path in files() if path.suffix == ".py"]
    if tests:
        return python
    return [path for path in python if not name(path).startswith(("tests/", "storage/migrations/versions/"))]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=name(path))


def lines(first: ast.AST, last: ast.AST) -> int:
    """How many lines stand from the beginning of one node to the end of another."""
    end, start = getattr(last, "end_lineno", 0), getattr(first, "lineno", 0)
    return int(end) - int(start) + 1
