"""The words WhatsApp writes by itself, made ready to be found: from `content/exports/`."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import content

MARKS = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
"""Marks of direction: WhatsApp's own, around names, mentions and its own sentences."""
SPACES = " \u00a0\u2009\u202f"

_FOLDER = Path(content.__file__).parent / "exports"
_GONE = dict.fromkeys(map(ord, MARKS)) | dict.fromkeys(map(ord, SPACES), " ") | {0x2011: "-"}
_STOPS = ".。।۔"


def plain(text: str) -> str:
    """Without marks of direction, and every space an ordinary one."""
    return text if text.isascii() else text.translate(_GONE)


def bare(text: str) -> str:
    """As words are compared: plain, small, without a full stop at the end."""
    return plain(text).strip().rstrip(_STOPS).rstrip().casefold()


@dataclass(frozen=True)
class Words:
    """All of it. Keys of the tables are `bare`."""

    whole: dict[str, str]
    """A whole message that stands for something: its kind, or `deleted`, `unseen`."""
    exactly: dict[str, str]
    """The same by how they stand in a file without marks of direction, to be looked up without changing the text."""
    document: re.Pattern[str]
    """`NAME document omitted`, with `name`."""
    before: re.Pattern[str]
    """`… <attached: NAME>` at the end, with `name`."""
    behind: re.Pattern[str]
    """`NAME (file attached)`, a line, with `name`."""
    place: re.Pattern[str]
    """`location: https://…`, with `where`."""
    edited: frozenset[str]
    """At the end of a text that was changed: `<This message was edited>`."""
    starts: re.Pattern[str]
    """How a deleted or unseen message begins whose rest varies; `lastgroup` says which."""
    system: re.Pattern[str]
    """A line of the program from its first letter on, a person at its start included."""
    encryption: re.Pattern[str]
    indonesian: tuple[str, ...]
    openers: frozenset[str]
    halves: dict[str, int]
    """am 0, pm 12, by their letters alone."""


def _any(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _line(form: str) -> str:
    """`{} menambahkan {}`: somebody, and the words up to where the next name begins."""
    person, rest = form.startswith("{}"), form.removeprefix("{}").split("{}")[0]
    return ("[^\n]{1,200}?" if person else "") + re.escape(rest).replace("'", "['’]")


@cache
def words() -> Words:
    """Read once."""
    media, system = (
        tomllib.loads((_FOLDER / name).read_text(encoding="utf-8")) for name in ("media.toml", "system.toml")
    )
    left_out, attached, location = media["left_out"], media["attached"], media["location"]
    kinds = {kind: ("video" if kind == "gif" else "media" if kind == "any" else kind) for kind in left_out}
    raw = {f"<{word}>": kinds[kind] for kind, some in left_out.items() for word in some}
    raw |= {word: kinds[kind] for kind, some in left_out.items() if kind != "any" for word in some}
    raw |= dict.fromkeys(location["live"], "location") | dict.fromkeys(media["deleted"]["words"], "deleted")
    raw |= dict.fromkeys([*system["unseen"], "", " "], "unseen") | dict.fromkeys(system["deleted_by_admin"], "deleted")
    marks, ends = f"[{MARKS}]*", f"[{_STOPS}]?"
    return Words(
        whole={bare(word): kind for word, kind in raw.items()},
        exactly={plain(word) + stop: kind for word, kind in raw.items() for stop in ("", *_STOPS)},
        document=re.compile(
            rf"(?P<name>[^\n]+?)\s*(?:•[^\n]*?)?\s{marks}(?:{_any(left_out['document'])}){ends}", re.IGNORECASE
        ),
        before=re.compile(
            rf"<{marks}(?:(?:{_any(attached['before'])}){marks}\s?:\s?{marks}(?P<name>[^<>\n]+)"
            rf"|(?P<other>[^<>\n]+?)\s{marks}(?:{_any(attached['after'])}))>\s*\Z"
        ),
        # Whatever the language: a file that WhatsApp named, with words in brackets.
        behind=re.compile(
            rf"{marks}(?:(?P<name>[^\n]+?\.\w{{1,5}}) \((?:{_any(attached['behind'])})\)"
            rf"|(?P<old>\d{{4}}-[\w-]+\.\w{{1,5}}) <{marks}(?:{_any(attached['before'])})>"
            rf"|(?P<other>(?:IMG|VID|PTT|AUD|STK|DOC)-\d{{8}}-WA\d{{4,}}\.\w{{1,5}}) \([^()\n]+\)"
            rf"|(?:فایل پیوست شد) (?P<third>[^\n]+\.\w{{1,5}})){marks}"
        ),
        place=re.compile(
            rf"{marks}(?:(?:{_any(location['word'])})\s?[:：]\s(?P<where>.*https?://\S+)"
            r"|(?P<named>[^\n]+: https?://(?:www\.)?foursquare\.com/v/\S+))\s*",
            re.IGNORECASE | re.DOTALL,
        ),
        edited=frozenset(f"<{word}>" for word in system["edited"]),
        starts=re.compile(
            rf"(?P<deleted>{_any(system['deleted_by_admin'])})|(?P<unseen>{_any(system['unseen'][1:])})", re.IGNORECASE
        ),
        system=re.compile("|".join(_line(form) for form in system["lines"])),
        encryption=re.compile(
            rf"(?:{_any(system['encryption_begins'])})[^\n]*(?:{_any(system['encryption_says'])})"
        ),
        indonesian=tuple(system["indonesian"]),
        openers=frozenset(system["openers"]),
        halves={word: 12 * (half == "pm") for half, some in media["clock"].items() for word in some},
    )  # fmt: skip
