"""`sejawat report`: a group's report without the chat."""

import asyncio
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from community.conversation import Week
    from reports.overview import Overview
    from reports.tables import Table


def _fail(words: str) -> NoReturn:
    print(f"sejawat: {words}", file=sys.stderr)
    raise SystemExit(2)


def report(
    group: Annotated[str, typer.Argument(help="The group's title, a part of it, or its number.")],
    from_: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="First day; the group's first otherwise.")
    ] = None,
    to: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="Last day; today otherwise.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="A folder for the picture and the tables (PNG, CSV).")] = None,
) -> None:
    """Print a group's report; with --out also write its picture and tables."""
    from content.texts import Texts
    from reports.words import exact_table, plain_text, weeks_table

    if from_ and to and from_ > to:
        _fail(f"--from {from_:%Y-%m-%d} is after --to {to:%Y-%m-%d}")
    if out is not None and out.exists() and not out.is_dir():
        _fail(f"--out {out} is a file; name a folder")
    first, last = from_.date() if from_ else None, to.date() if to else None
    told, weeks = asyncio.run(_read(group, first, last))
    say = Texts(told.group.language)
    print(plain_text(told, say))
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        _write(told, out, {"shares.csv": exact_table(told, say), "weeks.csv": weeks_table(weeks, say)})


async def _read(named: str, first: date | None, last: date | None) -> "tuple[Overview, list[Week]]":
    from sqlalchemy.exc import OperationalError

    from bot.settings import load
    from community import looks
    from reports import conversation, overview
    from scheduler.clock import SystemClock
    from storage import schema
    from storage.database import Database

    url = load().database_url
    try:
        current = schema.is_current(url)
    except OperationalError as problem:
        _fail(f"the database cannot be opened: {str(problem.orig).splitlines()[0]}")
    if not current:
        _fail("the database is not at the newest schema; run `sejawat db upgrade` first")
    database = Database(url)
    try:
        async with database.reading() as session:
            found = await overview.find(session, named)
            if len(found) != 1:
                known = "; ".join(f"{one.id} {one.title}" for one in (found or await overview.find(session, ""))[:20])
                _fail(
                    f"{'several groups are' if found else 'no group is'} called {named!r}; there are: {known or 'none'}"
                )
            try:
                told = await overview.on_days(session, found[0], first, last, SystemClock().now())
            except ValueError as problem:
                _fail(str(problem))
            weeks = await conversation.weeks(session, told.group, told.since, told.until)
        async with database.writing() as session:
            await looks.note(
                session, None, looks.Kind.REPORT, SystemClock().now(), group_id=told.group.id, door=looks.Door.COMMAND
            )
    finally:
        await database.close()
    return told, weeks


def _write(told: "Overview", out: Path, tables: "dict[str, Table]") -> None:
    from reports.drawing import draw
    from reports.tables import as_csv
    from reports.words import figure

    for name, table in tables.items():
        (out / name).write_text(as_csv(table), encoding="utf-8")
        print(out / name, file=sys.stderr)
    drawing = figure(told, told.group.language)
    if drawing is not None:
        (out / "shares.png").write_bytes(draw(drawing["kind"], drawing["data"], drawing["language"]))
        print(out / "shares.png", file=sys.stderr)
