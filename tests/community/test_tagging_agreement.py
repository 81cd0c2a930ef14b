"""Agreement figures against examples counted by hand."""

import pytest

from community.tagging.agreement import agreement, alpha, kappa

R, C, K, M, X = "resource", "consultation", "coordination", "motivation", "other"
TEN = [(R, R), (R, R), (R, C), (C, C), (C, C), (C, C), (X, X), (X, X), (X, C), (X, X)]


def test_alpha_of_ten_messages() -> None:
    # values: R 5, C 8, X 7 of 20; expected 400 - 138 = 262; two of ten differ
    assert alpha(TEN) == pytest.approx(1 - 19 * 2 * 2 / 262)


def test_kappa_of_ten_messages() -> None:
    # observed .8; chance .3*.2 + .3*.5 + .4*.3 = .33
    assert kappa(TEN) == pytest.approx((0.8 - 0.33) / 0.67)


def test_f1_of_ten_messages_counts_only_labels_that_occur() -> None:
    told = agreement(TEN)
    assert told.f1 == pytest.approx({R: 4 / 5, C: 6 / 8, K: 0.0, M: 0.0, X: 6 / 7})
    assert told.macro_f1 == pytest.approx((4 / 5 + 6 / 8 + 6 / 7) / 3)
    assert told.confusion[X] == {R: 0, C: 1, K: 0, M: 0, X: 3}


def test_error_of_the_shares() -> None:
    told = agreement(TEN)
    # of all: R .3 and .2, C .3 and .5, X .4 and .3; of four: R 3/6 and 2/7, C 3/6 and 5/7
    assert told.share_error["of_all"] == pytest.approx((0.1 + 0.2 + 0.1) / 5)
    assert told.share_error["of_four"] == pytest.approx(2 * (1 / 2 - 2 / 7) / 4)
    assert told.shares["of_four"][C] == pytest.approx({"gold": 1 / 2, "coded": 5 / 7})


def test_perfect_agreement_is_one_and_systematic_disagreement_is_below_zero() -> None:
    assert alpha([(R, R), (C, C)]) == 1
    assert kappa([(R, R), (C, C)]) == 1
    wrong = alpha([(R, C), (C, R)])
    assert wrong is not None
    assert wrong < 0


def test_one_label_only_leaves_alpha_and_kappa_undefined() -> None:
    told = agreement([(X, X), (X, X)])
    assert (told.alpha, told.kappa) == (None, None)
    assert told.macro_f1 == 1


def test_no_message_at_all_is_no_division_by_zero() -> None:
    told = agreement([])
    assert (told.messages, told.alpha, told.kappa, told.macro_f1) == (0, None, None, 0.0)
