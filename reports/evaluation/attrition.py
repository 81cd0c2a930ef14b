"""Who began, who is left, and whether those who left were like those who stayed."""

from dataclasses import dataclass

from reports.evaluation.values import LEAST, Score


@dataclass(frozen=True, slots=True)
class Loss:
    """One group: everybody listed, who lacks a score, and who is compared because both are there.

    ``before_stayed`` and ``before_left`` are mean scores before of those with and without one after; None of fewer than
    LEAST people, whose mean would tell one person's score.
    """

    listed: int
    without_before: int
    without_after: int
    compared: int
    before_stayed: float | None
    before_left: float | None

    @property
    def share(self) -> float:
        """The part of those listed that is not compared, from 0 to 1."""
        return 1 - self.compared / self.listed


def loss(scores: list[Score]) -> Loss:
    """The losses of one group; somebody without either score counts in both."""
    begun = [(one.before, one.after) for one in scores if one.before is not None]
    stayed, left = ([a for a, b in begun if (b is not None) == there] for there in (True, False))
    return Loss(
        len(scores), len(scores) - len(begun), sum(one.after is None for one in scores),
        sum(one.complete for one in scores), _mean(stayed), _mean(left),
    )  # fmt: skip


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if len(values) >= LEAST else None
