"""How far a share may be off: the Wilson interval."""

from math import sqrt

Z_95 = 1.959963984540054  # the standard normal leaves 2.5 % beyond it


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
