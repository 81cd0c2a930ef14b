"""How far two observers agree who scored the same lessons with the same rubric, each without seeing the other."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

Pair = tuple[int, int]
"""The rungs that two observers chose for the same criterion of the same observation, from 0."""

ENOUGH = 10  # pairs from which on a kappa is told: below, one more tap turns it over


@dataclass(frozen=True, slots=True)
class Agreed:
    """``same`` of ``pairs`` scores were alike, ``near`` differed by one rung at most; ``kappa``: None if undefined."""

    pairs: int
    same: int
    near: int
    kappa: float | None


def agreed(pairs: Sequence[Pair], levels: int) -> Agreed:
    """The figures for a rubric of so many levels."""
    return Agreed(
        len(pairs),
        sum(one == other for one, other in pairs),
        sum(abs(one - other) <= 1 for one, other in pairs),
        weighted_kappa(pairs, levels),
    )


def weighted_kappa(pairs: Sequence[Pair], levels: int) -> float | None:
    """Cohen's kappa with linear weights (Cohen 1968): a difference of two rungs counts twice one of one rung.

    None without a pair, and where both always chose one and the same rung: then chance alone would agree as well.
    """
    if not pairs or levels < 2:
        return None
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    apart = sum(abs(one - other) for one, other in pairs) / len(pairs)
    by_chance = sum(
        first[one] * second[other] * abs(one - other) for one in first for other in second
    ) / len(pairs) ** 2  # fmt: skip
    return None if by_chance == 0 else 1 - apart / by_chance
