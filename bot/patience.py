"""Who asks faster than anybody can tap is told so once and then passed over in silence, until they slow down.

Nothing is lost by it: the update is stored before it comes here, and what was said in a group has been listened to.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

Json = dict[str, Any]


class Pace(StrEnum):
    """What is done about an update."""

    ANSWER = "answer"
    TELL = "tell"  # passed over, and told that this is so
    SILENCE = "silence"


@dataclass(frozen=True, slots=True)
class Measure:
    """So much at once, and so much more with every second; docs/security.md says why these numbers."""

    at_once: int
    a_second: float


PERSON = Measure(40, 1.0)  # an answer a second is what Telegram lets us send to one chat
GROUP = Measure(60, 20 / 60)  # of commands, by everybody together; twenty answers a minute is what a group may get
MOST_KEPT = 4096
_ASKS = ("message", "edited_message", "callback_query")


@dataclass(slots=True)
class _Glass:
    """What is left of somebody's measure, as it stood at a moment."""

    left: float
    at: datetime
    told: bool = False

    def filled(self, measure: Measure, now: datetime) -> float:
        return min(measure.at_once, self.left + max(0.0, (now - self.at).total_seconds()) * measure.a_second)


class Patience:
    """Counts in memory what one person, and what everybody in one group, asks of the assistant."""

    def __init__(self) -> None:
        self._glasses: dict[tuple[str, int], _Glass] = {}
        self._newest = 0

    def pace(self, number: int, raw: Json, received_at: datetime) -> Pace:
        """Whether an update of the inbox is answered; ``number`` is its row, and counts once however often it is tried.

        Time runs by when something was written, not by when it came: after an outage a whole day comes at once.
        """
        kind = next((name for name in _ASKS if name in raw), None)
        if kind is None or number <= self._newest:
            return Pace.ANSWER
        self._newest = number
        body, tapped = raw[kind], kind == "callback_query"
        written = None if tapped else body.get("edit_date") or body.get("date")
        at = datetime.fromtimestamp(written, UTC) if written else received_at
        chat = body["chat"]["id"] if "chat" in body else 0
        # Anonymous admins of all groups share one account: they are nobody in particular.
        user = 0 if "sender_chat" in body else (body.get("from") or {}).get("id", 0)
        if user and (slow := self._poured(("person", user), PERSON, at)) is not Pace.ANSWER:
            return self._said(("person", user), slow, aloud=tapped or chat == user)
        if chat < 0 and str(body.get("text") or "").startswith("/"):
            return self._said(("group", chat), self._poured(("group", chat), GROUP, at), aloud=True)
        return Pace.ANSWER

    def _poured(self, whose: tuple[str, int], measure: Measure, at: datetime) -> Pace:
        glass = self._glasses.setdefault(whose, _Glass(measure.at_once, at))
        left = glass.filled(measure, at)
        if left >= measure.at_once:
            glass.told = False  # they have rested: next time they are told again
        glass.left, glass.at = left - 1 if left >= 1 else left, at
        if len(self._glasses) > MOST_KEPT:
            self._forget_full(at)
        return Pace.ANSWER if left >= 1 else Pace.TELL

    def _said(self, whose: tuple[str, int], pace: Pace, *, aloud: bool) -> Pace:
        """Once, and to nobody's shame: what one person does in a group is not told there."""
        if pace is Pace.ANSWER:
            return pace
        glass = self._glasses.get(whose)
        if glass is None or glass.told or not aloud:
            return Pace.SILENCE
        glass.told = True
        return Pace.TELL

    def _forget_full(self, now: datetime) -> None:
        measures = {"person": PERSON, "group": GROUP}
        self._glasses = {
            whose: glass
            for whose, glass in self._glasses.items()
            if glass.filled(measures[whose[0]], now) < measures[whose[0]].at_once
        }
