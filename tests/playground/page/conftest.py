"""A playground with the demo's people, a bot played by hand, and a browser that looks at it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright

from playground import server
from playground.client import Playground
from playground.demo import Demo, gather


@dataclass
class School:
    """The demo's people and groups without an assistant: the test itself speaks as the bot."""

    playground: Playground
    demo: Demo
    line: aiohttp.ClientSession

    @property
    def melati(self) -> int:
        return self.demo.groups["melati"]

    def who(self, name: str) -> int:
        return self.demo.people[name]

    async def bot(self, method: str, **params: Any) -> Any:
        """Call the Bot API as the bot; the answer's result, which must be good."""
        async with self.line.post(f"{self.playground.url}/bot42:PLAYGROUND/{method}", json=params) as answer:
            body = await answer.json()
        assert body["ok"], body
        return body["result"]

    async def callback(self) -> dict[str, Any]:
        """The next tap on a button that reaches the bot."""
        offset = 0
        while True:
            for update in await self.bot("getUpdates", offset=offset, timeout=5):
                offset = update["update_id"] + 1
                if "callback_query" in update:
                    await self.bot("getUpdates", offset=offset)
                    return dict(update["callback_query"])


@pytest_asyncio.fixture(loop_scope="module")
async def school() -> AsyncIterator[School]:
    running = await server.start()
    async with Playground(running.url) as playground, aiohttp.ClientSession() as line:
        demo = await gather(playground)
        built = School(playground, demo, line)
        await built.bot("getMe")
        await playground.floods(False)
        await playground.add_bot(built.melati, built.who("hendra"), admin=True)
        async with line.post(f"{running.url}/playground/story/demo", json=demo.notes()) as answer:
            assert answer.status == 200
        yield built
    await running.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(chromium: dict[str, Any]) -> AsyncIterator[Browser]:
    """One for all tests of a module, which therefore share a loop; each has pages of its own."""
    async with async_playwright() as driver:
        opened = await driver.chromium.launch(**chromium)
        yield opened
        await opened.close()


@asynccontextmanager
async def watched(browser: Browser) -> AsyncIterator[Page]:
    """A page at phone width; the test fails when it writes an error or asks anything outside this machine."""
    opened = await browser.new_page(viewport={"width": 360, "height": 740})
    opened.set_default_timeout(8000)
    troubles: list[str] = []
    opened.on("pageerror", lambda error: troubles.append(str(error)))
    opened.on("console", lambda told: troubles.append(told.text) if told.type == "error" else None)
    near = ("http://127.0.0.1:", "data:", "blob:")
    opened.on("request", lambda asked: None if asked.url.startswith(near) else troubles.append(asked.url))
    yield opened
    await opened.close()
    assert troubles == []


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, school: School) -> AsyncIterator[Page]:
    """A watched page beside the school, closed before the school is."""
    async with watched(browser) as opened:
        yield opened
