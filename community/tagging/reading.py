"""What one message shows before any rule judges it: words, signals, emoji, links, file name, thread."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import compress, count
from typing import NamedTuple

from community.tagging import phrases
from community.tagging.kept import Kept
from community.tagging.lexicon import ADDRESS, CARRIES, MAY_BE_NAME, PASSED_OVER, Lexicon, Words
from community.tagging.threads import topic
from community.tagging.values import Said
from community.tagging.words import FOLDER, LANGUAGES, URL, read

QUESTION_WORDS = frozenset(
    [
        "berapa",
        "kapan",
        "siapa",
        "kenapa",
        "bagaimana",
        "mana",
        "apa",
        "how",
        "what",
        "which",
        "when",
        "where",
        "why",
        "who",
    ]
)
_NAME_PARTS = re.compile(r"[a-z]+")
_QUOTED = re.compile(r"[\"“][^\"“”]{1,200}[\"”]")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


@dataclass(slots=True)
class Reading:
    """One message as the rules see it."""

    said: Said
    shown: "Shown"
    """What its text shows, wherever it stands; most of it is here again, since the rules ask all the time."""
    words: Sequence[str]
    """The plain words."""
    written: Sequence[str]
    """How each was written."""
    hits: phrases.Hits
    links: tuple[str, ...]
    emoji: frozenset[str]
    asks: bool
    core: frozenset[int]
    """Places of the words that carry something: no address, no name, no particle, no question mark."""
    quoted: str | None
    """What the message is for that it quotes."""
    topic: str | None
    """What the talk is about that it answers."""
    with_words: bool = True
    """Whether `told` looks for the words: not where nobody reads them."""

    def has(self, *signals: str) -> str | None:
        """The first of these signals that the message gives."""
        hits = self.hits
        for signal in signals:
            if signal in hits:
                return signal
        return None

    def times(self, signal: str) -> int:
        """How many phrases of this signal the message has."""
        return len(self.hits.get(signal, ()))

    def covered(self, *signals: str) -> set[int]:
        """The places of all words that belong to phrases of these signals."""
        hits, places = self.hits, set[int]()
        for one in signals:
            if one in hits:
                for start, end in hits[one]:
                    places.update(range(start, end))
        return places

    def told(self, signal: str | None) -> str:
        """The words, as written, of the longest phrase that gave a signal; nothing without a signal."""
        if not self.with_words:
            return ""
        start, end = max(self.hits.get(signal or "", [(0, 0)]), key=lambda phrase: phrase[1] - phrase[0])
        return " ".join(word for word in self.written[start:end] if word)

    def only(self, *signals: str) -> bool:
        """Whether every word that carries something belongs to these signals."""
        room = sum([end - start for one in signals if one in self.hits for start, end in self.hits[one]])
        return 0 < len(self.core) <= room and self.core <= self.covered(*signals)

    @property
    def size(self) -> int:
        """How many words carry something."""
        return len(self.core)


@cache
def emoji_sets() -> dict[str, frozenset[str]]:
    """Emoji by what they say."""
    return {name: frozenset(many) for name, many in read(FOLDER / "marks.toml")["emoji"].items()}


@cache
def _emoji_names() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for name, many in emoji_sets().items():
        for sign in many:
            found.setdefault(sign, set()).add(name)
    return {sign: frozenset(names) for sign, names in found.items()}


@cache
def _emoji() -> re.Pattern[str]:
    return re.compile("[" + "".join(map(re.escape, _emoji_names())) + "]")


@cache
def hosts(name: str) -> tuple[str, ...]:
    """Addresses on the web that are there to act on (`acting`) or to buy from (`selling`)."""
    return tuple(read(FOLDER / "marks.toml")["hosts"][name])


@cache
def _file_words(name: str) -> frozenset[str]:
    return frozenset(w for language in LANGUAGES for w in read(FOLDER / language / "files.toml").get(name, []))


@lru_cache(maxsize=4096)
def file_tells(name: str) -> str | None:
    """Whether a file name or a link's path shows `teaching` or `administration`; what comes first decides a tie."""
    parts = _NAME_PARTS.findall(_CAMEL.sub(" ", name).lower())
    votes = {kind: [at for at, part in enumerate(parts) if part in _file_words(kind)] for kind in KINDS}
    if not any(votes.values()):
        return None
    return max(KINDS, key=lambda kind: (len(votes[kind]), -min(votes[kind], default=999)))


NO_SIGN = frozenset[str]()
KINDS = ("teaching", "administration")


SHORT = 32
"""Up to so many characters a text is likely to be said again, and what it shows is kept: "siap", "mksh bu"."""

REMEMBERED = 1 << 11
"""So many of them."""


class Shown(NamedTuple):
    """What a text shows, whoever says it and wherever. It is not to be changed: those who say the same share it."""

    words: Sequence[str]
    written: Sequence[str]
    hits: phrases.Hits
    links: tuple[str, ...]
    emoji: frozenset[str]
    asks: bool
    core: frozenset[int]


def read_message(said: Said, shown: Shown | None = None, *, with_words: bool = True) -> Reading:
    """Everything the rules ask about one message, found once; quicker where its text was looked at before."""
    if shown is None:
        text = said.text
        shown = said.seen.shown if said.seen else _short[text] if len(text) <= SHORT else show(text)
    return Reading(said, shown, *shown, said.answers.label if said.answers else None, topic(said), with_words)


def show(text: str) -> Shown:
    """What a text shows by itself, to the rules alone."""
    return shown_by(text, *_rules_alone.read(text))


def shown_by(text: str, words: Words, spelt: Sequence[str]) -> Shown:
    """What a text shows, of which the words have been looked up."""
    marks = bytes(words.part).replace(_NAMED, _PASSED)
    links = tuple(URL.findall(text)) if "://" in text or "www." in text else ()
    signs = {*_emoji().findall(text)} if not text.isascii() else None
    return Shown(
        words.plain,
        spelt,
        phrases.find(words.names, words.gives, words.opens, words.nexts, words.gaps),
        links,
        frozenset().union(*map(_emoji_names().__getitem__, signs)) if signs else NO_SIGN,
        _asks_outside_quotes(text) or _ends_asking(words.plain, marks),
        frozenset(compress(count(), marks.translate(_CARRYING))),
    )


_rules_alone = Lexicon()
_short = Kept(show, REMEMBERED)
_NAMED, _PASSED = bytes((ADDRESS, MAY_BE_NAME)), bytes((ADDRESS, PASSED_OVER))
"""A name that no phrase knows, after "bu" or "pak", carries nothing."""
_CARRYING = bytes(kind in (CARRIES, MAY_BE_NAME) for kind in range(256))


def _asks_outside_quotes(text: str) -> bool:
    """A question mark that is the sender's own: not in a link, and not in an example between quotation marks."""
    return "?" in text and "?" in _QUOTED.sub(" ", URL.sub(" ", text))


def _ends_asking(words: Sequence[str], marks: bytes) -> bool:
    """Without a question mark: a question word, and "ya" as the last word that carries something."""
    last = len(marks.rstrip(_PASSED))
    return last > 0 and words[last - 1] in ("ya", "iya") and not QUESTION_WORDS.isdisjoint(words)
