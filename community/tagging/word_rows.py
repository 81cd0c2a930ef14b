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
"""Words whose rows are kept; a group uses the same words all day."""


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
        places = []
        for word in words:
            place = known.get(word)
            if place is None:
                place = self._learn(word, table, known)
                if place is None:
                    return self.of(words)
            places.append(place)
        pair, nothing, before = self._places.get, self._nothing, "^"
        for word in words:
            places.append(pair(f"b {before} {word}", nothing))
            before = word
        places.append(pair(f"b {before} $", nothing))
        return table.take(places, 0), len(words)

    def _learn(self, word: str, table: "Rows", known: dict[str, int]) -> int | None:
        """The place of a word that is new; None where the table was full and a new one has begun."""
        with self._lock:
            if table is not self._kept[0]:
                return None
            if word not in known:
                if len(known) == KEPT:
                    self._empty()
                    return None
                place = self._nothing + 1 + len(known)
                table[place] = self._worked_out(word)
                known[word] = place
            return known[word]

    def _worked_out(self, word: str) -> "Rows":
        """A word's own row and those of its letters, which stand in for words never seen."""
        own = self._places.get(f"w {word}")
        row: Rows = self._rows[0] * 0 if own is None else self._rows[own].copy()
        found = letters(word) if word != "?" else ()
        seen = [place for one in found if (place := self._places.get(f"c {one}")) is not None]
        if seen:
            row += self._rows[seen].sum(0) * len(found) ** -0.5
        return row
