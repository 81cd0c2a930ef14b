"""What a command says when it cannot go on: one line on stderr and exit 2."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn


def fail(words: str) -> NoReturn:
    print(f"sejawat: {words}", file=sys.stderr)
    raise SystemExit(2)


@contextmanager
def about_the_database() -> Iterator[None]:
    """A database that cannot be opened, read or written is said in one line too."""
    import sqlite3

    from sqlalchemy.exc import DBAPIError

    from storage.schema import CannotUpgrade

    try:
        yield
    except DBAPIError as error:
        fail(f"the database of DATABASE_URL cannot be used: {_first_line(error.orig)}")
    except CannotUpgrade as problem:
        fail(str(problem))
    except (sqlite3.Error, OSError) as error:
        fail(f"the database cannot be used: {_first_line(error)}")


def _first_line(error: BaseException | None) -> str:
    # What a driver says after its first line quotes the statement or the row.
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
