"""What happened, told at once to whoever listens: the chat page, the tests, a waiting client."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from playground.state import Json

#: Gives the event's data as one viewer may see it (None: everything), or nothing for who must not see it.
Shown = Callable[[int | None], Json | None]


@dataclass
class Listener:
    """One open stream."""

    viewer: int | None
    queue: asyncio.Queue[tuple[str, Json] | None] = field(default_factory=asyncio.Queue)


class Events:
    """The streams that are open, and how to tell them."""

    def __init__(self) -> None:
        self.listeners: list[Listener] = []

    def listen(self, viewer: int | None) -> Listener:
        """Open a stream for a viewer; close it with ``forget``."""
        listener = Listener(viewer)
        self.listeners.append(listener)
        return listener

    def forget(self, listener: Listener) -> None:
        if listener in self.listeners:
            self.listeners.remove(listener)

    def tell(self, kind: str, shown: Shown) -> None:
        """Tell everybody who may see it."""
        for listener in self.listeners:
            data = shown(listener.viewer)
            if data is not None:
                listener.queue.put_nowait((kind, data))

    def end(self) -> None:
        """Let every stream finish, when the server stops."""
        for listener in self.listeners:
            listener.queue.put_nowait(None)
