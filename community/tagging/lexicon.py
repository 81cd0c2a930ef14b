"""What is known of a written word, whatever stands beside it: found once, then looked up as one record."""

from collections.abc import Callable
from itertools import chain
from typing import NamedTuple

from community.tagging.kept import Kept
from community.tagging.packed import After, Packed
from community.tagging.phrases import Tree, given_by, known_as, nexts_of, opened_by
from community.tagging.words import listed, plain, written

KEPT = 1 << 15
"""Words whose records are kept; a group uses the same words all day, and no message has as many."""

CARRIES, MAY_BE_NAME, PASSED_OVER, ADDRESS, SEVERAL = range(5)
"""Carries something; so does what no phrase knows, unless it stands after "bu" or "pak"; a particle or a question mark;
"bu" and "pak" themselves; one spelling of several words."""


class Word(NamedTuple):
    """One word."""

    plain: str
    names: tuple[str, ...]
    """Under which words of the phrases it is found."""
    gives: tuple[str, ...]
    """The signals it gives by itself."""
    opens: tuple[Tree, ...]
    """Where the phrases go on that it may begin."""
    nexts: frozenset[str]
    """The names of which the next word has to have one for them to go on."""
    gaps: bool
    """Whether any word may come next."""
    part: int
    """CARRIES and so on."""
    row: Packed
    """What it says to the model it was looked up for."""
    after: After
    """What it says together with the word that follows."""


class Words(NamedTuple):
    """The words of a text, a column for each field of `Word`: they are asked for column by column."""

    plain: tuple[str, ...] = ()
    names: tuple[tuple[str, ...], ...] = ()
    gives: tuple[tuple[str, ...], ...] = ()
    opens: tuple[tuple[Tree, ...], ...] = ()
    nexts: tuple[frozenset[str], ...] = ()
    gaps: tuple[bool, ...] = ()
    part: tuple[int, ...] = ()
    row: tuple[Packed, ...] = ()
    after: tuple[After, ...] = ()


class Lexicon(Kept[str, Word]):
    """`lexicon[written]` is what is known of a word in small letters; safe to use from several threads.

    `says` tells what a plain word says to a model, alone and before another; where only rules are asked, nothing.
    """

    def __init__(self, says: Callable[[str], tuple[Packed, After]] = lambda word: (0, {})) -> None:
        super().__init__(self._word, KEPT)
        self._says = says

    def read(self, text: str) -> tuple[Words, list[str]]:
        """The words of a text and, at the same places, how each was written; empty for a further word of a spelling."""
        spelt = written(text)
        if not spelt:
            return _NONE, spelt
        found = [*map(self.__getitem__, spelt)]
        words = _NEW(Words, zip(*found, strict=True))
        if SEVERAL not in words.part:
            return words, spelt
        parts = [[*map(self.__getitem__, one.plain.split(" "))] if one.part == SEVERAL else [one] for one in found]
        places = [[word] + [""] * (len(some) - 1) for word, some in zip(spelt, parts, strict=True)]
        return Words(*zip(*chain.from_iterable(parts), strict=True)), [*chain.from_iterable(places)]

    def _word(self, spelt: str) -> Word:
        word = plain(spelt)
        if " " in word:
            return Word(word, (), (), (), frozenset(), False, SEVERAL, 0, {})
        names = tuple(sorted(known_as(word)))
        opens = opened_by(names)
        return Word(word, names, given_by(names), opens, *nexts_of(opens), _part(word, names), *self._says(word))


_NONE = Words()
_NEW = tuple.__new__  # a call of Words would make the tuple twice


def _part(word: str, names: tuple[str, ...]) -> int:
    if word in listed("address"):
        return ADDRESS
    if word in listed("particles") or word == "?":
        return PASSED_OVER
    return CARRIES if names else MAY_BE_NAME
