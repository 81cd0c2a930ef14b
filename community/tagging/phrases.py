"""Finds the phrases of `content/tags` in a message: an index of words first, near spellings second."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import compress, count
from operator import eq
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from community.tagging.values import LABELS
from community.tagging.words import FOLDER, LANGUAGES, listed, plain, read, spellings

GAP = 2
"""How many words an underscore in a phrase may stand for, at most."""

ENDINGS = ("nya", "kah", "lah", "ku", "mu", "ne", "na", "e")
NEAR_FROM = 7
"""Letters a word needs before a slip is forgiven: in shorter words one letter makes another word."""

WIDER_FROM = 12
"""From this length on, two slips are forgiven."""


_TIME = re.compile(r"(?:[01]?\d|2[0-4])[.:][0-5]\d")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of one signal, as words; `_` is a gap, `#` a number, `@` a time of day, a final `*` any ending."""

    signal: str
    words: tuple[str, ...]


Hits = dict[str, list[tuple[int, int]]]
"""The signals a message gives, each with its phrases: the place of the first word and the one after the last."""


@cache
def phrases() -> tuple[Phrase, ...]:
    """Every phrase of every language; its signal is `label.name`, as `consultation.asks_advice`."""
    return tuple(
        Phrase(f"{label}.{name}", _words(written))
        for language in LANGUAGES
        for label in LABELS
        for name, many in read(FOLDER / language / f"{label}.toml").items()
        for written in many
    )


def _words(written: str) -> tuple[str, ...]:
    marks = ("_", "#", "@")
    found = (word if word in marks or word[-1] == "*" else plain(word) for word in written.lower().split())
    return tuple(part for word in found for part in word.split())


Tree = dict[str, Any]
"""Phrases by their words: each word leads to what may follow it; ENDS holds the signals of phrases that end here."""

ENDS = ""

Names = Sequence[tuple[str, ...]]
"""For each word of a message, under which words of the phrases it is found."""


@cache
def _tree() -> Tree:
    """All phrases in one tree, so that a word that begins many phrases is looked at once."""
    tree: Tree = {}
    for phrase in phrases():
        node = tree
        for word in phrase.words:
            node = node.setdefault(word, {})
        node[ENDS] = (*node.get(ENDS, ()), phrase.signal)
    return tree


@cache
def _vocabulary() -> tuple[frozenset[str], tuple[str, ...]]:
    """The exact words of all phrases, and the beginnings that take any ending."""
    words = {word for phrase in phrases() for word in phrase.words if word != "_"}
    return frozenset(w for w in words if w[-1] != "*"), tuple(sorted(w[:-1] for w in words if w[-1] == "*"))


@cache
def _near_candidates() -> dict[str, tuple[str, ...]]:
    by_letter: defaultdict[str, list[str]] = defaultdict(list)
    exact = _vocabulary()[0]
    for word in sorted(exact | {spelling for spelling in spellings() if plain(spelling) in exact}):
        if len(word) >= NEAR_FROM:
            by_letter[word[0]].append(word)
    return {letter: tuple(words) for letter, words in by_letter.items()}


def known_as(word: str) -> frozenset[str]:
    """Under which words of the phrases a word is found; empty for a word that no phrase has.

    Near spellings are looked for only where the exact index and the endings gave nothing, among words with the
    same first letter.
    """
    exact, beginnings = _vocabulary()
    if word[0].isdigit():
        return _number(word)
    found = {word} & exact
    found.update(f"{start}*" for start in beginnings if word.startswith(start))
    if not found:
        found.update(word[: -len(end)] for end in ENDINGS if word.endswith(end) and word[: -len(end)] in exact)
    if not found and len(word) >= NEAR_FROM and word.isalpha() and word not in listed("ordinary"):
        slips = 2 if len(word) >= WIDER_FROM else 1
        near = process.extractOne(word, _near_candidates().get(word[0], ()), scorer=OSA.distance, score_cutoff=slips)
        found.update((plain(near[0]),) if near else ())
    return frozenset(found)


def _number(word: str) -> frozenset[str]:
    """`#` for a number, and `@` besides where it can be a time of day, such as 13.00 or 7:30."""
    if word.strip("0123456789.:,/"):
        return frozenset((word,))
    return frozenset(("#", "@") if _TIME.fullmatch(word) else ("#",))


def given_by(names: Iterable[str]) -> tuple[str, ...]:
    """The signals of phrases that are one word found under these names."""
    tree = _tree()
    return tuple(signal for name in names if name in tree for signal in tree[name].get(ENDS, ()))


def opened_by(names: Iterable[str]) -> tuple[Tree, ...]:
    """Where the phrases of several words go on that begin with a word found under these names."""
    tree = _tree()
    nodes = (tree[name] for name in names if name in tree)
    return tuple(node for node in nodes if node.keys() - {ENDS})


def nexts_of(opens: Iterable[Tree]) -> tuple[frozenset[str], bool]:
    """The names of which the next word has to have one, or no phrase goes on here; or that there may be a gap."""
    names = frozenset(name for node in opens for name in node)
    return (frozenset(), True) if "_" in names else (names - {ENDS}, False)


def find(
    names: Names, gives: Sequence[tuple[str, ...]], opens: Sequence[tuple[Tree, ...]],
    nexts: Sequence[frozenset[str]], gaps: Sequence[bool],
) -> Hits:  # fmt: skip
    """Which signals a message gives.

    For each of its words: its names, the signals of phrases that are this word alone, the phrases it may begin, the
    names that go on with them, and whether any word does.
    """
    hits: Hits = {}
    for start in compress(count(), gives):
        alone = (start, start + 1)
        for signal in gives[start]:
            if signal in hits:
                hits[signal].append(alone)
            else:
                hits[signal] = [alone]
    # few phrases get past their first word: that is looked up without a step of Python for each
    for start in compress(count(), map(eq, map(frozenset.isdisjoint, nexts, names[1:]), gaps)):
        for node in opens[start]:
            _walk(hits, node, names, start, start + 1)
    return hits


def _walk(hits: Hits, node: Tree, names: Names, start: int, at: int) -> None:
    """Follow every phrase of which the words before `at` are there; a gap may pass over GAP words."""
    for name in names[at]:
        if name in node:
            _reached(hits, node[name], names, start, at + 1)
    if "_" in node:
        beyond = node["_"]
        for place in range(at, min(at + 1 + GAP, len(names))):
            for name in names[place]:
                if name in beyond:
                    _reached(hits, beyond[name], names, start, place + 1)


def _reached(hits: Hits, node: Tree, names: Names, start: int, end: int) -> None:
    """One word further: phrases that end here are found, others go on."""
    for signal in node.get(ENDS, ()):
        hits.setdefault(signal, []).append((start, end))
    if end < len(names):
        _walk(hits, node, names, start, end)
