"""Updates in, through both doors: stored before they are confirmed, once each, in order."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select

from bot.intake import Intake, poll
from bot.line import Line
from bot.sorting import hurries
from playground import server
from playground.client import Playground
from scheduler.clock import TurnableClock
from storage.database import Database
from storage.models import Arrival
from tests.storage.test_database import NOW
from tests.waiting import eventually
from web import server as server_module
from web.server import application

BOT = 42
SECRET = "rahasia-webhook"


@dataclass
class Door:
    playground: Playground
    url: str
    line: Line
    database: Database
    intake: Intake
    sari: int

    async def updates(self) -> list[Arrival]:
        async with self.database.reading() as session:
            return list(await session.scalars(select(Arrival).order_by(Arrival.id)))

    async def arrived(self, number: int) -> list[Arrival]:
        async def enough() -> list[Arrival]:
            found = await self.updates()
            return found if len(found) >= number else []

        return list(await eventually(enough, about=f"{number} updates"))


@pytest.fixture
async def door(database_url: str) -> AsyncIterator[Door]:
    clock = TurnableClock(NOW)
    telegram = await server.start(clock=clock, page=False)
    line = Line(telegram.url, f"{BOT}:PLAYGROUND", timeout=5)
    await line.call("getMe", {})
    database = Database(database_url)
    intake = Intake(database, clock, BOT, "SejawatBot", lambda _: None)
    async with Playground(telegram.url) as playground:
        sari = await playground.add_user("Sari")
        yield Door(playground, telegram.url, line, database, intake, sari)
    await line.close()
    await database.close()
    await telegram.stop()


@pytest.fixture
async def polling(door: Door) -> AsyncIterator[Door]:
    stopping = asyncio.Event()
    task = asyncio.create_task(poll(door.line, door.intake, stopping))
    yield door
    stopping.set()
    await asyncio.wait_for(task, 5)


async def test_updates_come_in_their_order_and_without_names_of_the_silent(polling: Door):
    await polling.playground.start(polling.sari)
    for n in range(5):
        await polling.playground.send(polling.sari, polling.sari, f"/bantuan {n} Sari")
    rows = await polling.arrived(6)
    assert [row.lane for row in rows] == ["talk"] * 6
    assert {row.queue for row in rows} == {f"chat:{polling.sari}"}
    assert "Sari" not in json.dumps([row.raw for row in rows])


async def test_an_update_is_confirmed_only_after_it_is_stored(door: Door):
    """A getUpdates whose batch cannot be stored is not followed by one that confirms it."""
    stopping = asyncio.Event()
    plain, broken = door.intake.take, asyncio.Event()

    async def breaks_once(updates: Any) -> None:
        if not broken.is_set():
            broken.set()
            raise RuntimeError("the disk is full")
        await plain(updates)

    door.intake.take = breaks_once  # type: ignore[method-assign]
    task = asyncio.create_task(poll(door.line, door.intake, stopping))
    await door.playground.start(door.sari)
    rows = await door.arrived(1)
    stopping.set()
    await task
    assert broken.is_set()
    assert len(rows) == 1
    offsets = [call["params"].get("offset") for call in await door.playground.calls(method="getUpdates")]
    assert offsets[:2] == [None, None]


async def test_a_duplicate_is_dropped_by_its_exact_id(polling: Door):
    await polling.playground.fault("duplicate_update")
    await polling.playground.start(polling.sari)
    await polling.playground.send(polling.sari, polling.sari, "/bantuan")
    await polling.arrived(2)
    await eventually(lambda: _counted(polling, "duplicate"), about="the duplicate")
    assert len(await polling.updates()) == 2


async def _counted(door: Door, name: str) -> int:
    return door.intake.counted[name]


@pytest.mark.parametrize("fault", ["409", "html502", "429", "answer_lost"])
async def test_trouble_with_telegram_loses_no_update(polling: Door, fault: str):
    await polling.playground.fault(fault, method="getUpdates", retry_after=1)
    await polling.playground.start(polling.sari)
    await polling.playground.send(polling.sari, polling.sari, "/bantuan")
    rows = await polling.arrived(2)
    assert [row.state for row in rows] == ["new", "new"]


@dataclass
class Hook:
    url: str
    taken: list[Any]
    fail: int = 0


@pytest.fixture
async def hook(door: Door) -> AsyncIterator[Hook]:
    found = Hook("", [])

    async def take(updates: list[Any]) -> None:
        if found.fail:
            found.fail -= 1
            raise RuntimeError("the database is away")
        await door.intake.take(updates)
        found.taken += updates

    async def healthy() -> dict[str, Any]:
        return {"ok": True}

    runner = web.AppRunner(application(healthy, take, path="/hook", secret=SECRET), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield found
    await runner.cleanup()


async def test_the_webhook_takes_an_update_and_a_failed_one_comes_again(door: Door, hook: Hook):
    hook.fail = 1
    await door.line.call("setWebhook", {"url": hook.url, "secret_token": SECRET})
    await door.playground.start(door.sari)
    rows = await door.arrived(1)
    assert (len(rows), len(hook.taken), hook.fail) == (1, 1, 0)


@pytest.mark.parametrize("secret", ["", "falsch", SECRET[:-1], SECRET + "x"])
async def test_without_the_secret_nobody_gets_in(hook: Hook, secret: str):
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
    async with aiohttp.ClientSession() as http, http.post(hook.url, json={"update_id": 1}, headers=headers) as answer:
        assert answer.status == 403
    assert hook.taken == []


async def test_where_no_secret_is_set_nobody_gets_in():
    """An empty one would fit whoever says nothing."""
    taken: list[Any] = []

    async def take(updates: list[Any]) -> None:
        taken.extend(updates)

    async def healthy() -> dict[str, Any]:
        return {"ok": True}

    async with TestClient(TestServer(application(healthy, take, path="/hook", secret=""))) as browser:
        for headers in ({}, {"X-Telegram-Bot-Api-Secret-Token": ""}):
            assert (await browser.post("/hook", json={"update_id": 1}, headers=headers)).status == 403
    assert taken == []


async def test_a_secret_of_no_alphabet_is_a_wrong_one(hook: Hook):
    """Anybody may send any bytes: refused, and not an error of ours."""
    where = urlsplit(hook.url)
    reader, writer = await asyncio.open_connection(where.hostname, where.port)
    head = f"POST {where.path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2\r\n".encode()
    writer.write(head + b"X-Telegram-Bot-Api-Secret-Token: \xff\xfe\r\n\r\n{}")
    assert (await reader.readline()).split()[1] == b"403"
    writer.close()
    assert hook.taken == []


async def test_what_is_not_json_is_refused_and_what_is_not_an_update_is_counted(door: Door, hook: Hook):
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    async with aiohttp.ClientSession(headers=headers) as http:
        async with http.post(hook.url, data=b"{") as answer:
            assert answer.status == 400
        for body in ([], 7, "x", {"update_id": "x"}, {"update_id": 5, "message": "text"}):
            async with http.post(hook.url, json=body) as answer:
                assert answer.status == 200
    assert door.intake.counted["odd"] == 5
    assert [row.state for row in await door.updates()] == ["odd"]


async def test_a_body_larger_than_any_update_is_refused_and_a_breaking_one_tells_nothing(door: Door, hook: Hook):
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    huge = b'{"update_id": 1, "x": "' + b"x" * (1 << 20) + b'"}'
    async with aiohttp.ClientSession() as http:
        async with http.post(hook.url, data=huge, headers=headers) as answer:
            assert answer.status == 413
        async with http.post(hook.url, data=huge) as answer:
            assert answer.status == 403, "without the secret it is not even read"
        hook.fail = 1
        async with http.post(hook.url, json={"update_id": 1, "message": "Catatan Sari"}, headers=headers) as answer:
            told = await answer.text()
            assert answer.status == 500
            assert not any(word in told for word in ("Catatan", "database is away", "Traceback", SECRET))
    assert hook.taken == []


def test_the_secret_is_compared_in_constant_time():
    """By hmac.compare_digest alone: one that ends at the first wrong sign would tell the secret by its time."""
    code = Path(server_module.__file__).read_text(encoding="utf-8")
    assert "hmac.compare_digest(given, secret.encode())" in code
    assert not re.search(r"given\s*[!=]=|[!=]=\s*secret", code)


def test_whoever_waits_for_an_answer_hurries_and_the_talk_of_groups_does_not():
    private, group = {"id": 1, "type": "private"}, {"id": -1, "type": "supergroup"}
    assert hurries({"update_id": 1, "callback_query": {"message": {"chat": group}}})
    assert hurries({"update_id": 1, "message": {"chat": private}})
    assert not hurries({"update_id": 1, "message": {"chat": group}})
    assert not hurries({"update_id": 1, "edited_message": {"chat": group}})
    for odd in (None, [], {"message": 1}, {"message": {"chat": []}}, {"message": {"chat": {"type": []}}}):
        assert hurries(odd)
