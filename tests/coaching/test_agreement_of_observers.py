"""Agreement of two observers: known values, and what must hold for any scores."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.agreement import agreed, weighted_kappa

PAIRS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=40)


@pytest.mark.parametrize(
    "pairs, kappa",
    [
        ([], None),
        ([(1, 1)] * 5, None),  # both always say the same: nothing to tell from chance
        ([(0, 0), (3, 3)], 1.0),
        ([(0, 3), (3, 0)], -1.0),
        ([(0, 0), (0, 1), (1, 1), (1, 0)], 0.0),
        # apart 1/3 on average, by chance 8/9
        ([(0, 0), (1, 1), (2, 1)], 1 - (1 / 3) / (7 / 9)),
    ],
)
def test_known_values(pairs: list[tuple[int, int]], kappa: float | None) -> None:
    assert weighted_kappa(pairs, 4) == (None if kappa is None else pytest.approx(kappa))


def test_a_step_of_two_weighs_more_than_a_step_of_one() -> None:
    near, far = [(0, 0), (1, 1), (2, 2), (3, 2)], [(0, 0), (1, 1), (2, 2), (3, 1)]
    one, other = weighted_kappa(near, 4), weighted_kappa(far, 4)
    assert one is not None and other is not None and one > other


@given(PAIRS)
def test_whoever_is_named_first_the_figure_is_the_same(pairs: list[tuple[int, int]]) -> None:
    found, turned = agreed(pairs, 4), agreed([(other, one) for one, other in pairs], 4)
    assert (found.pairs, found.same, found.near) == (turned.pairs, turned.same, turned.near)
    assert 0 <= found.same <= found.near <= found.pairs == len(pairs)
    if found.kappa is None:
        assert turned.kappa is None and len({rung for pair in pairs for rung in pair}) == 1
    else:
        assert found.kappa == pytest.approx(turned.kappa) and found.kappa <= 1 + 1e-9
        assert (found.same == found.pairs) == (found.kappa > 1 - 1e-9)
