"""Those who follow the turnable clock over HTTP: whom to wait for after a turn, and how to wait for one."""

import asyncio

_PATIENCE = 2.0
_LONG_POLL = 25.0


class Followers:
    """Which follower has seen which version of the clock."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}
        self._waiting: set[str] = set()
        self._turned = asyncio.Event()
        self._came = asyncio.Event()
        self.ended = False

    def turned(self) -> None:
        """Wake everybody who waits for a turn."""
        self._turned.set()
        self._turned = asyncio.Event()

    def end(self) -> None:
        """Let every long poll go, when the server stops."""
        self.ended = True
        self.turned()

    async def wait_for_turn(self) -> None:
        """Wait for the next turn, at most 25 real seconds."""
        if self.ended:
            return
        try:
            await asyncio.wait_for(self._turned.wait(), _LONG_POLL)
        except TimeoutError:
            return

    def here(self, name: str, version: int) -> None:
        """A follower asks, having seen this version; whoever waits for it may go on."""
        self._seen[name] = version
        self._came.set()
        self._came = asyncio.Event()

    def gone(self, name: str) -> None:
        """A follower hung up while waiting."""
        self._seen.pop(name, None)
        self._came.set()
        self._came = asyncio.Event()

    async def caught_up(self, version: int) -> None:
        """Wait until every follower has come back for this version, at most 2 real seconds; who did not is dropped."""
        try:
            async with asyncio.timeout(_PATIENCE):
                while any(seen < version for seen in self._seen.values()):
                    await self._came.wait()
        except TimeoutError:
            self._seen = {name: seen for name, seen in self._seen.items() if seen >= version}
