"""Exported conversations that come with a form: read in parts and no further than allowed, and what is made of them."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, TypeVar, cast
from zoneinfo import ZoneInfo

from aiohttp import BodyPartReader, web

from content.texts import Texts

if TYPE_CHECKING:
    from community.imports.opening import Order
    from reports.history import History

log = logging.getLogger(__name__)
Made = TypeVar("Made")

MOST_BYTES = 64_000_000
"""Of all files that are sent together; a larger one is for the command line."""
ZONES = {"wib": "Asia/Jakarta", "wita": "Asia/Makassar", "wit": "Asia/Jayapura"}
ORDERS = ("dmy", "mdy")
_MOST_OF_A_WORD = 100  # bytes
_MOST_PARTS = 100
_reading = Lock()  # one at a time: each may take a hundred megabytes


class TooMuch(Exception):
    """More bytes than are read."""


class Cut(Exception):
    """It ends in the middle of a file."""


@dataclass(slots=True)
class Form:
    """What is asked for and has come: words by their names (empty: not sent), and files in their order."""

    said: dict[str, str]
    files: list[bytes] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Unclear:
    """Whether days or months come first must be said; ``words`` ask for it."""

    words: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing can be made of it; ``words`` say why, in a sentence."""

    words: str


def _anybody(_said: Mapping[str, str]) -> None:
    """Whoever sends something may."""


async def fill(form: Form, request: web.Request, may: Callable[[Mapping[str, str]], None] = _anybody) -> None:
    """Read its words and all parts called `file`, MOST_BYTES together; of what is no form nothing is there.

    ``may`` sees what was said before the first file is read, and raises where it may not be. Raises TooMuch, Cut.
    """
    asked, left = False, MOST_BYTES
    try:
        count = 0
        async for part in await request.multipart():
            if (count := count + 1) > _MOST_PARTS:
                raise ValueError("so many parts has no form of ours")
            if not isinstance(part, BodyPartReader):
                continue
            if part.name == "file":
                if not asked:
                    may(form.said)
                    asked = True
                form.files.append(await _read(part, left))
                left -= len(form.files[-1])
            elif part.name in form.said:
                form.said[part.name] = (await _read(part, _MOST_OF_A_WORD)).decode("utf-8", "replace")
    except (ValueError, LookupError, AssertionError, RuntimeError):  # what is no form
        if asked:
            raise Cut from None
    if not asked:
        may(form.said)


async def _read(part: BodyPartReader, most: int) -> bytes:
    found = bytearray()
    while piece := await part.read_chunk(1 << 16):
        found += piece
        if len(found) > most:
            raise TooMuch
    return bytes(found)


def too_much(say: Texts) -> Refused:
    """In words."""
    return Refused(say.plain("imports.too_big", megabytes=MOST_BYTES // 1_000_000))


def made_of(
    files: Sequence[bytes], zone: str, order: str, say: Texts, make: "Callable[[History], Made]"
) -> Made | Unclear | Refused:
    """What ``make`` makes of the conversation, a question, or a refusal; whatever a file holds, never an error.

    It takes seconds: call it in a thread.
    """
    # Readers and tagger, which a page without files need not.
    from community.imports.opening import open_export
    from community.imports.values import AmbiguousDates, BadExport
    from reports.history import gather

    here, first = ZoneInfo(zone), cast("Order", order) if order in ORDERS else None
    try:
        with _reading:
            found = gather(open_export(files, here, first), here)
            return make(found) if found.messages else Refused(say.plain("imports.not_an_export"))
    except AmbiguousDates as unclear:
        return Unclear(say.plain("imported.which_order", **unclear.blanks))
    except BadExport as reason:
        return Refused(say.plain(reason.text_key, **reason.blanks))
    except Exception as error:
        # The name of the error only: its text could hold somebody's words.
        log.warning("an export could not be read (%s)", type(error).__name__)
        return Refused(say.plain("imports.not_an_export"))
