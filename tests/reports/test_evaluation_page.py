"""The page about a study: no barrier, fits a phone, asks for nothing, and its picture shows what is read."""

import re
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from content.texts import LANGUAGES, Texts
from reports.evaluation.page import page, picture
from tests.reports.evaluation_data import HIGHEST, evaluation


@pytest.mark.browser
def test_it_fits_a_phone_and_has_no_barrier(tmp_path: Path, chromium: dict[str, Any]) -> None:
    place = tmp_path / "evaluation.html"
    place.write_text(page(evaluation("uneven"), Texts("id")), encoding="utf-8")
    troubles: list[str] = []
    with sync_playwright() as driver:
        browser = driver.chromium.launch(**chromium)
        shown = browser.new_page(viewport={"width": 320, "height": 640})
        shown.on("console", lambda said: troubles.append(said.text))
        shown.goto(place.as_uri())
        width: int = shown.evaluate("document.documentElement.scrollWidth")
        found: Any = Axe().run(shown)
        browser.close()
    assert width <= 320
    assert found.response["violations"] == []
    # axe itself is kept out by the page's own rule against scripts, unless it is let in: nothing else may complain.
    assert [said for said in troubles if "axe" not in said] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", HIGHEST)
def test_the_picture_shows_the_figure_that_is_read(name: str, language: str) -> None:
    found, say = evaluation(name), Texts(language)
    svg = str(picture(found, say))
    where = {key: float(re.findall(rf'{mark}="([\d.]+)"', svg)[0]) for key, mark in (("zero", "x1"), ("value", "cx"))}
    low, high = map(float, re.findall(r"M([\d.]+) 37v16M([\d.]+)", svg)[0])
    read = found.reading.difference
    assert low < where["value"] < high
    assert (where["zero"] < low) == (read.low > 0)
    unit = (high - low) / (read.high - read.low)
    assert where["value"] - where["zero"] == pytest.approx(unit * read.value, abs=0.3)
