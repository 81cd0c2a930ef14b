"""From counts of labels to shares with their doubt (I12); no table is asked, so an export can be told this way too."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from community.tagging import FOUR, LABELS
from reports.intervals import wilson

ENOUGH = 20  # below this many messages the 95 % interval is wider than 40 points: a percentage would mislead


@dataclass(frozen=True, slots=True)
class Share:
    """``n`` of ``of`` messages, and the 95 % interval (0..1); no interval where there are too few to say."""

    label: str
    n: int
    of: int
    low: float | None
    high: float | None

    @property
    def value(self) -> float | None:
        """The share itself (0..1), None where there are too few messages for one."""
        return self.n / self.of if self.low is not None else None


class Both(NamedTuple):
    """The shares of the same messages, counted both ways."""

    of_four: tuple[Share, ...]  # comparable with the content analysis of a KBP's group; they add up to 1
    of_all: tuple[Share, ...]


def share(label: str, n: int, of: int) -> Share:
    """A share with its doubt; under ENOUGH messages only the count is told."""
    if of < ENOUGH:
        return Share(label, n, of, None, None)
    low, high = wilson(n, of)
    return Share(label, n, of, low, high)


def from_counts(by_label: Mapping[str, int]) -> Both:
    """Every share anybody is told comes from here: of the four professional types, and of all five."""
    four = sum(by_label.get(label, 0) for label in FOUR)
    total = four + sum(by_label.get(label, 0) for label in LABELS if label not in FOUR)
    return Both(
        tuple(share(label, by_label.get(label, 0), four) for label in FOUR),
        tuple(share(label, by_label.get(label, 0), total) for label in LABELS),
    )


def percent(share: Share) -> str | None:
    """`45 (36–55)`: the share and its 95 % interval in whole percent; None where there are too few messages."""
    if share.value is None or share.low is None or share.high is None:
        return None
    shown = f"{share.value:.0%} ({share.low:.0%}–{share.high:.0%})".replace("%", "")
    return shown if len(shown) <= 12 else shown.replace(" ", "")  # two such columns just fit a phone
