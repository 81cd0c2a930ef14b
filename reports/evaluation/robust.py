"""When an assumption fails: standard errors that do not need equal variances, ranks that do not need a shape."""

import numpy as np

from reports.evaluation.ancova import Sample
from reports.evaluation.chances import ranks
from reports.evaluation.linear import Fit, Numbers, estimate, fit, one_way
from reports.evaluation.values import Estimate, FTest


def hc3(model: Fit, weights: Numbers) -> Estimate:
    """A weighted sum of coefficients with standard errors that let every person scatter in their own measure.

    HC3: each squared residual is divided by (1 - leverage)². J. S. Long and L. H. Ervin, "Using
    heteroscedasticity consistent standard errors in the linear regression model", The American Statistician 54
    (2000), 217-224, find it the one to trust below 250 people. t has the model's degrees of freedom.
    """
    # Whoever draws the line alone (leverage 1) has nothing left over: 0 over something, not 0 over 0.
    scatter = model.residuals / np.maximum(1 - model.leverages, 1e-6)
    reach = model.columns @ (model.inverse @ weights)
    return estimate(float(weights @ model.coefficients), float(np.sqrt(((reach * scatter) ** 2).sum())), model.df)


def quade(sample: Sample) -> FTest:
    """Quade's analysis of covariance by ranks: neither a straight line nor a shape of the scores is needed.

    The ranks after are fitted on the ranks before, of everybody together; what is left over is compared between
    the groups. D. Quade, "Rank analysis of covariance", Journal of the American Statistical Association 62 (1967),
    1187-1200. It still takes both groups to scatter alike where the programme does nothing.
    """
    line = fit([ranks(sample.before)], ranks(sample.after))
    return one_way(line.residuals, sample.arm)


def by_start(sample: Sample) -> tuple[Fit, list[tuple[float, Numbers]]]:
    """The model with a slope for each group, and how to read it: scores before with the weights of their difference.

    The scores are the mean of everybody, one standard deviation below and one above; the mean stands first.
    """
    model = fit([sample.centred, sample.arm, sample.centred * sample.arm], sample.after)
    middle, spread = float(sample.before.mean()), float(sample.before.std(ddof=1))
    return model, [(middle + step, np.array([0.0, 0.0, 1.0, step])) for step in (0.0, -spread, spread)]
