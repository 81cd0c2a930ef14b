"""How far a share or a mean may be off: Wilson's interval, and Student's."""

from collections.abc import Sequence
from math import sqrt
from statistics import fmean, stdev

Z_95 = 1.959963984540054  # the standard normal leaves 2.5 % beyond it


def student(values: Sequence[float]) -> tuple[float, float]:
    """The two ends of the 95 % interval for the mean of some values, by Student's t.

    The quantile is that of Abramowitz and Stegun, "Handbook of Mathematical Functions" (1964), 26.7.5, which begins at
    the normal's: it is too small by 0.007 for four degrees of freedom, by 0.0003 for nine, by nothing that shows from
    thirty on. SciPy, which has it exactly, is not there in every installation. Raises ValueError below five values.
    """
    if len(values) < 5:
        raise ValueError(f"five values or more, not {len(values)}")
    z, df = Z_95, len(values) - 1
    quantile = z + (z**3 + z) / (4 * df) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * df**2)
    quantile += (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * df**3)
    middle, reach = fmean(values), quantile * stdev(values) / sqrt(len(values))
    return middle - reach, middle + reach


def wilson(n: float, of: float, z: float = Z_95) -> tuple[float, float]:
    """The two ends (0..1) of the score interval for the share ``n`` of ``of``; 95 % unless told otherwise.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the
    American Statistical Association 22 (1927), 209-212. It stays within 0..1 and holds its promise at small
    numbers and near 0 and 1, where the textbook interval (share ± z standard errors) does not. It takes the
    cases as independent; messages of one conversation are not quite, so the truth may lie a little wider.

    Raises ValueError unless 0 <= n <= of and of >= 1: a share of nothing has no interval.
    """
    if of < 1 or not 0 <= n <= of:
        raise ValueError(f"a share needs 0 <= n <= of and of >= 1, not {n} of {of}")
    share, z2 = n / of, z * z
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    reach = z / (1 + z2 / of) * sqrt(share * (1 - share) / of + z2 / (4 * of * of))
    low = 0.0 if n == 0 else max(0.0, middle - reach)  # exact there; floating point leaves 1e-17
    high = 1.0 if n == of else min(1.0, middle + reach)
    return low, high
