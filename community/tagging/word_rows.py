"""The rows of words and of pairs of neighbouring words; a word nobody listed stands on its letters."""

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from sys import intern
from typing import TYPE_CHECKING

from community.tagging.features import letters
from community.tagging.packed import After, Packed, all_packed, packed

if TYPE_CHECKING:
    from community.tagging.packed import Rows


class WordRows:
    """Rows by word and by pair. Places are counted from 1, so that what the model does not have is nothing."""

    def __init__(self, names: Iterable[str], rows: "Rows") -> None:
        self._rows = rows
        self._words: dict[str, int] = {}
        self._letters: dict[str, int] = {}
        pairs: list[tuple[str, str]] = []
        places: list[int] = []
        for place, name in enumerate(names, start=1):
            kind, _, rest = name.partition(" ")
            if kind == "w":
                self._words[rest] = place
            elif kind == "c":
                self._letters[rest] = place
            elif kind == "b":
                one, _, other = rest.partition(" ")
                pairs.append((one, intern(other)))
                places.append(place - 1)
        self._after: dict[str, dict[str, Packed]] = {}
        for (one, other), row in zip(pairs, all_packed(rows[places]), strict=True):
            self._after.setdefault(one, {})[other] = row

    def says(self, word: str) -> tuple[Packed, After]:
        """What a word says alone, and together with the word that follows."""
        return self.word(word), self.after(word)

    def word(self, word: str) -> Packed:
        """A word's own row and those of its letters. It takes a while: `Lexicon` keeps it."""
        own = self._words.get(word)
        row: Rows = self._rows[own - 1].copy() if own else self._rows[0] * 0
        found = letters(word) if word != "?" else ()
        seen = [place - 1 for one in found if (place := self._letters.get(one))]
        if seen:
            row += self._rows[seen].sum(0) * len(found) ** -0.5
        return packed(row.tolist())

    def after(self, word: str) -> After:
        """The rows of the pairs that a word begins; `^` stands before a message, `$` after it."""
        return self._after.get(word, _NONE)

    def each_pair(self, words: Sequence[str]) -> list[Packed]:
        """The row of each pair, the ends of the message included; 0 where there is none."""
        return [self.after(one).get(other, 0) for one, other in zip(("^", *words), (*words, "$"), strict=True)]


def beside(begins: After, after: Iterable[After], words: Iterable[str]) -> Packed:
    """The sum of the rows of all pairs of a message: what each word begins, and the words themselves."""
    return sum(filter(None, map(_follower, chain((begins,), after), chain(words, _END))))


_NONE: After = {}
_END = ("$",)
_follower: Callable[[After, str], Packed | None] = dict.get
