"""The rows of words and of pairs of neighbouring words; a word nobody listed stands on its letters."""

from collections.abc import Iterable, Sequence
from sys import intern
from typing import TYPE_CHECKING

from community.tagging.features import letters
from community.tagging.packed import Packed, all_packed, packed

if TYPE_CHECKING:
    from community.tagging.packed import Rows


class WordRows:
    """Rows by word and by pair. Places are counted from 1, so that what the model does not have is nothing."""

    def __init__(self, names: Iterable[str], rows: "Rows") -> None:
        self._rows = rows
        self._words: dict[str, int] = {}
        self._letters: dict[str, int] = {}
        pairs: dict[tuple[str, ...], int] = {}
        for place, name in enumerate(names, start=1):
            kind, _, rest = name.partition(" ")
            if kind == "w":
                self._words[rest] = place
            elif kind == "c":
                self._letters[rest] = place
            elif kind == "b":
                pairs[tuple(map(intern, rest.split(" ")))] = place
        self._pairs = dict(zip(pairs, all_packed(rows[[place - 1 for place in pairs.values()]]), strict=True))

    def word(self, word: str) -> Packed:
        """A word's own row and those of its letters. It takes a while: `Lexicon` keeps it."""
        own = self._words.get(word)
        row: Rows = self._rows[own - 1].copy() if own else self._rows[0] * 0
        found = letters(word) if word != "?" else ()
        seen = [place - 1 for one in found if (place := self._letters.get(one))]
        if seen:
            row += self._rows[seen].sum(0) * len(found) ** -0.5
        return packed(row.tolist())

    def beside(self, words: Sequence[str]) -> Packed:
        """The sum of the rows of all pairs, the ends of the message included."""
        pairs = zip(("^", *words), (*words, "$"), strict=True)
        return sum(filter(None, map(self._pairs.get, pairs)))

    def each_pair(self, words: Sequence[str]) -> list[Packed]:
        """The row of each pair, the ends of the message included; 0 where there is none."""
        return [self._pairs.get(pair, 0) for pair in zip(("^", *words), (*words, "$"), strict=True)]
