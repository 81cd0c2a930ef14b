"""Whether anybody stands out by their attributes: k-anonymity, by making attributes coarser and, last, leaving out."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

ANY = "*"
MOST_LEFT_OUT = 0.05
"""Part of the people who may be left out instead of making an attribute coarser for everybody."""

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Coarser:
    """One step: this attribute is written so from now on. ``how`` names the step in the texts."""

    attribute: str
    how: str
    write: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Outcome:
    """``kept`` are the attributes of each person by code; ``steps`` what was made coarser, in order.

    ``smallest`` is the number of people in the smallest class that is left: at least k, or 0 without anybody.
    """

    kept: dict[str, dict[str, str]]
    steps: tuple[Coarser, ...]
    left_out: int
    smallest: int


def anonymous(people: Mapping[str, Row], steps: Sequence[Coarser], k: int) -> Outcome:
    """Attributes so coarse that everybody shares all of theirs with at least k - 1 others.

    L. Sweeney, "k-anonymity: a model for protecting privacy", International Journal of Uncertainty, Fuzziness and
    Knowledge-based Systems 10 (2002), 557-570. Steps are taken in their order; as soon as no more than one in twenty
    stands out, these are left out. After the last step whoever still stands out is left out, too.
    """
    rows = {code: dict(row) for code, row in people.items()}
    taken: list[Coarser] = []
    for step in [*steps, None]:
        alone = _standing_out(rows, k)
        if step is None or len(alone) <= MOST_LEFT_OUT * len(rows):
            break
        taken.append(step)
        for row in rows.values():
            row[step.attribute] = step.write(row[step.attribute])
    kept = {code: row for code, row in rows.items() if code not in alone}
    sizes = Counter(tuple(row.values()) for row in kept.values())
    return Outcome(kept, tuple(taken), len(alone), min(sizes.values(), default=0))


def _standing_out(rows: Mapping[str, Row], k: int) -> set[str]:
    sizes = Counter(tuple(row.values()) for row in rows.values())
    return {code for code, row in rows.items() if sizes[tuple(row.values())] < k}


def nothing(_: str) -> str:
    return ANY


def phase(grade: str) -> str:
    """The phase of the curriculum a class belongs to: A is 1 and 2, B 3 and 4, C 5 and 6, D 7 to 9, E and F 10 to 12.

    A class is read from the first number in it; without one it is unknown.
    """
    number = "".join(sign if sign.isascii() and sign.isdigit() else " " for sign in grade).split()[:1]
    known = {1: "A", 2: "A", 3: "B", 4: "B", 5: "C", 6: "C", 7: "D", 8: "D", 9: "D", 10: "E", 11: "F", 12: "F"}
    return known.get(int(number[0]), ANY) if number and len(number[0]) < 3 else ANY


def year(month: str) -> str:
    """2026 of 2026-10."""
    return month[:4]
