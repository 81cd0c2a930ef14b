"""A group's own correction of the standard model: what its people said against what the model thought.

It sees no word: only what `features` calls flags (rules, signals, kind, thread), and the probabilities the standard
model gave. Multinomial logistic regression with those as offset and a strong L2 penalty, so that few answers change
little; fitted by accelerated gradient descent (Nesterov 1983), which needs numpy alone.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, log
from typing import TYPE_CHECKING

from community.tagging.features import of_message, of_rules, of_thread, standing
from community.tagging.model import Model
from community.tagging.reading import Reading
from community.tagging.values import LABELS
from community.tagging.verdict import Verdict

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Table = npt.NDArray[np.float64]

NEEDED = 60
"""Answers without which nothing is trained: a fifth of them must still be a dozen to be judged by."""

PENALTY = 4.0
SEEN = 3  # answers in which a flag must stand to get a row
ROUNDS = 300
PARTS = 5
MARGIN = 0.03
"""By which share of the held-back answers the own model must be right more often."""

SURELY = 1.64
"""Standard errors (one-sided 95 %) by which what it mends must outweigh what it breaks."""

ALWAYS = "always"
_LEAST = 1e-4  # no probability is taken to be smaller: what was thought impossible can be corrected, too


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person said of a message, beside what the standard model saw and thought of it."""

    message: int
    label: str
    flags: tuple[str, ...]
    chances: tuple[float, ...]
    """In the order of LABELS; they add up to 1."""
    drawn: bool
    """Of the random sample, answered blind."""


@dataclass(frozen=True, slots=True)
class Own:
    """Five additions to the log of the probabilities for each flag."""

    rows: dict[str, tuple[float, ...]]

    def chances(self, before: Sequence[float], flags: Iterable[str]) -> tuple[float, ...]:
        """The standard model's probabilities, corrected; in the order of LABELS."""
        found = [log(max(one, _LEAST)) for one in before]
        for flag in (ALWAYS, *flags):
            for place, more in enumerate(self.rows.get(flag, ())):
                found[place] += more
        top = max(found)
        odds = [exp(one - top) for one in found]
        return tuple(one / sum(odds) for one in odds)


@dataclass(frozen=True, slots=True)
class Measured:
    """How both models did on answers held back from the training: shares that were right (0..1)."""

    n: int
    before: float
    after: float
    is_better: bool


def signs(reading: Reading, verdict: Verdict, model: Model) -> list[str]:
    """The flags of a message that the standard model knows: so nothing of a file's name or an address is among them."""
    where = standing(reading, verdict.label)
    flags = of_rules(verdict.label, verdict.reason) + of_message(reading) + of_thread(where)
    return [flag for flag in flags if flag in model.flags]


def train(answers: Sequence[Answer]) -> Own:
    """The correction that these answers ask for; the same answers always give the same one."""
    import numpy as np

    seen = Counter(flag for one in answers for flag in set(one.flags))
    names = [ALWAYS, *sorted(flag for flag, n in seen.items() if n >= SEEN)]
    places = {name: place for place, name in enumerate(names)}
    table = np.zeros((len(answers), len(names)))
    table[:, 0] = 1
    for line, one in enumerate(answers):
        table[line, [places[flag] for flag in one.flags if flag in places]] = 1
    offset = np.log(np.maximum([one.chances for one in answers], _LEAST))
    gold = np.eye(len(LABELS))[[LABELS.index(one.label) for one in answers]]
    weights = _fitted(table, offset, gold)
    return Own({name: tuple(round(float(one), 4) for one in weights[place]) for name, place in places.items()})


def _fitted(table: "Table", offset: "Table", gold: "Table") -> "Table":
    import numpy as np

    step = 1 / (np.linalg.norm(table, 2) ** 2 / 2 + PENALTY)  # the curvature of softmax is at most a half
    weights = ahead = np.zeros((table.shape[1], gold.shape[1]))
    for turn in range(1, ROUNDS + 1):
        scores = offset + table @ ahead
        odds = np.exp(scores - scores.max(1, keepdims=True))
        slope = table.T @ (odds / odds.sum(1, keepdims=True) - gold) + PENALTY * ahead
        before, weights = weights, ahead - step * slope
        ahead = weights + (turn - 1) / (turn + 2) * (weights - before)
    return weights


def measured(answers: Sequence[Answer]) -> Measured:
    """Every answer judged by a model that has seen no answer about its message.

    Better means: right more often by MARGIN and beyond chance (a sign test), with a lower log loss, and not
    worse on the random sample, since the uncertain ones are asked for more often than they come.
    """
    fold = {message: place % PARTS for place, message in enumerate(sorted({one.message for one in answers}))}
    judged: list[tuple[Answer, tuple[float, ...]]] = []
    for part in range(PARTS):
        own = train([one for one in answers if fold[one.message] != part])
        judged += [(one, own.chances(one.chances, one.flags)) for one in answers if fold[one.message] == part]
    mended = sum(_right(one, after) and not _right(one, one.chances) for one, after in judged)
    broken = sum(_right(one, one.chances) and not _right(one, after) for one, after in judged)
    gain, n = mended - broken, len(judged)
    drawn = sum(_right(one, after) - _right(one, one.chances) for one, after in judged if one.drawn)
    loss = sum(_loss(one, after) - _loss(one, one.chances) for one, after in judged)
    right = sum(_right(one, one.chances) for one in answers)
    is_better = gain >= MARGIN * n and gain > SURELY * (mended + broken) ** 0.5 and loss < 0 and drawn >= 0
    return Measured(n, right / n, (right + gain) / n, is_better)


def _right(one: Answer, chances: Sequence[float]) -> bool:
    return LABELS[max(range(len(LABELS)), key=chances.__getitem__)] == one.label


def _loss(one: Answer, chances: Sequence[float]) -> float:
    return -log(max(chances[LABELS.index(one.label)], _LEAST))
