"""Scores as values: reversed items, missing answers, spread, ranks, pairs, and what is hidden of few."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from content.instruments import Instrument, house
from learning.surveys import scores
from learning.surveys.scores import ENOUGH, Pair

PLCA = house()["plca"]
TEST = Instrument.model_validate(
    house()["strategies"].to_json()
    | {
        "items": [
            {
                "id": name, "kind": "choice", "right": "x", "words": {"id": name, "en": name},
                "options": [{"id": one, "title": {"id": one, "en": one}} for one in "xy"],
            }
            for name in "abcd"
        ]
    }
)  # fmt: skip


def of(**given: Any) -> dict[str, float]:
    return scores.of_person(PLCA, {name.replace("_", "-"): value for name, value in given.items()})


def test_a_reversed_item_is_turned() -> None:
    assert of(pendapat=4, sendirian=1, memandu=4) == {"kepemimpinan": 4.0}
    assert of(pendapat=1, sendirian=1, memandu=1) == {"kepemimpinan": 2.0}


def test_two_thirds_of_a_sub_scale_must_be_answered() -> None:
    assert of(pendapat=4, memandu=3) == {"kepemimpinan": 3.5}
    assert of(pendapat=4) == {}
    assert of(pendapat=4, arah=2, ukuran=3) == {"nilai": 2.5}


def test_mean_sd_and_n_of_each_sub_scale() -> None:
    each = [{"arah": level, "ukuran": level, "harapan": level} for level in (1, 2, 4)]
    each += [{"arah": 4}, {}]  # one item is too few, and nothing is no answer
    found = scores.figures(PLCA, each, 7, anonymous=False)
    (scale,) = found.scales
    assert (found.answered, found.asked, scale.id, scale.n) == (4, 7, "nilai", 3)
    # (1 + 2 + 4) / 3, and the root of ((4/3)^2 + (1/3)^2 + (5/3)^2) / 2
    assert (scale.mean, scale.sd) == (pytest.approx(7 / 3), pytest.approx(1.5275252))
    assert scores.figures(PLCA, each[:1], 7, anonymous=False).scales[0].sd is None


def test_single_items_are_told_as_they_were_answered_and_ranks_by_their_mean_place() -> None:
    needs = house()["needs"]
    each = [
        {"kendala": ["waktu", "digital"], "bantuan": ["contoh", "jam"], "menit": 30},
        {"kendala": ["waktu"], "bantuan": ["jam"], "menit": 60},
    ]
    found = scores.figures(needs, each, 2, anonymous=False)
    chosen, ranked = found.spreads
    assert (chosen.counts, chosen.n, chosen.places) == ((2, 0, 0, 0, 1, 0), 2, ())
    assert (ranked.counts, ranked.places) == ((1, 0, 0, 2), (1.0, None, None, 1.5))
    assert (found.amounts[0].mean, found.amounts[0].n) == (45.0, 2)


def test_a_test_counts_what_is_right_and_what_was_passed_over_as_not_known() -> None:
    assert scores.of_person(TEST, {"a": "x", "b": "x", "c": "y"}) == {"right": 0.5}
    assert scores.of_person(TEST, {}) == {}
    found = scores.figures(TEST, [{"a": "x"}, {"a": "x", "b": "x"}], 2, anonymous=False)
    assert found.right is not None and (found.right.mean, found.right.n) == (0.375, 2)


def test_before_and_after_are_linked_person_by_person() -> None:
    low = {"arah": 1, "ukuran": 1, "harapan": 1}
    high = {"arah": 4, "ukuran": 4, "harapan": 4}
    found = scores.pairs(PLCA, {"k1": low, "k2": low, "k4": {}}, {"k1": high, "k3": high})
    assert found["nilai"] == [Pair("k1", 1, 4), Pair("k2", 1, None), Pair("k3", None, 4)]
    assert found["belajar"] == [Pair(code, None, None) for code in ("k1", "k2", "k3")]


@settings(max_examples=60, derandomize=True, deadline=None)
@given(
    some.lists(some.dictionaries(some.sampled_from(("keseluruhan", "waktu", "saran")), some.integers(1, 5)), max_size=9)
)
def test_of_an_unnamed_survey_nothing_is_told_of_fewer_than_five(each: list[dict[str, Any]]) -> None:
    for one in each:
        if "saran" in one:
            one["saran"] = f"saran {one['saran']}"
    found = scores.figures(house()["coaching-satisfaction"], each, 9, anonymous=True)
    assert found.enough == (sum(bool(one) for one in each) >= ENOUGH)
    told = [*found.scales, *found.spreads, *found.amounts]
    assert all(one.n >= ENOUGH for one in told) and all(len(said) >= ENOUGH for _, said in found.words)
    if not found.enough:
        assert not told and not found.words
