"""Instruments as files: what the house ships, and what is wrong with file and line."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from content import instruments
from content.instruments import Instrument
from content.texts import LANGUAGES

GOOD = """\
id: coba
title: {id: Coba, en: Try}
purpose: {id: Supaya tahu., en: To know.}
answers: [teacher]
part: process
level: 2
anonymous: false
scale:
  - {id: Tidak, en: Never}
  - {id: Agak tidak, en: Seldom}
  - {id: Agak ya, en: Often}
  - {id: Ya, en: Always}
subscales:
  - {id: satu, title: {id: Satu, en: One}}
items:
  - id: a
    kind: likert
    of: satu
    reversed: true
    words: {id: Sulit?, en: Hard?}
  - id: b
    kind: choice
    right: x
    words: {id: Yang mana?, en: Which?}
    options: [{id: x, title: {id: Ini, en: This}}, {id: y, title: {id: Itu, en: That}}]
  - id: c
    kind: number
    words: {id: Berapa?, en: How many?}
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "instruments"
    folder.mkdir()
    return folder / "coba.yaml"


def test_the_house_ships_nine_and_all_are_sound() -> None:
    assert instruments.check() == []
    house = instruments.house()
    assert {one.id: (one.level, one.part, one.anonymous, len(one.items)) for one in house.values()} == {
        "plca": (3, "process", False, 15),
        "coaching-satisfaction": (1, "process", True, 5),
        "digital-pedagogy": (2, "product", False, 9),
        "needs": (None, "context", True, 4),
        "confidence": (2, "process", False, 1),
        "motivation": (1, "product", False, 2),
        "participation": (None, "process", False, 1),
        "strategies": (3, "product", False, 2),
        "engagement": (4, "product", True, 2),
    }
    assert [len(house["plca"].of(one.id)) for one in house["plca"].subscales] == [3] * 5
    assert [len(house["digital-pedagogy"].of(one.id)) for one in house["digital-pedagogy"].subscales] == [3] * 3
    assert house["participation"].answers == ("principal",)  # once for each school
    assert len(house["participation"].items[0].options) == 8


def test_the_group_is_asked_only_where_one_tap_says_it_all_and_by_a_poll_only_by_name() -> None:
    ways = {one.id: one.ways for one in instruments.house().values()}
    assert ways.pop("confidence") == ("private", "poll", "buttons")
    assert set(ways.values()) == {("private",)}
    value = instruments.house()["confidence"].to_json()
    assert Instrument.model_validate(value | {"anonymous": True}).ways == ("private", "buttons")
    several = {"id": "apa", "kind": "choice", "several": True, "words": value["items"][0]["words"],
               "options": [{"id": one, "title": {"id": one, "en": one}} for one in ("satu", "dua")]}  # fmt: skip
    unscaled = {name: told for name, told in value.items() if name != "scale"}
    assert Instrument.model_validate(unscaled | {"items": [several]}).ways == (
        "private",
        "poll",
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_questions_and_answers_fit_into_a_poll_and_on_a_button(language: str) -> None:
    for one in instruments.house().values():
        assert all(len(item.words.of(language)) <= 300 for item in one.items)
        assert all(len(each.of(language)) <= 40 for each in one.scale), one.id
        assert all(len(each.title.of(language)) <= 45 for item in one.items for each in item.options), one.id


def test_an_instrument_comes_back_whole_from_what_is_stored() -> None:
    for one in instruments.house().values():
        assert instruments.from_json(one.to_json()) == one


def test_the_sample_of_these_tests_is_sound(path: Path) -> None:
    path.write_text(GOOD, encoding="utf-8")
    assert instruments.check(path.parent) == []


@pytest.mark.parametrize(
    ("was", "becomes", "line", "said"),
    [
        ("id: coba", "id: lain", 1, "coba"),
        ("level: 2", "level: 5", 6, "paling banyak 4"),
        ("part: process", "part: proses", 5, "pilih satu"),
        ("answers: [teacher]", "answers: [pupil]", 4, "pilih satu"),
        ("  - {id: Ya, en: Always}\n", "", 8, "empat atau lima"),
        ("of: satu", "of: dua", 18, "satu"),
        ("    of: satu\n", "", 16, "belum ada"),
        ("right: x", "right: z", 23, "x, y"),
        ("kind: number", "kind: number\n    reversed: true", 28, "tidak dikenal"),
        ("kind: number", "kind: number\n    low: 100", 26, "paling sedikit 101"),
        ("right: x", "agrees: [z]", 23, "x, y"),
        ("reversed: true", "agrees: [x]", 19, "tidak dikenal"),
        ("right: x", "ranked: true", 21, "belum ada"),
        (", {id: y, title: {id: Itu, en: That}}", "", 25, "paling sedikit 2"),
        ("  - id: c", "  - id: a", 26, "muncul dua kali"),
        ("en: Which?", "de: Was?", 24, "belum ada"),
        ("  - {id: satu, title: {id: Satu, en: One}}", "  - {id: satu, title: {id: Satu, en: One}}\n  - {id: dua,"
         " title: {id: Dua, en: Two}}", 15, "dua"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_line(path: Path, was: str, becomes: str, line: int, said: str) -> None:
    assert was in GOOD
    path.write_text(GOOD.replace(was, becomes), encoding="utf-8")
    wrong = instruments.check(path.parent)
    assert any(said in one.words and one.path == path and one.line == line for one in wrong), wrong


def test_content_check_names_what_is_wrong_in_one_instrument(path: Path) -> None:
    from bot.commands import app

    path.write_text(GOOD.replace("level: 2", "level: 9"), encoding="utf-8")
    bad = CliRunner().invoke(app, ["content", "check", str(path)])
    assert (bad.exit_code, f"{path}:6: level:" in bad.stdout) == (2, True)
    path.write_text(GOOD, encoding="utf-8")
    good = CliRunner().invoke(app, ["content", "check", str(path)])
    assert (good.exit_code, "3 items" in good.stdout) == (0, True)
