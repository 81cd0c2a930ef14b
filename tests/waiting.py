"""Waiting for a condition instead of for a length of time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any


async def eventually(check: Callable[[], Awaitable[Any]], *, timeout: float = 10.0, about: str = "something") -> Any:
    """Ask again and again until the answer is true; AssertionError when the time is over."""
    loop = asyncio.get_running_loop()
    until = loop.time() + timeout
    while loop.time() < until:
        if found := await check():
            return found
        await asyncio.sleep(0.02)
    raise AssertionError(f"waited {timeout} s for {about}")
