"""Everyday spelling made plain: what informal Indonesian, Javanese and Sundanese words mean."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import content
from community.tagging.kept import Kept

FOLDER = Path(content.__file__).parent / "tags"
LANGUAGES = ("id", "jv", "su", "en")
LONGEST = 4096
"""Telegram's longest text, in characters; what follows is not read."""

URL = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_LINKED = re.compile(
    r"(?:https?://|www\.)\S|(?<![\w@.-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+"
    r"(?:com|org|net|edu|gov|info|id|ly|gle|be|me|io|co|tv|app)/\S",
    re.IGNORECASE,
)
_WORD = re.compile(r"\d+(?:[.:,/]\d+)+|[^\W_]+|\?")
_APOSTROPHES = re.compile("['’‘`ʼ´]")
_MARKS_WITHIN = re.compile("[0-9]['`]*[.:,/]")
"""Where the marks within a number may stand, such as 13.00 or 2026/27."""
_APART = bytes(here if chr(here).isalnum() or here == ord("?") else ord(" ") for here in range(128)).ljust(256)
"""Every mark of a text in plain letters as a space."""
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_TWICE = re.compile(r"([^\W\d_]{3,})2(nya|an|in|kan)?")


def kind_of(text: str) -> str:
    """Whether words without a file are a `link` or a `text`, whichever way they came.

    A link begins with http, or leads to a place of a site (bit.ly/lkpd); the mere name of one (belajar.id) is a word.
    """
    return "link" if ("/" in text or "www." in text) and _LINKED.search(text) else "text"


@cache
def read(path: Path) -> dict[str, Any]:
    """A content file of the tagger; a language need not have each of them."""
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


@cache
def _meanings() -> dict[str, str]:
    """Each everyday spelling with its plain words; the first language that knows one decides."""
    found: dict[str, str] = {}
    for language in reversed(LANGUAGES):
        found.update(read(FOLDER / language / "words.toml").get("means", {}))
    return {spelling: " ".join(_end(found, word) for word in meant.split()) for spelling, meant in found.items()}


def _end(found: dict[str, str], word: str) -> str:
    seen = {word}
    while (following := found.get(word, word)) not in seen:
        word = following
        seen.add(word)
    return word


def spellings() -> frozenset[str]:
    """Every everyday spelling that the content files explain."""
    return frozenset(_meanings())


@cache
def listed(name: str) -> frozenset[str]:
    """The words of a list that every language may have, such as `particles` or `address`, in plain spelling."""
    lists = (read(FOLDER / language / "words.toml").get(name, []) for language in LANGUAGES)
    return frozenset(part for words in lists for word in words for part in plain(word).split())


def plain(word: str) -> str:
    """One lower-case word in plain spelling: repeated letters, `anak2` and everyday spellings undone."""
    return _plain_words[word]


def _plain(word: str) -> str:
    means = _meanings()
    if word in means:
        return means[word]
    if twice := _TWICE.fullmatch(word):
        once = plain(twice[1])
        return f"{once} {once}"
    short = _REPEATED.sub(r"\1", word)
    if short not in means and len(short) > 2 and short[-1] == short[-2]:
        short = short[:-1] if short[:-1] in means or short != word else short
    return plain(short) if short != word else word


_plain_words = Kept(_plain, 1 << 15)


def normalise(text: str) -> str:
    """The words of a message in plain spelling, lower case, one space between; a question mark is a word.

    Web addresses and emoji are left out. Applying it twice changes nothing, and it is never longer than six
    times what was read of the text (at most 4,096 characters).
    """
    return " ".join(split(text))


def split(text: str) -> list[str]:
    """The words of `normalise`, as a list."""
    return [part for word in written(text) for part in plain(word).split(" ")]


def written(text: str) -> list[str]:
    """The words of a text as they are written, in small letters."""
    found = text[:LONGEST].lower()
    if "://" in found or "www." in found:
        found = URL.sub(" ", found)
    if not found.isascii():
        return _WORD.findall(_APOSTROPHES.sub("", found))
    if _MARKS_WITHIN.search(found):
        return _WORD.findall(found.replace("'", "").replace("`", ""))
    # most texts; this finds what the expression finds, in a third of the time
    plain_letters = found.encode().translate(_APART, b"'`")
    return plain_letters.replace(b"?", b" ? ").decode().split()
