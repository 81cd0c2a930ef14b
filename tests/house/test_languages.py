"""Both languages say the same things with the same blanks, and what code asks for is there."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from content.texts import FOLDER, LANGUAGES, phrases
from handlers.menu import COMMANDS, IN_GROUPS
from tests.house.tree import modules, name, tree

ROOMS = sorted({path.stem for language in LANGUAGES for path in (FOLDER / language).glob("*.toml")})


def blanks(phrase: str) -> set[str]:
    return {blank for _, blank, _, _ in Formatter().parse(phrase) if blank is not None}


def told(language: str, room: str) -> dict[str, set[str]]:
    """Each phrase of a room with its blanks."""
    return {key: blanks(said) for key, said in phrases(language).items() if key.split(".")[0] == room}


@pytest.mark.parametrize("room", ROOMS)
def test_every_language_says_the_same_things_with_the_same_blanks(room: str) -> None:
    first, *others = LANGUAGES
    assert {language: told(language, room) for language in others} == dict.fromkeys(others, told(first, room))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_phrase_is_empty_and_every_blank_has_a_name(language: str) -> None:
    poor = {
        key
        for key, said in phrases(language).items()
        if not said.strip() or any(not b.isidentifier() for b in blanks(said))
    }
    assert poor == set()


# Nouns that English counts. Where the number may be 1, a phrase says `{n} {n:day|days}`.
COUNTED = re.compile(
    r"\{(\w+)\} (?:school |other |more )?(?:days|weeks|months|minutes|seconds|hours|times|words|names|people"
    r"|members|teachers|groups|messages|lessons|practices|pieces|replies|notes|votes)\b"
)
NEVER_ONE = {"most", "needed", "prompts", "most_messages", "most_minutes"}
ALWAYS_MANY = {
    "community.invitation.ready", "peers.piece.too_long", "means.evidence.enough", "programmes.ask_budget",
    "programmes.per_week", "programmes.allowed",
}  # fmt: skip


def test_english_does_not_say_one_days() -> None:
    found = {key for key, said in phrases("en").items() for blank in COUNTED.findall(said) if blank not in NEVER_ONE}
    assert found == ALWAYS_MANY


COMMAND = re.compile(r"(?<![\w/<.:])/([a-z]+)\b")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_phrase_calls_a_command_by_its_name_in_that_language(language: str) -> None:
    names = {entry.name if language == "id" else entry.alias for entry in (*COMMANDS, *IN_GROUPS)}
    names |= {"id": {"tunda"}, "en": {"snooze"}}[language]  # /cuti from now on; it has no line in the menu
    called = {(key, one) for key, said in phrases(language).items() for one in COMMAND.findall(said)}
    assert {(key, one) for key, one in called if one not in names} == set()


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*/*.toml")), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_phrase_is_a_string_not_a_number_or_a_list(path: Path) -> None:
    assert list(_not_words(tomllib.loads(path.read_text(encoding="utf-8")))) == []


def _not_words(table: dict[str, object]) -> Iterator[str]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _not_words(value)
        elif not isinstance(value, str):
            yield f"{key} = {value!r}"


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call of the reader of phrases: `say(…)`, `visit.say(…)`, `say.plain(…)`."""
    for path in modules(tests=False):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and node.args and _is_reader(node.func):
                yield f"{name(path)}:{node.lineno}", node


def _is_reader(called: ast.expr) -> bool:
    if isinstance(called, ast.Attribute) and called.attr == "plain":
        called = called.value
    return getattr(called, "attr", getattr(called, "id", "")) == "say"


def literals(node: ast.expr) -> list[str]:
    """The keys an argument may stand for, as far as they are written out."""
    if isinstance(node, ast.IfExp):
        return [*literals(node.body), *literals(node.orelse)]
    return [node.value] if isinstance(node, ast.Constant) and isinstance(node.value, str) else []


def test_every_phrase_that_code_asks_for_exists_with_these_blanks() -> None:
    known = phrases(LANGUAGES[0])
    wrong = []
    for where, call in calls():
        given = {word.arg for word in call.keywords}
        for key in literals(call.args[0]):
            if key not in known:
                wrong.append(f"{where}: no phrase {key!r}")
            elif None not in given and given != blanks(known[key]):
                wrong.append(
                    f"{where}: {key} has the blanks {sorted(blanks(known[key]))}, given {sorted(map(str, given))}"
                )
    assert wrong == []


def test_a_key_that_is_put_together_begins_like_a_phrase() -> None:
    known = phrases(LANGUAGES[0])
    wrong = []
    for where, call in calls():
        key = call.args[0]
        if isinstance(key, ast.JoinedStr) and isinstance(key.values[0], ast.Constant):
            start = str(key.values[0].value)
            if not any(phrase.startswith(start) for phrase in known):
                wrong.append(f"{where}: no phrase begins with {start!r}")
    assert wrong == []


def test_every_refusal_has_its_words() -> None:
    keys = {
        (f"{name(path)}:{node.lineno}", node.value.value)
        for path in modules(tests=False)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        if any(isinstance(target, ast.Name) and target.id == "text_key" for target in node.targets)
    }
    assert {(where, key) for where, key in keys if key not in phrases(LANGUAGES[0])} == set()


def test_every_refusal_raised_with_a_key_of_its_own_has_its_words() -> None:
    known = phrases(LANGUAGES[0])
    wrong = [
        f"{name(path)}:{node.lineno}: no phrase {key!r}"
        for path in modules(tests=False)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Refusal"
        for key in (literals(node.args[0]) if node.args else [])
        if key not in known
    ]
    assert wrong == []
