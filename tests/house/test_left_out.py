"""A test that was left out is named; with CI=true it is a failure."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "reason, ci, code",
    [("left out: no Chromium", "true", 1), ("left out: no Chromium", "", 0), ("optional: no LibreOffice", "true", 1)],
)
def test_who_may_leave_what_out(tmp_path: Path, reason: str, ci: str, code: int) -> None:
    (tmp_path / "test_it.py").write_text(
        f"import pytest\ndef test_needs(): pytest.skip({reason!r})\ndef test_runs(): pass\n", encoding="utf-8"
    )
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.left_out", "-p", "no:cacheprovider", "-q", "--rootdir",
         str(tmp_path), "-c", os.devnull, str(tmp_path)],
        cwd=ROOT, env=os.environ | {"CI": ci}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stdout
    assert "left out: 1" in done.stdout and reason.removeprefix("left out: ") in done.stdout
    assert ("this is a failure" in done.stdout) is (code == 1)
