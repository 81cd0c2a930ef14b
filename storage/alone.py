"""One process on one SQLite database: a lock on a file beside it, gone with the process whatever it died of."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class NotAlone(RuntimeError):
    """Another process has the database."""


@contextmanager
def alone_on(database: Path) -> Iterator[None]:
    """Hold the database for ourselves; raises NotAlone when another process does.

    Not SQLite's own lock: a backup or a report may look into the database while the assistant starts.
    """
    database.parent.mkdir(parents=True, exist_ok=True)
    with database.with_name(f"{database.name}.runs").open("w", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise NotAlone from None
        yield
