"""The only place that asks a clock what time it is."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Something that knows the moment, as aware UTC."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class TurnableClock:
    """A clock that runs at real speed and whose hands can be moved forward (or set anew).

    It counts on the monotonic clock, so a correction of the machine's clock does not move it.
    """

    def __init__(self, start: datetime | None = None) -> None:
        self._base = (start or datetime.now(UTC)).astimezone(UTC)
        self._since = time.monotonic()
        self.version = 0
        self._watchers: list[Callable[[], None]] = []

    def now(self) -> datetime:
        return self._base + timedelta(seconds=time.monotonic() - self._since)

    def turn(self, *, to: datetime | None = None, by: timedelta | None = None) -> datetime:
        """Move the hands to a moment or by a length of time; whoever watches is told.

        Raises ValueError for a naive moment: a wall time without a zone says nothing.
        """
        if to is not None and to.tzinfo is None:
            raise ValueError("turn(to=…) needs a moment with a zone")
        target = to.astimezone(UTC) if to is not None else self.now()
        self._base, self._since = target + (by or timedelta()), time.monotonic()
        self.version += 1
        for told in tuple(self._watchers):
            told()
        return self._base

    def watch(self, told: Callable[[], None]) -> Callable[[], None]:
        """Call ``told`` after every turn; the answer is a function that stops it."""
        self._watchers.append(told)
        return lambda: self._watchers.remove(told)
