"""Tells whoever started us how we are (systemd's sd_notify): ready, alive, stopping."""

import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.settings import Supervisor, supervisor

log = logging.getLogger(__name__)

WORTH = 1.0  # seconds that a word which comes once may wait; a beat waits for nobody, the next one follows


@asynccontextmanager
async def supervised() -> AsyncIterator[None]:
    """Ready at the beginning of the block, a beat while it runs, stopping at its end; silence where nobody listens.

    The beat comes from the loop that does the work: when that hangs the beat stays away, and systemd starts us anew.
    """
    listener = supervisor()
    tell(listener, "READY=1")
    beating = asyncio.create_task(_beat(listener)) if listener.beat_seconds else None
    try:
        yield
    finally:
        tell(listener, "STOPPING=1")
        if beating:
            beating.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await beating


async def _beat(listener: Supervisor) -> None:
    while True:
        tell(listener, "WATCHDOG=1", wait=0)
        await asyncio.sleep(listener.beat_seconds / 3)


def tell(listener: Supervisor, words: str, *, wait: float = WORTH) -> None:
    """One datagram; a listener that has gone away, or reads nothing, must not take us along."""
    if not listener.address:
        return
    # "@" stands for the NUL byte of Linux's abstract sockets.
    address = "\0" + listener.address[1:] if listener.address.startswith("@") else listener.address
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
            out.settimeout(wait)
            out.sendto(words.encode(), address)
    except OSError as error:
        log.warning("NOTIFY_SOCKET does not listen: %s", error.strerror or "it took too long")
