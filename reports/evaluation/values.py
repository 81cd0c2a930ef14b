"""What an evaluation is made from, and the small values its figures come in. Nothing here needs numpy or SciPy."""

from dataclasses import dataclass
from typing import NamedTuple

LEAST = 3
"""People per group with both scores: fewer, and there is no spread to speak of."""


class Score(NamedTuple):
    """One person of one group; ``None`` is a score that is missing. ``school`` is empty where it was not told."""

    person: str
    arm: str
    before: float | None
    after: float | None
    school: str = ""

    @property
    def complete(self) -> bool:
        return self.before is not None and self.after is not None


@dataclass(frozen=True, slots=True)
class Study:
    """Two groups: the one in the programme and the one it is compared with.

    ``low`` and ``high`` are the ends of the scale, where they are known; ``drawn``: the groups were made by lot.
    """

    programme: str
    comparison: str
    scores: tuple[Score, ...]
    low: float | None = None
    high: float | None = None
    drawn: bool = False


class CannotEvaluate(ValueError):
    """The scores do not carry an analysis; ``text_key`` and ``blanks`` say why, in content.texts."""

    def __init__(self, text_key: str, **blanks: object) -> None:
        self.text_key, self.blanks = text_key, blanks
        super().__init__(text_key)


class NeedsResearch(RuntimeError):
    """SciPy is not there: the extra `research` has not been installed."""


class FTest(NamedTuple):
    """An F statistic with its degrees of freedom and the chance of one as large where nothing differs."""

    f: float
    df1: int
    df2: int
    p: float


class Estimate(NamedTuple):
    """A figure with its standard error, the ends of its 95 % interval, and the test against zero.

    ``df`` are the degrees of freedom of Student's t, not always a whole number.
    """

    value: float
    error: float
    low: float
    high: float
    df: float
    p: float


class Effect(NamedTuple):
    """A size without a unit, in standard deviations, with the ends of its 95 % interval."""

    value: float
    low: float
    high: float


class Check(NamedTuple):
    """One assumption put to the test: the statistic with its degrees of freedom; ``holds``: p is not below 0.05."""

    name: str
    statistic: float
    df1: int | None
    df2: int | None
    p: float

    @property
    def holds(self) -> bool:
        return self.p >= ALPHA


ALPHA = 0.05
