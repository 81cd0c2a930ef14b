"""Teams of three: the one that takes in the odd colleague, and whole pools in threes."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from operator import itemgetter
from random import Random
from typing import NamedTuple

from learning.blossom import Costs, cheapest

EXACT = 60  # people up to whom the one three is chosen so that no other choice would cost less
_IDLE = 8  # rounds without gain after which looking for better threes ends

Team = tuple[int, ...]


def with_one_three(costs: Costs) -> list[Team]:
    """Pairs and one three, for an odd number of people (at least three) and costs of at least 0.

    First everybody but one is paired as cheaply as can be, whoever that is, and the one joins the pair where it costs
    least. Where joining is not free, everybody is tried as the one, and then, up to EXACT people, every three that
    could belong to something cheaper still by what its rest costs at least.
    """
    everybody = range(len(costs))
    prices = [2 * min(cost for other, cost in enumerate(row) if other != own) for own, row in enumerate(costs)]
    found = cheapest([[*row, 0] for row in costs] + [[0] * (len(costs) + 1)], [*prices, -max(prices)])
    guest, start = found.partner[len(costs)], [price - price % 2 for price in found.alone]
    best = _joined(costs, [(a, b) for a, b in enumerate(found.partner) if a < b and guest not in (a, b)], guest)
    if len(costs) > EXACT or cost(costs, best) == cost(costs, best[:-1]) + _of_team(costs, best[-1][:2]):
        return best
    bounds = []
    for guest in everybody:
        rest = [one for one in everybody if one != guest]
        pairs, bound = _paired(costs, rest, start)
        bounds.append(bound)
        best = min(best, _joined(costs, pairs, guest), key=lambda teams: cost(costs, teams))
    return _improved(costs, bounds, start, best)


def _paired(costs: Costs, people: list[int], prices: Sequence[int]) -> tuple[list[Team], "_Bound"]:
    """These people in the cheapest pairs, and what that says of any part of them."""
    chosen = itemgetter(people[0], *people)
    table = [list(chosen(costs[one])[1:]) for one in people]
    found = cheapest(table, [prices[one] for one in people])
    pairs: list[Team] = [(people[a], people[b]) for a, b in enumerate(found.partner) if a < b]
    rings = [(value // 2, {people[at] for at in ring}) for value, ring in found.discounts()]
    return pairs, _Bound(dict(zip(people, found.alone, strict=True)), sum(found.alone), rings)


def _joined(costs: Costs, pairs: list[Team], guest: int) -> list[Team]:
    """The pairs, with the guest in the one where it costs least; that team stands last."""
    hosts = min(pairs, key=lambda pair: costs[guest][pair[0]] + costs[guest][pair[1]])
    return [pair for pair in pairs if pair != hosts] + [(*hosts, guest)]


class _Bound(NamedTuple):
    """Prices that prove how little some people can cost in pairs, also when others leave; in quarters of a cost."""

    alone: dict[int, int]
    whole: int
    rings: list[tuple[int, set[int]]]

    def without(self, one: int, other: int) -> int:
        """What the rest costs at least. Of a ring of which an odd number is left, somebody pairs outside of it."""
        odd = (half for half, ring in self.rings if (len(ring) - (one in ring) - (other in ring)) % 2)
        return self.whole - self.alone[one] - self.alone[other] + sum(odd)


def _improved(costs: Costs, bounds: list[_Bound], start: Sequence[int], best: list[Team]) -> list[Team]:
    """``best``, or something cheaper with another three; ``bounds`` are those of everybody but each one."""
    everybody = range(len(costs))
    for least, trio in sorted(_promising(costs, bounds, cost(costs, best))):
        if least <= 4 * (cost(costs, best) - 1):
            pairs, _ = _paired(costs, [one for one in everybody if one not in trio], start)
            best = min(best, [*pairs, trio], key=lambda teams: cost(costs, teams))
    return best


def _promising(costs: Costs, bounds: list[_Bound], paid: int) -> Iterator[tuple[int, Team]]:
    """The threes that may belong to something cheaper than ``paid``, with the least it would cost, in quarters."""
    most = 4 * (paid - 1)
    for trio in combinations(range(len(costs)), 3):
        a, b, c = trio
        own = 4 * _of_team(costs, trio)
        least = own + max(
            bounds[one].whole - bounds[one].alone[two] - bounds[one].alone[three]
            for one, two, three in ((a, b, c), (b, a, c), (c, a, b))
        )
        if least <= most:
            least = own + max(bounds[one].without(two, three) for one, two, three in ((a, b, c), (b, a, c), (c, a, b)))
            if least <= most:
                yield least, trio


def of_three(costs: Costs, chance: Random) -> list[Team]:
    """Threes, and one or two pairs where the number asks for it (never a four): good, not proven to be the cheapest.

    Pairs are made as cheaply as can be and each gets a guest as cheaply as can be. Then, again and again, somebody of
    each team becomes the guest who looks for a place anew, which never costs more, until several rounds gain nothing.
    """
    size = len(costs)
    count = -(-size // 3)
    drawn = list(range(size))
    chance.shuffle(drawn)
    hosts = drawn[: 2 * count]
    partner = cheapest([[costs[one][other] for other in hosts] for one in hosts]).partner
    teams = _seated(costs, [(hosts[a], hosts[b]) for a, b in enumerate(partner) if a < b], drawn[2 * count :])
    idle = 0
    while idle < _IDLE and cost(costs, teams):
        turned = [_turned(team, chance) for team in teams]
        guests = [team[2] for team in turned if len(team) == 3]
        now = _seated(costs, [team[:2] for team in turned], guests)
        idle = 0 if cost(costs, now) < cost(costs, teams) else idle + 1
        teams = now
    return teams


def _turned(team: Team, chance: Random) -> Team:
    return tuple(chance.sample(team, len(team)))


def _seated(costs: Costs, hosts: Sequence[Team], guests: Sequence[int]) -> list[Team]:
    """Each guest with one pair of hosts, all together as cheaply as can be; a pair or two may stay without."""
    joining = [[costs[guest][a] + costs[guest][b] for a, b in hosts] for guest in guests]
    joining += [[0] * len(hosts) for _ in range(len(hosts) - len(guests))]
    never = 1 + sum(map(max, joining))
    table = [[never] * len(hosts) + [row[at] for row in joining] for at in range(len(hosts))]
    table += [row + [never] * len(hosts) for row in joining]
    found = cheapest(table).partner
    seats = [found[at] - len(hosts) for at in range(len(hosts))]
    return [(*pair, guests[at]) if at < len(guests) else pair for pair, at in zip(hosts, seats, strict=True)]


def cost(costs: Costs, teams: Sequence[Sequence[int]]) -> int:
    """What the teams cost together: the sum of every pair within a team."""
    return sum(_of_team(costs, team) for team in teams)


def _of_team(costs: Costs, team: Sequence[int]) -> int:
    if len(team) == 2:
        return costs[team[0]][team[1]]
    return sum(costs[a][b] for a, b in combinations(team, 2))
