"""Hendra opens the dashboard within Telegram and in a browser; who may not, reads why; a group hears nothing of it."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from aiohttp import ClientSession, CookieJar

from bot.serving import pages
from community.roles import Role
from storage.models import Letter, WebLink, WebSession
from tests.journeys.house import House, open_house
from tests.journeys.school import TITLE, last, settle_in, tap, told, writes

START = datetime.fromisoformat("2026-08-03T09:00:00+07:00")


@asynccontextmanager
async def browser() -> AsyncIterator[ClientSession]:
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as opened:
        yield opened


async def enters(app: str, by: ClientSession) -> int:
    """What the page's script does with its address; the status of the sign-in."""
    url, _, fragment = app.partition("#")
    word = parse_qs(fragment)["tgWebAppData"][0]
    async with by.post(f"{url}/masuk", json={"data": word}) as answer:
        return answer.status


async def page(by: ClientSession, url: str) -> tuple[int, str]:
    async with by.get(url) as answer:
        return answer.status, await answer.text()


def link_in(words: str) -> str:
    found = re.search(r"http://127\.0\.0\.1:\d+/dasbor/tautan/[\w-]{43}", words)
    assert found, words
    return found[0]


async def test_from_the_chat_to_the_page_and_out_again(one_database_url: str) -> None:
    roles = {"hendra": Role.FACILITATOR, "sari": Role.TEACHER}
    async with (
        open_house(one_database_url, START) as house, pages(house.assistant, house.assistant.settings) as address,
    ):  # fmt: skip
        here = await settle_in(house, roles, by="hendra")
        hendra, sari = here.ids["hendra"], here.ids["sari"]
        await writes(house, sari, "/dasbor")
        assert "Dasbor untuk fasilitator" in (await told(house, sari))[-1]
        await house.playground.send(hendra, here.chat, "/dasbor@SejawatBot")
        assert not any("tautan" in one for one in await told(house, hendra, here.chat)), "nothing for the group"
        await by_link(house, hendra, address)
        house.assistant.settings.web_url = address  # the pages have an address that Telegram opens
        await by_telegram(house, hendra, address)


async def by_link(house: House, hendra: int, address: str) -> None:
    await writes(house, hendra, "/dashboard")
    said = (await last(house, hendra, "Tautan ke dasbor"))["text"]
    assert link_in(said).startswith(address)
    letter = (await house.rows(Letter, Letter.method == "sendMessage"))[-1]
    assert letter.state == "delivered" and letter.params is None, "the outbox forgets the way in"
    async with browser() as opened, browser() as thief:
        async with opened.post(link_in(said)) as answer:
            assert TITLE in await answer.text()
        async with thief.post(link_in(said)) as answer:
            assert answer.status == 410
        assert (await page(thief, f"{address}/dasbor"))[0] == 401
        assert (await page(opened, f"{address}/dasbor"))[0] == 200
        assert link_in(said)[-43:] not in str(await house.rows(WebSession)) and await house.rows(WebLink) == []


async def by_telegram(house: House, hendra: int, address: str) -> None:
    await writes(house, hendra, "/dasbor")
    offered = await last(house, hendra, "Buka dasbor")
    app = await house.playground.open_app(hendra, hendra, offered["message_id"], "Buka dasbor")
    assert urlsplit(app).path == "/dasbor"
    async with browser() as phone, browser() as thief:
        assert await enters(app, phone) == 200
        status, seen = await page(phone, f"{address}/dasbor")
        assert status == 200 and TITLE in seen and "Hendra" in seen
        assert await enters(app, thief) == 403, "heard once, used once"
        await tap(house, hendra, "Buka dasbor", "Buka di peramban")
        async with thief.post(link_in((await last(house, hendra, "Tautan ke dasbor"))["text"])) as answer:
            assert answer.status == 200
        await writes(house, hendra, "/hapusdata")
        await tap(house, hendra, "Hapus semua data saya", "Hapus data saya")
        await tap(house, hendra, "Yakin?", "Ya, hapus sekarang")
        assert (await page(phone, f"{address}/dasbor"))[0] == 401
        assert (await page(thief, f"{address}/dasbor"))[0] == 401
        assert await house.rows(WebSession) == []
