"""What follows from the figures that a paper prints, without its data."""

from math import exp, lgamma, sqrt

from reports.evaluation import chances
from reports.evaluation.values import Effect


def p_of_f(f: float, df1: float, df2: float) -> float:
    """The p that belongs to F(df1, df2).

    F(1, 117) = 15.86 gives 0.00012. Needs SciPy; raises NeedsResearch without it.
    """
    return chances.of_f(f, df1, df2)


def partial_eta_squared(f: float, df1: float, df2: float) -> float:
    """The part of what the other terms leave over that this term explains, from 0 to 1: F df1 / (F df1 + df2).

    F(1, 117) = 15.86 gives 0.119.
    """
    return f * df1 / (f * df1 + df2)


def normalised_gain(before: float, after: float, most: float) -> float | None:
    """How much of the room above the score before was used; None where there was no room.

    R. R. Hake, "Interactive-engagement versus traditional methods", American Journal of Physics 66 (1998), 64-74.
    On a five-point scale, 3.12 to 4.36 gives 0.66. A fall is below zero.
    """
    return None if before >= most else (after - before) / (most - before)


def d_of_f(f: float, n1: int, n2: int) -> float:
    """Cohen's d that an F with one degree of freedom between two groups implies, without its sign."""
    return sqrt(f * (1 / n1 + 1 / n2))


def correction(df: float) -> float:
    """Hedges' J, by which d of a small sample is too large: exact, not the common 1 - 3 / (4 df - 1).

    L. V. Hedges, "Distribution theory for Glass's estimator of effect size and related estimators", Journal of
    Educational Statistics 6 (1981), 107-128.
    """
    return exp(lgamma(df / 2) - lgamma((df - 1) / 2)) / sqrt(df / 2)


def hedges_g(d: float, n1: int, n2: int) -> Effect:
    """Hedges' g of Cohen's d with its 95 % interval by the noncentral t distribution.

    The noncentralities that put the observed t at its 97.5th and 2.5th percentile are brought back to the scale of
    d and corrected as g is. d = 0.78 with 60 and 60 people gives 0.775 (0.40 to 1.14). Needs SciPy.
    """
    scale, df = sqrt(1 / n1 + 1 / n2), n1 + n2 - 2
    low, high = chances.noncentral_ends(d / scale, df)
    factor = correction(df)
    return Effect(factor * d, factor * low * scale, factor * high * scale)
