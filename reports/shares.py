"""From counts of labels to shares with their doubt (I12); no table is asked, so an export can be told this way too."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import hypot
from typing import Any, NamedTuple

from community.tagging import FOUR, LABELS
from community.tagging.model import Doubts
from community.tagging.quantify import STEPS, Corrected, Counted, corrected
from reports.intervals import Z_95, wilson

ENOUGH = 20  # below this many messages the 95 % interval is wider than 40 points: a percentage would mislead


@dataclass(frozen=True, slots=True)
class Share:
    """``n`` of ``of`` messages, and the 95 % interval (0..1); no interval where there are too few to say."""

    label: str
    n: int
    of: int
    low: float | None
    high: float | None
    estimate: float | None = None
    """The share corrected for the tagger's known mistakes; None where it was counted by people."""

    @property
    def value(self) -> float | None:
        """The share itself (0..1), None where there are too few messages for one."""
        if self.low is None:
            return None
        return self.n / self.of if self.estimate is None else self.estimate


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


def from_tags(counted: Counted, doubts: Doubts) -> Both:
    """Every share of tags anybody is told comes from here: of the four professional types, and of all five.

    ``n`` and ``of`` count the tags as they are. The share is corrected for the tagger's known mistakes, and its
    interval holds the chance in what was said (Wilson) as well as what the tagger may have wrong.
    """
    found = corrected(counted, doubts)
    by_label = {label: sum(n for (one, _), n in counted.items() if one == label) for label in LABELS}
    total = sum(by_label.values())
    four, part = sum(by_label[label] for label in FOUR), sum(found.shares[label] for label in FOUR) or 1.0
    return Both(
        tuple(_told(label, by_label[label], four, found, part) for label in FOUR),
        tuple(_told(label, by_label[label], total, found, 1.0) for label in LABELS),
    )


def from_counts(by_label: Mapping[str, int]) -> Both:
    """The shares of labels that people gave: no mistake of a tagger is in them."""
    return from_tags({(label, STEPS): n for label, n in by_label.items()}, Doubts())


def _told(label: str, n: int, of: int, found: Corrected, part: float) -> Share:
    """One corrected share among messages that are ``part`` of all."""
    if of < ENOUGH:
        return Share(label, n, of, None, None)
    share, doubt = min(1.0, found.shares[label] / part), Z_95 * found.spread[label] / part
    low, high = wilson(share * of, of)
    return Share(
        label, n, of, max(0.0, share - hypot(share - low, doubt)), min(1.0, share + hypot(high - share, doubt)), share
    )


def plain(share: Share) -> dict[str, Any]:
    """As JSON, for whoever draws it: the share beside the counts, so that picture and table tell the same."""
    counts = {"label": share.label, "n": share.n, "of": share.of}
    return counts | {"value": share.value, "low": share.low, "high": share.high}


def percent(share: Share) -> str | None:
    """`45 (36–55)`: the share and its 95 % interval in whole percent; None where there are too few messages."""
    if share.value is None or share.low is None or share.high is None:
        return None
    shown = f"{share.value:.0%} ({share.low:.0%}–{share.high:.0%})".replace("%", "")
    return shown if len(shown) <= 12 else shown.replace(" ", "")  # two such columns just fit a phone
