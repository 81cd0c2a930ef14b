"""/ready and /metrics: what they say, and who may read them."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import aiohttp
import pytest
from aiohttp.test_utils import make_mocked_request

from bot.app import Assistant
from bot.serving import pages
from bot.settings import load
from scheduler.clock import TurnableClock
from storage.database import Database
from storage.letters import Lane, message
from storage.models import Arrival, BotAccount
from storage.outbox import post
from tests.storage.test_database import NOW
from web import watching

TOKEN = "kata-panjang-untuk-prometheus"


@asynccontextmanager
async def _pages(url: str, **settings: str) -> AsyncIterator[tuple[TurnableClock, str]]:
    chosen = load(_env_file=None, bot_token="42:PLAYGROUND", database_url=url, web_port=0, **settings)
    clock = TurnableClock(NOW)
    assistant = Assistant(chosen, clock)
    assistant.account = BotAccount(id=42, username="SejawatBot", name="Sejawat", reads_all=False, asked_at=NOW)
    await assistant.build()
    async with pages(assistant, chosen) as at:
        yield clock, at
    await assistant.line.close()
    await assistant.database.close()
    await assistant.database.close()
    await assistant.line.close()


async def _got(url: str, **headers: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as http, http.get(url, headers=headers) as answer:
        return answer.status, await answer.text()


@pytest.mark.parametrize(
    "token, headers, status",
    [
        ("", {}, 200),
        ("", {"X-Forwarded-For": "203.0.113.9"}, 404),
        ("", {"Forwarded": "for=203.0.113.9"}, 404),
        (TOKEN, {}, 404),
        (TOKEN, {"Authorization": "Bearer salah"}, 404),
        (TOKEN, {"Authorization": f"Bearer {TOKEN}"}, 200),
        (TOKEN, {"Authorization": f"Bearer {TOKEN}", "X-Forwarded-For": "203.0.113.9"}, 200),
    ],
)
async def test_who_may_read_what_is_counted(one_database_url: str, token: str, headers: dict[str, str], status: int):
    async with _pages(one_database_url, **({"metrics_token": token} if token else {})) as (_, at):
        assert (await _got(f"{at}/metrics", **headers))[0] == status


async def test_the_page_tells_how_long_things_wait(one_database_url: str):
    database = Database(one_database_url)
    async with database.writing() as session:
        session.add(Arrival(bot_id=42, update_id=1, queue="chat:-7", lane="talk", raw={"message": {}}, received_at=NOW))
        await post(session, message(-7, "halo", key="a", lane=Lane.REMINDER), NOW)
    await database.close()
    async with _pages(one_database_url) as (clock, at):
        clock.turn(by=timedelta(seconds=90))
        _, told = await _got(f"{at}/metrics")
        assert 90 <= _value(told, "sejawat_inbox_lag_seconds") < 100
        assert 90 <= _value(told, 'sejawat_outbox_lag_seconds{lane="reminder"}') < 100
        assert _value(told, 'sejawat_outbox_lag_seconds{lane="button"}') == 0
        assert _value(told, "sejawat_database_up") == 1
        assert _value(told, "sejawat_database_seconds_count") > 0
        assert "-7" not in told and "halo" not in told
        assert await _got(f"{at}/ready") == (200, '{"ok": true}')


def _value(told: str, name: str) -> float:
    (found,) = re.findall(rf"^{re.escape(name)} (\S+)$", told, re.MULTILINE)
    return float(found)


async def test_nothing_is_sent_here_while_the_database_is_away():
    """And the page of metrics says so, instead of being away itself."""
    url = "postgresql+psycopg://guru:Rahasia-42@127.0.0.1:9/sejawat"
    async with _pages(url) as (_, at):
        assert await _got(f"{at}/ready") == (503, '{"ok": false, "database": "cannot be reached"}')
        status, told = await _got(f"{at}/metrics")
        assert status == 200
        assert _value(told, "sejawat_database_up") == 0


def test_who_comes_from_elsewhere_or_from_nowhere_reads_no_counts() -> None:
    for remote in ("203.0.113.9", "::ffff:203.0.113.9", "", None):
        request = make_mocked_request("GET", "/metrics").clone(remote=remote or "")
        assert watching._may_read(request, "") is False
    assert watching._may_read(make_mocked_request("GET", "/metrics").clone(remote="127.0.0.1"), "") is True
