"""Packs as values: the branches that fit a person, and the copy that a programme keeps."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from content import packs
from content.lessons import Branch, UnknownPack, branches_for
from tests.content.sample import sample

LESSON = (
    sample()
    .lessons[0]
    ._replace(
        branches=(
            Branch(0, "quiz", "wrong"),
            Branch(1, "quiz", "right"),
            Branch(2, "choice", "siap", "01-satu"),
            Branch(3, "choice", "ya", "00-kemarin"),
            Branch(4, "signal", "weak"),
            Branch(5, "pace", "fast"),
        )
    )
)
FITS: list[tuple[dict[str, Any], list[int]]] = [
    ({}, []),
    ({"quiz": False}, [0]),
    ({"quiz": True}, [1]),
    ({"choices": {"01-satu": "siap"}}, [2]),
    ({"choices": {"01-satu": "belum"}}, []),
    ({"choices": {"00-kemarin": "ya"}}, [3]),
    ({"choices": {"00-kemarin": "siap"}}, []),
    ({"readiness": {"signal": "weak"}}, [4]),
    ({"readiness": {"signal": "strong", "pace": "fast"}}, [5]),
    ({"readiness": {"signal": "weak", "pace": "fast"}, "quiz": False, "choices": {"01-satu": "siap"}}, [0, 2, 4, 5]),
]


@pytest.mark.parametrize(("person", "numbers"), FITS)
def test_a_branch_is_for_whom_its_condition_fits(person: dict[str, Any], numbers: list[int]) -> None:
    known: dict[str, Any] = {"readiness": {}, "quiz": None, "choices": {}} | person
    assert [one.number for one in branches_for(LESSON, **known)] == numbers


def test_a_side_lesson_is_found_by_its_id_and_has_no_day() -> None:
    pack = sample()
    assert pack.lesson("s1-lagi").day is None
    assert pack.practice("pekan-dua").title("en") == "Week two"
    with pytest.raises(UnknownPack, match="no practice 'x'"):
        pack.practice("x")


@pytest.mark.parametrize("pack", [sample(), *packs.every()], ids=lambda pack: pack.id)
def test_a_stored_copy_is_the_pack(pack: packs.Pack) -> None:
    assert packs.from_json(json.loads(json.dumps(packs.to_json(pack)))) == pack


def test_a_copy_stored_before_a_pack_could_hold_more_is_still_read() -> None:
    stored = packs.to_json(sample())
    for name in ("side", "languages"):
        del stored[name]
    assert packs.from_json(stored) == sample()._replace(side=())


def test_something_else_is_not_taken_for_a_copy() -> None:
    with pytest.raises(ValidationError):
        packs.from_json({"id": "contoh"})
