"""Webhook: order within a lane, retries, secret, any 2xx, and the way back to getUpdates."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from playground.client import Playground
from tests.playground.conftest import RawBot, School

Answer = Callable[[dict[str, Any]], Awaitable[web.Response]]


@dataclass
class Hook:
    """A web server that takes updates as a test tells it to."""

    url: str = ""
    taken: list[dict[str, Any]] = field(default_factory=list)
    secrets: list[str | None] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    hold: asyncio.Event | None = None
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def take(self, request: web.Request) -> web.Response:
        update = await request.json()
        if self.hold is not None and update.get("message", {}).get("text") == "tahan":
            await self.hold.wait()
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        status = self.statuses.pop(0) if self.statuses else 200
        async with self.changed:
            self.taken.append(update)
            self.changed.notify_all()
        return web.Response(status=status)

    async def until(self, count: int) -> list[dict[str, Any]]:
        async with asyncio.timeout(5), self.changed:
            await self.changed.wait_for(lambda: len(self.taken) >= count)
        return self.taken


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    made = Hook()
    app = web.Application()
    app.router.add_post("/hook", made.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield made
    await runner.cleanup()


def words(updates: list[dict[str, Any]]) -> list[str]:
    return [update["message"]["text"] for update in updates if "message" in update]


async def test_updates_come_in_order_with_the_secret(
    people: Playground, bot: RawBot, school: School, hook: Hook
) -> None:
    await people.send(school.sari, school.sari, "sebelum")
    assert (await bot.ask("setWebhook", url=hook.url, secret_token="s3cr3t"))["description"] == "Webhook was set"
    again = await bot.ask("setWebhook", url=hook.url, secret_token="s3cr3t")
    assert again["description"] == "Webhook is already set"
    for number in range(5):
        await people.send(school.sari, school.sari, str(number))
    assert words(await hook.until(6)) == ["sebelum", "0", "1", "2", "3", "4"]
    assert set(hook.secrets) == {"s3cr3t"}


async def test_a_failing_update_is_tried_again_and_blocks_only_its_own_lane(
    people: Playground, bot: RawBot, school: School, hook: Hook
) -> None:
    hook.hold = asyncio.Event()
    await bot.do("setWebhook", url=hook.url)
    await people.send(school.sari, school.sari, "tahan")
    await people.send(school.sari, school.sari, "menunggu")
    await people.send(school.budi, school.group, "grup jalan terus")
    assert words(await hook.until(1)) == ["grup jalan terus"]
    hook.statuses = [500]
    hook.hold.set()
    assert words(await hook.until(4)) == ["grup jalan terus", "tahan", "tahan", "menunggu"]
    info = await bot.do("getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 500 Internal Server Error"


async def test_any_2xx_is_a_success(people: Playground, bot: RawBot, school: School, hook: Hook) -> None:
    hook.statuses = [204]
    await bot.do("setWebhook", url=hook.url)
    await people.send(school.sari, school.sari, "satu")
    await people.send(school.sari, school.sari, "dua")
    assert words(await hook.until(2)) == ["satu", "dua"]
    assert (await bot.do("getWebhookInfo"))["pending_update_count"] <= 1


async def test_polling_conflicts_with_a_webhook_until_it_is_deleted(
    people: Playground, bot: RawBot, school: School, hook: Hook
) -> None:
    await bot.do("setWebhook", url=hook.url, allowed_updates=["message"], max_connections=3)
    info = await bot.do("getWebhookInfo")
    assert (info["url"], info["max_connections"], info["allowed_updates"]) == (hook.url, 3, ["message"])
    assert await bot.refusal("getUpdates") == (
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
    )
    assert (await bot.ask("deleteWebhook"))["description"] == "Webhook was deleted"
    assert (await bot.ask("deleteWebhook"))["description"] == "Webhook is already deleted"
    await people.send(school.sari, school.sari, "lagi")
    assert words(await bot.updates()) == ["lagi"]


async def test_pending_updates_can_be_dropped(people: Playground, bot: RawBot, school: School) -> None:
    await people.send(school.sari, school.sari, "lama")
    await bot.do("deleteWebhook", drop_pending_updates=True)
    assert await bot.updates() == []
