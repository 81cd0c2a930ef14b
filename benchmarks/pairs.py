"""Weekly pairs: 10,000 teachers for half a year, seconds and repeats; ours beside networkx on the same tables."""

import time
from collections.abc import Callable
from itertools import combinations
from random import Random
from statistics import median

import networkx as nx

from learning import matching
from learning.blossom import cheapest
from learning.matching import Candidate, costs, teams

TEACHERS, WEEKS, LARGEST, BOUND = 10_000, 26, 200, 2
GRADES, SCHOOLS = 6, 10  # in a pool
SIZES, RUNS = (20, 60, 100, 200), 5


class Pool:
    """The people of one pool and when they met."""

    def __init__(self, size: int, seed: int) -> None:
        chance = Random(seed)
        self.people = [Candidate(one, str(chance.randrange(GRADES)), one * SCHOOLS // size) for one in range(size)]
        self.met: dict[frozenset[int], int] = {}
        self.seed, self.repeats = seed, 0

    def history(self, week: int) -> dict[frozenset[int], int]:
        """Weeks since each two met."""
        return {pair: week - met for pair, met in self.met.items()}

    def note(self, week: int, found: list[tuple[int, ...]]) -> int:
        """Keep who met; gives how many meetings there were."""
        pairs = [frozenset(pair) for team in found for pair in combinations(team, 2)]
        self.repeats += sum(pair in self.met for pair in pairs)
        self.met |= dict.fromkeys(pairs, week)
        return len(pairs)


def half_a_year(size: int) -> tuple[list[float], int, int]:
    """Seconds for everybody in each week, meetings, repeats."""
    pools = [Pool(size, seed) for seed in range(TEACHERS // size)]
    seconds, meetings = [], 0
    for week in range(WEEKS):
        known = [pool.history(week) for pool in pools]
        began = time.perf_counter()
        found = [
            teams(pool.people, history, seed=WEEKS * pool.seed + week)
            for pool, history in zip(pools, known, strict=True)
        ]
        seconds.append(time.perf_counter() - began)
        meetings += sum(pool.note(week, one) for pool, one in zip(pools, found, strict=True))
    return seconds, meetings, sum(pool.repeats for pool in pools)


def _of_networkx(table: list[list[int]]) -> int:
    graph = nx.Graph()
    graph.add_weighted_edges_from((a, b, -table[a][b]) for a, b in combinations(range(len(table)), 2))
    return sum(table[a][b] for a, b in nx.max_weight_matching(graph, maxcardinality=True))


def _of_ours(table: list[list[int]]) -> int:
    return sum(table[one][other] for one, other in enumerate(cheapest(table).partner)) // 2


def _milliseconds(work: Callable[[list[list[int]]], int], table: list[list[int]]) -> tuple[float, int]:
    began = time.perf_counter()
    cost = work(table)
    return 1000 * (time.perf_counter() - began), cost


def beside_networkx(size: int) -> tuple[float, float]:
    """Median milliseconds of ours and of networkx, in turn on the same tables after a quarter of a year."""
    ours, theirs = [], []
    for seed in range(RUNS):
        pool = Pool(size, seed)
        for week in range(13):
            pool.note(week, teams(pool.people, pool.history(week), seed=week))
        table = costs(pool.people, pool.history(13))
        took, cost = _milliseconds(_of_ours, table)
        took_peer, cost_peer = _milliseconds(_of_networkx, table)
        if cost != cost_peer:
            raise RuntimeError(f"{size} people: ours costs {cost}, networkx {cost_peer}")
        ours.append(took)
        theirs.append(took_peer)
    return median(ours), median(theirs)


def main() -> None:
    """Print both tables as Markdown."""
    print(
        f"| {TEACHERS:,} teachers, {WEEKS} weeks | seconds for a week, median (min to max) | repeats |\n|---|---|---|"
    )
    for size in (matching.MOST, LARGEST):
        seconds, meetings, repeats = half_a_year(size)
        spread = f"{median(seconds):.2f} ({min(seconds):.2f} to {max(seconds):.2f})"
        print(f"| in pools of {size} | {spread} | {repeats} of {meetings:,} |")
    print(f"| bound | {BOUND} | 0.1 % |\n")
    print("| people in a pool | ours | networkx | ratio |\n|---|---|---|---|")
    for size in SIZES:
        ours, theirs = beside_networkx(size)
        print(f"| {size} | {ours:.1f} ms | {theirs:.1f} ms | {theirs / ours:.1f} |")


if __name__ == "__main__":
    main()
