"""Telegram's three limits: 30 calls a second overall, one a second in a chat, 20 a minute in a group."""

from bisect import insort
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

# Telegram says "about"; a small margin keeps two clocks that differ by a breath from earning a 429.
MARGIN = timedelta(milliseconds=30)
MOST = 30
OVERALL = (MOST, timedelta(seconds=1) + MARGIN)
CHAT = (1, timedelta(seconds=1) + MARGIN)
GROUP = (20, timedelta(seconds=60) + MARGIN)
LONGEST = GROUP[1]
# What nobody waits for goes one by one: thirty at once hold each other up, and what held up one counts (`Line`).
APART = timedelta(milliseconds=10)


class Window:
    """At most ``most`` events in any stretch of ``span``."""

    def __init__(self, most: int, span: timedelta) -> None:
        self.span = span
        self._times: deque[datetime] = deque(maxlen=most)
        self._most = most

    def free_at(self, now: datetime) -> datetime:
        """The earliest moment, from now, at which one more fits."""
        if self._times and self._times[-1] > now:  # the clock was set back: it was just now, once and for all
            self._times = deque((min(one, now) for one in self._times), maxlen=self._most)
        if len(self._times) < self._most:
            return now
        return max(now, self._times[0] + self.span)

    def take(self, now: datetime) -> None:
        self._times.append(now)

    def settle(self, now: datetime) -> None:
        """The last event ended only now: a call may have waited on its way, and the other side counts arrivals."""
        if self._times:
            self._times[-1] = now

    def idle(self, now: datetime) -> bool:
        return not self._times or self._times[-1] + self.span <= now


class Line:
    """The window of all calls together, of which many are under way at once.

    We know when a call left and when its answer came; Telegram counts when it arrived. Of the time in between, what
    every call takes is the way; only what one took longer may have passed before it arrived, so its second begins later
    by that. A call that is under way may arrive at any moment.
    """

    def __init__(self, most: int, span: timedelta) -> None:
        self._most, self._span = most, span
        self._left: dict[int, datetime] = {}  # by number of letter: calls under way
        self._arrived: list[datetime] = []  # in order, of the last ``span``
        self._took: deque[timedelta] = deque(maxlen=2 * most)

    def free_at(self, now: datetime) -> datetime:
        """The earliest moment, from now, at which one more fits."""
        self._arrived = [min(one, now) for one in self._arrived if one + self._span > now]  # a clock may be set back
        over = len(self._left) + len(self._arrived) - self._most
        if over < 0:
            return now
        if over < len(self._arrived):
            return self._arrived[over] + self._span
        return now + self._span  # so many are under way that the next answer has to be waited for

    def take(self, letter: int, now: datetime) -> None:
        self._left[letter] = now

    def give_back(self, letter: int) -> None:
        """It did not leave."""
        self._left.pop(letter, None)

    def settle(self, letter: int, now: datetime) -> None:
        left = self._left.pop(letter, None)
        if left is None:
            return
        took = max(timedelta(0), now - left)
        # Before enough are known the first may have been slow, as whoever opens a line is: then all of it counts.
        way = min(self._took) if len(self._took) >= self._most else timedelta(0)
        self._took.append(took)
        insort(self._arrived, left + max(timedelta(0), took - way))

    def remember(self, moment: datetime) -> None:
        insort(self._arrived, moment)


class Pause(NamedTuple):
    """Telegram asked for it; from when, and until when."""

    since: datetime
    until: datetime


class Throttle:
    """Says when a letter may go. Chats that Telegram itself paused (429) wait alone."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._overall = Line(*OVERALL)
        self._next_of_many: datetime | None = None
        self._chats: dict[int, Window] = {}
        self._groups: dict[int, Window] = {}
        self._paused: dict[int | None, Pause] = {}
        self._refused: deque[datetime] = deque(maxlen=3)

    def free_at(self, chat_id: int | None, *, of_many: bool = False) -> datetime:
        """When one more call to this chat (None: a call bound to no chat) is allowed; now or later.

        ``of_many``: it is a reminder or part of a broadcast.
        """
        now = self._now()
        moments = [self._overall.free_at(now), self._paused_until(None, now)]
        if of_many and self._next_of_many is not None and self._next_of_many - now <= APART * MOST:
            moments.append(self._next_of_many)
        if chat_id is not None:
            moments.append(self._paused_until(chat_id, now))
            moments.extend(window.free_at(now) for window in self._windows(chat_id))
        return max(moments)

    def take(self, chat_id: int | None, letter: int, at: datetime, *, of_many: bool = False) -> None:
        """Count a call that is to be made ``at``; ``letter`` is its number, by which it is settled or given back."""
        self._overall.take(letter, at)
        if of_many:
            self._next_of_many = at + APART
        if chat_id is not None:
            for window in self._windows(chat_id):
                window.take(at)
        if len(self._chats) > 2048:
            self._forget_idle(self._now())

    def remember(self, chat_id: int | None, moment: datetime) -> None:
        """Count a call that somebody else has made; give them in their order."""
        self._overall.remember(moment)
        for window in self._windows(chat_id) if chat_id is not None else ():
            window.take(moment)

    def give_back(self, letter: int) -> None:
        """It has not been sent by us; its chat waits as if it had."""
        self._overall.give_back(letter)

    def settle(self, chat_id: int | None, letter: int) -> None:
        """The call to this chat has been answered; its chat's time runs from here (one call at a time in a chat)."""
        now = self._now()
        self._overall.settle(letter, now)
        for window in self._windows(chat_id) if chat_id is not None else ():
            window.settle(now)

    def pause(self, chat_id: int | None, seconds: float) -> None:
        """Telegram said 429: this chat (None: everything) waits, and nobody else does."""
        now = self._now()
        until = max(now + timedelta(seconds=seconds) + MARGIN, self._paused_until(chat_id, now))
        self._paused[chat_id] = Pause(now, until)

    def refused(self, seconds: float) -> None:
        """A chat's 429 is that chat's; three within a second mean that the bot as a whole is too fast, and it waits."""
        self._refused.append(now := self._now())
        if len(self._refused) == 3 and timedelta(0) <= now - self._refused[0] < timedelta(seconds=1):
            self.pause(None, seconds)

    def busy(self) -> list[int]:
        """The chats that must wait just now."""
        now = self._now()
        self._paused = {chat: self._paused[chat] for chat in self._paused if self._paused_until(chat, now) > now}
        waiting = {chat for chat in self._paused if chat is not None}
        for windows in (self._chats, self._groups):
            waiting.update(chat for chat, window in windows.items() if window.free_at(now) > now)
        return sorted(waiting)

    def _paused_until(self, chat_id: int | None, now: datetime) -> datetime:
        paused = self._paused.get(chat_id)
        if paused is None:
            return now
        if paused.since > now:  # the clock was set back: at most the whole pause is still to come
            self._paused[chat_id] = paused = Pause(now, now + (paused.until - paused.since))
        return paused.until

    def _windows(self, chat_id: int) -> list[Window]:
        found = [self._chats.setdefault(chat_id, Window(*CHAT))]
        if chat_id < 0:
            found.append(self._groups.setdefault(chat_id, Window(*GROUP)))
        return found

    def _forget_idle(self, now: datetime) -> None:
        self._chats = {chat: window for chat, window in self._chats.items() if not window.idle(now)}
        self._groups = {chat: window for chat, window in self._groups.items() if not window.idle(now)}
