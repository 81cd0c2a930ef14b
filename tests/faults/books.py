"""What weeks of kills came to, as they are counted from outside."""

from collections import Counter
from dataclasses import dataclass, field

_SUMS = "days", "school_days", "kills", "updates", "letters", "sent", "unknowns", "gone_unknown", "given_up"


class NeverArrivedError(Exception):
    """The answer to a letter was lost twice, so it was given up: who would have tapped its button cannot."""


@dataclass
class Count:
    """What some weeks came to."""

    days: int = 0
    school_days: int = 0
    kills: int = 0
    updates: int = 0
    letters: int = 0  # that are messages
    sent: int = 0
    unknowns: int = 0
    gone_unknown: int = 0  # letters that nobody knows to have arrived, after both tries
    lost_updates: list[str] = field(default_factory=list)  # which, and what the inbox says of it
    lost_letters: list[str] = field(default_factory=list)  # should have gone, and have not
    doubled: list[str] = field(default_factory=list)
    given_up: int = 0  # goes that ended early, because somebody waits for a letter that was
    rows: dict[str, int] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)
    deaths: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Count") -> None:
        for name in (
            "days",
            "school_days",
            "kills",
            "updates",
            "letters",
            "sent",
            "unknowns",
            "gone_unknown",
            "given_up",
        ):
            setattr(self, name, getattr(self, name) + getattr(other, name))
