"""The three flood limits of one bot, counted on the playground's clock: overall, per chat, per group and minute.

Telegram's own server first waits up to 8 s by itself before it refuses; here it refuses at once, which is harder.
"""

import math
from collections import deque
from datetime import datetime, timedelta

from playground.limits import CHAT_BURST, PER_CHAT_PER_SECOND, PER_GROUP_PER_MINUTE, PER_SECOND
from playground.refusal import too_many


class Bucket:
    """Tokens that come back with time."""

    def __init__(self, size: float, per_second: float) -> None:
        self.size, self.per_second, self.tokens = size, per_second, size
        self.at: datetime | None = None

    def wait(self, now: datetime) -> float:
        """Seconds until a token is there; 0 when one is."""
        if self.at is not None and now > self.at:
            self.tokens = min(self.size, self.tokens + (now - self.at).total_seconds() * self.per_second)
        self.at = now
        return 0.0 if self.tokens >= 1 else (1 - self.tokens) / self.per_second

    def take(self) -> None:
        self.tokens -= 1


class Floods:
    """Every write bound for a chat costs one token; a refused one costs nothing."""

    def __init__(self) -> None:
        self.on = True
        self._all: dict[int, Bucket] = {}
        self._chats: dict[tuple[int, int], Bucket] = {}
        self._groups: dict[tuple[int, int], deque[datetime]] = {}

    def spend(self, bot_id: int, chat_id: int, now: datetime) -> None:
        """Take one token of each limit. Raises the 429 of the limit that makes one wait longest."""
        if not self.on:
            return
        everything = self._all.setdefault(bot_id, Bucket(PER_SECOND, PER_SECOND))
        chat = self._chats.setdefault((bot_id, chat_id), Bucket(CHAT_BURST, PER_CHAT_PER_SECOND))
        minute = self._groups.setdefault((bot_id, chat_id), deque())
        while minute and now - minute[0] >= timedelta(minutes=1):
            minute.popleft()
        waits = [everything.wait(now), chat.wait(now)]
        if chat_id < 0 and len(minute) >= PER_GROUP_PER_MINUTE:
            waits.append(60 - (now - minute[0]).total_seconds())
        if max(waits) > 0:
            raise too_many(max(1, math.ceil(max(waits))))
        everything.take()
        chat.take()
        minute.append(now)
