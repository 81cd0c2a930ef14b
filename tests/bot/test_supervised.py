"""What a supervisor hears of the assistant, and what a watcher of its health page reads."""

import asyncio
import contextlib
import socket
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import pytest

from bot.app import Assistant
from bot.parts import WHOLE
from bot.serving import pages
from bot.settings import load
from bot.supervised import supervised
from scheduler.clock import SystemClock
from storage.database import Database


def _listening(address: str | bytes) -> socket.socket:
    heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    heard.bind(address)
    heard.settimeout(5)
    return heard


@pytest.mark.parametrize("abstract", [False, True], ids=["a file", "an abstract socket"])
async def test_ready_then_beats_then_stopping(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, abstract: bool):
    name = f"@sejawat-{tmp_path.name}" if abstract else str(tmp_path / "notify")
    monkeypatch.setenv("NOTIFY_SOCKET", name)
    monkeypatch.setenv("WATCHDOG_USEC", "30000")
    with _listening("\0" + name[1:] if abstract else name) as heard:
        async with supervised():
            told = [await asyncio.to_thread(heard.recv, 64) for _ in range(4)]
        while told[-1] != b"STOPPING=1":
            told.append(heard.recv(64))
    assert told[0] == b"READY=1"
    assert set(told[1:-1]) == {b"WATCHDOG=1"}


async def test_a_supervisor_that_reads_nothing_holds_up_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The kernel keeps a few datagrams for it; who sends one more would wait, and with it everything else."""
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    monkeypatch.setenv("WATCHDOG_USEC", "3000")
    with _listening(str(tmp_path / "notify")) as heard:
        async with asyncio.timeout(30), supervised():
            for _ in range(50):
                await asyncio.sleep(0.005)
            told = [heard.recv(64)]
            heard.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                while True:
                    told.append(heard.recv(64))
        assert told[0] == b"READY=1"
        assert set(told[1:]) == {b"WATCHDOG=1"}
        assert len(told) < 40, "most of the beats had no room, and none of them waited for it"


async def test_without_a_supervisor_or_with_one_that_has_gone_it_works_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    async with supervised():
        pass
    assert caplog.text == ""
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
    async with supervised():
        pass
    assert "NOTIFY_SOCKET does not listen" in caplog.text


async def test_the_health_page_says_that_the_database_is_away():
    """503, so that a watcher sees it without reading; and the page is there all the same."""
    away = Database("postgresql+psycopg://guru:Rahasia-42@127.0.0.1:9/sejawat")
    assistant = cast(
        Assistant,
        SimpleNamespace(database=away, clock=SystemClock(), visits=SimpleNamespace(), company=None, parts=WHOLE),
    )
    settings = load(_env_file=None, web_port=0, webhook_url=None)
    async with pages(assistant, settings) as at, aiohttp.ClientSession() as http, http.get(f"{at}/health") as answer:
        told: dict[str, Any] = await answer.json()
    assert answer.status == 503
    assert told == {"ok": False, "database": "cannot be reached"}
    await away.close()
