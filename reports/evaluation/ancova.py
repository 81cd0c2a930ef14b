"""The analysis of covariance: the score after, by group, at the same score before."""

from dataclasses import dataclass

import numpy as np

from reports.evaluation.linear import Fit, Numbers, classical, compare, fit, flat
from reports.evaluation.published import partial_eta_squared
from reports.evaluation.values import CannotEvaluate, Estimate, FTest


@dataclass(frozen=True, slots=True)
class Sample:
    """Those with both scores, as columns; ``arm`` is 1 in the programme and 0 in the comparison."""

    before: Numbers
    after: Numbers
    arm: Numbers
    schools: tuple[str, ...]

    @property
    def centred(self) -> Numbers:
        """The score before as the distance from the mean of all."""
        found: Numbers = self.before - self.before.mean()
        return found

    def of(self, values: Numbers, arm: int) -> Numbers:
        found: Numbers = values[self.arm == arm]
        return found


@dataclass(frozen=True, slots=True)
class Ancova:
    """after ~ before + group: the test of the group, and both groups as if they had begun at ``at``."""

    test: FTest
    partial_eta_squared: float
    difference: Estimate
    programme: Estimate
    comparison: Estimate
    at: float
    slope: Estimate
    model: Fit


def ancova(sample: Sample) -> Ancova:
    """The analysis on those with both scores. Raises CannotEvaluate where all began alike or nothing is left over.

    The group is tested by what it adds to the model with the score before alone; in this design that is the same
    with type II and type III sums of squares. Adjusted means stand at the mean score before of everybody.
    """
    before, arm = sample.centred, sample.arm
    try:
        small, model = fit([before], sample.after), fit([before, arm], sample.after)
    except np.linalg.LinAlgError:
        raise CannotEvaluate("evaluation.cannot.alike_before") from None
    if flat(model, sample.after - sample.after.mean()):
        raise CannotEvaluate("evaluation.cannot.nothing_over")
    test = compare(small, model)
    return Ancova(
        test, partial_eta_squared(test.f, test.df1, test.df2), classical(model, np.array([0.0, 0.0, 1.0])),
        classical(model, np.array([1.0, 0.0, 1.0])), classical(model, np.array([1.0, 0.0, 0.0])),
        float(sample.before.mean()), classical(model, np.array([0.0, 1.0, 0.0])), model,
    )  # fmt: skip
