"""The statistical part of the tagger: a multinomial logistic regression over words, signals and thread.

Trained by `community.tagging.training`; here it is only read and applied. Every feature has one row of five scores;
a message's scores are the sum of its rows, words and pairs divided by the square root of the number of words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from community.tagging.features import (
    Signs,
    Standing,
    of_before,
    of_kind,
    of_links,
    of_pause,
    of_quoted,
    of_rules,
    of_signal,
    of_signs,
    place,
    signs_of,
    standing,
)
from community.tagging.hidden import is_hidden, of_hidden
from community.tagging.kept import Kept
from community.tagging.lexicon import Lexicon
from community.tagging.packed import Packed, Scores, all_packed, apart, packed, scores_of_both
from community.tagging.reading import SHORT, Reading, Shown, shown_by
from community.tagging.word_rows import WordRows, beside
from community.tagging.words import FOLDER

if TYPE_CHECKING:
    from community.tagging.packed import Rows

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

PARTS = 1 << 10
"""Of so many kinds, signs, signals, and of so many answers of the rules."""

TEXTS = 1 << 11
"""Of so many short texts it is kept what they show."""


Kind = tuple[str, str | None]
"""Kind and file name."""
Answer = tuple[str, str]
"""Label and reason that the rules gave."""


class Seen(NamedTuple):
    """What a text shows by itself, and what that says to a model."""

    shown: Shown
    of_words: Packed
    """The sum of the rows of its words and pairs."""
    signs: Packed
    """The sum of the rows of all it shows besides its words."""
    model: "Model"


def _plain(value: Any) -> Any:
    return tuple(_plain(one) for one in value) if isinstance(value, list) else value


class Model:
    """Rows of scores by feature name; `w `, `b ` and `c ` stand before the names of words, pairs and letters."""

    def __init__(
        self, names: Sequence[str], rows: "Rows", start: "Rows", doubts: Doubts | None = None, made_of: str = "",
        hidden_of: str = "",
    ) -> None:  # fmt: skip
        self.names = "\n".join(names)
        self.rows = rows
        self.start = start
        self.doubts = doubts or Doubts()
        self.made_of, self.hidden_of = made_of, hidden_of
        self.words = WordRows(names, rows)
        flags = [place for place, name in enumerate(names) if name[1:2] != " "]
        self.flags = dict(zip([names[place] for place in flags], all_packed(rows[flags]), strict=True))
        self._begins, self._first = packed(start.tolist()), self.words.after("^")
        self._lexicon = Lexicon(self.words.says)
        self._texts: Kept[str, Seen] = Kept(self._look, TEXTS)
        self._kinds: Kept[Kind, Packed] = Kept(lambda kind: self._sum(of_kind(*kind)), PARTS)
        self._answers: Kept[Answer, Packed] = Kept(lambda answer: self._sum(of_rules(*answer)), PARTS)
        self._signs: Kept[Signs, Packed] = Kept(lambda signs: self._sum(of_signs(*signs)), PARTS)
        self._signals: Kept[str, Packed] = Kept(lambda signal: self._sum([of_signal(signal)]), PARTS)
        self._standings: Kept[int, Packed] = Kept(lambda place: 0, STANDINGS)
        self._quoted: Kept[Any, Packed] = Kept(lambda part: self._sum(of_quoted(*part)), STANDINGS)
        self._hidden: Kept[Any, Packed] = Kept(lambda part: self._sum(of_hidden(*part)), PARTS)
        self._before: Kept[Any, Packed] = Kept(lambda part: self._sum(of_before(*part)), STANDINGS)

    @classmethod
    def read(cls, path: Path = FILE) -> "Model":
        """The model of a file; numpy is loaded here and not before."""
        import numpy as np

        with np.load(path, allow_pickle=False) as stored:
            names = bytes(stored["names"]).decode().split("\n")
            rows = stored["rows"].astype(np.float32, order="C")
            told = {part: _plain(stored[part].tolist()) for part in Doubts.__slots__}
            start, made_of, hidden_of = stored["start"].astype(np.float32), stored["made_of"], stored["hidden_of"]
            return cls(names, rows, start, Doubts(**told), str(made_of), str(hidden_of))

    def look(self, text: str) -> Seen:
        """What a text shows and what that says, before its thread is known; of a short one it is kept."""
        return self._texts[text] if len(text) <= SHORT else self._look(text)

    def _look(self, text: str) -> Seen:
        words, spelt = self._lexicon.read(text)
        shown = shown_by(text, words, spelt)
        of_words = sum(words.row) + beside(self._first, words.after, words.plain)
        signs = sum(map(self._signals.__getitem__, shown.hits), self._signs[signs_of(shown)])
        return Seen(shown, of_words, signs + self._sum(of_links(shown.links)) if shown.links else signs, self)

    def _sum(self, names: Iterable[str]) -> Packed:
        return sum(filter(None, map(self.flags.get, names)))

    def scores(self, seen: Seen, reading: Reading, answer: Answer) -> Scores:
        """Five scores, in the order of `LABELS`; their softmax over the warmth are probabilities.

        Of a message whose text was seen: its kind, where it stands, label and reason of the rules.
        """
        said, rule = reading.said, answer[0]
        here = place(reading, rule)
        stands = self._standings.get(here)
        if stands is None:
            stands = self._standings.keep(here, self._where(standing(reading, rule)))
        flags = seen.signs + self._kinds[said.kind, said.file_name] + self._answers[answer] + stands
        if is_hidden(said):
            flags += self._hidden[standing(reading, rule), bool(reading.words)]
        return scores_of_both(seen.of_words, (len(reading.words) or 1) ** -0.5, flags)

    def _where(self, where: Standing) -> Packed:
        """The rows of a place in a thread, and what every message begins with."""
        quoted, before, pause, size, rule = where
        parts = self._quoted[quoted, size, rule] + self._before[before, size, rule]
        return parts + self._sum(of_pause(pause, before)) + self._begins

    def force(self, shown: Shown, places: Iterable[int], ours: int, theirs: int) -> list[int]:
        """How much the words at these places speak for one label against another: own row and half of two pairs.

        In half steps: they are to be compared with each other.
        """
        pairs, rows = self.words.each_pair(shown.words), [self._lexicon[word].row for word in shown.words]
        return [apart(2 * rows[at] + pairs[at] + pairs[at + 1], ours, theirs) for at in places]
