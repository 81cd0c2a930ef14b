"""What a rule answers before its confidence is looked up, and the signals several rules ask for."""

from typing import NamedTuple

from community.tagging.reading import Reading

ASKS = ("consultation.wants_material", "consultation.asks_advice", "consultation.feedback")
TROUBLE = ("consultation.trouble", "consultation.problem")


class Verdict(NamedTuple):
    """A label, the rule's name (a key of `tagging.toml`), the words that matched, and a second label."""

    label: str
    reason: str
    evidence: str = ""
    secondary: str | None = None


def found(reading: Reading, label: str, reason: str, *signals: str) -> Verdict | None:
    """The label, with the words of the first of these signals that the message gives; None where it gives none."""
    signal = reading.has(*signals)
    return Verdict(label, reason, reading.told(signal)) if signal else None
