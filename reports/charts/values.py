"""What a chart shows, in words and numbers already; how it looks is decided where it is drawn.

Every chart is told in a sentence (``told``) for who cannot see it. Shares go from 0 to 1; None is a gap, never a zero.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One thing over time: a value for each step, the ends of its 95 % interval, and what is written beside it."""

    name: str
    values: tuple[float | None, ...]
    lows: tuple[float | None, ...] = ()
    highs: tuple[float | None, ...] = ()
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lines:
    """Up to four lines between ``least`` and ``most``; ``percent`` writes 0.5 as 50 %. ``steps`` are oldest first."""

    told: str
    steps: tuple[str, ...]
    lines: tuple[Line, ...]
    least: float = 0.0
    most: float = 1.0
    percent: bool = True


@dataclass(frozen=True, slots=True)
class End:
    """One end of a pair: its share (None: there is none), its interval, and what is written beside it."""

    share: float | None
    words: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Before and after of one thing."""

    name: str
    before: End
    after: End


@dataclass(frozen=True, slots=True)
class Pairs:
    """Before and after, one below the other; ``names`` are what the two are called."""

    told: str
    names: tuple[str, str]
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Lorenz:
    """How evenly people speak: the share of all messages by the rarest speakers up to each, from 0 to 1; no names."""

    told: str
    shares: tuple[float, ...]
    even: str  # what the straight line says
    across: str
    up: str


@dataclass(frozen=True, slots=True)
class Point:
    """A mean on a scale, how far one standard deviation reaches, and of how many."""

    name: str
    value: float | None
    words: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """Means on one scale, one below the other."""

    told: str
    least: float
    most: float
    points: tuple[Point, ...]
