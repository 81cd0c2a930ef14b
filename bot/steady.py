"""What keeps the courier steady: a clock that is set back, a database that goes and comes."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

from storage.database import is_away

log = logging.getLogger(__name__)
SET_BACK = timedelta(seconds=2)  # what the network's time corrects by itself is less
AGAIN_SECONDS = 1.0
Done = TypeVar("Done")


class Hands:
    """Notices when the hands of the clock went back."""

    def __init__(self) -> None:
        self._latest: datetime | None = None

    def went_back_from(self, now: datetime) -> datetime | None:
        """Where the hands stood before they were set back; None when they go on as they should."""
        latest, self._latest = self._latest, now
        return latest if latest is not None and now < latest - SET_BACK else None


async def when_it_is_back(work: Callable[[], Awaitable[Done]], may_wait: Callable[[], bool]) -> Done:
    """What the work gives, which is tried again while the database is away; its error when there is no time to wait."""
    while True:
        try:
            return await work()
        except Exception as error:
            if not is_away(error) or not may_wait():
                raise
            log.warning("the database is away (%s); what became of a letter waits for it", type(error).__name__)
            await asyncio.sleep(AGAIN_SECONDS)
