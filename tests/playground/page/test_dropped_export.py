"""A conversation dropped on the page: figures without a name, a question where dates are unclear, refusals in words."""

import io
import re
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from playground import server
from tests.hands import drops
from tests.playground.page.conftest import watched
from web import analysis

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
SAID = (
    "Bu Ratnawulan: ada yang punya LKPD pecahan kelas 4?",
    "Pak Yusufandi: Besok rapat jam 13.00 ya",
    "Bu Tiwi: Siap",
)
CHAT = "\n".join(
    f"{13 + day}/07/26 06.3{place} - {said}" for day in range(12) for place, said in enumerate(SAID)
).encode()
UNCLEAR = f"3/4/26, 06:30 - {SAID[1]}".encode()


@dataclass
class Place:
    page: Page
    url: str

    async def drops(self, name: str, content: bytes) -> None:
        await drops(self.page, name, content)


@pytest_asyncio.fixture(loop_scope="module")
async def place(browser: Browser) -> AsyncIterator[Place]:
    running = await server.start(analysis=analysis.add_routes)
    async with watched(browser) as page:
        await page.goto(f"{running.url}/?language=id")
        yield Place(page, running.url)
    await running.stop()


async def test_a_dropped_export_shows_its_figures_and_nobodys_name(place: Place, tmp_path: Path) -> None:
    await place.drops("Chat.txt", CHAT)
    result = place.page.frame_locator("#export-page")
    await expect(result.locator("h1")).to_have_text("Percakapan grup dalam angka")
    words = await result.locator("body").inner_text()
    assert "36" in words
    assert not [name for name in ("Ratnawulan", "Yusufandi", "Tiwi") if name in words]
    await place.page.screenshot(path=tmp_path / "result.png")
    wide = await place.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert wide, "nothing runs out of a phone's width"
    # Whoever closes it has it gone from the page; a new drop begins anew.
    await place.page.get_by_role("button", name="Tutup").click()
    await expect(place.page.locator("#export")).not_to_be_visible()


async def test_what_day_comes_first_is_asked_by_buttons(place: Place) -> None:
    await place.drops("Chat.txt", UNCLEAR)
    await place.page.get_by_role("button", name="Bulan dulu").click()
    result = place.page.frame_locator("#export-page")
    await expect(result.locator("body")).to_contain_text("4 Mar 2026")


def _bomb() -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../_chat.txt", b"\0" * 30_000_000)
    return held.getvalue()


async def test_hostile_files_are_refused_in_one_sentence(place: Place) -> None:
    told = place.page.locator("#export-told")
    for name, content in (
        ("foto.jpg", b"\xff\xd8\xff\xe0" * 900), ("chat.zip", b"PK\x03\x04 rusak"), ("result.json", b'{"messages": ['),
        ("kosong.txt", b""), ("bom.zip", _bomb()), ("<img src=x>.html", b"<html><script>alert(1)</script>"),
    ):  # fmt: skip
        await place.drops(name, content)
        await expect(told).to_have_class(re.compile("wrong"))
        words = await told.inner_text()
        assert words.strip(), name
        assert "\n" not in words, name
        await expect(place.page.locator("#export-page")).not_to_be_visible()
        await place.page.get_by_role("button", name="Tutup").click()


async def test_only_who_knows_the_path_sees_a_result_and_its_page_may_run_nothing(place: Place) -> None:
    async with aiohttp.ClientSession() as line:
        form = aiohttp.FormData()
        form.add_field("file", CHAT, filename="Chat.txt")
        async with line.post(f"{place.url}/analysis", data=form) as answer:
            told = await answer.json()
        async with line.get(place.url + told["page"]) as shown:
            assert "default-src 'none'" in shown.headers["Content-Security-Policy"]
            assert "<script" not in await shown.text()
        for _ in range(4):
            form = aiohttp.FormData()
            form.add_field("file", CHAT, filename="Chat.txt")
            async with line.post(f"{place.url}/analysis", data=form) as answer:
                assert (await answer.json())["page"] != told["page"]
        async with line.get(place.url + told["page"]) as gone:
            assert gone.status == 404
        async with line.post(f"{place.url}/analysis", data=b"kein Formular") as odd:
            assert (await odd.json())["refused"]
