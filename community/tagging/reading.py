"""What one message shows before any rule judges it: words, signals, emoji, links, file name, thread."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from community.tagging import phrases
from community.tagging.kept import Kept
from community.tagging.values import Said
from community.tagging.words import FOLDER, LANGUAGES, URL, listed, read, split_as_written

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
    words: list[str]
    """The plain words."""
    written: list[str]
    """How each was written."""
    hits: phrases.Hits
    links: tuple[str, ...]
    emoji: frozenset[str]
    asks: bool
    core: frozenset[int]
    """Places of the words that carry something: no address, no name, no particle, no question mark."""

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
        return {place for one in signals for phrase in self.hits.get(one, ()) for place in range(*phrase)}

    def told(self, signal: str | None) -> str:
        """The words, as written, of the longest phrase that gave a signal; nothing without a signal."""
        start, end = max(self.hits.get(signal or "", [(0, 0)]), key=lambda phrase: phrase[1] - phrase[0])
        return " ".join(word for word in self.written[start:end] if word)

    def only(self, *signals: str) -> bool:
        """Whether every word that carries something belongs to these signals."""
        return bool(self.core) and self.core <= self.covered(*signals)

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


SHORT = 80
"""Up to so many characters a text is likely to be said again, and what it shows is kept."""


class Shown(NamedTuple):
    """What a text shows, whoever says it and wherever."""

    words: list[str]
    written: list[str]
    hits: phrases.Hits
    links: tuple[str, ...]
    emoji: frozenset[str]
    asks: bool
    core: frozenset[int]


def read_message(said: Said) -> Reading:
    """Everything the rules ask about one message, found once. What it gives is not to be changed: texts share it."""
    return Reading(said, *(said.seen.shown if said.seen else show(said.text)))


def show(text: str) -> Shown:
    """What a text shows by itself; of a short one it is kept."""
    return _known[text] if len(text) <= SHORT else _shown(text)


def _shown(text: str) -> Shown:
    links = tuple(URL.findall(text)) if "://" in text or "www." in text else ()
    words, written = split_as_written(text)
    hits = phrases.find(words)
    core, last = _core(words)
    signs = {*_emoji().findall(text)} if not text.isascii() else None
    asks = _asks_outside_quotes(text) or (last in {"ya", "iya"} and not QUESTION_WORDS.isdisjoint(words))
    return Shown(
        words,
        written,
        hits,
        links,
        frozenset().union(*map(_emoji_names().__getitem__, signs)) if signs else NO_SIGN,
        asks,
        core,
    )


_known = Kept(_shown, 1 << 11)


def _asks_outside_quotes(text: str) -> bool:
    """A question mark that is the sender's own: not in a link, and not in an example between quotation marks."""
    return "?" in text and "?" in _QUOTED.sub(" ", URL.sub(" ", text))


def _core(words: list[str]) -> tuple[frozenset[int], str]:
    """The places of words that carry something, and the last word that is no form of address."""
    address, particles = listed("address"), listed("particles")
    core, called, last = set(), False, ""
    for place, word in enumerate(words):
        if word in address:
            called = True
        elif word in particles or word == "?":
            called = False
        elif called and not phrases.known_as(word):
            called = False  # a name that no phrase knows, after "bu" or "pak"
        else:
            core.add(place)
            called = False
            last = word
    return frozenset(core), last
