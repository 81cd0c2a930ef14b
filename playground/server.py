"""Start and stop the playground: the Bot API, the control door and the chat page on one local port."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from aiohttp import web

from playground.bot_api import Door
from playground.control import Control
from playground.world import World
from scheduler.clock import TurnableClock

#: A Monday in term, five minutes to six in Jakarta: the school day is about to begin.
START: Final = datetime.fromisoformat("2026-08-03T05:55:00+07:00")
_LONGEST_BODY = 64_000_000


@dataclass
class RunningPlayground:
    """A playground that answers at ``url``; ``telegram`` is its world."""

    url: str
    telegram: World
    _runner: web.AppRunner
    _unwatch: Callable[[], None]

    async def stop(self) -> None:
        """Close the door at once; long polls and streams are let go, no task stays behind."""
        world = self.telegram
        self._unwatch()
        world.followers.end()
        world.events.end()
        for bot in world.bots.values():
            if bot.poll is not None and not bot.poll.done():
                bot.poll.set_result(True)
            if bot.webhook is not None:
                await bot.webhook.stop()
        await self._runner.cleanup()


async def start(
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    clock: TurnableClock | None = None,
    seed: int = 1,
    page: bool = True,
    register_bots: bool = True,
    analysis: Callable[[web.Application], None] | None = None,
) -> RunningPlayground:
    """Start a playground on a free port (or the given one). Raises OSError when the port is taken.

    ``analysis`` adds the door that a conversation dropped on the page is handed to; without it none is taken.
    """
    turnable = clock or TurnableClock(START)
    world = World(turnable, seed, register_bots=register_bots)
    app = web.Application(client_max_size=_LONGEST_BODY)
    if page:
        # Jinja2 and the page's texts are loaded only by whoever shows the page; its routes come before our patterns.
        from playground.page import add_routes

        add_routes(app, world, takes_exports=analysis is not None)
    if analysis is not None:
        analysis(app)
    Control(world).add_routes(app)
    Door(world).add_routes(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5, handler_cancellation=True)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError:
        await runner.cleanup()
        raise
    world.url = f"http://{host}:{runner.addresses[0][1]}"
    return RunningPlayground(world.url, world, runner, turnable.watch(world.turned))
