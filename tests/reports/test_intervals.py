"""The interval of a share, against published values."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.intervals import wilson


# Newcombe 1998 (Statistics in Medicine 17:857-872), table I, score method without continuity correction.
@pytest.mark.parametrize(
    "n, of, low, high",
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_it_gives_the_published_values(n: int, of: int, low: float, high: float) -> None:
    assert wilson(n, of) == pytest.approx((low, high), abs=0.00005)


@given(of=st.integers(1, 5_000), part=st.floats(0, 1))
@settings(max_examples=100)
def test_it_holds_the_share_and_stays_within_0_and_1(of: int, part: float) -> None:
    n = round(of * part)
    low, high = wilson(n, of)
    assert 0 <= low <= n / of <= high <= 1
    mirrored = wilson(of - n, of)
    assert mirrored == pytest.approx((1 - high, 1 - low))


@pytest.mark.parametrize("n, of", [(0, 0), (-1, 10), (11, 10)])
def test_a_share_of_nothing_is_refused(n: int, of: int) -> None:
    with pytest.raises(ValueError, match="a share needs"):
        wilson(n, of)
