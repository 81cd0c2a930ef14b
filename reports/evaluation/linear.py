"""Least squares on a few columns: what the analysis of covariance and its sturdier relatives are made of."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reports.evaluation import chances
from reports.evaluation.values import Estimate, FTest

Numbers = npt.NDArray[np.float64]
_ROUNDING = 1e-12  # of the sum of squares: less is what floating point leaves of nothing


@dataclass(frozen=True, slots=True)
class Fit:
    """A model fitted: columns, coefficients, residuals, and the inverse of the columns' cross product."""

    columns: Numbers
    coefficients: Numbers
    residuals: Numbers
    inverse: Numbers

    @property
    def n(self) -> int:
        return int(self.columns.shape[0])

    @property
    def df(self) -> int:
        return self.n - int(self.columns.shape[1])

    @property
    def left_over(self) -> float:
        """The sum of squares that the model does not explain."""
        return float(self.residuals @ self.residuals)

    @property
    def variance(self) -> float:
        return self.left_over / self.df

    @property
    def leverages(self) -> Numbers:
        """How far each person draws the line towards their own value, from 0 to 1."""
        found: Numbers = np.einsum("ij,jk,ik->i", self.columns, self.inverse, self.columns)
        return found


def fit(columns: Sequence[Numbers], values: Numbers) -> Fit:
    """Least squares with an intercept before ``columns``. Raises LinAlgError where a column says what others said."""
    table = np.column_stack([np.ones(len(values)), *columns])
    if np.linalg.matrix_rank(table) < table.shape[1] or table.shape[0] <= table.shape[1]:
        raise np.linalg.LinAlgError("columns that depend on each other, or too few rows")
    q, r = np.linalg.qr(table)
    coefficients = np.linalg.solve(r, q.T @ values)
    upper = np.linalg.inv(r)
    return Fit(table, coefficients, values - table @ coefficients, upper @ upper.T)


def flat(model: Fit, values: Numbers) -> bool:
    """Whether the model leaves nothing over, so that no test has anything to hold a difference against."""
    return model.left_over <= _ROUNDING * float(values @ values)


def compare(small: Fit, large: Fit) -> FTest:
    """What the larger of two nested models explains beyond the smaller, against what it leaves over."""
    df1 = small.df - large.df
    f = max(0.0, small.left_over - large.left_over) / df1 / large.variance
    return FTest(f, df1, large.df, chances.of_f(f, df1, large.df))


def estimate(value: float, error: float, df: float) -> Estimate:
    """The figure with its 95 % interval and test by Student's t."""
    reach = chances.t_reach(df) * error
    return Estimate(value, error, value - reach, value + reach, df, chances.of_t(value / error, df))


def classical(model: Fit, weights: Numbers) -> Estimate:
    """A weighted sum of coefficients, taking every person to scatter alike and by themselves."""
    error = float(np.sqrt(model.variance * (weights @ model.inverse @ weights)))
    return estimate(float(weights @ model.coefficients), error, model.df)


def one_way(values: Numbers, arm: Numbers) -> FTest:
    """The analysis of variance of two groups; ``arm`` is 1 in the one and 0 in the other."""
    return compare(fit([], values), fit([arm], values))
