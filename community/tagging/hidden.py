"""A file that an export left out: `<Media omitted>` stands there whatever it was, so the talk around it has to tell.

The coder saw the file, the tagger does not. What such a file is for is learnt by itself (`hidden_training`).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from community.tagging.values import HIDDEN, Said

if TYPE_CHECKING:
    from community.tagging.features import Standing, Turn


def is_hidden(said: Said) -> bool:
    """Whether this is a file of which nothing is known but that it was sent, and perhaps what was written below it."""
    return said.kind == HIDDEN


def of_hidden(where: "Standing", has_words: bool) -> Iterator[str]:
    """The features that only such a file has; all begin with `hidden`. With words below it these speak for it."""
    if has_words:
        yield from ("hidden below", f"hidden below rule:{where.rule}")
        return
    yield from ("hidden", f"hidden rule:{where.rule}", f"hidden pause:{where.pause}")
    yield from (f"hidden before {back}:{_shown(turn)}" for back, turn in enumerate(where.before[:3]))
    yield f"hidden own:{next((label for label, _, own in where.before if own), '')}"
    yield f"hidden asked:{next((label for label, asks, own in where.before if asks and not own), '')}"


def _shown(turn: "Turn") -> str:
    label, asks, own = turn
    return f"{label}{'?' if asks else ''}{' own' if own else ''}"
