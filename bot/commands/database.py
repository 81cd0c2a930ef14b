"""`sejawat db`: migrate, check, count anew, back up, restore, and move to PostgreSQL."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot.commands import departed
from bot.commands.plainly import about_the_database, fail


def upgrade() -> None:
    """Bring the database of DATABASE_URL to the newest schema."""
    from bot.settings import load
    from storage import schema

    url = load().database_url
    with about_the_database():
        if schema.is_current(url):
            print("already at the newest schema")
            return
        schema.upgrade(url)
    print(f"now at {schema.newest_revision()}")


def check() -> None:
    """Check schema, integrity and foreign keys; exit 1 when something is wrong."""
    from bot.settings import load
    from storage import schema

    with about_the_database():
        found = schema.problems(load().database_url)
    for problem in found:
        print(problem)
    if found:
        raise SystemExit(1)
    print("no problem found")


def recount() -> None:
    """Make the daily counts of every group anew from its messages; also while the assistant runs."""
    from bot.settings import load

    with about_the_database():
        groups, wrong = asyncio.run(_recount(load().database_url))
    print(f"{groups:,} groups counted anew" + (f"; not right were: {', '.join(map(str, wrong))}" if wrong else ""))


async def _recount(url: str) -> tuple[int, list[int]]:
    """How many groups there are, and the numbers of those whose counts were not what the messages say."""
    from rich.console import Console
    from rich.progress import Progress
    from sqlalchemy import select

    from community import daily_counts
    from storage import schema
    from storage.database import Database
    from storage.models import Group

    if not schema.is_current(url):
        fail("the database is not at the newest schema; run `sejawat db upgrade` first")
    screen, database = Console(stderr=True), Database(url)
    try:
        async with database.reading() as session:
            numbers = (await session.scalars(select(Group.id).order_by(Group.id))).all()
        wrong = []
        with Progress(console=screen, transient=True, disable=not screen.is_terminal) as progress:
            for number in progress.track(numbers, description="groups"):
                async with database.writing() as session:  # one at a time: nobody waits for all of them
                    wrong += [] if await daily_counts.recount(session, number) else [number]
    finally:
        await database.close()
    return len(numbers), wrong


def backup(
    target: Annotated[Path, typer.Argument(help="A file that does not exist yet, or a folder to put one into.")],
    keep: Annotated[
        int | None, typer.Option(min=1, help="With a folder: remove all but this many of the newest backups in it.")
    ] = None,
) -> None:
    """Copy the SQLite database safely, also while the assistant runs (PostgreSQL: use pg_dump)."""
    from scheduler.clock import SystemClock
    from storage import copies

    source, gone = _sqlite_file(), 0
    if not source.exists():
        fail(f"there is no database at {source} yet")
    if keep and not target.is_dir():
        fail(f"--keep {keep} needs a folder; {target} is none")
    if target.exists() and not target.is_dir():
        fail(f"{target} exists already; name a new file, or a folder")
    with about_the_database():
        try:
            if target.is_dir():
                target, old = copies.copy_into(source, target, SystemClock().now(), keep)
                gone = len(old)
            else:
                copies.copy_sqlite(source, target)
            departed.keep_beside(target, SystemClock().now())
        except ValueError as problem:
            fail(str(problem))
    print(f"{target}: {target.stat().st_size:,} bytes" + (f"; {gone} older removed" if gone else ""))


def restore(source: Annotated[Path, typer.Argument(help="A file that `sejawat db backup` wrote.")]) -> None:
    """Put a backup in the place of the database; the old one is kept beside it. Stop the assistant first.

    Whoever had their data deleted or withdrew since the backup was made goes once more.
    """
    from storage import copies

    target = _sqlite_file()
    if not source.is_file():
        fail(f"{source} is not a file")
    with about_the_database():
        try:
            kept = copies.restore_sqlite(source, target)
        except ValueError as problem:
            fail(str(problem))
        print(f"restored to {target}" + (f"; the old one is {kept}" if kept else ""))
        since = departed.in_sqlite(kept) if kept else []
        if since is None:
            print("who went since cannot be read from the old one: only the list beside the backup is carried out")
        gone = departed.carried_out(_url(), [*departed.beside(source), *(since or [])])
        if any(gone):
            print(departed.words(gone))


def move(
    to: Annotated[
        str,
        typer.Option(
            prompt="Move to (postgresql+psycopg://user:password@host/name)",
            hide_input=True,  # a password stands in it
            help="An empty PostgreSQL database; asked for when not given.",
        ),
    ],
) -> None:
    """Copy all of the SQLite database into an empty PostgreSQL one. Stop the assistant first."""
    from rich.console import Console
    from rich.progress import Progress
    from sqlalchemy.exc import ArgumentError

    from bot.settings import load
    from storage import moving

    screen = Console(stderr=True)
    with about_the_database():
        try:
            with Progress(console=screen, transient=True, disable=not screen.is_terminal) as progress:
                task = progress.add_task("", total=None)

                def told(table: str, rows: int) -> None:
                    progress.update(task, description=table, advance=rows)

                moved = moving.move(load().database_url, to.strip(), told)
        except moving.CannotMove as problem:
            fail(str(problem))
        except ArgumentError:
            fail("that is no address of a database; wanted: postgresql+psycopg://user:password@host/name")
    print(f"moved {sum(moved.values()):,} rows of {len(moved)} tables. Now put that address into DATABASE_URL")


def _url() -> str:
    from bot.settings import load

    return load().database_url


def _sqlite_file() -> Path:
    from sqlalchemy import make_url

    url = make_url(_url())
    if url.get_backend_name() != "sqlite" or not url.database:
        fail("this copies SQLite; for PostgreSQL use pg_dump and pg_restore")
    return Path(url.database)
