"""Pages lead somewhere: every link within the project and every make target they name."""

import re
from pathlib import Path

import pytest

from tests.house.tree import ROOT, files, name

PAGES = [path for path in files() if path.suffix == ".md" and not name(path).startswith("content/")]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_within_the_project_leads_to_a_file(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
    inside = [target for target in targets if "://" not in target and not target.startswith("mailto:")]
    assert [target for target in inside if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_make_target_a_page_names_exists(page: Path) -> None:
    known = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:`|^)make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE))
    assert named - known == set()


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_test_a_page_names_exists(page: Path) -> None:
    named = re.findall(r"(tests/[a-z0-9_/]+\.py)(?:::(\w+))?", page.read_text(encoding="utf-8"))
    missing = [
        f"{path}::{test}"
        for path, test in named
        if not (ROOT / path).is_file()
        or (test and not re.search(rf"^(?:async )?def {test}\(", (ROOT / path).read_text("utf-8"), re.MULTILINE))
    ]
    assert missing == []
