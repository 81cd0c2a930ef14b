"""`sejawat looks`: who looked at what of others, for who runs the assistant; the looking is written down itself."""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.plainly import about_the_database, fail

if TYPE_CHECKING:
    from content.texts import Texts
    from reports.tables import Table
    from storage.database import Session

MOST = 10_000


def looks(
    of: Annotated[int | None, typer.Option(help="Telegram id of somebody whose things were looked at.")] = None,
    by: Annotated[int | None, typer.Option(help="Telegram id of somebody who looked.")] = None,
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="From this day (UTC) on.")] = None,
    out: Annotated[Path | None, typer.Option(help="A CSV to write; stdout otherwise.")] = None,
    language: Annotated[str, typer.Option("--language", help="id or en.")] = "id",
) -> None:
    """Who opened what of whom in the last six months, the newest first, as CSV."""
    from bot.commands.exporting import texts
    from bot.settings import load
    from reports.tables import as_csv
    from storage.database import Database

    say, url = texts(language), load().database_url

    async def read() -> str:
        database = Database(url)
        try:
            async with database.writing() as session:
                return as_csv(await _table(session, of, by, since, say))
        finally:
            await database.close()

    with about_the_database():
        told = asyncio.run(read())
    if out is None:
        sys.stdout.write(told)
    else:
        out.write_text(told, encoding="utf-8")


async def _table(
    session: "Session", of: int | None, by: int | None, since: datetime | None, say: "Texts"
) -> "Table":  # fmt: skip
    from sqlalchemy import ColumnElement, true

    from community import looks as room
    from community import people
    from reports.tables import Table
    from scheduler.clock import SystemClock
    from storage.models import Look, Person

    where: ColumnElement[bool] = true()
    found: dict[str, Person] = {}
    for name, number in (("of_id", of), ("reader_id", by)):
        if number is None:
            continue
        known = await people.known(session, number)
        if known is None:
            fail(f"nobody with the Telegram id {number} is known")
        found[name] = known
        where = where & (getattr(Look, name) == found[name].id)
    if since is not None:
        where = where & (Look.at >= since.replace(tzinfo=UTC))
    lines = await room.listed(session, where, MOST)
    about = found.get("of_id")
    if about is not None:
        await room.note(session, None, room.Kind.LOOKS, SystemClock().now(), of=[about.id], door=room.Door.COMMAND)
    rows = tuple(
        (
            one.at.isoformat(timespec="seconds"), one.who(say), say.plain(f"looks.kind.{one.kind}"),
            say.plain(f"looks.{one.door}"), people.display(one.of, say) if one.of else "",
            one.group.title if one.group else "",
        )
        for one in lines
    )  # fmt: skip
    return Table(say.plain("looks.open"), tuple(say.plain("looks.columns").split("|")), rows)
