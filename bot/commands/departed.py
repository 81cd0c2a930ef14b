"""Who went since a backup was made: kept beside backups, and carried out again when one comes back."""

import asyncio
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.plainly import about_the_database, fail

if TYPE_CHECKING:
    from reports.departed import Gone

LIST = "departures.txt"  # beside the backups
Told = list[tuple[str, str, datetime]]


def in_sqlite(path: Path) -> Told | None:
    """The marks in a database file; None where they cannot be read: no such table, or damaged."""
    from community import departures
    from storage.base import TEXT

    with suppress(sqlite3.Error), closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as opened:
        rows = opened.execute("select mark, what, at from departures").fetchall()
        known = [row for row in rows if len(row[0]) == 64 and row[1] in departures.WHAT]
        return [(mark, what, datetime.strptime(at, TEXT).replace(tzinfo=UTC)) for mark, what, at in known]
    return None


def beside(backup: Path) -> Told:
    """The list in the folder of a backup; empty where there is none."""
    path = backup.parent / LIST
    return _read(path) if path.exists() else []


def keep_beside(backup: Path, now: datetime) -> None:
    """The list in the folder of a new backup, with everything it held before that is not too old."""
    from community import departures

    told = {*beside(backup), *(in_sqlite(backup) or [])}
    young = sorted((one for one in told if one[2] > now - departures.KEPT), key=lambda one: (one[2], one[0]))
    if not young:
        return
    path = backup.parent / LIST
    part = path.with_suffix(".part")
    part.touch(0o600)
    part.write_text(departures.written(young), encoding="utf-8")
    part.replace(path)


def _read(path: Path) -> Told:
    from community import departures

    try:
        return departures.read(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        fail(f"{path} cannot be read")
    except ValueError as problem:
        fail(f"{path}: {problem}")


def carried_out(url: str, told: Told) -> "Gone":
    """In the database of that URL, in one transaction."""
    return asyncio.run(_again(url, told))


async def _again(url: str, told: Told) -> "Gone":
    from reports import departed
    from scheduler.clock import SystemClock
    from storage.database import Database

    database = Database(url)
    try:
        async with database.writing() as session:
            return await departed.again(session, told, SystemClock().now())
    finally:
        await database.close()


def departures() -> None:
    """Print who had their data deleted or withdrew, as marks that name nobody: to lie beside backups of PostgreSQL."""
    from bot.settings import load

    async def listed() -> Told:
        from community import departures as room
        from storage.database import Database

        database = Database(load().database_url)
        try:
            async with database.reading() as session:
                return await room.listed(session)
        finally:
            await database.close()

    from community.departures import written

    with about_the_database():
        print(written(asyncio.run(listed())), end="")


def depart(lists: Annotated[list[Path], typer.Argument(help="What `sejawat db departures` printed.")]) -> None:
    """After a restore: delete once more whoever went since the backup was made. Stop the assistant first."""
    from bot.settings import load

    told = [one for path in lists for one in _read(path)]
    with about_the_database():
        print(words(carried_out(load().database_url, told)))


def words(gone: "Gone") -> str:
    return f"went again: {gone.forgotten} whose data was deleted since, {gone.withdrew} who had withdrawn"
