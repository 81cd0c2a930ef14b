"""Weekly pairs as an algorithm: everybody once, nobody twice too soon, no cheaper way, and giving goes round."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import combinations
from random import Random

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learning import lookahead, matching, threes
from learning.blossom import cheapest
from learning.matching import Candidate, History, costs, teams, window

FEW = settings(max_examples=40, derandomize=True, deadline=None)
SEEDS = st.integers(0, 10_000)
Team = tuple[int, ...]


def staff(size: int, chance: Random, grades: int = 6, schools: int = 3) -> list[Candidate]:
    """Teachers of a few grades and schools; some have not said which."""
    return [
        Candidate(100 + number, chance.choice([None, *map(str, range(grades))]), chance.choice([None, *range(schools)]))
        for number in range(size)
    ]


def some_history(people: Sequence[Candidate], chance: Random, share: float) -> dict[frozenset[int], int]:
    """A share of all pairs met once in the last half year."""
    pairs = combinations([one.person_id for one in people], 2)
    return {frozenset(pair): chance.randint(1, 26) for pair in pairs if chance.random() < share}


def meetings(found: Iterable[Team]) -> list[frozenset[int]]:
    return [frozenset(pair) for team in found for pair in combinations(team, 2)]


def paid(people: Sequence[Candidate], history: History, found: Iterable[Team]) -> int:
    """What the teams cost by the table of costs."""
    table, place = costs(people, history), {one.person_id: at for at, one in enumerate(people)}
    return sum(table[a][b] for a, b in (sorted(place[one] for one in pair) for pair in meetings(found)))


def by_networkx(table: list[list[int]]) -> int:
    graph = nx.Graph()
    graph.add_weighted_edges_from((a, b, -table[a][b]) for a, b in combinations(range(len(table)), 2))
    return sum(table[a][b] for a, b in nx.max_weight_matching(graph, maxcardinality=True))


class Half:
    """A pool through the weeks: who is there, whom they met when, how often they gave first."""

    def __init__(self, size: int, seed: int, away: float = 0.0) -> None:
        self.chance, self.away, self.week = Random(seed), away, 0
        self.people = staff(size, self.chance)
        self.met: dict[frozenset[int], int] = {}
        self.lead: Counter[int] = Counter()
        self.began: set[int] = set()
        self.waits: list[int] = []  # weeks between two meetings of the same people

    def go_on(self, mode: str = "pairs") -> tuple[list[Candidate], History, list[Team]]:
        """One more week; gives who was there, what was known, and the teams."""
        here = [
            replace(one, lead=self.lead[one.person_id], began=one.person_id in self.began)
            for one in self.people
            if self.chance.random() >= self.away
        ]
        history = {pair: self.week - met for pair, met in self.met.items() if self.week - met <= 26}
        found = teams(here, history, seed=self.chance.randrange(10**6), mode=mode)
        for pair in meetings(found):
            if pair in self.met:
                self.waits.append(self.week - self.met[pair])
            self.met[pair] = self.week
        for team in found:
            self.lead[team[0]] += len(team)
            self.lead.subtract(team)
            self.began = (self.began - set(team)) | {team[0]}
        self.week += 1
        return here, history, found


@FEW
@given(size=st.integers(0, 40), seed=SEEDS, mode=st.sampled_from(["pairs", "threes"]))
def test_everybody_is_in_one_team_and_nobody_is_alone(size: int, seed: int, mode: str) -> None:
    chance = Random(seed)
    people = staff(size, chance)
    found = teams(people, some_history(people, chance, 0.3), seed=seed, mode=mode)
    assert sorted(one for team in found for one in team) == [one.person_id for one in people]
    sizes = Counter(map(len, found))
    if size < 4 or mode == "pairs":
        assert sizes == +Counter(
            {1: size == 1, 3: size > 1 and size % 2, 2: (size - 3 * (size % 2)) // 2 if size > 1 else 0}
        )
    else:
        assert set(sizes) <= {2, 3}
        assert sizes[2] == {0: 0, 1: 2, 2: 1}[size % 3]


@FEW
@given(size=st.integers(2, 30), seed=SEEDS, mode=st.sampled_from(["pairs", "threes"]))
def test_the_same_seed_gives_the_same_teams_in_whatever_order_people_come(size: int, seed: int, mode: str) -> None:
    people = staff(size, Random(seed))
    history = some_history(people, Random(seed), 0.2)
    turned = people[::-1]
    assert teams(people, history, seed=seed, mode=mode) == teams(
        turned, dict(reversed(history.items())), seed=seed, mode=mode
    )


@FEW
@given(half=st.integers(2, 30), seed=SEEDS, share=st.sampled_from([0.0, 0.05, 0.3, 0.7, 1.0]))
def test_up_to_sixty_people_no_other_pairs_would_cost_less(half: int, seed: int, share: float) -> None:
    chance = Random(seed)
    people = staff(2 * half, chance)
    history = some_history(people, chance, share)
    # A pool that has met for as long as it remembers: no coming week is saved for.
    history[frozenset(one.person_id for one in people[:2])] = window(len(people))
    assert paid(people, history, teams(people, history, seed=seed)) == by_networkx(costs(people, history))


@FEW
@given(half=st.integers(1, 20), seed=SEEDS, highest=st.sampled_from([1, 3, 50, 10**6]))
def test_the_prices_prove_that_no_matching_is_cheaper(half: int, seed: int, highest: int) -> None:
    chance, size = Random(seed), 2 * half
    table = [[0] * size for _ in range(size)]
    for a, b in combinations(range(size), 2):
        table[a][b] = table[b][a] = chance.randint(-highest, highest)
    found = cheapest(table)
    assert all(found.partner[found.partner[one]] == one != found.partner[one] for one in range(size))
    total = sum(table[one][other] for one, other in enumerate(found.partner)) // 2
    rings = found.discounts()
    for a, b in combinations(range(size), 2):
        assert (
            found.prices[a] + found.prices[b] - sum(off for off, ring in rings if {a, b} <= set(ring))
            <= 4 * table[a][b]
        )
    assert all(off > 0 and len(ring) % 2 for off, ring in rings)
    assert sum(found.prices) - sum(off * (len(ring) // 2) for off, ring in rings) == 4 * total


def test_an_odd_number_does_not_go_into_pairs() -> None:
    assert cheapest([]).partner == []
    with pytest.raises(ValueError, match="3 people"):
        cheapest([[0] * 3] * 3)


@FEW
@given(half=st.integers(1, 5), seed=SEEDS, highest=st.sampled_from([1, 3, 100]))
def test_of_an_odd_number_no_other_three_and_pairs_would_cost_less(half: int, seed: int, highest: int) -> None:
    chance, size = Random(seed), 2 * half + 1
    table = [[0] * size for _ in range(size)]
    for a, b in combinations(range(size), 2):
        table[a][b] = table[b][a] = chance.choice([0, chance.randint(0, highest)])
    found = threes.with_one_three(table)
    assert sorted(one for team in found for one in team) == list(range(size))
    least = []
    for trio in combinations(range(size), 3):
        rest = [one for one in range(size) if one not in trio]
        least.append(threes.cost(table, [trio]) + by_networkx([[table[a][b] for b in rest] for a in rest]))
    assert threes.cost(table, found) == min(least)


@pytest.mark.parametrize("size", [2, 4, 6, 8, 10, 12, 14, 16, 20, 24, 28, 30, 34, 40, 60])
def test_in_a_pool_that_stays_nobody_meets_the_same_colleague_before_the_round_is_over(size: int) -> None:
    for seed in range(2):
        pool = Half(size, seed)
        for _ in range(40):
            pool.go_on()
        assert min(pool.waits) >= window(size)


@pytest.mark.parametrize("size", [5, 7, 9])
def test_of_an_odd_number_nobody_meets_again_in_a_week_that_could_do_without(size: int) -> None:
    pool, avoidable = Half(size, seed=1), 0
    for _ in range(12):
        here, history, found = pool.go_on()
        table = costs(here, history)
        free = {frozenset(p) for p in combinations(range(size), 2) if table[p[0]][p[1]] < matching.REPEAT}
        possible = any(_covers(free, trio, size) for trio in combinations(range(size), 3))
        avoidable += possible
        repeats = paid(here, history, found) >= matching.REPEAT
        assert repeats != possible
    assert avoidable  # at first there is always one


def _covers(free: set[frozenset[int]], trio: Team, size: int) -> bool:
    """Is there a three and pairs, all of them free?"""
    if not {frozenset(pair) for pair in combinations(trio, 2)} <= free:
        return False
    rest = nx.Graph(tuple(pair) for pair in free if pair.isdisjoint(trio))
    return 2 * len(nx.max_weight_matching(rest, maxcardinality=True)) == size - 3


@pytest.mark.parametrize("size", [12, 21, 30])
def test_while_people_come_and_go_nobody_meets_again_within_a_month(size: int) -> None:
    pool = Half(size, seed=3, away=0.1)
    for _ in range(26):
        pool.go_on()
    assert min(pool.waits, default=99) > 4


def test_a_pool_of_two_meets_every_week_and_takes_turns() -> None:
    pool = Half(2, seed=0)
    first = [pool.go_on()[2][0][0] for _ in range(6)]
    assert first[:2] * 3 == first
    assert len(set(first)) == 2


@pytest.mark.parametrize("mode", ["pairs", "threes"])
@pytest.mark.parametrize("size", [10, 21, 60])
def test_giving_first_goes_round(size: int, mode: str) -> None:
    pool = Half(size, seed=5, away=0.1)
    for _ in range(26):
        pool.go_on(mode)
    assert max(map(abs, pool.lead.values())) <= 5


@pytest.mark.parametrize(
    "people, together",
    [
        ([("4", 1), ("4", 1), ("5", 1), ("5", 1)], {(0, 1), (2, 3)}),  # same grade
        ([(None, 1), (None, 1), (None, 2), (None, 2)], {(0, 2), (1, 3)}),  # other school
        ([("4", 1), ("5", 1), ("4", 2), ("5", 2)], {(0, 2), (1, 3)}),  # both at once
        ([("4", 1), ("4", 1), ("5", 1), ("5", 2)], {(0, 1), (2, 3)}),  # something for everybody before much for two
    ],
)  # fmt: skip
def test_the_same_grade_or_another_school_is_preferred(
    people: list[tuple[str | None, int]], together: set[Team]
) -> None:
    here = [Candidate(number, grade, school) for number, (grade, school) in enumerate(people)]
    for seed in range(10):
        found = {tuple(sorted(team)) for team in teams(here, {}, seed=seed)}
        table = costs(here, {})
        assert sum(table[a][b] for a, b in found) == sum(table[a][b] for a, b in together)
    assert by_networkx(costs(here, {})) == sum(table[a][b] for a, b in together)


def test_what_is_not_known_speaks_for_nobody() -> None:
    here = [Candidate(1, None, None), Candidate(2, None, None), Candidate(3, "4", 1)]
    assert {cost for at, row in enumerate(costs(here, {})) for other, cost in enumerate(row) if other != at} == {3}


def test_not_meeting_again_outweighs_every_preference() -> None:
    here = [Candidate(1, "4", 1), Candidate(2, "4", 2), Candidate(3, "1", 3), Candidate(4, "2", 3)]
    for weeks in (1, 2):
        history = {frozenset({1, 2}): weeks, frozenset({3, 4}): weeks}
        assert frozenset({1, 2}) not in meetings(teams(here, history, seed=1))


def test_a_week_that_would_leave_two_triangles_is_not_taken() -> None:
    rungs = [3, 4, 5, 0, 1, 2]
    sides = {frozenset(pair) for ring in ((0, 1, 2), (3, 4, 5)) for pair in combinations(ring, 2)}
    table = [
        [0 if rungs[a] == b else 1 if frozenset({a, b}) in sides else matching.REPEAT for b in range(6)]
        for a in range(6)
    ]
    assert cheapest(table).partner == rungs
    taken = lookahead.kept_possible(table, rungs, matching.REPEAT, 3, Random(1))
    assert taken != rungs
    left = [{b for b in range(6) if b != a and table[a][b] < matching.REPEAT and taken[a] != b} for a in range(6)]
    assert lookahead.drafted(left, 2, Random(1), 20)


@FEW
@given(half=st.integers(2, 10), seed=SEEDS)
def test_drafted_weeks_are_whole_and_hold_each_pair_once(half: int, seed: int) -> None:
    size, chance = 2 * half, Random(seed)
    weeks = chance.randint(1, size - 1)
    draft = lookahead.drafted([set(range(size)) - {one} for one in range(size)], weeks, chance, 60)
    assert len(draft) == weeks
    assert all(week[week[one]] == one != week[one] for week in draft for one in range(size))
    assert all(len({week[one] for week in draft}) == weeks for one in range(size))


def test_two_pools_of_two_hundred_do_without_repeats_for_half_a_year() -> None:
    count = repeats = 0
    for seed in range(2):
        pool = Half(200, seed, away=0.05)
        for _ in range(26):
            count += len(meetings(pool.go_on()[2]))
        repeats += len(pool.waits)
    assert count > 4_500
    assert repeats <= count / 1_000


@pytest.mark.parametrize(
    "size, most, sizes",
    [(0, 9, []), (1, 9, [1]), (200, 200, [200]), (201, 200, [100, 101]), (10_000, 200, [200] * 50), (13, 6, [4, 4, 5])],
)  # fmt: skip
def test_a_programme_is_cut_into_pools(size: int, most: int, sizes: list[int]) -> None:
    people = [Candidate(number) for number in range(size)]
    found = matching.cut(people, most)
    assert [len(pool) for pool in found] == sizes
    assert [one for pool in found for one in pool] == people
