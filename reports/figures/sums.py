"""Several groups together, without giving away by subtraction what one of them keeps back."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence

from reports.dashboard.values import Look
from reports.figures.values import Figure, hidden
from storage.database import Session

Make = Callable[[Session, Look], Awaitable[Sequence[Figure]]]


async def of_all(session: Session, look: Look, make: Make) -> tuple[Figure, ...]:
    """What ``make`` finds for all groups together.

    Who reads the sum reads each group as well: a part that is kept back in one group alone is the sum without the
    others, and so the sum is kept back, too. Kept back in two, it is the sum of two, and points at nobody.
    """
    whole = await make(session, look)
    if len(look.groups) < 2 or all(one.value is None for one in whole):
        return tuple(whole)
    kept: Counter[tuple[str, object]] = Counter()
    for group in look.groups:
        alone = Look((group,), look.since, look.until, look.now, look.zone, look.pack)
        kept.update((one.key, one.period[0]) for one in await make(session, alone) if one.note == "few")
    return tuple(
        hidden(one.key, one.unit, one.source, one.period) if kept[one.key, one.period[0]] == 1 else one for one in whole
    )
