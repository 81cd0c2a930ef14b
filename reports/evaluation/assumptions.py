"""What the analysis of covariance takes for granted, put to the test: slopes, variances, the shape of what is left."""

import numpy as np

from reports.evaluation import chances
from reports.evaluation.ancova import Ancova, Sample
from reports.evaluation.linear import Numbers, compare, fit, one_way
from reports.evaluation.values import Check

MOST_FOR_SHAPE = 5_000  # as far as Royston's approximation of Shapiro and Wilk's test was made


def checks(sample: Sample, analysis: Ancova) -> list[Check]:
    """Slopes, then both tests of variances, then the shape; a test that these scores do not carry is left out."""
    residuals = analysis.model.residuals
    found = [slopes(sample, analysis), brown_forsythe(residuals, sample.arm), bartlett(residuals, sample.arm)]
    if len(residuals) <= MOST_FOR_SHAPE:
        found.append(Check("shape", *_shapiro(residuals)))
    return [check for check in found if check is not None]


def slopes(sample: Sample, analysis: Ancova) -> Check | None:
    """Whether the score before tells as much about the score after in both groups: what the product term adds."""
    try:
        wider = fit([sample.centred, sample.arm, sample.centred * sample.arm], sample.after)
    except np.linalg.LinAlgError:  # all of one group began alike: there is no line to compare
        return None
    test = compare(analysis.model, wider)
    return Check("slopes", test.f, test.df1, test.df2, test.p)


def brown_forsythe(residuals: Numbers, arm: Numbers) -> Check | None:
    """Equal variances by the distance from the group's median: Levene's test as Brown and Forsythe mended it.

    M. B. Brown and A. B. Forsythe, "Robust tests for the equality of variances", Journal of the American
    Statistical Association 69 (1974), 364-367.
    """
    distances = residuals.copy()
    for one in (0, 1):
        distances[arm == one] = np.abs(distances[arm == one] - np.median(distances[arm == one]))
    if np.ptp(distances[arm == 0]) == 0 and np.ptp(distances[arm == 1]) == 0:
        return None
    test = one_way(distances, arm)
    return Check("brown_forsythe", test.f, test.df1, test.df2, test.p)


def bartlett(residuals: Numbers, arm: Numbers) -> Check | None:
    """Equal variances by Bartlett's test, which takes the residuals to be normal.

    M. S. Bartlett, "Properties of sufficiency and statistical tests", Proceedings of the Royal Society A 160
    (1937), 268-282.
    """
    parts = [residuals[arm == 0], residuals[arm == 1]]
    variances = np.array([part.var(ddof=1) for part in parts])
    df = np.array([len(part) - 1 for part in parts])
    if not np.all(variances > 0):
        return None
    pooled = float((df * variances).sum() / df.sum())
    raw = df.sum() * np.log(pooled) - (df * np.log(variances)).sum()
    value = float(raw / (1 + ((1 / df).sum() - 1 / df.sum()) / 3))
    return Check("bartlett", value, 1, None, chances.of_chi_square(value, 1))


def _shapiro(residuals: Numbers) -> tuple[float, None, None, float]:
    statistic, p = chances.shapiro(residuals)
    return statistic, None, None, p
