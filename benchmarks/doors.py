"""Listening over HTTP: from Telegram's queue to stored rows, by long polling and by webhook, beside two libraries.

Telegram is a process of its own that only hands over what is prepared (benchmarks/telegram_stub.py). Ours is the whole
assistant, which says that an update arrived only after it is on the disk. The peers run as their manuals show: aiogram
answers the webhook and handles in the background, python-telegram-bot puts what comes into its queue; both confirm
before anything is stored. Their handler adds one row and commits it. Milliseconds a message, in turns, each in a
process of its own that has warmed up.
"""

import asyncio
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from statistics import median
from typing import Any

import aiohttp
from aiohttp import web

from benchmarks.due import databases
from benchmarks.kept import looking
from benchmarks.listening import (
    BOT_ID,
    BOUND,
    MESSAGES,
    WARMING,
    aiogrammed,
    elsewhere,
    fill,
    spread,
    telegrammed,
)
from bot.app import Assistant
from bot.serving import pages
from bot.settings import load
from bot.sweeping import swept
from storage.database import Database

RUNS, TOKEN, SECRET = 5, f"{BOT_ID}:BENCHMARK", "benchmark"
POLLING, WEBHOOK = "long polling", "webhook"
Open = Callable[[str, str, str, int], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def ours(url: str, database_url: str, door: str, port: int) -> AsyncIterator[None]:
    """The assistant, ready for updates at its door."""
    told: dict[str, Any] = {"web_port": port, "webhook_url": None}
    if door == WEBHOOK:
        told |= {"webhook_url": f"http://127.0.0.1:{port}/hook", "webhook_secret": SECRET}
    settings = load(bot_token=TOKEN, telegram_api_url=url, database_url=database_url, **told)
    assistant = Assistant(settings)
    async with assistant.running(), pages(assistant, settings), swept(assistant.came):  # as `bot.serving` has it
        yield


@asynccontextmanager
async def aiogram(url: str, database_url: str, door: str, port: int) -> AsyncIterator[None]:
    """A dispatcher with one handler."""
    from aiogram import Bot
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.webhook.aiohttp_server import SimpleRequestHandler

    database = Database(database_url)
    dispatcher, app = aiogrammed(database), web.Application()
    bot = Bot(TOKEN, session=AiohttpSession(api=TelegramAPIServer.from_base(url)))
    if door == WEBHOOK:
        await bot.set_webhook(f"http://127.0.0.1:{port}/hook", secret_token=SECRET)
        SimpleRequestHandler(dispatcher, bot, secret_token=SECRET).register(app, path="/hook")
        async with _served(app, port):
            yield
    else:
        polling = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False))
        await asyncio.sleep(0.5)
        yield
        await dispatcher.stop_polling()
        await polling
    await bot.session.close()
    await database.close()


@asynccontextmanager
async def telegram_bot(url: str, database_url: str, door: str, port: int) -> AsyncIterator[None]:
    """python-telegram-bot with one handler; its polling and its queue are its own."""
    from telegram import Update
    from telegram.ext import ExtBot, Updater

    database = Database(database_url)
    bot: Any = ExtBot(TOKEN, base_url=f"{url}/bot")
    application = telegrammed(database, bot)

    async def hooked(request: web.Request) -> web.Response:
        await application.update_queue.put(Update.de_json(await request.json(), bot))
        return web.Response()

    async with application:
        await application.start()
        if door == WEBHOOK:
            await bot.set_webhook(f"http://127.0.0.1:{port}/hook", secret_token=SECRET)
            app = web.Application()
            app.router.add_post("/hook", hooked)
            async with _served(app, port):
                yield
        else:
            async with Updater(bot, application.update_queue) as updater:
                await updater.start_polling()
                yield
                await updater.stop()
        await application.stop()
    await database.close()


@asynccontextmanager
async def _served(app: web.Application, port: int) -> AsyncIterator[None]:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield
    await runner.cleanup()


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@asynccontextmanager
async def _telegram(many: int) -> AsyncIterator[str]:
    command = (sys.executable, "-m", "benchmarks.telegram_stub", str(many))
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(await process.stdout.readline())}"
    finally:
        process.terminate()
        await process.wait()


async def timed(opened: Open, database_url: str, door: str, many: int) -> float:
    """Milliseconds a message, from the first that Telegram hands over to the last that is stored."""
    fill(database_url)
    async with (
        _telegram(many) as url,
        opened(url, database_url, door, _free_port()),
        looking(database_url, many) as there,
        aiohttp.ClientSession() as http,
    ):
        began = time.perf_counter()
        async with http.post(f"{url}/go") as answer:
            answer.raise_for_status()
        await there()
        took = time.perf_counter() - began
    return 1000 * took / many


PATHS: dict[str, Open] = {"ours": ours, "aiogram": aiogram, "python-telegram-bot": telegram_bot}


async def warmed(path: str, door: str, many: str, warming: str, url: str) -> None:
    """Prints what one path takes here, the second time it is walked."""
    await timed(PATHS[path], warming, door, WARMING)
    print(await timed(PATHS[path], url, door, int(many)))


def compare(fresh: Callable[[str], str], door: str, engine: str) -> str:
    """The row of one door and engine: the paths in turns."""
    found: dict[str, list[float]] = {path: [] for path in PATHS}
    for _ in range(RUNS):
        for path, many in zip(PATHS, (MESSAGES, MESSAGES // 4, MESSAGES // 4), strict=True):
            told = (path, door, str(many), fresh(engine), fresh(engine))
            found[path].append(elsewhere("benchmarks.doors", *told))
    us, them, others = found.values()
    bound = f"{BOUND:.0f}" if engine == "SQLite" else "–"
    return (
        f"| {door} | {engine} | {spread(us)} | {spread(them)} | {median(them) / median(us):.1f} | {bound} "
        f"| {spread(others)} | {median(others) / median(us):.1f} |"
    )


async def main() -> None:
    """Both doors, both engines."""
    print("| door | engine | ours, ms a message | aiogram | ratio | bound | python-telegram-bot | ratio |")
    print("|---|---|---|---|---|---|---|---|")
    with databases() as fresh:
        for door in (POLLING, WEBHOOK):
            for engine in ("SQLite", "PostgreSQL"):
                print(compare(fresh, door, engine), flush=True)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(warmed(*sys.argv[1:]) if sys.argv[1:] else main())
