"""Names of an export: when two are one, and how they are taken out of words."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import content

_UNSEEN = frozenset(("Cc", "Cf", "Cs"))
_NUMBERS = re.compile(
    r"(?<!\w)[+@]?\d(?:[\s().-]?\d){8,15}(?!\w)"  # of a telephone
    r"|(?<![\w.+-])[\w.+-]{1,64}@\w[\w.-]{1,80}"  # of a mailbox
    r"|@\u2068[^\u2069]{1,80}\u2069"  # who is called in WhatsApp
)
LONGEST = 8_000  # signs of one message; nobody writes more, and a file may say anything


def name_key(name: str) -> str:
    """What makes two spellings one name: no capitals, no invisible signs, no `~` of a name from a profile."""
    shown = "".join(sign for sign in unicodedata.normalize("NFKC", name) if unicodedata.category(sign) not in _UNSEEN)
    return " ".join(shown.casefold().lstrip("~ ").split())


def clean(text: str) -> str:
    """Without what no database keeps: NUL, halves of a sign."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


@cache
def _nobodys() -> frozenset[str]:
    file = Path(content.__file__).parent / "names.toml"
    return frozenset(tomllib.loads(file.read_text(encoding="utf-8"))["nobodys"].split())


class Hiding:
    """Takes names, telephone numbers and addresses out of words."""

    def __init__(self, names: Iterable[str]) -> None:
        known = {part for name in names for part in _spoken_as(name) if len(part) > 2}
        longest_first = sorted(known, key=lambda one: (-len(one), one))
        listed = "|".join(re.escape(one) for one in longest_first) or r"\b\B"
        self._names = re.compile(rf"(?<!\w)(?:{listed})(?!\w)", re.IGNORECASE)

    def __call__(self, text: str) -> str:
        return self._names.sub("[nama]", _NUMBERS.sub("[nomor]", clean(text[:LONGEST])))


def _spoken_as(name: str) -> Iterator[str]:
    """A name, and each of its words: in the chat nobody says "Bu Ratna SDN 2", they say "Bu Ratna".

    Better a word too many than somebody's name; only what contacts say of offices and schools stays.
    """
    whole = name_key(name)
    words = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", whole)
    yield from {whole, *(word for word in words if word not in _nobodys())} - {""}
