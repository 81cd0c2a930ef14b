"""The page, the picture and the sheet about an exported conversation."""

import io
import re
import struct
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from content.texts import Texts
from reports.history import History, gather
from reports.history_drawing import picture
from reports.history_page import page
from reports.history_sheet import sheet
from tests.reports.invented_talk import HOSTILE, WIB, InventedTalk

ID, EN = Texts("id"), Texts("en")
NAMES = re.compile("Sari|Budi|Made|Hendra|Wati")


@pytest.fixture(scope="module")
def whole() -> History:
    return gather(InventedTalk(), WIB)


def told(days: int) -> History:
    return gather(InventedTalk(days), WIB)


class Tags(HTMLParser):
    """What a page opens and closes, and what it asks for from elsewhere."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.asked: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        if tag != "meta":
            self.open.append(tag)
        self.asked += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "action")]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)


@pytest.mark.parametrize("days, language", [(20, "id"), (20, "en"), (2, "id"), (0, "id"), (400, "en")])
def test_the_page_is_whole_and_asks_for_nothing(days: int, language: str) -> None:
    html = page(told(days), Texts(language), reference=True)
    tags = Tags(html)
    assert tags.open == []
    assert tags.asked == ["#isi"]
    assert "script" not in tags.seen
    assert "url(" not in html
    assert len(html) < 120_000


def test_what_a_file_says_of_itself_stays_words(whole: History) -> None:
    html = page(whole, ID)
    assert "&lt;/svg&gt;&lt;script&gt;alert(1)&lt;/script&gt; {{ 7 * 7 }} =HYPERLINK(1)" in html
    assert not NAMES.search(html)
    assert "hilang" not in html  # the words of a line that was not understood may be somebody's


def test_the_page_has_the_figures(whole: History) -> None:
    html = page(whole, ID)
    assert html.count('class="bar"') == 9
    one = whole.shares.of_four[0]
    assert one.value is not None and one.low is not None and one.high is not None
    for words in (
        f"{one.value:.0%}".replace("%", " %"),
        f"{one.low:.0%}–{one.high:.0%}".replace("%", ""),
        "Gini 0,28",
        "20 dari 20 pertanyaan",
        "Baris 7.",
        "dan 2 lagi",
    ):
        assert words in html
    assert "bukan target" not in html
    assert "bukan target" in page(whole, ID, reference=True)


def test_too_few_messages_have_bars_without_a_whole() -> None:
    html = page(told(2), ID)
    assert (html.count('class="bar count"'), html.count('class="bar"'), html.count('class="whisker"')) == (9, 0, 0)
    assert not re.search(r"\d %", re.sub(r"95 %", "", html.split("<main")[1]))


def test_a_column_is_as_high_as_its_messages(whole: History) -> None:
    """25 of 26 at the top of 242 units, five types of 5 each."""
    chart = re.search(r'<svg class="columns".*?</svg>', page(whole, ID), re.DOTALL)
    assert chart is not None
    heights = [float(height) for height in re.findall(r'<rect [^>]*height="([\d.]+)"', chart[0])]
    assert heights == pytest.approx([5 / 26 * 242] * 20, abs=0.01)
    assert chart[0].count("<text") == 3 + 4


@pytest.mark.browser
def test_it_fits_a_phone_and_has_no_barrier(whole: History, tmp_path: Path, chromium: dict[str, Any]) -> None:
    place = tmp_path / "analysis.html"
    place.write_text(page(whole, ID, reference=True), encoding="utf-8")
    troubles: list[str] = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(**chromium)
        shown = browser.new_page(viewport={"width": 320, "height": 640})
        shown.on("console", lambda said: troubles.append(said.text))
        shown.goto(place.as_uri())
        shown.click("summary")
        width: int = shown.evaluate("document.documentElement.scrollWidth")
        found: Any = Axe().run(shown)
        browser.close()
    assert width <= 320
    assert found.response["violations"] == []
    # axe itself is kept out by the page's own rule against scripts, unless it is let in: nothing else may complain.
    assert [said for said in troubles if "axe" not in said] == []


@pytest.mark.parametrize("days, language", [(20, "id"), (20, "en"), (2, "id"), (0, "id")])
def test_the_picture_is_a_png_of_a_phones_width(days: int, language: str) -> None:
    png = picture(told(days), Texts(language))
    assert struct.unpack(">II", png[16:24]) == (1080, 1350)


def test_the_sheet_holds_numbers_and_no_name(whole: History) -> None:
    book = openpyxl.load_workbook(io.BytesIO(sheet(whole, ID, reference=True)))
    assert book.sheetnames == ["Ringkasan", "Jenis", "Waktu", "Orang", "Jam", "Tidak terbaca"]
    types = [[cell.value for cell in row] for row in book["Jenis"].iter_rows(min_row=1, max_row=6)]
    assert types[0][:6] == ["Jenis", "n (% dari 4)", "penyebut (% dari 4)", "bagian (% dari 4)", "dari (% dari 4)",
                            "sampai (% dari 4)"]  # fmt: skip
    assert types[1][:4] == ["Berbagi sumber belajar", 20, 80, pytest.approx(whole.shares.of_four[0].value)]
    assert types[1][-1] == 0.45
    assert types[5][:7] == ["Lainnya", None, None, None, None, None, 20]
    people = [[cell.value for cell in row] for row in book["Orang"].iter_rows(min_row=2)]
    assert people[0] == ["Guru 1", "2026-10-05", 40, 0, 20, 0, 20, 0]
    assert people[4][:3] == ["Guru 5", "2026-10-19", 10]
    assert [cell.value for cell in book["Jam"][9]] == [7, 20, 20, 20, 20, 20, 0, 0]
    facts = [row[1].value for row in book["Ringkasan"].iter_rows(min_row=2, max_row=5)]
    assert facts == [f"Telegram JSON, {HOSTILE}", "5 Okt 2026 – 30 Okt 2026", "Asia/Jakarta", 100]
    words = " ".join(str(cell.value) for one in book for row in one.iter_rows() for cell in row)
    assert not NAMES.search(words)
    assert all(cell.data_type != "f" for one in book for row in one.iter_rows() for cell in row)


def test_the_sheet_of_nothing_is_a_sheet() -> None:
    assert openpyxl.load_workbook(io.BytesIO(sheet(told(0), EN))).sheetnames[0] == "Summary"
