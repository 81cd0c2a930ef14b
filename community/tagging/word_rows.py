"""The rows of words: worked out from their letters the first time, looked up afterwards."""

from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING

from community.tagging.features import letters

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Rows = npt.NDArray[np.float32]

KEPT = 1 << 15
"""Words whose rows are kept; a group uses the same words all day, and no message has as many."""


class WordRows:
    """A table that begins with the model's rows and grows by a row for each word; safe to use from several threads."""

    def __init__(self, rows: "Rows", places: dict[str, int]) -> None:
        self._rows = rows
        self._places = places
        self._nothing = len(rows)
        self._lock = Lock()
        self._empty()

    def _empty(self) -> None:
        """Forget every word. Whoever reads at this moment holds the old table, which stays as it is."""
        import numpy as np

        room = np.zeros((1 + KEPT, self._rows.shape[1]), np.float32)
        self._kept = np.concatenate((self._rows, room)), dict[str, int]()

    def of(self, words: Sequence[str]) -> tuple["Rows", int]:
        """The rows of the words, then those of the pairs they stand in, the ends of the message included.

        Gives them with the number of words; a pair nobody has seen has a row of zeros.
        """
        table, known = self._kept
        try:
            places = [known[word] for word in words]
        except KeyError:
            self._learn(words)
            return self.of(words)
        pair, nothing = self._places.get, self._nothing
        places += [pair(f"b {one} {two}", nothing) for one, two in zip(("^", *words), (*words, "$"), strict=True)]
        return table.take(places, 0), len(words)

    def _learn(self, words: Sequence[str]) -> None:
        """Work out the rows of the words that are new; where the table has no room for them, begin a new one."""
        with self._lock:
            new = [word for word in dict.fromkeys(words) if word not in self._kept[1]]
            if len(self._kept[1]) + len(new) > KEPT:
                self._empty()
                new = list(dict.fromkeys(words))
            table, known = self._kept
            for place, word in enumerate(new, start=self._nothing + 1 + len(known)):
                table[place] = self._worked_out(word)
                known[word] = place

    def _worked_out(self, word: str) -> "Rows":
        """A word's own row and those of its letters, which stand in for words never seen."""
        own = self._places.get(f"w {word}")
        row: Rows = self._rows[0] * 0 if own is None else self._rows[own].copy()
        found = letters(word) if word != "?" else ()
        seen = [place for one in found if (place := self._places.get(f"c {one}")) is not None]
        if seen:
            row += self._rows[seen].sum(0) * len(found) ** -0.5
        return row
