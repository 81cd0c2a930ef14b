"""Answers kept by their question, as plain as a dictionary: what is asked for every word of every message."""

from collections.abc import Callable
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Kept(dict[K, V]):
    """`kept[question]` works an answer out the first time; when `most` are kept it begins anew.

    Python's `lru_cache` moves what it finds to the front of a list, and in a stream of new messages that costs more
    than the look-up. Safe to use from several threads.
    """

    def __init__(self, work_out: Callable[[K], V], most: int) -> None:
        super().__init__()
        self._work_out = work_out
        self._most = most

    def __missing__(self, question: K) -> V:
        return self.keep(question, self._work_out(question))

    def keep(self, question: K, answer: V) -> V:
        """Keep an answer that was worked out elsewhere."""
        if len(self) >= self._most:
            self.clear()
        self[question] = answer
        return answer
