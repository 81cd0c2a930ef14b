"""Plays the story of a school day for whoever has the chat page open: start, pause, hurry, stop."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from aiohttp import web

from playground.client import Playground
from playground.demo import Demo
from playground.story import STEPS, Caption, play

if TYPE_CHECKING:
    from playground.world import World

#: Real seconds that a caption of weight 1 stands, that its last sight stays, and between two deeds;
#: with these the whole story stays under two minutes.
STANDS, LINGERS, PACE = 4.4, 2.4, 0.7
Deed = Callable[[], Awaitable[None] | None]


class Stage:
    """One story at a time; every open page is told where it stands."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.demo: Demo | None = None
        self.state = "idle"
        self.step = 0
        self.caption: Caption | None = None
        self.reason = ""
        self._task: asyncio.Task[None] | None = None
        self._shown_at = 0.0
        self._go = asyncio.Event()
        self._hurry = asyncio.Event()

    def status(self) -> dict[str, Any]:
        """Where the story stands, and what the page may know of the demo school."""
        return {
            "state": self.state, "step": self.step, "total": STEPS, "reason": self.reason,
            "caption": asdict(self.caption) if self.caption else None, "demo": self.demo.notes() if self.demo else None,
        }  # fmt: skip

    def furnish(self, demo: Demo) -> None:
        """A demo school has moved in; open pages learn of it."""
        self.demo = demo
        self._say(self.state)

    def start(self) -> None:
        """Begin. Raises ValueError without a demo school or while a story runs."""
        if self.demo is None:
            raise ValueError("there is no demo school: start `sejawat run` without a token")
        if self._task is not None and not self._task.done():
            raise ValueError("a story is being played: stop it first")
        self.step, self.caption, self.reason = 0, None, ""
        self._go.set()
        self._hurry.clear()
        self._say("starting")
        self._task = asyncio.create_task(self._play(self.demo), name="story")

    async def _play(self, demo: Demo) -> None:
        try:
            async with Playground(self.world.url) as playground:
                await play(playground, demo, self._tell, PACE, self._rest)
                await self._let_stand()
        except asyncio.CancelledError:
            self._say("idle")
            raise
        except Exception as error:  # a story that stops must say why on the page, whatever it was
            self.reason = str(error) or type(error).__name__
            self._say("failed")
        else:
            self._say("done")

    async def _tell(self, caption: Caption) -> None:
        """The caption before has stood long enough; then the screen moves to the next."""
        await self._let_stand()
        self.step += 1
        self.caption, self._shown_at = caption, asyncio.get_running_loop().time()
        self._say("playing" if self._go.is_set() else "paused")
        await self._rest(PACE)

    async def _let_stand(self) -> None:
        if self.caption is not None:
            stood = asyncio.get_running_loop().time() - self._shown_at
            await self._rest(max(STANDS * self.caption.weight - stood, LINGERS))

    async def _rest(self, seconds: float) -> None:
        """So many real seconds, none when the reader is in a hurry, all the time there is in a pause."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._hurry.wait(), seconds)
        await self._go.wait()

    def pause(self) -> None:
        """Stay at the present caption."""
        if self.state == "playing":
            self._go.clear()
            self._say("paused")

    def resume(self) -> None:
        """Go on after a pause."""
        self._go.set()
        if self.state == "paused":
            self._say("playing")

    def hurry(self) -> None:
        """Tell the rest without waiting for the reader's eye."""
        self._hurry.set()
        self.resume()

    async def stop(self) -> None:
        """End the story where it is; what happened stays."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    def _say(self, state: str) -> None:
        self.state = state
        status = self.status()
        self.world.events.tell("story", lambda viewer: status)


def add_story_routes(app: web.Application, world: "World") -> None:
    """``GET /playground/story``; ``POST /playground/story/<start|pause|resume|hurry|stop|demo>``."""
    stage = Stage(world)
    deeds: dict[str, Deed] = {name: getattr(stage, name) for name in ("start", "pause", "resume", "hurry", "stop")}

    async def show(request: web.Request) -> web.Response:
        return web.json_response({"result": stage.status()})

    async def do(request: web.Request) -> web.Response:
        name = request.match_info["deed"]
        try:
            if name == "demo":
                stage.furnish(Demo.read(await request.json()))
            elif name in deeds:
                done = deeds[name]()
                if done is not None:
                    await done
            else:
                raise ValueError(f"the story cannot {name}: choose one of {', '.join([*deeds, 'demo'])}")
        except (ValueError, TypeError, KeyError) as error:
            return web.json_response({"error": str(error)}, status=400)
        return web.json_response({"result": stage.status()})

    async def leave(app: web.Application) -> None:
        await stage.stop()

    app.router.add_get("/playground/story", show)
    app.router.add_post("/playground/story/{deed}", do)
    app.on_shutdown.append(leave)
