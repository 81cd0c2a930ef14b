"""The distributions of SciPy, each fetched when it is asked for; without SciPy the reader is told what to install."""

from collections.abc import Callable
from typing import Any

from reports.evaluation.values import NeedsResearch

TWO_SIDED = 0.975


def _stats() -> Any:
    try:
        from scipy import stats
    except ImportError as missing:
        raise NeedsResearch from missing
    return stats


def of_f(f: float, df1: float, df2: float) -> float:
    """How often F is at least this large where nothing differs."""
    return float(_stats().f.sf(f, df1, df2))


def of_t(t: float, df: float) -> float:
    """How often Student's t is at least this far from zero, on either side."""
    return float(2 * _stats().t.sf(abs(t), df))


def of_chi_square(value: float, df: float) -> float:
    return float(_stats().chi2.sf(value, df))


def t_reach(df: float, level: float = TWO_SIDED) -> float:
    """How many standard errors a 95 % interval reaches to either side."""
    return float(_stats().t.ppf(level, df))


def shapiro(values: Any) -> tuple[float, float]:
    """Shapiro and Wilk's W and its p, for 3 to 5,000 values."""
    found = _stats().shapiro(values)
    return float(found.statistic), float(found.pvalue)


def ranks(values: Any) -> Any:
    """Ranks from 1; equal values share the mean of theirs."""
    return _stats().rankdata(values)


def noncentral_ends(t: float, df: float) -> tuple[float, float]:
    """The two noncentralities under which this t is at the 97.5th and at the 2.5th percentile.

    J. H. Steiger and R. T. Fouladi, "Noncentrality interval estimation and the evaluation of statistical models",
    in "What if there were no significance tests?" (1997).
    """
    return _noncentrality(t, df, TWO_SIDED), _noncentrality(t, df, 1 - TWO_SIDED)


def _noncentrality(t: float, df: float, level: float) -> float:
    from scipy.optimize import brentq

    below = _noncentral_cdf(t, df)
    reach = 4.0
    while below(t - reach) < level or below(t + reach) > level:  # the fewer df, the farther out the ends lie
        reach *= 2
    return float(brentq(lambda centre: below(centre) - level, t - reach, t + reach, xtol=1e-12, rtol=1e-12))


def _noncentral_cdf(t: float, df: float) -> Callable[[float], float]:
    """The chance of at most this t, by noncentrality: the normal's, averaged over what the spread may have been.

    SciPy's own noncentral t is not a number in the tails of few degrees of freedom, where the search passes.
    """
    from numpy.polynomial.legendre import leggauss
    from scipy.special import ndtr

    chi = _stats().chi(df)
    low, high = chi.ppf(1e-15), chi.isf(1e-15)
    places, weights = leggauss(200)
    spread = low + (places + 1) / 2 * (high - low)
    mass = weights * chi.pdf(spread) * (high - low) / 2
    return lambda centre: float(mass @ ndtr(t * spread / df**0.5 - centre))
