"""How evenly the people of an exported conversation speak, without their names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from community.import_names import name_key
from community.tagging import LABELS
from reports.shares import ENOUGH

MOST_VOCAL = 3


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody who spoke: ``number`` is their place in the order of first messages, and all that is known of them."""

    number: int
    n: int
    by_label: dict[str, int]
    first_day: date


@dataclass(frozen=True, slots=True)
class Equality:
    """``top_three``: the share (0..1) of the three most vocal. Both figures are None below ENOUGH messages."""

    people: int
    top_three: float | None
    gini: float | None
    speakers: tuple[Speaker, ...]


@dataclass(slots=True)
class _Person:
    first_day: int
    counts: list[int]


class People:
    """Counts who said how much of what; two spellings of a name are one person, as where an import is stored."""

    def __init__(self) -> None:
        self._spelt: dict[str, _Person] = {}  # a spelling is looked at once, not with every message
        self._people: dict[str, _Person] = {}  # by name_key, in the order in which they came

    def take(self, sender: str, place: int, day: int, n: int = 1) -> None:
        """Messages of a person on a local day (an ordinal), with the place of their label among LABELS."""
        person = self._spelt.get(sender)
        if person is None:
            person = self._people.setdefault(name_key(sender), _Person(day, [0] * len(LABELS)))
            self._spelt[sender] = person
        person.first_day = min(person.first_day, day)
        person.counts[place] += n

    def first_days(self) -> Iterable[int]:
        """The day of each person's first message."""
        return (person.first_day for person in self._people.values())

    def told(self) -> Equality:
        """The figures, and the people in the order in which the export shows them first."""
        sizes = [sum(person.counts) for person in self._people.values()]
        enough = sum(sizes) >= ENOUGH
        speakers = tuple(
            Speaker(
                number, sum(person.counts), dict(zip(LABELS, person.counts, strict=True)),
                date.fromordinal(person.first_day),
            )
            for number, person in enumerate(self._people.values(), start=1)
        )  # fmt: skip
        top = sum(sorted(sizes)[-MOST_VOCAL:]) / sum(sizes) if enough else None
        return Equality(len(sizes), top, gini(sizes) if enough else None, speakers)


def gini(sizes: Sequence[int]) -> float:
    """Gini's coefficient of how much each said: 0 where all say as much, (n - 1) / n where one says everything.

    Half the mean difference of any two people, in parts of the mean (C. Gini, "Variabilità e mutabilità", 1912). It
    is of those who spoke; an export does not say who only read. Raises ValueError where nobody said anything.
    """
    total, n = sum(sizes), len(sizes)
    if total <= 0:
        raise ValueError("nobody said anything")
    ranked = sum((2 * rank - n - 1) * size for rank, size in enumerate(sorted(sizes), start=1))
    return ranked / (n * total)
