"""Teachers of one school resemble each other: standard errors that count schools, not only teachers."""

from dataclasses import dataclass

import numpy as np

from reports.evaluation.linear import Fit, Numbers, estimate
from reports.evaluation.values import Estimate

LEAST_DF = 4
"""Below so many degrees of freedom the p of CR2 is not to be trusted (E. Tipton, "Small sample adjustments for
robust variance estimation with meta-regression", Psychological Methods 20, 2015, 375-393)."""


@dataclass(frozen=True, slots=True)
class Clustered:
    """The difference with its schools counted. ``alike`` (0 to 1): how much teachers of one school share."""

    difference: Estimate
    schools_programme: int
    schools_comparison: int
    in_both: int
    alike: float

    @property
    def enough(self) -> bool:
        return self.difference.df >= LEAST_DF


def in_each(schools: tuple[str, ...], arm: Numbers) -> tuple[int, int, int]:
    """How many schools are in the programme, in the comparison, and in both."""
    one, other = ({s for s, in_arm in zip(schools, arm, strict=True) if in_arm == which} for which in (1, 0))
    return len(one), len(other), len(one & other)


def cr2(model: Fit, schools: tuple[str, ...], weights: Numbers) -> Estimate:
    """A weighted sum of coefficients with the bias-reduced cluster-robust error CR2 and Satterthwaite's df.

    R. M. Bell and D. F. McCaffrey, "Bias reduction in standard errors for linear regression with multi-stage
    samples", Survey Methodology 28 (2002), 169-181; J. E. Pustejovsky and E. Tipton, "Small-sample methods for
    cluster-robust variance estimation and hypothesis testing in fixed effects models", Journal of Business &
    Economic Statistics 36 (2018), 672-683. The working model takes all people as independent with one variance.
    """
    left = np.eye(model.n) - model.columns @ model.inverse @ model.columns.T
    reach = model.columns @ (model.inverse @ weights)
    names, scores, shadows = np.array(schools), [], []
    for school in sorted(set(schools)):
        own = np.flatnonzero(names == school)
        pull = _root_of_inverse(left[np.ix_(own, own)]) @ reach[own]
        scores.append(float(pull @ model.residuals[own]))
        shadows.append(left[:, own] @ pull)
    together = np.array(shadows) @ np.array(shadows).T
    df = float(np.trace(together) ** 2 / (together**2).sum())
    return estimate(float(weights @ model.coefficients), float(np.sqrt(np.square(scores).sum())), df)


def _root_of_inverse(matrix: Numbers) -> Numbers:
    """The symmetric square root of the inverse; directions in which nothing is left over stay at zero."""
    values, directions = np.linalg.eigh(matrix)
    kept = values > 1e-10
    roots = np.where(kept, 1 / np.sqrt(np.where(kept, values, 1.0)), 0.0)
    found: Numbers = (directions * roots) @ directions.T
    return found


def alike(residuals: Numbers, schools: tuple[str, ...], arm: Numbers) -> float:
    """The intraclass correlation of what is left over, by the one-way analysis of variance; never below 0.

    Schools are taken within their group, so that the programme itself does not make them alike.
    """
    cells = [f"{int(which)} {school}" for school, which in zip(schools, arm, strict=True)]
    names = sorted(set(cells))
    if len(names) < 2 or len(names) == len(cells):
        return 0.0
    at = np.array([names.index(one) for one in cells])
    sizes = np.bincount(at)
    means = np.bincount(at, residuals) / sizes
    between = float((sizes * (means - residuals.mean()) ** 2).sum()) / (len(names) - 1)
    within = float(((residuals - means[at]) ** 2).sum()) / (len(cells) - len(names))
    typical = (len(cells) - float((sizes**2).sum()) / len(cells)) / (len(names) - 1)
    share = (between - within) / (between + (typical - 1) * within)
    return max(0.0, share)
