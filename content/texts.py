"""The phrases of the assistant, read from ``content/texts/<language>/<room>.toml``."""

import html
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("id", "en")
FOLDER = Path(__file__).parent / "texts"
_STOP = re.compile(r"\{(\w+)\}((?:</\w+>)?)\.(?=\s|$)")  # a blank at the end of a sentence


class _Blank(str):
    """What stands in a blank, and the words around that go with its number: ``{n} {n:day|days}``."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        if spec == "quoted":  # within an attribute: a quotation mark would end it
            return self.replace('"', "&quot;")
        if spec == "stop":  # "Sari, S.Pd." ends a sentence with its own
            return "" if self.endswith(".") else "."
        one, bar, many = spec.partition("|")
        return super().__format__(spec) if not bar else one if self == "1" else many


class UnknownPhrase(KeyError):
    """A key that no file of that language holds; the message names both."""


@cache
def phrases(language: str) -> dict[str, str]:
    """Every phrase of a language, by ``room.key`` (nested tables join with dots)."""
    found: dict[str, str] = {}
    for path in sorted((FOLDER / language).glob("*.toml")):
        _flatten(path.stem, tomllib.loads(path.read_text(encoding="utf-8")), found)
    return found


def _flatten(prefix: str, table: dict[str, Any], found: dict[str, str]) -> None:
    for name, value in table.items():
        key = f"{prefix}.{name}"
        if isinstance(value, dict):
            _flatten(key, value, found)
        else:
            found[key] = str(value).strip("\n")


@cache
def _forms(language: str) -> dict[str, str]:
    """The phrases as they are filled: where a value already ends with a full stop, no second one follows."""
    return {key: _STOP.sub(r"{\1}\2{\1:stop}", words) for key, words in phrases(language).items()}


class Texts:
    """Says a phrase in one language. Calling it gives Telegram HTML, with the blanks escaped.

    >>> Texts("id").plain("common.yes")
    'Ya'

    A phrase may speak of one thing or of many by the number in a blank: ``{n} {n:day|days}``; a blank between quotation
    marks of a tag is ``{url:quoted}``.
    """

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else LANGUAGES[0]

    def __call__(self, key: str, **blanks: object) -> str:
        """The phrase as Telegram HTML; every blank's value is escaped."""
        said = {name: _Blank(html.escape(str(value), quote=False)) for name, value in blanks.items()}
        return self._find(key).format(**said)

    def plain(self, key: str, **blanks: object) -> str:
        """The phrase for places that show no markup: buttons, alerts, file names, pictures."""
        return self._find(key).format(**{name: _Blank(value) for name, value in blanks.items()})

    def _find(self, key: str) -> str:
        try:
            return _forms(self.language)[key]
        except KeyError:
            raise UnknownPhrase(f"no phrase {key!r} in content/texts/{self.language}") from None
