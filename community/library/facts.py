"""What a title tells: subject, grade, kind of material, and the words it is found by. The words are content."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import content
from community.tagging.words import split

FOLDER = Path(content.__file__).parent / "library"
LONGEST_WORD = 40
TITLE = 120
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[^\W\d_][^\W\d_])(?=\d)")  # "Kelas4", but not "P5"
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")
_BREAKS = re.compile(r"[\s_.+~-]+|%20")
_ROMAN = {
    "i": 1,
    "ii": 2,
    "iii": 3,
    "iv": 4,
    "v": 5,
    "vi": 6,
    "vii": 7,
    "viii": 8,
    "ix": 9,
    "x": 10,
    "xi": 11,
    "xii": 12,
}
_CLASS = re.compile(r"\b(?:kelas|kls|grade|class)\s*(\d{1,2}(?!\d)|[ivx]{1,4}\b)", re.IGNORECASE)
_PHASE = re.compile(r"\b(?:fase|phase)\s*([a-f])\b", re.IGNORECASE)
_EARLY = re.compile(r"\b(?:paud|tk|kb|raudhatul athfal|kindergarten)\b", re.IGNORECASE)
# Which grades a phase holds (BSKAP 046/2025 counts early childhood apart).
PHASES = {"a": (1, 2), "b": (3, 4), "c": (5, 6), "d": (7, 8, 9), "e": (10,), "f": (11, 12)}


class Facts(NamedTuple):
    """Keys of content/library, None where nothing tells: a grade is "4", "b" (a phase) or "tk"."""

    subject: str | None
    grade: str | None
    material: str | None


NOTHING = Facts(None, None, None)


@cache
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def rules(table: str, name: str) -> tuple[str, ...]:
    """A list of content/library/rules.toml."""
    return tuple(_read("rules")[table][name])


@cache
def _phrases(name: str) -> tuple[tuple[str, str], ...]:
    """Every name and topic of subjects or materials with its key, the longest first: "modul ajar" before "modul"."""
    said = [(phrase, key) for key, one in _read(name).items() for phrase in (*one["words"], *one.get("topics", ()))]
    found = [(f" {' '.join(_plain(phrase))} ", key) for phrase, key in said]
    return tuple(sorted(found, key=lambda pair: -len(pair[0].split())))


def label(kind: str, key: str | None, language: str) -> str:
    """What a key of subjects or materials is called; nothing for a key that has left the files."""
    one: Mapping[str, str] = _read(kind).get(key or "", {})
    return one.get(language, one.get("id", ""))


def _plain(text: str) -> list[str]:
    return [word for word in split(text) if word != "?"]


def readable(name: str) -> str:
    """A file name as words: `LKPD_Pecahan-Kelas4.docx` is "LKPD Pecahan Kelas 4"."""
    bare = _ENDING.sub("", name.strip())
    spaced = _BREAKS.sub(" ", re.sub(r"\(\d+\)", " ", bare))
    return " ".join(_CAMEL.sub(" ", spaced).split())[:TITLE]


def says_nothing(name: str) -> bool:
    """`DOC-20260803-WA0012.pdf` and the like."""
    words = re.findall(r"[^\W\d_]+", readable(name).casefold())
    return not [word for word in words if len(word) > 1 and word not in rules("titles", "empty")]


def _spaced(text: str) -> str:
    return _CAMEL.sub(" ", _BREAKS.sub(" ", text))


def of(text: str) -> Facts:
    """What the words tell."""
    joined = f" {' '.join(_plain(_spaced(text)))} "
    return Facts(_first("subjects", joined), grade_of(text), _first("materials", joined))


def _first(kind: str, joined: str) -> str | None:
    for phrase, key in _phrases(kind):
        if phrase in joined:
            return key
    return None


def grade_of(text: str) -> str | None:
    """The grade or phase that is named, the first where there are several."""
    spaced = _spaced(text)
    for number in _CLASS.findall(spaced):
        grade = int(number) if number.isdigit() else _ROMAN.get(number.casefold(), 0)
        if 1 <= grade <= 12:
            return str(grade)
    phase = _PHASE.search(spaced)
    if phase:
        return phase[1].casefold()
    return "tk" if _EARLY.search(spaced) else None


def words_of(text: str) -> list[str]:
    """The words something may be found by, each once, in plain spelling, without grades and empty words."""
    spaced = _PHASE.sub(" ", _CLASS.sub(" ", _spaced(text)))
    empty = _empty()
    found = (word[:LONGEST_WORD] for word in _plain(spaced) if word not in empty and (len(word) > 1 or word.isdigit()))
    return list(dict.fromkeys(found))


@cache
def _empty() -> frozenset[str]:
    return frozenset((*rules("words", "empty"), "kelas", "fase"))


@cache
def tells_little() -> frozenset[str]:
    """Words that many questions have, whatever they are about."""
    return frozenset(rules("words", "asking"))


def grade_terms(grade: str | None) -> list[str]:
    """What a grade is found by: of a grade its phase too, of a phase its grades."""
    if grade is None:
        return []
    if grade in PHASES:
        return [f"=fase {grade}", *(f"=kelas {number}" for number in PHASES[grade])]
    return [f"=kelas {grade}" if grade.isdigit() else f"={grade}", *(f"=fase {phase}" for phase in _phase_of(grade))]


def _phase_of(grade: str) -> Iterator[str]:
    return (phase for phase, grades in PHASES.items() if grade.isdigit() and int(grade) in grades)


def terms(text: str, facts: Facts) -> list[str]:
    """Everything an entry is found by: its words, and `=key` for what they tell."""
    told = [f"={key}" for key in (facts.subject, facts.material) if key]
    return [*words_of(text), *told, *grade_terms(facts.grade)]


@cache
def _names() -> tuple[tuple[tuple[str, ...], str], ...]:
    said = (
        (phrase, key)
        for kind in ("subjects", "materials")
        for key, one in _read(kind).items()
        for phrase in one["words"]
    )
    return tuple((tuple(_plain(phrase)), f"={key}") for phrase, key in said)


def meanings(words: Sequence[str]) -> dict[str, list[str]]:
    """The words of a search that name a subject or a kind of material, with the terms for it.

    "lembar kerja" names one together. A topic is no name: who looks for fractions does not mean all of mathematics.
    """
    found: dict[str, list[str]] = {}
    joined = f" {' '.join(words)} "
    for name, term in _names():
        if f" {' '.join(name)} " in joined:
            for word in name:
                found.setdefault(word, []).append(term)
    return found
