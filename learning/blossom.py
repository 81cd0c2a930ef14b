"""The cheapest way to put an even number of people into pairs, exactly: Edmonds' blossom method on whole numbers."""

from collections.abc import Iterator, Sequence
from itertools import compress
from operator import itemgetter, sub

Costs = Sequence[Sequence[int]]

_NOBODY = -1
_NEVER = 2**60  # nobody is their own partner
_OUTER, _INNER = 1, 2  # labels in the forest that grows from people without a partner


def cheapest(costs: Costs, prices: Sequence[int] | None = None) -> "Pairs":
    """A perfect matching of least total cost; ``costs[a][b]`` is that of a pair: symmetric, whole, no one's own counts.

    ``prices`` may give a start known from a similar table: even numbers with prices[a] + prices[b] <= 4 * costs[a][b].
    Time grows with the cube of the number of people. Raises ValueError for an odd number.
    """
    if len(costs) % 2:
        raise ValueError(f"{len(costs)} people do not go into pairs")
    work = Pairs(costs, prices)
    while _NOBODY in work.partner:
        work.find_one_more()
    return work


class Pairs:
    """A matching that grows by one pair at a time, with the prices that prove it to be the cheapest.

    Prices and discounts count in quarters of a cost, so that they stay whole. Four times what a pair costs is at least
    the prices of its two people less the discounts of the circles (blossoms) that hold both; paired are only people
    between whom this is exact.
    """

    def __init__(self, costs: Costs, prices: Sequence[int] | None = None) -> None:
        size = len(costs)
        self._full = [[4 * cost for cost in row] for row in costs]
        for own, row in enumerate(self._full):
            row[own] = _NEVER
        self.partner = [_NOBODY] * size
        self.prices = list(prices) if prices is not None else [min(row) // 2 for row in self._full]
        # A circle is an odd ring of people and smaller circles; its first part holds the one paired outside it.
        self._circle = list(range(size))  # the outermost circle that holds a person; alone, the person
        self._people = {one: [one] for one in range(size)}
        self._outlet = {one: one for one in range(size)}  # who of a circle is (to be) paired outside
        self._parts: dict[int, list[int]] = {}
        self._joints: dict[int, list[tuple[int, int]]] = {}  # the edge from each part to the next around the ring
        self._discount: dict[int, int] = {}
        self._number = size
        self._label: dict[int, int] = {}
        self._asked = list(self.prices)  # the prices of whoever a tree may reach: not of people in inner circles
        self._entry: dict[int, tuple[int, int]] = {}  # how the forest came to an inner circle: from whom, to whom
        self._begin()

    @property
    def alone(self) -> list[int]:
        """The prices without help of discounts: a start for similar tables, and a bound for every part of this one."""
        own = list(self.prices)
        for value, people in self.discounts():
            for person in people:
                own[person] -= value // 2
        return own

    def discounts(self) -> list[tuple[int, list[int]]]:
        """The circles whose discount is not 0, with their people."""
        return [(value, self._people[circle]) for circle, value in self._discount.items() if value]

    def _begin(self) -> None:
        """Pair whoever can be without slack; those with the least choice first, so that few are left."""
        near = [list(self._at_no_slack(one)) for one in range(len(self.partner))]
        for one in sorted(range(len(near)), key=lambda one: len(near[one])):
            alone = [other for other in near[one] if self.partner[other] == _NOBODY]
            if alone and self.partner[one] == _NOBODY:
                other = min(alone, key=lambda other: len(near[other]))
                self.partner[one], self.partner[other] = other, one

    def find_one_more(self) -> None:
        """Grow trees from everybody without a partner until two of them meet; then there is one pair more."""
        self._label, self._entry = {}, {}
        self._asked = list(self.prices)
        fresh = [one for one, partner in enumerate(self.partner) if partner == _NOBODY]
        fresh = [person for one in fresh for person in self._outer(self._circle[one])]
        while not self._grown(fresh):
            self._reprice()
            for circle in [circle for circle, value in self._discount.items() if not value]:
                if self._label.get(circle) == _INNER:
                    self._open(circle)
            labels = [self._label.get(circle) for circle in self._circle]
            self._asked = [
                price if label != _INNER else _NEVER for price, label in zip(self.prices, labels, strict=True)
            ]
            fresh = [one for one, label in enumerate(labels) if label == _OUTER]

    def _outer(self, circle: int) -> list[int]:
        self._label[circle] = _OUTER
        return self._people[circle]

    def _grown(self, fresh: list[int]) -> bool:
        """Follow every edge without slack from the fresh people; True when a pair was gained."""
        waiting = list(fresh)
        while waiting:
            one = waiting.pop()
            for other in self._at_no_slack(one):
                mine, theirs = self._circle[one], self._circle[other]
                label = self._label.get(theirs)
                if mine == theirs or label == _INNER:
                    continue
                if label is None:
                    self._label[theirs], self._entry[theirs] = _INNER, (one, other)
                    for person in self._people[theirs]:
                        self._asked[person] = _NEVER
                    waiting += self._outer(self._circle[self.partner[self._outlet[theirs]]])
                    continue
                up, down = self._to_root(mine), self._to_root(theirs)
                if up[-1] != down[-1]:
                    self._flip(one, other)
                    self._flip(other, one)
                    return True
                waiting += self._close(one, other, up, down)
        return False

    def _at_no_slack(self, one: int) -> Iterator[int]:
        """Whom an edge without slack leads to; inner circles, which trees do not enter again, are left out."""
        rest, own, at = list(map(sub, self._full[one], self._asked)), self.prices[one], -1
        for _ in range(rest.count(own)):
            at = rest.index(own, at + 1)
            yield at

    def _to_root(self, circle: int) -> list[int]:
        """The circles from an outer one up to the root of its tree, outer and inner in turn."""
        path = [circle]
        while (partner := self.partner[self._outlet[path[-1]]]) != _NOBODY:
            inner = self._circle[partner]
            path += [inner, self._circle[self._entry[inner][0]]]
        return path

    def _edge_up(self, circle: int) -> tuple[int, int]:
        """From a circle of a tree to the one above it."""
        if self._label[circle] == _INNER:
            above, own = self._entry[circle]
            return own, above
        own = self._outlet[circle]
        return own, self.partner[own]

    def _flip(self, one: int, other: int) -> None:
        """Pair ``one`` with ``other`` and, up to the root, everybody who loses a partner by it with the next."""
        while True:
            circle = self._circle[one]
            left = self.partner[self._outlet[circle]]
            self._give(circle, one, other)
            if left == _NOBODY:
                return
            inner = self._circle[left]
            above, own = self._entry[inner]
            self._give(inner, own, above)
            one, other = above, own

    def _give(self, circle: int, one: int, outside: int) -> None:
        """A circle pairs ``one`` with somebody outside, and the rest of it among themselves along the ring."""
        self._turn(circle, one)
        self.partner[one] = outside

    def _turn(self, circle: int, one: int) -> None:
        if circle not in self._parts:
            return
        self._outlet[circle] = one
        parts, joints = self._parts[circle], self._joints[circle]
        at = next(at for at, part in enumerate(parts) if one in self._people[part])
        parts[:], joints[:] = parts[at:] + parts[:at], joints[at:] + joints[:at]
        self._turn(parts[0], one)
        for at in range(1, len(parts), 2):
            left, right = joints[at]
            self._give(parts[at], left, right)
            self._give(parts[at + 1], right, left)

    def _close(self, one: int, other: int, up: list[int], down: list[int]) -> list[int]:
        """Two outer circles of one tree meet: the ring becomes a circle. Gives the people who are outer by it."""
        while len(up) > 1 and len(down) > 1 and up[-2] == down[-2]:
            up.pop()
            down.pop()
        top = up[-1]
        left, right = up[:-1], down[:-1]
        ring = [top, *reversed(left), *right]
        joints = [(high, low) for low, high in map(self._edge_up, reversed(left))]
        joints += [(one, other), *map(self._edge_up, right)]
        circle, self._number = self._number, self._number + 1
        self._people[circle] = [person for part in ring for person in self._people[part]]
        fresh = [person for part in ring if self._label.pop(part) == _INNER for person in self._people[part]]
        self._parts[circle], self._joints[circle] = ring, joints
        self._outlet[circle], self._discount[circle] = self._outlet[top], 0
        for person in self._outer(circle):
            self._circle[person] = circle
            self._asked[person] = self.prices[person]
        return fresh

    def _open(self, circle: int) -> None:
        """An inner circle without a discount falls apart; the way through it stays in the tree."""
        above, own = self._entry[circle]
        ring, joints = self._parts.pop(circle), self._joints.pop(circle)
        del self._discount[circle], self._label[circle], self._entry[circle], self._outlet[circle]
        for part in ring:
            for person in self._people[part]:
                self._circle[person] = part
        del self._people[circle]
        at, last = ring.index(self._circle[own]), len(ring)
        # Towards the first part by the even way, which begins with the pair that the entered part is in.
        way = [*ring[at:], ring[0]] if at % 2 else ring[at::-1]
        edges = joints[at:last] if at % 2 else [(right, left) for left, right in joints[:at][::-1]]
        self._label[way[0]], self._entry[way[0]] = _INNER, (above, own)
        for turn, edge in enumerate(edges):
            if turn % 2:
                self._label[way[turn + 1]], self._entry[way[turn + 1]] = _INNER, edge
            else:
                self._label[way[turn + 1]] = _OUTER

    def _reprice(self) -> None:
        """The largest change of prices that keeps the proof: a new edge loses its slack, or a circle its discount."""
        labels = [self._label.get(circle) for circle in self._circle]
        free = [one for one, label in enumerate(labels) if label is None]
        outer = [one for one, label in enumerate(labels) if label == _OUTER]
        steps = [value // 2 for circle, value in self._discount.items() if self._label.get(circle) == _INNER]
        steps += self._slacks_to(free, outer) if free else []
        steps += self._slacks_among(outer)
        step = min(steps)  # the table is complete: somebody can always be reached
        for one, label in enumerate(labels):
            if label is not None:
                self.prices[one] += step if label == _OUTER else -step
        for circle in self._discount:
            label = self._label.get(circle)
            if label is not None:
                self._discount[circle] += 2 * step if label == _OUTER else -2 * step

    def _slacks_to(self, free: list[int], outer: list[int]) -> list[int]:
        """How far each outer person is from the nearest free one."""
        chosen = itemgetter(free[0], *free)  # one name more than needed: with a single one it would give no tuple
        paid = chosen(self.prices)
        return [min(map(sub, chosen(self._full[one]), paid)) - self.prices[one] for one in outer]

    def _slacks_among(self, outer: list[int]) -> list[int]:
        """How far each outer circle is from the next one, in halves: both sides move."""
        found = []
        chosen = itemgetter(outer[0], *outer)
        paid = chosen(self.prices)
        circles = chosen(self._circle)
        for one in outer:
            circle = self._circle[one]
            elsewhere = compress(map(sub, chosen(self._full[one]), paid), map(circle.__ne__, circles))
            least = min(elsewhere, default=_NEVER)
            found.append((least - self.prices[one]) // 2)
        return found
