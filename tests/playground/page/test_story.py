"""The demo school and the story of a day, with the real assistant: in the browser, and without."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect
from playwright.async_api import TimeoutError as NotSeen

from bot.app import Assistant
from bot.following import playground_clock
from bot.settings import load
from playground import demo, server, stage, story
from playground.client import Playground, words
from playground.server import RunningPlayground
from scheduler.clock import TurnableClock
from tests.playground.page.conftest import watched

pytestmark = pytest.mark.asyncio(loop_scope="module")
#: The picture of the README; renewed with KEEP_PICTURES=1, then looked at by a person.
PICTURE = Path(__file__).parents[3] / "docs" / "playground.png"


@pytest_asyncio.fixture(loop_scope="module")
async def house(one_database_url: str) -> AsyncIterator[RunningPlayground]:
    """An assistant that is awake in a playground on Sunday afternoon; nobody has moved in yet."""
    running = await server.start(clock=TurnableClock(demo.START))
    settings = load(
        bot_token="42:PLAYGROUND",
        telegram_api_url=running.url,
        database_url=one_database_url,
        web_port=0,
        webhook_url=None,
    )
    async with Assistant(settings, await playground_clock(running.url)).running():
        yield running
    await running.stop()


async def test_the_demo_school_plays_two_days_and_refuses_nothing(house: RunningPlayground) -> None:
    told: list[story.Caption] = []

    async def tell(caption: story.Caption) -> None:
        told.append(caption)

    built = await demo.move_in(house.url)
    async with Playground(house.url) as playground:
        for _ in range(2):  # whoever has seen the day may see the next one
            await story.play(playground, built, tell, 0.0)
            assert len(told) == story.STEPS
            told.clear()
        guest = await playground.state(built.people["tamu"])
        assert [chat for chat in guest["chats"] if chat["type"] != "private" or chat["started"]] == []
        made = await playground.messages(built.people["made"], viewer=built.people["made"])
        assert sum(message["from"]["is_bot"] for message in made) == 1, "silence is no: asked, and left in peace"
        group = await playground.messages(built.groups["melati"])
        (prompt, _) = [message for message in group if "refl:" in str(message.get("reply_markup"))]
        assert "dicoba 4 · refleksi 3 dari 4" in words(prompt)
        refused = [call for call in await playground.calls() if call["ok"] is False]
        assert refused == []


@pytest.mark.browser
async def test_a_newcomer_presses_one_button_and_watches_the_day(
    house: RunningPlayground, browser: Browser, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(stage, "STANDS", 0.3)
    monkeypatch.setattr(stage, "LINGERS", 0.9)
    monkeypatch.setattr(stage, "PACE", 0.05)
    async with watched(browser) as page:
        await page.set_viewport_size({"width": 1280, "height": 800})
        await page.goto(house.url)
        await demo.move_in(house.url)
        await page.get_by_role("button", name="Putar satu hari sekolah").click()
        await page.get_by_role("button", name="Jeda").click()
        await expect(page.locator("#story-pause")).to_have_text("Lanjutkan")
        caption = await page.locator("#caption-text").inner_text()
        with pytest.raises(NotSeen):  # a pause is a pause
            changed = "words => document.getElementById('caption-text').textContent !== words"
            await page.wait_for_function(changed, arg=caption, timeout=1500)
        await page.get_by_role("button", name="Lanjutkan").click()
        foot = page.get_by_text("dicoba 4 · refleksi 3 dari 4")
        await expect(foot).to_be_visible(timeout=45_000)
        await expect(page.locator("#who-now")).to_contain_text("Tono")
        kept = PICTURE if os.environ.get("KEEP_PICTURES") else tmp_path / "playground.png"
        await page.screenshot(path=kept)
        assert kept.stat().st_size < 300_000
        await page.get_by_role("button", name="Percepat").click()
        await expect(page.locator("#caption-text")).to_contain_text("Hari sekolah selesai", timeout=45_000)
        await expect(page.locator("#who-now")).to_contain_text("Hendra")
        await expect(page.locator("pre").last).to_contain_text("Berbagi sumber belajar")
        picture = page.locator("img.photo").last
        await expect(picture).to_be_visible()
        assert await picture.evaluate("image => image.naturalWidth") >= 900
