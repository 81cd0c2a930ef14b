"""What comes while something is being stored is stored together, in the next commit: updates, outcomes of letters."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

Take = Callable[[Sequence[Any]], Awaitable[None]]
ENOUGH = 12  # with so many a commit costs each of them little; waiting for more would only hold them up


class Together:
    """Telegram brings one update a request, up to a hundred requests at once (max_connections); letters end so too.

    A commit that goes through to the disk costs about the same for one update as for forty. Nobody waits for company:
    whoever comes first is stored at once, whoever comes meanwhile goes with the next.
    """

    def __init__(self, take: Take, apart: float = 0.0, hurries: Callable[[Any], bool] = lambda _: False) -> None:
        """``apart``: seconds between the end of one commit and the next, for those that came meanwhile.

        One that ``hurries`` waits for no company, and takes those along that do.
        """
        self._take, self._apart_by, self._hurries = take, apart, hurries
        self._waiting: list[tuple[Sequence[Any], asyncio.Future[None]]] = []
        self._storing: asyncio.Task[None] | None = None
        self._hurry = asyncio.Event()

    async def take(self, updates: Sequence[Any]) -> None:
        """Store these; when this returns they are stored. Raises what kept these from it, nothing of the others'."""
        stored = asyncio.get_running_loop().create_future()
        self._waiting.append((updates, stored))
        if any(map(self._hurries, updates)) or len(self._waiting) >= ENOUGH:
            self._hurry.set()
        if self._storing is None:
            self._storing = asyncio.create_task(self._store())
        await stored

    async def _store(self) -> None:
        while self._waiting:
            some, self._waiting = self._waiting, []
            self._hurry.clear()
            try:
                await self._take([one for updates, _ in some for one in updates])
            except Exception as error:
                await self._apart(some, error)
            else:
                for _, stored in some:
                    _settle(stored, None)
            if self._waiting:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._hurry.wait(), self._apart_by)
        self._storing = None

    async def _apart(self, some: Sequence[tuple[Sequence[Any], asyncio.Future[None]]], error: Exception) -> None:
        """One that cannot be stored must not keep the others out: each by itself."""
        for updates, stored in some:
            if len(some) > 1:
                try:
                    await self._take(updates)
                except Exception as own:
                    _settle(stored, own)
                else:
                    _settle(stored, None)
            else:
                _settle(stored, error)


def _settle(stored: asyncio.Future[None], error: Exception | None) -> None:
    if stored.done():
        return  # whoever asked has gone; the updates are stored all the same
    if error is None:
        stored.set_result(None)
    else:
        stored.set_exception(error)
