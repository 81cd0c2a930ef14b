"""Looks for circles of objects nobody needs any more when nobody waits for us.

Python takes a full look of its own accord whenever a quarter of what has lived for a while is new: in the middle of the
liveliest minutes, 30 ms on a quick machine and a tenth of a second on a slow one in which nobody is answered. It found
nothing: what the assistant lets go of lives shortly, and for that the short looks stay as they are.
"""

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

NEVER = 1 << 30  # short looks until Python would take a full one
EVERY, QUIET = 60.0, 2.0  # seconds between two tries; how long nothing may have come
PATIENCE = 15  # tries, after which it is done in whatever noise


@asynccontextmanager
async def swept(came: Callable[[], int]) -> AsyncIterator[None]:
    """What is there at the beginning stays to the end and is looked at no more.

    ``came`` tells how much there has been to do so far.
    """
    gc.collect()
    gc.freeze()
    before = gc.get_threshold()
    gc.set_threshold(before[0], before[1], NEVER)
    sweeping = asyncio.create_task(_sweep(came))
    try:
        yield
    finally:
        gc.set_threshold(*before)
        sweeping.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await sweeping


async def _sweep(came: Callable[[], int]) -> None:
    tries = 0
    while True:
        await asyncio.sleep(EVERY)
        tries, before = tries + 1, came()
        await asyncio.sleep(QUIET)
        if came() == before or tries == PATIENCE:
            gc.collect()
            tries = 0
