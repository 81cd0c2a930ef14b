"""The rows of words: worked out from their letters the first time, looked up afterwards.

Rows are tuples: a message has a dozen, and for so few Python adds up sooner than numpy begins.
"""

from collections.abc import Iterable, Iterator, Sequence
from sys import intern
from typing import TYPE_CHECKING

from community.tagging.features import letters
from community.tagging.kept import Kept

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Rows = npt.NDArray[np.float32]

Row = tuple[float, float, float, float, float]
"""Five scores, in the order of `LABELS`."""

NOTHING: Row = (0.0, 0.0, 0.0, 0.0, 0.0)

KEPT = 1 << 15
"""Words whose rows are kept; a group uses the same words all day, and no message has as many."""


class WordRows:
    """Rows by word and by pair of neighbouring words; safe to use from several threads.

    Places are counted from 1, so that what the model does not have is nothing.
    """

    def __init__(self, names: Iterable[str], rows: "Rows") -> None:
        self._rows = rows
        self._words: dict[str, int] = {}
        self._letters: dict[str, int] = {}
        self._pairs: dict[tuple[str, ...], int] = {}
        self._known = Kept(self._worked_out, KEPT)
        self._met = _Met(rows)
        for place, name in enumerate(names, start=1):
            kind, _, rest = name.partition(" ")
            if kind == "w":
                self._words[rest] = place
            elif kind == "c":
                self._letters[rest] = place
            elif kind == "b":
                self._pairs[tuple(map(intern, rest.split(" ")))] = place

    def of(self, words: Sequence[str]) -> list[Row]:
        """The rows of the words and those of the pairs they stand in, as far as the model has any."""
        found = [*map(self._known.__getitem__, words)]
        found += map(self._met.__getitem__, filter(None, map(self._pairs.get, _beside(words))))
        return found

    def each(self, words: Sequence[str]) -> list[Row]:
        """The rows of all words, then of all pairs, the ends of the message included; zeros where there is none."""
        return [*map(self._known.__getitem__, words)] + [self._met[self._pairs.get(pair, 0)] for pair in _beside(words)]

    def _worked_out(self, word: str) -> Row:
        """A word's own row and those of its letters, which stand in for words never seen."""
        own = self._words.get(word)
        row: Rows = self._rows[own - 1].copy() if own else self._rows[0] * 0
        found = letters(word) if word != "?" else ()
        seen = [place - 1 for one in found if (place := self._letters.get(one))]
        if seen:
            row += self._rows[seen].sum(0) * len(found) ** -0.5
        return as_row(row)


class _Met(dict[int, Row]):
    """Rows of the pairs met so far, by their place; 0 is no place."""

    def __init__(self, rows: "Rows") -> None:
        super().__init__({0: NOTHING})
        self._rows = rows

    def __missing__(self, place: int) -> Row:
        row = self[place] = as_row(self._rows[place - 1])
        return row


def _beside(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    return zip(("^", *words), (*words, "$"), strict=True)


def as_row(row: "Rows") -> Row:
    """A row of the model's table as plain numbers."""
    a, b, c, d, e = row.tolist()
    return a, b, c, d, e


def added(rows: Iterable[Row]) -> Row:
    """The sum of rows; zeros for none. Written out, since this is what tagging spends its time on."""
    a = b = c = d = e = 0.0
    for one, two, three, four, five in rows:
        a += one
        b += two
        c += three
        d += four
        e += five
    return a, b, c, d, e
