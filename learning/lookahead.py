"""Keeps the coming weeks possible: a week of pairs is only good if the rest of the round can still be paired, too."""

from collections.abc import Sequence
from itertools import pairwise
from random import Random

from learning.blossom import Costs

_TRIES, _LAST_TRIES = 4, 60

Week = list[int]  # everybody's partner


def kept_possible(costs: Costs, partner: Week, repeat: int, weeks: int, chance: Random) -> Week:
    """``partner``, or if it would force a repeat upon one of the next ``weeks`` (this one included) another week.

    Pairs that cost ``repeat`` or more are repeats. In small pools everybody must meet everybody before it starts again,
    and the pairs that are left last do not always add up to whole weeks. So the following weeks are drafted; where no
    draft comes about, this week and they are drafted together, and the cheapest of them is taken now.
    """
    size = len(costs)
    if weeks < 2:
        return partner
    fewest = size - 1 - max(sum(map(repeat.__le__, row)) for row in costs)  # colleagues still open to somebody
    weeks = min(weeks, fewest)
    # With half of the others still open to everybody there is always a week (Dirac's theorem).
    if weeks < 2 or 2 * (fewest - weeks + 1) >= size:
        return partner
    open_to = [{b for b, cost in enumerate(row) if b != a and cost < repeat} for a, row in enumerate(costs)]
    if any(b not in open_to[a] for a, b in enumerate(partner)):
        return partner
    after = [free - {partner[one]} for one, free in enumerate(open_to)]
    if drafted(after, weeks - 1, chance, _TRIES):
        return partner
    plan = drafted(open_to, weeks, chance, _LAST_TRIES)
    return min(plan, key=lambda week: sum(costs[a][b] for a, b in enumerate(week)), default=partner)


def drafted(open_to: Sequence[set[int]], weeks: int, chance: Random, tries: int) -> list[Week]:
    """So many weeks of pairs, each pair once, among those who are open to each other; nothing when none was found.

    A search by chance: what it finds is right, what it does not find may still exist.
    """
    for _ in range(tries):
        draft = _Draft(open_to, weeks, chance)
        if draft.filled(len(open_to) * (weeks + 1)):
            return [[row[week] for row in draft.partner] for week in range(weeks)]
    return []


class _Draft:
    """Weeks being filled pair by pair; two half-filled weeks may exchange a chain of pairs to make room."""

    def __init__(self, open_to: Sequence[set[int]], weeks: int, chance: Random) -> None:
        self._chance = chance
        self.partner = [[-1] * weeks for _ in open_to]
        self._open = [set(free) for free in open_to]
        self._lacks = [set(range(weeks)) for _ in open_to]

    def filled(self, steps: int) -> bool:
        """Is everybody paired in every week, after at most so many steps?"""
        for _ in range(steps):
            short = [one for one, lacks in enumerate(self._lacks) if lacks]
            if not short:
                return True
            self._step(self._one_of(short))
        return not any(self._lacks)

    def _one_of(self, choices: Sequence[int] | set[int]) -> int:
        chosen: int = self._chance.choice(choices if isinstance(choices, list) else sorted(choices))
        return chosen

    def _step(self, one: int) -> None:
        """One more pair for somebody who lacks a week, if need be at the cost of another."""
        if not self._open[one]:
            self._part(one, self._one_of({week for week, other in enumerate(self.partner[one]) if other >= 0}))
            return
        other = self._one_of(self._open[one])
        both = self._lacks[one] & self._lacks[other]
        week = self._one_of(both or self._lacks[one])
        if not both and not (self._lacks[other] and self._exchanged(one, other, week)):
            self._part(other, week)
        self._pair(one, other, week)

    def _exchanged(self, one: int, other: int, week: int) -> bool:
        """Free ``other`` in that week by exchanging a chain of pairs with a week they lack; not through ``one``."""
        instead = self._one_of(self._lacks[other])
        chain, at = [other], week
        while (following := self.partner[chain[-1]][at]) >= 0:
            chain.append(following)
            at = week + instead - at
        if chain[-1] == one:
            return False
        pairs = list(pairwise(chain))
        for number, (left, _) in enumerate(pairs):
            self._part(left, instead if number % 2 else week)
        for number, (left, right) in enumerate(pairs):
            self._pair(left, right, week if number % 2 else instead)
        return True

    def _pair(self, one: int, other: int, week: int) -> None:
        for left, right in ((one, other), (other, one)):
            self.partner[left][week] = right
            self._open[left].discard(right)
            self._lacks[left].discard(week)

    def _part(self, one: int, week: int) -> None:
        other = self.partner[one][week]
        for left, right in ((one, other), (other, one)):
            self.partner[left][week] = -1
            self._open[left].add(right)
            self._lacks[left].add(week)
