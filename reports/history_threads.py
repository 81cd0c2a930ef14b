"""Which questions about the work an exported conversation answered, and how soon."""

from collections import deque
from dataclasses import dataclass
from statistics import quantiles
from typing import Protocol

from community.asking import ADVISING, ASKING
from community.imports.values import Spoken
from reports.shares import Share, share

WINDOW = 24 * 3600
"""Seconds in which an answer without a quote belongs to a question: a school day and the evening after it."""
QUOTED_WINDOW = 7 * 24 * 3600
"""Seconds in which a quoted answer does."""
SAME = 3600
"""Seconds in which what the asker adds is the same question."""
LEAST_ANSWERS = 5
"""Below so many answers no middle is told: one more would turn it over."""
_REMEMBERED = 500
_QUOTABLE = 20_000


class Told(Protocol):
    """Of a tag, what is counted."""

    @property
    def label(self) -> str: ...
    @property
    def confidence(self) -> float: ...
    @property
    def reason(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Quartiles:
    """Minutes after which a quarter, half and three quarters of the answers had come."""

    first: float
    median: float
    third: float


@dataclass(frozen=True, slots=True)
class Consultations:
    """Questions asked, and those answered. ``recent`` of the unanswered were asked on the last day of the export."""

    asked: int
    answered: Share
    recent: int
    minutes: Quartiles | None

    @property
    def unanswered(self) -> int:
        """Questions that got no answer within the window, those of the last day included."""
        return self.asked - self.answered.n


@dataclass(slots=True)
class _Question:
    asker: str
    at: int
    last_at: int
    seconds: int | None = None


class Threads:
    """Follows the messages of people in their order.

    A question is a message tagged as a consultation that asks (by the tagger's reason, or with a question mark) and
    answers nobody; what the same person adds within an hour, before an answer, belongs to it. Its answer is the first
    later message of another person that gives advice or material: one that quotes the question, or something already
    said in its thread, within seven days; or, without a quote, one within 24 hours, which is taken for an answer to the
    nearest question of somebody else. An answer here is something said, not a problem solved.
    """

    def __init__(self) -> None:
        self._all: list[_Question] = []
        self._near: deque[_Question] = deque(maxlen=_REMEMBERED)
        self._roots: dict[int, _Question] = {}
        self._keys: deque[int] = deque()

    def take(self, spoken: Spoken, told: Told) -> None:
        """The next message, with its tag."""
        sender = spoken.sender or ""
        root = self._roots.get(spoken.reply_to) if spoken.reply_to is not None else None
        if root is not None:
            self._keep(spoken.key, root)
        if _asks(spoken, told):
            if spoken.reply_to is None:
                self._keep(spoken.key, self._asked(sender, spoken.at))
            return
        if not _advises(told):
            return
        question = root if spoken.reply_to is not None else self._nearest(sender, spoken.at)
        window = WINDOW if spoken.reply_to is None else QUOTED_WINDOW
        if question and question.asker != sender and question.seconds is None and spoken.at - question.at <= window:
            question.seconds = max(0, spoken.at - question.at)

    def told(self, last_at: int) -> Consultations:
        """The figures, once the export ends at that moment."""
        answered = [one.seconds for one in self._all if one.seconds is not None]
        recent = sum(one.seconds is None and last_at - one.at < WINDOW for one in self._all)
        minutes = None
        if len(answered) >= LEAST_ANSWERS:
            minutes = Quartiles(*(round(value / 60, 1) for value in quantiles(answered, n=4, method="inclusive")))
        return Consultations(len(self._all), share("answered", len(answered), len(self._all)), recent, minutes)

    def _asked(self, sender: str, at: int) -> _Question:
        before = next((one for one in reversed(self._near) if one.asker == sender), None)
        if before and before.seconds is None and abs(at - before.last_at) <= SAME:
            before.last_at = at
            return before
        question = _Question(sender, at, at)
        self._all.append(question)
        self._near.append(question)
        return question

    def _nearest(self, sender: str, at: int) -> _Question | None:
        """The latest question of somebody else; exports are not always in the order of time."""
        return next((one for one in reversed(self._near) if one.asker != sender and abs(at - one.at) <= WINDOW), None)

    def _keep(self, key: int, question: _Question) -> None:
        if key not in self._roots:
            self._keys.append(key)
            if len(self._keys) > _QUOTABLE:
                del self._roots[self._keys.popleft()]
        self._roots[key] = question


def _asks(spoken: Spoken, told: Told) -> bool:
    return told.label == "consultation" and (told.reason in ASKING or "?" in spoken.text)


def _advises(told: Told) -> bool:
    return told.reason in ADVISING or told.label in ("consultation", "resource")
