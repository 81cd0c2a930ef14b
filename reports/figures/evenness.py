"""How evenly people speak in some groups: Lorenz's curve and Gini's coefficient, without names."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

from reports.group_talk import LEAST_SPEAKERS
from reports.history_people import gini
from reports.shares import ENOUGH


@dataclass(frozen=True, slots=True)
class Evenness:
    """Of all messages, the share (0..1) by the rarest speakers up to each, from nobody to everybody."""

    shares: tuple[float, ...]
    gini: float
    people: int
    messages: int


def told(sizes: Iterable[int]) -> Evenness | None:
    """From how much each said; None of so few people or messages that it would tell of one of them."""
    each = sorted(sizes)
    if len(each) < LEAST_SPEAKERS or sum(each) < ENOUGH:
        return None
    whole = sum(each)
    return Evenness((0.0, *(part / whole for part in accumulate(each))), gini(each), len(each), whole)
