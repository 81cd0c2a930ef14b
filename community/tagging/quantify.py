"""Shares of the types, corrected for the mistakes the tagger is known to make.

Counting tags gives biased shares: what is often mistaken for another label is counted too seldom. The correction is
EM quantification (Saerens, Latinne and Decaestecker, "Adjusting the outputs of a classifier to new a priori
probabilities", Neural Computation 14 (2002) 21-41): the shares are adjusted until they agree with the probabilities
of the single tags. The usual shares weigh as much as the tags leave in doubt, so that
a small group is not carried away and sure tags are not bent.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from community.tagging.model import Doubts
from community.tagging.values import LABELS

STEPS = 20
"""Confidences are counted in steps of a twentieth."""

ROUNDS = 50

Counted = Mapping[tuple[str, int], int]
"""How many messages carry a label with a confidence, in twentieths; 20 (a person said so, or the sender) is certain."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """The share of each label (0..1; they add up to 1), and how far the tagger may have it wrong."""

    shares: dict[str, float]
    spread: dict[str, float]
    """Standard deviation of the tagger's error in each share (0..1); nothing about chance in what was said."""


A_HAIR = 1e-9
"""Moves what lies exactly between two steps up: Python and PostgreSQL would round it to the even one, SQLite up."""


def step(confidence: float) -> int:
    """A confidence from 0 to 1 in twentieths. Only certainty counts as certain."""
    return STEPS if confidence >= 1 else min(STEPS - 1, round(confidence * STEPS + A_HAIR))


def corrected(counted: Counted, doubts: Doubts) -> Corrected:
    """The shares behind these tags; all zero where there is no message."""
    total = sum(counted.values())
    if not total:
        return Corrected(dict.fromkeys(LABELS, 0.0), dict.fromkeys(LABELS, 0.0))
    doubtful = sum(n for (_, sure), n in counted.items() if sure < STEPS)
    known = [sum(n for (one, sure), n in counted.items() if one == label and sure == STEPS) for label in LABELS]
    found = _adjusted(counted, doubts) if doubtful else [0.0] * len(LABELS)
    shares = [(sure + doubtful * share) / total for sure, share in zip(known, found, strict=True)]
    part = doubtful / total
    spread = [
        ((moved * part / total) + (drift * part) ** 2) ** 0.5
        for moved, drift in zip(doubts.moved, doubts.drift, strict=True)
    ]
    return Corrected(dict(zip(LABELS, shares, strict=True)), dict(zip(LABELS, spread, strict=True)))


def _adjusted(counted: Counted, doubts: Doubts) -> list[float]:
    """The shares among the messages whose tags are not certain."""
    rows = [(_chances(label, sure, doubts), n) for (label, sure), n in counted.items() if sure < STEPS]
    doubt = sum(n * (1 - sure / STEPS) for (_, sure), n in counted.items())
    weight = sum(n for _, n in rows) + doubt
    shares = list(doubts.usual)
    for _ in range(ROUNDS):
        sums = [doubt * usual for usual in doubts.usual]
        for chances, n in rows:
            odds = [p * share / usual for p, share, usual in zip(chances, shares, doubts.usual, strict=True)]
            whole = sum(odds)
            sums = [total + n * odd / whole for total, odd in zip(sums, odds, strict=True)]
        shares = [total / weight for total in sums]
    return shares


def _chances(label: str, sure: int, doubts: Doubts) -> list[float]:
    """How likely each label is the coder's, where this one was told with this confidence."""
    place, confidence = LABELS.index(label), sure / STEPS
    return [
        confidence if other == place else (1 - confidence) * mistaken
        for other, mistaken in enumerate(doubts.mistaken[place])
    ]
