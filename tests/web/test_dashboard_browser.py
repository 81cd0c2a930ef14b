"""The dashboard in Chromium, on a phone and on a desk: opened as Telegram opens it, read, printed, used by keyboard."""

import os
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright, expect
from sqlalchemy import select

from community.roles import Role
from reports.dashboard import figures
from storage.database import Database, Session
from storage.models import Meeting, MeetingAttendance, WebSession
from tests.hands import drops
from tests.reports.cast import Cast, wall
from tests.web.pages import NOW, Site, site
from tests.web.test_dashboard import both, with_much
from tests.web.test_export_page import CHAT, UNCLEAR

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
#: The pictures of docs/dasbor.md; renewed with KEEP_PICTURES=1, then looked at by a person.
PICTURES = Path(__file__).parents[2] / "docs"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(chromium: dict[str, Any]) -> AsyncIterator[Browser]:
    # A page of elsewhere may frame one of this machine, where a test has to serve it; cookies across sites are refused.
    more = ["--disable-features=LocalNetworkAccessChecks", "--test-third-party-cookie-phaseout"]
    allowed = chromium | {"args": [*chromium["args"], *more]}
    async with async_playwright() as driver:
        opened = await driver.chromium.launch(**allowed)
        yield opened
        await opened.close()


@pytest_asyncio.fixture(loop_scope="module")
async def one_database(one_database_url: str) -> AsyncIterator[Database]:
    opened = Database(one_database_url)
    yield opened
    await opened.close()


@pytest_asyncio.fixture(loop_scope="module")
async def school(one_database: Database) -> AsyncIterator[Site]:
    """Two groups with much to show."""
    async with site(one_database) as here:
        await both(here)
        async with one_database.writing() as session:
            await with_much(session, Cast(session, await session.merge(here.group), here.chat, dict(here.people)))
        yield here


@asynccontextmanager
async def watched(browser: Browser, size: dict[str, int], **more: Any) -> AsyncIterator[Page]:
    """A page that fails the test when something is refused by its own policy, breaks, or is asked of another host."""
    context = await browser.new_context(viewport=size, locale="id-ID", **more)  # type: ignore[arg-type]
    page = await context.new_page()
    page.set_default_timeout(8000)
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda told: troubles.append(told.text) if told.type in ("error", "warning") else None)
    near = ("http://127.0.0.1:", "data:")
    page.on("request", lambda asked: None if asked.url.startswith(near) else troubles.append(asked.url))
    yield page
    await context.close()
    # Chromium writes into its console that the door is closed (401) and that a word was refused (403).
    assert [one for one in troubles if "(Unauthorized)" not in one and "(Forbidden)" not in one] == []


def app(here: Site, name: str, theme: str = "") -> str:
    """The address that Telegram opens."""
    told = f"tgWebAppData={quote(here.word(name))}&tgWebAppVersion=9.1&tgWebAppPlatform=weba"
    return f"{here.browser.make_url('/dasbor')}#{told}" + (f"&tgWebAppThemeParams={quote(theme)}" if theme else "")


async def enters(page: Page, here: Site, name: str = "Hendra", theme: str = "") -> None:
    await page.goto(app(here, name, theme))
    await expect(page.locator("footer")).to_contain_text(f"{'Pak' if name == 'Hendra' else 'Bu'} {name}")


async def is_sound(page: Page) -> None:
    """No violation of accessibility, and nothing wider than the screen."""
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide == 0


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
async def test_opened_as_telegram_opens_it(browser: Browser, school: Site, size: dict[str, int]) -> None:
    async with watched(browser, size) as page:
        await enters(page, school)
        assert "tgWebApp" not in page.url
        await is_sound(page)
        await page.get_by_role("link", name="KKG Melati").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("KKG Melati")
        await page.locator("select[name=periode]").select_option("6 bulan")
        await page.get_by_role("button", name="Tampilkan").click()
        await expect(page.locator("svg.columns")).to_be_visible()
        await is_sound(page)
        for part in figures.parts():
            await page.goto(f"{school.browser.make_url('/dasbor/program/1')}?bagian={part}")
            await is_sound(page)
        await page.goto(f"{school.browser.make_url('/dasbor/program/1')}?bahasa=en")
        await expect(page.get_by_role("heading", name="Each group", exact=True)).to_be_visible()
        await is_sound(page)
        await page.get_by_role("button", name="Sign out").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Opening the dashboard")
        await is_sound(page)
        await page.go_back()
        await page.reload()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Opening the dashboard")


async def test_a_word_heard_twice_is_refused_in_words(browser: Browser, school: Site) -> None:
    address = app(school, "Hendra")
    async with watched(browser, PHONE) as page:
        await page.goto(address)
        await expect(page.locator("footer")).to_be_visible()
    async with watched(browser, PHONE) as thief:
        await thief.goto(address)
        await expect(thief.get_by_role("alert")).to_contain_text("Belum bisa dibuka")
        assert "tgWebApp" not in thief.url, "the word does not stay in the address"
        await is_sound(thief)


@pytest.mark.parametrize(
    "colours, dark",
    [
        ('{"bg_color":"#17212b"}', True),
        ('{"bg_color":"#ffffff"}', False),
        ('{"bg_color":"url(x)"}', False),
        ("{", False),
    ],
)
async def test_telegrams_colours_are_taken_where_they_can_be_read(
    browser: Browser, school: Site, colours: str, dark: bool
) -> None:
    async with watched(browser, PHONE) as page:
        await enters(page, school, theme=colours)
        await page.goto(str(school.browser.make_url(f"/dasbor/grup/{school.group.id}")))
        ink = await page.evaluate("getComputedStyle(document.body).color")
        assert ink == ("rgb(236, 236, 236)" if dark else "rgb(27, 27, 27)")
        await is_sound(page)


async def test_dark_print_and_keyboard(browser: Browser, school: Site) -> None:
    async with watched(browser, PHONE, color_scheme="dark", accept_downloads=True) as page:
        await enters(page, school)
        await page.goto(str(school.browser.make_url(f"/dasbor/grup/{school.group.id}")))
        assert await page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(22, 25, 26)"
        await is_sound(page)
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        assert await page.evaluate("document.activeElement.id") == "isi"
        async with page.expect_download() as waiting:
            await page.get_by_role("link", name="Unduh Siapa ikut serta, XLSX").press("Enter")
        assert (await waiting.value).suggested_filename == "sejawat-grup-partisipasi.xlsx"
        await page.emulate_media(media="print")
        assert await page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
        await expect(page.get_by_role("button", name="Tampilkan")).to_be_hidden()


FRAME = '<!DOCTYPE html><title>x</title><iframe id="app" width="360" height="600" src="{url}"></iframe>'


@pytest.mark.parametrize("host", ["https://web.telegram.org", "https://evil.example"])
async def test_telegrams_web_client_may_frame_it_and_nobody_else(
    browser: Browser, one_database: Database, host: str
) -> None:
    """Over another site's page only a partitioned cookie is kept: without it nobody would come past the door."""
    async with site(one_database, https=True) as here:
        context = await browser.new_context(viewport={"width": 400, "height": 700}, locale="id-ID")
        page = await context.new_page()
        framed = FRAME.format(url=app(here, "Hendra").replace("&", "&amp;"))
        await page.route(f"{host}/**", lambda route: route.fulfill(body=framed, content_type="text/html"))
        await page.goto(f"{host}/k/")
        inside = page.frame_locator("#app")
        if "telegram" in host:
            await expect(inside.locator("footer")).to_contain_text("Pak Hendra")
            await expect(inside.get_by_role("heading", level=1)).to_have_text("KKG Melati")
            await inside.get_by_role("button", name="Keluar").click()
            await expect(inside.get_by_role("heading", level=1)).to_have_text("Membuka dasbor")
        else:
            await page.wait_for_timeout(1000)
            assert await inside.locator("[data-door]").count() == 0
            async with one_database.reading() as session:
                assert (await session.scalars(select(WebSession))).all() == [], "not a line of ours ran"
        await context.close()


async def test_results_and_activities_are_sound_and_their_pictures_appear(browser: Browser, school: Site) -> None:
    async with watched(browser, PHONE) as page:
        await enters(page, school)
        for part, heading in (
            ("Capaian program", "Capaian utama"),
            ("Kegiatan dan coaching", "Rencana dan pelaksanaan"),
        ):
            await page.goto(str(school.browser.make_url(f"/dasbor/grup/{school.group.id}")))
            await page.locator("select[name=bagian]").select_option(part)
            await page.get_by_role("button", name="Tampilkan").click()
            await expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
            for picture in await page.locator("img.drawing").all():
                await picture.scroll_into_view_if_needed()
                await expect(picture).to_have_js_property("complete", True)
                sizes = await picture.evaluate("one => [one.naturalWidth, one.naturalHeight, one.width, one.height]")
                assert sizes[0] > 0 and abs(sizes[0] / sizes[1] - sizes[2] / sizes[3]) < 0.02, sizes
            await is_sound(page)


async def to_the_export_page(page: Page, here: Site) -> None:
    await enters(page, here)
    await page.goto(str(here.browser.make_url(f"/dasbor/grup/{here.group.id}")))
    await page.get_by_role("link", name="Baca ekspor percakapan grup ini").press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Baca ekspor percakapan")
    await is_sound(page)


@pytest.mark.parametrize("size, scheme", [(PHONE, "dark"), (DESK, "light")], ids=["phone", "desk"])
async def test_a_dropped_export_is_told_on_the_page(
    browser: Browser, school: Site, size: dict[str, int], scheme: str, tmp_path: Path
) -> None:
    async with watched(browser, size, accept_downloads=True, color_scheme=scheme) as page:
        await to_the_export_page(page, school)
        await drops(page, "Chat.txt", CHAT.encode())
        await page.get_by_role("button", name="Baca berkas").press("Enter")
        await expect(page.get_by_role("heading", name="Jam ramai")).to_be_visible()
        assert await page.evaluate("document.activeElement.id") == "isi", "a screen reader begins at what is new"
        await is_sound(page)
        await page.screenshot(path=tmp_path / "export.png", full_page=True)
        words = await page.locator("main").inner_text()
        assert not [name for name in ("Ratnawulan", "Yusufandi", "Tiwi", "LKPD") if name in words]
        for ending in ("XLSX", "PNG"):
            async with page.expect_download() as waiting:
                await page.get_by_role("link", name=f"Unduh hasil berkas ini, {ending}").press("Enter")
            assert (await waiting.value).suggested_filename == f"sejawat-ekspor.{ending.lower()}"
        await page.goto(page.url + "?bahasa=en")
        await expect(page.get_by_role("button", name="Read the file")).to_be_visible()
        await page.locator("input[type=file]").set_input_files(
            {"name": "Chat.txt", "mimeType": "text/plain", "buffer": CHAT.encode()}
        )
        await page.get_by_role("button", name="Read the file").click()
        await expect(page.get_by_role("heading", name="Over time")).to_be_visible()
        await is_sound(page)


async def test_a_question_keeps_the_file_and_too_large_a_one_is_not_sent(browser: Browser, school: Site) -> None:
    async with watched(browser, PHONE) as page:
        await to_the_export_page(page, school)
        await drops(page, "Chat.txt", UNCLEAR.encode())
        await page.get_by_role("button", name="Baca berkas").click()
        await page.get_by_label("Bulan dulu").check()
        await is_sound(page)
        await page.get_by_role("button", name="Baca berkas").click()
        await expect(page.locator("main")).to_contain_text("4 Mar 2026")
        asked: list[str] = []
        page.on("request", lambda one: asked.append(one.url))
        await page.evaluate("document.getElementById('ekspor').dataset.most = '10'")
        await drops(page, "Chat.txt", UNCLEAR.encode())
        await page.get_by_role("button", name="Baca berkas").click()
        await expect(page.locator("#reading")).to_contain_text("terlalu besar")
        assert asked == []


async def test_without_a_script_the_form_is_an_ordinary_one(browser: Browser, school: Site) -> None:
    async with watched(browser, PHONE) as page:
        await enters(page, school)
        cookies = await page.context.cookies()
    async with watched(browser, PHONE, java_script_enabled=False) as page:
        await page.context.add_cookies(cookies)  # type: ignore[arg-type]
        await page.goto(str(school.browser.make_url(f"/dasbor/grup/{school.group.id}/riwayat")))
        for content, words in ((b"Halo", "bukan hasil ekspor"), (CHAT.encode(), "Jam ramai")):
            given = {"name": "Chat.txt", "mimeType": "text/plain", "buffer": content}
            await page.locator("input[type=file]").set_input_files(given)  # type: ignore[arg-type]
            await page.get_by_role("button", name="Baca berkas").click()
            await expect(page.locator("main")).to_contain_text(words)


async def a_term(session: Session, here: Cast) -> None:
    """Twelve weeks of twelve teachers: talk, prompts, meetings."""
    names = ["Sari", "Budi", "Wati"]
    for number in range(8):
        names.append(f"Guru {number + 1}")
        await here.joins(names[-1], Role.TEACHER)
    labels = ("resource", "consultation", "resource", "coordination", "motivation", "consultation", "resource", "other")
    counted = Counter[date]()
    for week in range(12):
        monday = wall("2026-08-31 06:30") + timedelta(weeks=week)
        for number in range(12 + 3 * (week % 4)):
            moment = monday + timedelta(hours=7 * number)
            if moment < NOW:
                await here.says(names[number * 5 % 8], labels[(number + week) % 8], moment, source="model")
                counted[moment.date()] += 1
        prompt = await here.prompt(monday)
        for place, name in enumerate(names[: 5 + week % 4]):
            await here.tries(name, prompt, monday + timedelta(hours=5))
            if place % 4:
                await here.reflects(name, prompt, monday + timedelta(hours=6), audience="me")
    for day, n in counted.items():
        await here.counts(day, n + n // 2)
    for week in (2, 6, 10):
        at = wall("2026-09-05 13:00") + timedelta(weeks=week)
        meeting = Meeting(group_id=here.group.id, starts_at=at, state="held", created_at=at)
        session.add(meeting)
        await session.flush()
        for name in names[:9]:
            session.add(MeetingAttendance(meeting_id=meeting.id, person_id=here.people[name].id, present=True))


@pytest.mark.parametrize("name, size", [("dasbor", PHONE), ("dasbor-lebar", DESK)])
async def test_it_reads_well_and_its_pictures_in_the_guide_are_these(
    browser: Browser, one_database: Database, name: str, size: dict[str, int], tmp_path: Path
) -> None:
    async with site(one_database) as here:
        async with one_database.writing() as session:
            await a_term(session, Cast(session, await session.merge(here.group), here.chat, dict(here.people)))
        async with watched(browser, size) as page:
            await enters(page, here)
            await page.goto(str(here.browser.make_url(f"/dasbor/grup/{here.group.id}?periode=180")))
            await is_sound(page)
            for key in ("partisipasi", "jenis"):
                table = page.locator(f"#{key} ~ .wide")
                assert await table.evaluate("one => one.scrollWidth - one.clientWidth") == 0, "whole, also on a phone"
            kept = (PICTURES if os.environ.get("KEEP_PICTURES") else tmp_path) / f"{name}.png"
            clip = {"x": 0, "y": 0, "width": size["width"], "height": 1250}
            await page.screenshot(path=kept, full_page=True, clip=clip)  # type: ignore[arg-type]
            assert kept.stat().st_size < 200_000
