"""Looks from outside until a database keeps N messages: who is measured need not count at the same time.

`python -m benchmarks.kept URL N` says when it is ready to look, and once more when they are there.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from sqlalchemy import create_engine, func, select

from storage import schema
from storage.models import Message

PATIENCE = 300  # seconds
COUNT = select(func.count()).select_from(Message)


@asynccontextmanager
async def looking(database_url: str, many: int) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Gives what waits until they are there; raises TimeoutError."""
    command = (sys.executable, "-m", "benchmarks.kept", database_url, str(many))
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    answers = process.stdout
    assert answers is not None

    async def there() -> None:
        async with asyncio.timeout(PATIENCE):
            if not await answers.readline():
                raise RuntimeError("who looked has ended")

    try:
        await there()
        yield there
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def look(database_url: str, many: int) -> None:
    """Until they are there."""
    engine = create_engine(schema.sync_url(database_url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        print("ready", flush=True)
        while (connection.scalar(COUNT) or 0) < many:
            time.sleep(0.01)
    print("there", flush=True)


if __name__ == "__main__":
    look(sys.argv[1], int(sys.argv[2]))
