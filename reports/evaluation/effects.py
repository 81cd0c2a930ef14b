"""How large a difference is: in standard deviations, in the room there was to grow, in percent of the beginning."""

from dataclasses import dataclass

import numpy as np

from reports.evaluation.ancova import Sample
from reports.evaluation.linear import Numbers
from reports.evaluation.published import correction, hedges_g, normalised_gain
from reports.evaluation.values import Effect, Estimate


@dataclass(frozen=True, slots=True)
class Sizes:
    """Cohen's d and Hedges' g of the scores after; ``adjusted`` is g of the difference at equal scores before."""

    d: float
    g: Effect
    adjusted: Effect
    before: float


@dataclass(frozen=True, slots=True)
class Gain:
    """How a group grew. ``of_means`` and ``of_people`` are normalised gains, None where the scale is not known.

    ``full``: people who began at the top and so had no room; they are left out of ``of_people``.
    """

    points: float
    percent: float | None
    of_means: float | None
    of_people: float | None
    full: int


def pooled_sd(one: Numbers, other: Numbers) -> float:
    """The standard deviation of both groups together, each around its own mean."""
    squares = (len(one) - 1) * one.var(ddof=1) + (len(other) - 1) * other.var(ddof=1)
    return float(np.sqrt(squares / (len(one) + len(other) - 2)))


def cohens_d(one: Numbers, other: Numbers) -> float | None:
    """The difference of two means over their pooled standard deviation; None where nobody differs."""
    spread = pooled_sd(one, other)
    return float(one.mean() - other.mean()) / spread if spread > 0 else None


def sizes(sample: Sample, difference: Estimate) -> Sizes | None:
    """The sizes; None where the scores after do not differ within the groups.

    The adjusted g is the difference at equal scores before over the pooled standard deviation of the scores after,
    times J, as What Works Clearinghouse asks for; its interval is that of the difference, on the same scale.
    The interval of the other takes all people as independent.
    """
    one, other = (sample.of(sample.after, arm) for arm in (1, 0))
    d, before = cohens_d(one, other), cohens_d(*(sample.of(sample.before, arm) for arm in (1, 0)))
    if d is None:
        return None
    factor = correction(len(one) + len(other) - 2)
    per = factor / pooled_sd(one, other)
    adjusted = Effect(difference.value * per, difference.low * per, difference.high * per)
    return Sizes(d, hedges_g(d, len(one), len(other)), adjusted, factor * (before or 0.0))


def gain(before: Numbers, after: Numbers, most: float | None) -> Gain:
    """What one group gained; percent of the mean before, where that is above zero."""
    first, last = float(before.mean()), float(after.mean())
    percent = 100 * (last - first) / first if first > 0 else None
    if most is None:
        return Gain(last - first, percent, None, None, 0)
    each = [normalised_gain(float(a), float(b), most) for a, b in zip(before, after, strict=True)]
    found = [one for one in each if one is not None]
    of_people = sum(found) / len(found) if found else None
    return Gain(last - first, percent, normalised_gain(first, last, most), of_people, len(each) - len(found))
