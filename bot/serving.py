"""Runs the assistant as a process: its pages, its signals, and a stop that finishes what is in hand."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from urllib.parse import urlsplit

from aiohttp import web

from bot.app import Assistant
from bot.company import alone
from bot.intake import GATHERS
from bot.parts import Part
from bot.settings import Settings, is_here
from bot.sorting import hurries
from bot.supervised import supervised
from bot.sweeping import swept
from bot.together import Together
from bot.watched import health, measured, ready
from web import dashboard, watching
from web.server import Pages, application

log = logging.getLogger(__name__)

PAGES_SECONDS = 20  # a page or a webhook under way may take so long when we stop


async def serve(assistant: Assistant) -> None:
    """Until SIGTERM or SIGINT: then no new updates, what is in hand is finished, the rest waits in the tables.

    Exit 1 when pump, courier or poll has ended by itself: half a house looks well from outside and never answers.
    """
    loop, asked = asyncio.get_running_loop(), asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, asked.set)
    async with (
        present(assistant), assistant.running(), pages(assistant, assistant.settings), swept(assistant.came),
        supervised(),
    ):  # fmt: skip
        log.info("ready as @%s", assistant.account.username if assistant.account else "?")
        await _first(asked, assistant.fallen)
        log.info("stopping: finishing what is in hand")
    if assistant.fallen.is_set():
        raise SystemExit(1)


@asynccontextmanager
async def present(assistant: Assistant) -> AsyncIterator[None]:
    """A process that does everything is the only one; raises CannotStart. Parts of one see to it as they join."""
    if assistant.parts_named:
        yield
        return
    number = int(assistant.settings.token.partition(":")[0])  # Telegram's tokens begin with the bot's id
    async with alone(assistant.database, number, assistant.ended):
        yield


async def _first(*events: asyncio.Event) -> None:
    waiting = [asyncio.create_task(event.wait()) for event in events]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()


@asynccontextmanager
async def pages(assistant: Assistant, settings: Settings) -> AsyncIterator[str]:
    """The browser door of a running assistant; gives its address."""

    secret = settings.webhook_secret.get_secret_value() if settings.webhook_secret else ""
    path = urlsplit(settings.webhook_url).path or "/telegram" if settings.webhook_url else "/telegram"
    brought = settings.webhook_url and Part.INTAKE in assistant.parts
    take = Together(assistant.intake.take, GATHERS, hurries).take if brought else None
    house = dashboard.House(
        assistant.database,
        assistant.clock.now,
        settings.token,
        settings.public_url.startswith("https:"),
        settings.language,
    )
    token = settings.metrics_token.get_secret_value() if settings.metrics_token else ""
    watch = partial(
        watching.add_routes, ready=partial(ready, assistant), metrics=partial(measured, assistant), token=token
    )
    more: list[Pages] = [watch]
    if Part.WEB in assistant.parts:
        more.append(partial(dashboard.add_routes, house=house))
    app = application(partial(health, assistant), take, path=path, secret=secret, more=more)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=PAGES_SECONDS)
    await runner.setup()
    site = web.TCPSite(runner, settings.web_host, settings.web_port)
    await site.start()
    address = f"http://{settings.web_host}:{runner.addresses[0][1]}"
    if not settings.public_url and is_here(settings.web_host):
        assistant.visits.pages = address
    try:
        yield address
    finally:
        await runner.cleanup()
