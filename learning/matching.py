"""Who meets whom this week: pairs without repeats, same grade or other school preferred, nobody left over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import add
from random import Random
from typing import TypeVar

from learning import lookahead, threes
from learning.blossom import cheapest

MEMORY = 26  # weeks within which nobody is to meet the same colleague again
MOST = 100  # people in one pool: enough to choose from, and neighbours stay together
SPACIOUS = 6 * MEMORY  # people of whom, however they meet, nobody can run out of colleagues within the memory

# What a pair costs. What is prevented first outweighs all that may come below it in a pool of MOST people.
PREFERENCE = (3, 1, 0)  # by how much speaks for them: the same grade, another school
ON_THE_EDGE = 10**3  # they met exactly as long ago as nobody should have to meet again
REPEAT = 10**6  # times _too_soon: where repeats cannot be avoided, few of them, and none after a week or two

History = Mapping[frozenset[int], int]
_Anybody = TypeVar("_Anybody")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody to be paired; ``lead`` says how much oftener they gave first than second in the weeks before.

    ``began`` is whether they gave first the last time.
    """

    person_id: int
    grade: str | None = None
    school_id: int | None = None
    lead: int = 0
    began: bool = False


def window(people: int) -> int:
    """For how many weeks in a row nobody need meet the same colleague twice, in a pool of so many people."""
    return min(people - 1, MEMORY)


def teams(
    candidates: Sequence[Candidate], history: History, *, seed: int, mode: str = "pairs"
) -> list[tuple[int, ...]]:
    """The week's teams by person id, who gives first at the beginning: everybody once, alone only where nobody else is.

    ``history`` gives the weeks since two people last met. ``mode`` pairs: twos, and one three where the number is odd;
    threes: threes, and one or two pairs where the number asks for it. An even pool in pairs costs as little as any
    matching does by ``costs``, save where that would force a repeat upon a coming week (see lookahead).
    """
    chance = Random(seed)
    drawn = sorted(candidates, key=lambda one: one.person_id)
    chance.shuffle(drawn)  # among equals nobody comes first by their number
    if len(drawn) < 4:
        found = [tuple(range(len(drawn)))] if drawn else []
    elif mode == "threes":
        found = threes.of_three(costs(drawn, history), chance)
    elif len(drawn) % 2:
        found = threes.with_one_three(costs(drawn, history))
    else:
        found = _pairs(drawn, history, chance)
    return [_in_order([drawn[at] for at in team]) for team in found]


def cut(people: Sequence[_Anybody], most: int = MOST) -> list[list[_Anybody]]:
    """A row of people in as few pools as hold at most ``most`` each, about equally many, odd ones only once."""
    if not people:
        return []
    count = -(-len(people) // most)
    twos = -(-len(people) // 2)
    ends = [2 * (twos * number // count) for number in range(count + 1)]
    return [list(people[start:end]) for start, end in pairwise(ends)]


def costs(candidates: Sequence[Candidate], history: History) -> list[list[int]]:
    """What each pair costs, by the places of its two people; a three costs what its three pairs do."""
    grades, schools = [one.grade for one in candidates], [one.school_id for one in candidates]
    alike = {mine: [mine is not None and mine == grade for grade in grades] for mine in set(grades)}
    apart = {mine: [None not in (mine, school) and mine != school for school in schools] for mine in set(schools)}
    rows = {
        (grade, school): list(map(PREFERENCE.__getitem__, map(add, alike[grade], apart[school])))
        for grade, school in set(zip(grades, schools, strict=True))
    }
    table = [list(rows[one.grade, one.school_id]) for one in candidates]
    place = {one.person_id: at for at, one in enumerate(candidates)}
    reach = window(len(candidates))
    for (one, other), weeks in history.items():
        left, right = place.get(one), place.get(other)
        if left is not None and right is not None and weeks <= reach:
            table[left][right] += ON_THE_EDGE if weeks == reach else REPEAT * _too_soon(weeks, reach)
            table[right][left] = table[left][right]
    return table


def _too_soon(weeks: int, reach: int) -> int:
    return reach**2 // 4 + (reach - weeks) ** 2


def _pairs(drawn: Sequence[Candidate], history: History, chance: Random) -> list[tuple[int, ...]]:
    table = costs(drawn, history)
    here = {one.person_id for one in drawn}
    since = max((weeks for pair, weeks in history.items() if pair <= here), default=0)
    partner = cheapest(table).partner
    if len(drawn) < SPACIOUS:
        partner = lookahead.kept_possible(table, partner, REPEAT, window(len(drawn)) - since, chance)
    return [(one, other) for one, other in enumerate(partner) if one < other]


def _in_order(team: Sequence[Candidate]) -> tuple[int, ...]:
    """Who gave first less often begins, else who did not begin the last time; among equals the draw decides."""
    return tuple(one.person_id for one in sorted(team, key=lambda one: (one.lead, one.began)))
