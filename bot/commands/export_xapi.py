"""`sejawat export xapi`: what teachers did, as JSON lines or on its way to a record store."""

import asyncio
import hashlib
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from bot.commands import exporting
from bot.commands.plainly import fail

if TYPE_CHECKING:
    from bot.settings import Settings
    from content.texts import Texts
    from reports.pseudonyms import Pseudonyms


def xapi(
    group: Annotated[list[str] | None, typer.Option(help="A group's title or number; all of them otherwise.")] = None,
    since: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="From this day (UTC) on.")] = None,
    out: Annotated[Path | None, typer.Option(help="A file for the JSON lines; stdout otherwise.")] = None,
    to: Annotated[str | None, typer.Option(help="The address of a record store to send to.")] = None,
    home: Annotated[str | None, typer.Option(help="The address of this installation; WEB_URL otherwise.")] = None,
    key_file: Annotated[Path | None, typer.Option(help="A file with the key; RESEARCH_KEY otherwise.")] = None,
    state: Annotated[Path | None, typer.Option(help="Where it is noted what the record store has.")] = None,
    language: Annotated[str, typer.Option("--language", help="id or en.")] = "id",
) -> None:
    """Learning records as xAPI 1.0.3 statements, of those who agreed to it, under codes."""
    from bot.settings import load

    say, settings = exporting.texts(language), load()
    where = _address(home or settings.public_url, say, "needs_home")
    codes = exporting.codes(settings, key_file, say)
    if to is not None:
        to = _address(to, say, "needs_home")
        if settings.record_store_auth is None:
            fail(say.plain("exports.needs_auth"))
    lines = asyncio.run(_lines(settings, codes, where, group or [], since, say))
    if not lines:
        print(say.plain("exports.nobody"), file=sys.stderr)
    if to is not None:
        _send(to, lines, state or _state(settings.database_url, to, where), settings, say)
    if out is not None:
        _write(out, lines, say)
    elif to is None:
        sys.stdout.writelines(f"{line}\n" for line in lines)


def _address(given: str, say: "Texts", missing: str) -> str:
    from bot.settings import is_here

    if not given:
        fail(say.plain(f"exports.{missing}"))
    parts = urlsplit(given)
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and is_here(parts.hostname))):
        fail(say.plain("exports.bad_address", address=given))
    return given.rstrip("/")


async def _lines(
    settings: "Settings", codes: "Pseudonyms", home: str, named: list[str], since: datetime | None, say: "Texts"
) -> list[str]:
    from community.looks import Kind
    from reports.xapi import line, statements

    begun = since.replace(tzinfo=UTC) if since else None
    async with exporting.reading(settings) as session:
        groups = await exporting.groups(session, named, say)
        found = [line(one) for one in await statements(session, codes, home, groups, begun)]
    if found:
        await exporting.noted(settings, Kind.RECORDS, groups)
    return found


def _state(database_url: str, to: str, home: str) -> Path:
    """Beside the database, one file for each store and installation."""
    name = hashlib.sha256(f"{to}\n{home}".encode()).hexdigest()[:12]
    _, file, path = database_url.partition("sqlite+aiosqlite:///")
    return (Path(path).parent if file else Path("var")) / f"xapi-{name}.txt"


def _send(to: str, lines: list[str], state: Path, settings: "Settings", say: "Texts") -> None:
    from bot.record_store import Ledger, Sent, StoreAway, StoreRefuses, send

    auth, so_far = settings.record_store_auth, Sent()

    def moved(sent: Sent) -> None:
        so_far.taken = sent.taken

    try:
        done = asyncio.run(send(to, auth.get_secret_value() if auth else "", lines, Ledger(state), moved))
    except StoreAway as away:
        print(f"sejawat: {say.plain('exports.away', why=away, taken=so_far.taken)}", file=sys.stderr)
        raise SystemExit(1) from None
    except StoreRefuses as refuses:
        fail(say.plain("exports.refuses", why=refuses))
    except OSError as problem:
        fail(say.plain("analysis.command.unwritable", path=problem.filename, why=problem.strerror))
    print(say.plain("exports.sent", taken=done.taken, known=done.known), file=sys.stderr)
    if done.refused:
        print(say.plain("exports.refused", n=len(done.refused), first=done.refused[0]), file=sys.stderr)
        raise SystemExit(1)


def _write(out: Path, lines: list[str], say: "Texts") -> None:
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        draft = out.with_name(f"{out.name}.part")
        draft.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        draft.replace(out)
    except OSError as problem:
        fail(say.plain("analysis.command.unwritable", path=problem.filename, why=problem.strerror))
    print(say.plain("exports.written", n=len(lines), path=out), file=sys.stderr)
