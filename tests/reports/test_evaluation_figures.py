"""The evaluation equals R's own output to six digits, reads by one rule, and breaks on nothing it is given."""

from collections.abc import Callable
from math import isfinite, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.evaluation import clusters
from reports.evaluation.effects import gain
from reports.evaluation.figures import Evaluation, evaluate
from reports.evaluation.linear import fit
from reports.evaluation.published import d_of_f, hedges_g, normalised_gain, p_of_f, partial_eta_squared
from reports.evaluation.robust import hc3
from reports.evaluation.values import CannotEvaluate, Score, Study
from tests.reports.evaluation_data import HIGHEST, evaluation, expected


def check(found: Evaluation, name: str) -> tuple[float, float]:
    return next((one.statistic, one.p) for one in found.checks if one.name == name)


def ancova_hc3(found: Evaluation) -> tuple[float, float]:
    """HC3 of the model with one slope, also where the reading uses two."""
    one = hc3(found.ancova.model, np.array([0.0, 0.0, 1.0]))
    return one.error, one.p


OURS: dict[str, Callable[[Evaluation], float | None]] = {
    "n_programme": lambda it: it.programme.n,
    "n_comparison": lambda it: it.comparison.n,
    "mean_before_programme": lambda it: it.programme.before[0],
    "sd_before_programme": lambda it: it.programme.before[1],
    "mean_after_programme": lambda it: it.programme.after[0],
    "sd_after_programme": lambda it: it.programme.after[1],
    "mean_before_comparison": lambda it: it.comparison.before[0],
    "mean_after_comparison": lambda it: it.comparison.after[0],
    "ancova_f": lambda it: it.ancova.test.f,
    "ancova_df2": lambda it: it.ancova.test.df2,
    "ancova_p": lambda it: it.ancova.test.p,
    "partial_eta_squared": lambda it: it.ancova.partial_eta_squared,
    "difference": lambda it: it.ancova.difference.value,
    "difference_se": lambda it: it.ancova.difference.error,
    "difference_low": lambda it: it.ancova.difference.low,
    "difference_high": lambda it: it.ancova.difference.high,
    "slope": lambda it: it.ancova.slope.value,
    "slope_p": lambda it: it.ancova.slope.p,
    "adjusted_programme": lambda it: it.ancova.programme.value,
    "adjusted_programme_low": lambda it: it.ancova.programme.low,
    "adjusted_programme_high": lambda it: it.ancova.programme.high,
    "adjusted_comparison": lambda it: it.ancova.comparison.value,
    "adjusted_comparison_low": lambda it: it.ancova.comparison.low,
    "slopes_f": lambda it: check(it, "slopes")[0],
    "slopes_df2": lambda it: it.checks[0].df2,
    "slopes_p": lambda it: check(it, "slopes")[1],
    "brown_forsythe_f": lambda it: check(it, "brown_forsythe")[0],
    "brown_forsythe_p": lambda it: check(it, "brown_forsythe")[1],
    "bartlett_k": lambda it: check(it, "bartlett")[0],
    "bartlett_p": lambda it: check(it, "bartlett")[1],
    "shapiro_w": lambda it: check(it, "shape")[0],
    "shapiro_p": lambda it: check(it, "shape")[1],
    "hc3_se": lambda it: ancova_hc3(it)[0],
    "hc3_p": lambda it: ancova_hc3(it)[1],
    "quade_f": lambda it: it.quade.f,
    "quade_p": lambda it: it.quade.p,
    "cohens_d": lambda it: it.sizes and it.sizes.d,
    "hedges_g": lambda it: it.sizes and it.sizes.g.value,
    "hedges_g_low": lambda it: it.sizes and it.sizes.g.low,
    "hedges_g_high": lambda it: it.sizes and it.sizes.g.high,
    "gain_of_means_programme": lambda it: it.programme.gain.of_means,
    "gain_of_people_programme": lambda it: it.programme.gain.of_people,
    "gain_of_means_comparison": lambda it: it.comparison.gain.of_means,
    "percent_programme": lambda it: it.programme.gain.percent,
    "percent_comparison": lambda it: it.comparison.gain.percent,
    "hc3_at_mean": lambda it: it.by_start[0][1].value,
    "hc3_at_mean_se": lambda it: it.by_start[0][1].error,
    "hc3_below": lambda it: it.by_start[1][1].value,
    "hc3_below_se": lambda it: it.by_start[1][1].error,
    "hc3_above_se": lambda it: it.by_start[2][1].error,
    "schools_programme": lambda it: it.clustered and it.clustered.schools_programme,
    "schools_comparison": lambda it: it.clustered and it.clustered.schools_comparison,
    "cr2_se": lambda it: it.clustered and it.clustered.difference.error,
    "cr2_df": lambda it: it.clustered and it.clustered.difference.df,
    "cr2_p": lambda it: it.clustered and it.clustered.difference.p,
    "cr2_low": lambda it: it.clustered and it.clustered.difference.low,
    "alike": lambda it: it.clustered and it.clustered.alike,
}


@pytest.mark.parametrize("name", HIGHEST)
def test_every_figure_is_the_one_that_r_gives(name: str) -> None:
    theirs = {figure: value for figure, value in expected()[name].items() if figure != "adjusted_g"}
    assert len(theirs) >= 40
    ours = {figure: OURS[figure](evaluation(name)) for figure in theirs}
    assert ours == {figure: pytest.approx(value, rel=1e-6) for figure, value in theirs.items()}


@pytest.mark.parametrize("name", ["rubric", "questionnaire", "schools"])
def test_the_adjusted_size_is_that_of_the_difference_to_be_read(name: str) -> None:
    found = evaluation(name)
    assert found.sizes is not None
    assert found.sizes.adjusted.value == pytest.approx(expected()[name]["adjusted_g"], rel=1e-6)
    read = found.reading.difference
    assert found.sizes.adjusted.low / found.sizes.adjusted.value == pytest.approx(read.low / read.value)


def test_published_figures_give_what_belongs_to_them() -> None:
    theirs = expected()["published"]
    assert p_of_f(15.86, 1, 117) == pytest.approx(theirs["p_of_f"], rel=1e-6) == pytest.approx(0.00012, abs=5e-6)
    assert partial_eta_squared(15.86, 1, 117) == pytest.approx(theirs["eta_of_f"]) == pytest.approx(0.119, abs=5e-4)
    assert normalised_gain(3.12, 4.36, 5) == pytest.approx(theirs["likert_gain"]) == pytest.approx(0.66, abs=5e-3)
    assert normalised_gain(5, 5, 5) is None
    g = hedges_g(0.78, 60, 60)
    assert [round(value, 3) for value in g] == [0.775, 0.404, 1.143]
    assert d_of_f(15.86, 60, 60) == pytest.approx(0.727, abs=5e-4)


def test_the_invented_study_has_the_published_results() -> None:
    """What a published study of 60 and 60 teachers reports, from data made for it."""
    found, likert = evaluation("rubric"), evaluation("questionnaire")
    assert (found.ancova.test.df1, found.ancova.test.df2, round(found.ancova.test.f, 2)) == (1, 117, 15.86)
    assert found.sizes is not None
    assert round(found.sizes.d, 2) == 0.78
    assert [round(arm.gain.percent or 0, 1) for arm in (found.programme, found.comparison)] == [21.5, 8.2]
    assert [round(mean, 2) for mean, _ in (likert.programme.before, likert.programme.after)] == [3.12, 4.36]
    assert likert.programme.gain.of_means == pytest.approx(0.66, abs=5e-3)


@pytest.mark.parametrize(
    ("name", "method", "failed"),
    [
        ("rubric", "ancova", set()),
        ("questionnaire", "ancova", set()),
        ("skewed", "quade", {"shape"}),
        ("uneven", "hc3", {"slopes", "bartlett", "shape"}),
        ("schools", "cr2", set()),
    ],
)
def test_one_rule_says_which_figure_is_read(name: str, method: str, failed: set[str]) -> None:
    found = evaluation(name)
    assert (found.reading.method, {one.name for one in found.failed}) == (method, failed)
    assert (found.reading.p == found.quade.p) == (method == "quade")
    assert bool(found.by_start) == ("slopes" in failed)


def test_losses_are_counted_by_group() -> None:
    lost = evaluation("rubric").programme.loss
    assert (lost.listed, lost.without_before, lost.without_after, lost.compared) == (64, 1, 3, 60)
    assert lost.before_left == pytest.approx((47.2 + 58.9 + 41.5) / 3)
    assert evaluation("rubric").comparison.loss.before_left is None, "a mean of two tells what one of them had"


def test_schools_as_large_as_each_other_count_as_their_means() -> None:
    """Balanced, CR2 is the t test on the means of schools with its own degrees of freedom."""
    rng = np.random.default_rng(4)
    schools = tuple(f"S{n // 6}" for n in range(48))
    arm = np.repeat([1.0, 0.0], 24)
    values = rng.normal(size=48) + np.repeat(rng.normal(size=8), 6)
    found = clusters.cr2(fit([arm], values), schools, np.array([0.0, 1.0]))
    means = values.reshape(8, 6).mean(axis=1)
    error = sqrt((means[:4].var(ddof=1) + means[4:].var(ddof=1)) / 4)
    assert (found.error, found.df) == (pytest.approx(error), pytest.approx(6))


def test_everybody_a_school_of_their_own_is_hc2() -> None:
    rng = np.random.default_rng(5)
    model = fit([rng.normal(size=30), np.repeat([1.0, 0.0], 15)], rng.normal(size=30))
    weights = np.array([0.0, 0.0, 1.0])
    found = clusters.cr2(model, tuple(map(str, range(30))), weights)
    scatter = model.residuals**2 / (1 - model.leverages)
    assert found.error == pytest.approx(sqrt(float(((model.columns @ model.inverse @ weights) ** 2 * scatter).sum())))


def study(rows: list[tuple[str, float | None, float | None, str]]) -> Study:
    scores = tuple(Score(str(n), arm, before, after, school) for n, (arm, before, after, school) in enumerate(rows))
    return Study("program", "kontrol", scores, 0, 10)


def test_a_school_for_each_group_is_said_and_not_counted() -> None:
    rows = [(arm, float(n), n * 1.3 % 4 + n, arm) for arm in ("program", "kontrol") for n in range(8)]
    found = evaluate(study(rows))
    assert (found.schools, found.clustered, found.reading.method) == ("one_school", None, "ancova")
    few = evaluate(study([(arm, a, b, f"{arm} {int(a) % 2}") for arm, a, b, _ in rows]))
    assert few.clustered is not None
    assert not few.clustered.enough, "two schools in each group are too few"


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([], "few"),
        ([("program", 1.0, 2.0, "")] * 2 + [("kontrol", 3.0, n, "") for n in (1.0, 5.0, 2.0)], "few"),
        ([(arm, 3.0, n, "") for arm in ("program", "kontrol") for n in (1.0, 2.0, 5.0)], "alike_before"),
        ([(arm, n, n, "") for arm in ("program", "kontrol") for n in (1.0, 2.0, 5.0)], "nothing_over"),
        ([("program", n, None, "") for n in (1.0, 2.0)] + [("kontrol", n, n, "") for n in (1.0, 2.0, 5.0)], "few"),
    ],
)
def test_what_cannot_be_calculated_is_refused(rows: list[tuple[str, float, float, str]], why: str) -> None:
    with pytest.raises(CannotEvaluate) as refused:
        evaluate(study(list(rows)))
    assert refused.value.text_key == f"evaluation.cannot.{why}"


def test_who_began_at_the_top_has_no_gain_and_is_counted() -> None:
    found = gain(np.array([10.0, 5.0, 0.0]), np.array([10.0, 10.0, 5.0]), 10)
    assert (found.of_people, found.full) == (pytest.approx(0.75), 1)
    unknown = gain(np.array([0.0, 0.0]), np.array([1.0, 1.0]), None)
    assert (unknown.points, unknown.percent, unknown.of_means, unknown.of_people) == (1, None, None, None)


SCORES = st.one_of(st.none(), st.integers(0, 4).map(float), st.floats(0, 10).map(lambda value: round(value, 2)))


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["program", "kontrol"]), SCORES, SCORES, st.sampled_from("ABC")), max_size=24)
)
def test_any_scores_give_whole_figures_or_a_refusal(
    rows: list[tuple[str, float | None, float | None, str]],
) -> None:
    try:
        found = evaluate(study(rows))
    except CannotEvaluate:
        return
    assert 0 <= found.reading.p <= 1
    assert all(isfinite(value) for value in (*found.reading.difference, *found.quade, *found.hc3))
    assert found.reading.difference.low <= found.reading.difference.value <= found.reading.difference.high
    assert all(0 <= one.p <= 1 for one in found.checks)
