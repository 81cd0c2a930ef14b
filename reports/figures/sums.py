"""Several groups together, without giving away by subtraction what one of them keeps back.

A figure is read once for all groups, and then told of any of them: however many there are, nothing is asked twice.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

from reports.dashboard.values import Look
from reports.figures.values import Figure, hidden
from storage.database import Session

Tell = Callable[[Collection[int]], Sequence[Figure]]
"""The figures of some of the groups that were read, by their numbers."""

Make = Callable[[Session, Look], Awaitable[Tell]]


async def of_all(session: Session, look: Look, make: Make) -> tuple[Figure, ...]:
    """What ``make`` finds for all groups together.

    Who reads the sum reads each group as well: a part that is kept back in one group alone is the sum without the
    others, and so the sum is kept back, too. Kept back in two, it is the sum of two, and points at nobody.
    """
    tell = await make(session, look)
    whole = tell([group.id for group in look.groups])
    if len(look.groups) < 2 or all(one.value is None for one in whole):
        return tuple(whole)
    kept: Counter[tuple[str, object]] = Counter()
    for group in look.groups:
        kept.update((one.key, one.period[0]) for one in tell([group.id]) if one.note == "few")
    return tuple(
        hidden(one.key, one.unit, one.source, one.period) if kept[one.key, one.period[0]] == 1 else one for one in whole
    )


def added(parts: Mapping[int, tuple[int, int]], group_ids: Collection[int]) -> tuple[int, int]:
    """How many of how many, of these groups together."""
    found = [parts[number] for number in group_ids if number in parts]
    return sum(n for n, _ in found), sum(of for _, of in found)
