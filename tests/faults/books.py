"""What weeks of kills came to, as they are counted from outside."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

_SUMS = (
    "days",
    "school_days",
    "kills",
    "updates",
    "letters",
    "sent",
    "twice",
    "tapped_again",
    "unknowns",
    "gone_unknown",
    "given_up",
)


@dataclass
class Scales:
    """What arrived against what was owed, since the first day: the same words come on many days."""

    arrived: Counter[Any] = field(default_factory=Counter)  # chat and words of every message
    owed: dict[int, Any] = field(default_factory=dict)  # the same of every letter that was sent
    unsure: set[Any] = field(default_factory=set)  # and of those whose answer was lost

    def weigh(self, arrived: Sequence[Any], letters: Sequence[Any]) -> tuple[int, list[str]]:
        """How many messages came beyond those owed so far, and of which of them the answer had not been lost."""
        self.arrived.update(arrived)
        self.owed |= {row.id: (row.chat_id, row.params.get("text")) for row in letters}
        self.unsure |= {self.owed[row.id] for row in letters if row.unknowns}
        beyond = self.arrived - Counter(self.owed.values())
        return beyond.total(), [str(what) for what in beyond if what not in self.unsure]


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
    twice: int = 0  # messages beyond those that were owed; without an answer that was lost it is `doubled`
    tapped_again: int = 0  # for Telegram forgets a tap that is not fetched in time
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
        for name in _SUMS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
