"""`sejawat run` and `sejawat playground`: the assistant on Telegram, or on your own machine."""

import asyncio
import logging
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.parts import Part

DEMO_DATABASE = Path("var/playground.db")
DEMO_TOKEN = "42:PLAYGROUND"


def run(
    port: Annotated[int, typer.Option(help="Port of the playground's page (0: any free one).")] = 8081,
    only: Annotated[
        list[str] | None,
        typer.Option(help="One of several processes: intake, talk, courier, clock, web; some with commas between."),
    ] = None,
) -> None:
    """With BOT_TOKEN: the assistant on Telegram. Without: a demo school on this machine."""
    from bot.commands.plainly import fail
    from bot.parts import CannotStart, must_fit, parts_of
    from bot.settings import load

    settings = load()
    try:
        parts = parts_of(only) if only else None
        must_fit(parts is not None, settings.database_url, settings.token)
    except CannotStart as reason:
        fail(str(reason))
    _log(settings.log_level, settings.log_format, ",".join(sorted(parts or ["all"])))
    try:
        if settings.bot_token:
            asyncio.run(_on_telegram(parts))
        else:
            asyncio.run(_demo_school(port))
    except KeyboardInterrupt:
        raise SystemExit(0) from None


def playground(
    port: Annotated[int, typer.Option(help="Port of the simulator and its page (0: any free one).")] = 8081,
) -> None:
    """The simulator of Telegram and its chat page alone, for any bot (any token of the form 123:ABC)."""
    _log("WARNING")
    try:
        asyncio.run(_only_playground(port))
    except KeyboardInterrupt:
        raise SystemExit(0) from None


def _log(level: str, form: str = "text", parts: str = "all") -> None:
    from bot.logs import Discreet, JsonLines, watch_last_words

    watch_last_words()
    spoken = logging.StreamHandler(sys.stderr)
    plain = Discreet("%(asctime)s %(levelname)s %(name)s: %(message)s")
    spoken.setFormatter(JsonLines(parts) if form == "json" else plain)
    logging.basicConfig(level=level, handlers=[spoken])
    # At DEBUG the drivers of databases tell every statement with its values, which are people's words.
    quiet = ("aiosqlite", "sqlalchemy", "psycopg", "httpx", "httpcore", "asyncio", "PIL")
    for noisy in ("apscheduler", "aiogram", "alembic", "fontTools", "fpdf", *quiet):  # fonts tell of every certificate
        logging.getLogger(noisy).setLevel("WARNING")


def _tell(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


async def _on_telegram(parts: "frozenset[Part] | None" = None) -> None:
    from bot.settings import load

    settings = load()
    await (_migrate(settings.database_url) if parts is None else _must_be_current(settings.database_url))
    # Seconds of loading: whoever has named a wrong database is told before.
    from bot.app import Assistant, CannotStart
    from bot.following import playground_clock
    from bot.serving import serve

    clock = await playground_clock(settings.api_url) if settings.telegram_api_url else None
    assistant = Assistant(settings, clock, parts)
    try:
        await serve(assistant)
    except CannotStart as reason:
        _tell(f"sejawat: {reason}")
        raise SystemExit(2) from None
    except OSError as reason:
        _tell(f"sejawat: the page of WEB_HOST and WEB_PORT cannot be opened: {reason.strerror or reason}")
        raise SystemExit(2) from None


async def _migrate(url: str) -> None:
    from bot.commands.plainly import about_the_database
    from storage import schema

    with about_the_database():
        if not await asyncio.to_thread(schema.is_current, url):
            _tell("Bringing the database to the newest schema …")
            await asyncio.to_thread(schema.upgrade, url)


async def _must_be_current(url: str) -> None:
    """One of several does not change the schema under the others."""
    from bot.commands.plainly import about_the_database, fail
    from storage import schema

    with about_the_database():
        found = await asyncio.to_thread(schema.problems, url)
    if found:
        fail(f"{found[0]}; several processes start when that is done")


async def _demo_school(port: int) -> None:
    from bot.app import Assistant
    from bot.following import playground_clock
    from bot.serving import serve
    from bot.settings import load
    from playground import demo, server
    from scheduler.clock import TurnableClock
    from web import analysis

    telegram = await _started(server.start, port, clock=TurnableClock(demo.START), analysis=analysis.add_routes)
    for stale in DEMO_DATABASE.parent.glob(DEMO_DATABASE.name + "*"):
        stale.unlink()  # the demo begins anew: the simulator remembers nothing either
    pages = _free_port()
    settings = load(
        bot_token=DEMO_TOKEN,
        telegram_api_url=telegram.url,
        database_url=f"sqlite+aiosqlite:///{DEMO_DATABASE}",
        web_host="127.0.0.1",
        web_port=pages,
        web_url=f"http://127.0.0.1:{pages}",
        webhook_url=None,
    )
    await _migrate(settings.database_url)
    assistant = Assistant(settings, await playground_clock(telegram.url))
    _tell("The demo school is moving in …")
    serving = asyncio.create_task(serve(assistant))
    moving_in = asyncio.create_task(demo.move_in(telegram.url, settings.language))
    await asyncio.wait({serving, moving_in}, return_when=asyncio.FIRST_COMPLETED)
    if moving_in.done() and not moving_in.exception():
        _tell(f"Open {telegram.url} in a browser and press the button that plays a school day. Ctrl+C ends it.")
    elif moving_in.done():
        serving.cancel()
    try:
        await asyncio.gather(serving, moving_in)
    finally:
        await telegram.stop()


def _free_port() -> int:
    """For the pages of the demo school: their address has to be known before they are there."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


async def _only_playground(port: int) -> None:
    from playground import server
    from web import analysis

    telegram = await _started(server.start, port, analysis=analysis.add_routes)
    _tell(f"Bot API: {telegram.url}/bot<token>/<method>   Page: {telegram.url}")
    try:
        await asyncio.Event().wait()
    finally:
        await telegram.stop()


async def _started(start, port: int, **more: object):  # type: ignore[no-untyped-def]
    """The playground at that port, or at a free one when it is taken."""
    try:
        return await start(port=port, **more)
    except OSError:
        _tell(f"Port {port} is taken; a free one is used instead.")
        return await start(port=0, **more)
