"""Modules, functions and handlers stay small, say their job, and carry no unfinished work."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.tree import ROOT, files, lines, modules, name, tree

MODULE, FUNCTION, HANDLER = 300, 60, 10
UNFINISHED = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")))


def functions(module: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return lines(body[0], body[-1]) if body else 0


def test_a_module_fits_in_the_head() -> None:
    sizes = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in modules(tests=False)}
    assert {where: size for where, size in sizes.items() if size > MODULE} == {}


def test_a_function_fits_on_a_screen() -> None:
    long = [
        f"{name(path)}:{function.lineno} {function.name}: {lines(function, function)} lines"
        for path in modules(tests=False)
        for function in functions(tree(path))
        if lines(function, function) > FUNCTION
    ]
    assert long == []


def test_a_handler_is_a_doorman() -> None:
    long = [
        f"{name(path)}:{node.lineno} {node.name}: {body_lines(node)} lines"
        for path in modules(tests=False)
        if name(path).startswith("handlers/")
        for node in tree(path).body
        if isinstance(node, ast.AsyncFunctionDef) and not node.name.startswith("_") and body_lines(node) > HANDLER
    ]
    assert long == []


def test_every_module_says_its_job_in_its_first_line() -> None:
    silent = [name(path) for path in modules(tests=True) if not (ast.get_docstring(tree(path)) or "").strip()]
    assert silent == []


def test_no_two_test_modules_have_the_same_name() -> None:
    """pytest takes one for the other when both are collected in one run."""
    names = [path.name for path in modules(tests=True) if path.name.startswith("test_")]
    assert sorted({one for one in names if names.count(one) > 1}) == []


def test_nothing_is_left_unfinished() -> None:
    found = [
        f"{name(path)}:{number}: {line.strip()}"
        for path in modules(tests=True)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if UNFINISHED.search(line)
    ]
    assert found == []


def test_no_room_is_a_drawer_for_everything() -> None:
    drawers = {"utils", "util", "helpers", "helper", "services", "core", "manager", "managers", "common", "misc"}
    found = {
        part
        for path in modules(tests=False)
        for part in path.relative_to(ROOT).with_suffix("").parts
        if part in drawers
    }
    assert found == set()


def test_no_file_names_a_registry_or_a_folder_of_somebodys_machine() -> None:
    # Put together from pieces, so that this file does not name them either.
    hosts = r"py[p]i\.org|pyth[o]nhosted|npm[j]s\.(org|com)|deb\.deb[i]an"
    folders = r"(^|[^A-Za-z0-9_.])/(" + "|".join(("work", "farm", "root", "opt", "tmp")) + ")/"
    forbidden = re.compile(f"{hosts}|{folders}", re.MULTILINE)
    found = []
    for path in files():
        raw = path.read_bytes()
        if b"\0" in raw[:8000]:
            continue
        for match in forbidden.finditer(raw.decode("utf-8", errors="replace")):
            found.append(f"{name(path)}: {match.group().strip()}")
    assert found == []


def test_no_comment_points_at_a_page_that_is_not_in_the_project() -> None:
    """A stranger has this repository alone: a reason stands where it is needed, or in docs/."""
    pointer = re.compile(r"\((facts|design|seeds?) (about|of|§)|(facts|design|issue) §|shared/(facts|seeds|design)")
    pages = [page for page in files() if page.suffix in {".py", ".md", ".toml"} and page.name != Path(__file__).name]
    assert len(pages) > 200
    assert [name(page) for page in pages if pointer.search(page.read_text(encoding="utf-8"))] == []
