"""What somebody may have meant: a mistyped command, a bare word, a greeting."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rapidfuzz import fuzz, process

import content

_TALK = Path(content.__file__).parent / "talk.toml"
# "laporn" and "refleski" score above 75 with their command, unrelated words of that length below 60.
_NEAR = 75
_NEAR_TALK = 88
_FEWEST_LETTERS = 4
_LONGEST_TALK = 60
# What follows a greeting and changes nothing: whom it is addressed to, and how politely.
_TAIL = re.compile(
    r"(?:[ ,]+(?:pak|bu|bapak|ibu|ibuk|kak|min|admin|sejawat|bot|semua|sedoyo|sadaya|nggih|ya|yaa|wr|wb"
    r"|banyak|sanget|pisan))+$"
)


@dataclass(frozen=True, slots=True)
class Meant:
    """Either a command's name or a kind of small talk."""

    command: str = ""
    talk: str = ""


@cache
def _phrases() -> dict[str, str]:
    kinds = tomllib.loads(_TALK.read_text(encoding="utf-8"))
    return {phrase: kind for kind, phrases in kinds.items() for phrase in phrases}


def kinds() -> frozenset[str]:
    """Every kind of small talk there is an answer for."""
    return frozenset(_phrases().values())


def understand(text: str, names: Mapping[str, str]) -> Meant | None:
    """What the text probably means; None when it is anybody's guess.

    ``names`` maps every name and alias of a command to the command to suggest.
    """
    words = " ".join(re.sub(r"[^\w\s/@',-]", " ", text.casefold()).split())
    if words.startswith("/"):
        return _command(words[1:].split()[0].partition("@")[0] if words[1:].split() else "", names)
    talk = _talk(words)
    if talk is not None:
        return talk
    return _command(words.replace(" ", ""), names) if 0 < len(words.split()) <= 2 else None


def _talk(words: str) -> Meant | None:
    if not words or len(words) > _LONGEST_TALK:
        return None
    phrases = _phrases()
    for said in (words.rstrip(" ,"), _TAIL.sub("", words).rstrip(" ,")):
        if said in phrases:
            return Meant(talk=phrases[said])
        long_enough = len(said) > 2 * _FEWEST_LETTERS
        near = process.extractOne(said, phrases.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR_TALK)
        if long_enough and near is not None:
            return Meant(talk=phrases[near[0]])
    return None


def _command(word: str, names: Mapping[str, str]) -> Meant | None:
    if word in names:
        return Meant(command=names[word])
    if len(word) < _FEWEST_LETTERS:
        return None
    near = process.extractOne(word, names.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR)
    return Meant(command=names[near[0]]) if near is not None else None
