"""How evenly people speak, by hand."""

from datetime import date

import pytest

from reports.history_people import People, gini


@pytest.mark.parametrize(
    "sizes, expected",
    [
        ([5, 5, 5, 5], 0.0),
        ([0, 0, 0, 12], 0.75),
        ([7], 0.0),
        ([1, 3], 0.25),
        # Mean 4; the pairs differ by 1 3 8 2 7 5, doubled 52, over n² · 2 · mean = 128.
        ([1, 2, 4, 9], 0.40625),
    ],
)
def test_gini(sizes: list[int], expected: float) -> None:
    assert gini(sizes) == pytest.approx(expected)
    assert gini(sizes[::-1]) == pytest.approx(expected)
    pairs = sum(abs(one - other) for one in sizes for other in sizes)
    assert gini(sizes) == pytest.approx(pairs / (2 * len(sizes) * sum(sizes)))


@pytest.mark.parametrize("sizes", [[], [0, 0]])
def test_of_nothing_there_is_none(sizes: list[int]) -> None:
    with pytest.raises(ValueError, match="nobody"):
        gini(sizes)


def _people(sizes: dict[str, int]) -> People:
    people = People()
    for sender, size in sizes.items():
        for _ in range(size):
            people.take(sender, 1, 739_000)
    return people


def test_the_three_most_vocal_and_everybody_in_the_order_they_came() -> None:
    told = _people({"Sari": 10, "Budi": 2, "Made": 6, "Wati": 4, "Rini": 3}).told()
    assert (told.people, told.top_three) == (5, 20 / 25)
    assert [(one.number, one.n) for one in told.speakers] == [(1, 10), (2, 2), (3, 6), (4, 4), (5, 3)]
    assert "Sari" not in repr(told)


def test_nineteen_messages_say_nothing_of_evenness() -> None:
    assert _people({"Sari": 10, "Budi": 9}).told().top_three is None
    assert _people({"Sari": 10, "Budi": 10}).told().top_three == 1


def test_the_first_day_is_the_earliest_whatever_the_order() -> None:
    people = People()
    for day in (739_005, 739_001, 739_009):
        people.take("Sari", 0, day)
    assert people.told().speakers[0].first_day == date.fromordinal(739_001)


def test_two_spellings_of_a_name_are_one_person_as_the_preview_counts_them() -> None:
    told = _people({"~ Bu Sari": 3, "bu  sari\u200e": 2, "Pak Budi": 4}).told()
    assert (told.people, [one.n for one in told.speakers]) == (2, [5, 4])
