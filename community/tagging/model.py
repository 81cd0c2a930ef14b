"""The statistical part of the tagger: a multinomial logistic regression over words, signals and thread.

Trained by `community.tagging.training`; here it is only read and applied. Every feature has one row of five scores;
a message's scores are the sum of its rows, words and pairs divided by the square root of the number of words.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from community.tagging.features import Standing, of_before, of_pause, of_quoted
from community.tagging.word_rows import Row, WordRows, added, as_row
from community.tagging.words import FOLDER

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Rows = npt.NDArray[np.float32]

FILE = FOLDER / "model.npz"


@dataclass(frozen=True, slots=True)
class Doubts:
    """How the model was wrong about groups it had not seen; everything in the order of `LABELS`."""

    warmth: float = 1.0
    """Scores are divided by it before they become probabilities: above 1 the model was too sure of itself."""
    usual: tuple[float, ...] = (0.2,) * 5
    """The share of each label in the conversations it was trained on."""
    mistaken: tuple[tuple[float, ...], ...] = ((0.25,) * 5,) * 5
    """Row for the label that was told and was wrong: how likely each other label was the coder's. Rows sum to 1."""
    moved: tuple[float, ...] = (0.1,) * 5
    """Messages that wrongly got or wrongly lost the label, as a share of all."""
    drift: tuple[float, ...] = (0.02,) * 5
    """By how much a whole group's share was off beyond that (standard deviation, 0..1)."""


STANDINGS = 1 << 14
"""Of so many places in a thread the rows are kept."""


def _plain(value: Any) -> Any:
    return tuple(_plain(one) for one in value) if isinstance(value, list) else value


class Model:
    """Rows of scores by feature name; `w `, `b ` and `c ` stand before the names of words, pairs and letters."""

    def __init__(
        self, names: Sequence[str], rows: "Rows", start: "Rows", doubts: Doubts | None = None, made_of: str = ""
    ) -> None:
        self.names = "\n".join(names)
        self.rows = rows
        self.start = start
        self.doubts = doubts or Doubts()
        self.made_of = made_of
        self.words = WordRows(names, rows)
        self.flags = {name: as_row(rows[place]) for place, name in enumerate(names) if name[1:2] != " "}
        self._begins = as_row(start)
        self._standing: Callable[[Standing], Row] = lru_cache(maxsize=STANDINGS)(self._where)
        self._quoted: Callable[..., Row] = lru_cache(maxsize=STANDINGS)(lambda *turn: self._sum(of_quoted(*turn)))
        self._before: Callable[..., Row] = lru_cache(maxsize=STANDINGS)(lambda *turns: self._sum(of_before(*turns)))
        self._pause: Callable[..., Row] = lru_cache(maxsize=STANDINGS)(lambda *pause: self._sum(of_pause(*pause)))

    @classmethod
    def read(cls, path: Path = FILE) -> "Model":
        """The model of a file; numpy is loaded here and not before."""
        import numpy as np

        with np.load(path, allow_pickle=False) as stored:
            names = bytes(stored["names"]).decode().split("\n")
            rows = stored["rows"].astype(np.float32, order="C")
            told = {part: _plain(stored[part].tolist()) for part in Doubts.__slots__}
            start, made_of = stored["start"].astype(np.float32), str(stored["made_of"])
            return cls(names, rows, start, Doubts(**told), made_of)

    def _sum(self, names: Iterable[str]) -> Row:
        return added(filter(None, map(self.flags.get, names)))

    def of_words(self, words: Sequence[str]) -> Row:
        """What the words alone add to the scores."""
        a, b, c, d, e = added(self.words.of(words))
        share = (len(words) or 1) ** -0.5
        return a * share, b * share, c * share, d * share, e * share

    def scores(self, of_words: Row, flags: Iterable[str], where: Standing) -> Row:
        """Five scores, in the order of `LABELS`; their softmax over the warmth are probabilities."""
        return added((of_words, self._standing(where), *filter(None, map(self.flags.get, flags))))

    def _where(self, where: Standing) -> Row:
        """The rows of a place in a thread, and what every message begins with."""
        parts = self._quoted(*where.quoted), self._before(*where.before), self._pause(*where.pause)
        return added((*parts, self._begins))

    def force(self, words: Sequence[str], ours: int, theirs: int) -> list[float]:
        """How much each word speaks for one label against another: its own row and half of its two pairs."""
        speaks, many = [row[ours] - row[theirs] for row in self.words.each(words)], len(words)
        beside = zip(speaks[:many], speaks[many:-1], speaks[many + 1 :], strict=True)
        return [own + (before + after) / 2 for own, before, after in beside]
