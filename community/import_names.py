"""Names of an export: when two are one, and how they are taken out of words."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import content

_UNSEEN = frozenset(("Cc", "Cf", "Cs"))
_NUMBERS = re.compile(
    r"(?<!\w)[+@]?\d(?:[\s().-]?\d){8,15}(?!\w)"  # of a telephone
    r"|(?<![\w.+-])[\w.+-]{1,64}@\w[\w.-]{1,80}"  # of a mailbox
    r"|@\u2068[^\u2069]{1,80}\u2069"  # who is called in WhatsApp
)
NAME = "[nama]"
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SEVERAL = re.compile(r"\[nama\](?: \[nama\])+")
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
    """Takes names, telephone numbers and addresses out of words.

    In the chat nobody says "Bu Ratna SDN 2", they say "Bu Ratna": each word of a contact's name is taken for a name.
    Better a word too many than somebody's name; only what contacts say of offices and schools stays.
    """

    def __init__(self, names: Iterable[str]) -> None:
        words = {part for name in names for word in _WORD.findall(name_key(name)) for part in _parts(word)}
        self._names = {word for word in words if len(word) > 2} - _nobodys()

    def __call__(self, text: str) -> str:
        found = _WORD.sub(self._hidden, _NUMBERS.sub("[nomor]", clean(text[:LONGEST])))
        return _SEVERAL.sub(NAME, found)

    def _hidden(self, word: re.Match[str]) -> str:
        return word[0] if self._names.isdisjoint(_parts(name_key(word[0]))) else NAME


def _parts(word: str) -> list[str]:
    """Ma'ruf is a name, and in Sari's there is one."""
    return [word, *re.split("['’-]", word)]
