"""Charts as they come out: letters that read on five inches, series that are told apart in grey and by every eye."""

import io
import re
from collections.abc import Callable, Iterator
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from numpy.typing import NDArray
from PIL import Image

from coaching.curves import MOST
from community.tagging import FOUR, LABELS
from content import rubrics
from content.texts import LANGUAGES, Texts
from reports.bars import LOOKS, panel
from reports.charts import drawing
from reports.charts.drawing import Picture, drawn
from reports.charts.page import Sheet
from reports.charts.values import End, Line, Lines, Pair, Pairs
from reports.dashboard.values import Columns, Layer
from reports.drawing import draw
from reports.shares import plain, share
from tests.reports.test_charts import CHARTS

SMALLEST = 28  # pixels of 1080 that stand for 62 mm: 1.6 mm, as large as a footnote on paper
Grey = NDArray[np.float64]


@pytest.fixture
def letters(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, float, Any]]:
    """Every piece of words that is drawn: the words, how high its letters are in pixels, and where it stands."""
    found: list[tuple[str, float, Any]] = []
    draw = Text.draw

    def seen(self: Text, renderer: Any, *more: Any, **others: Any) -> None:
        if self.get_text() and self.get_visible():
            found.append(
                (self.get_text(), renderer.points_to_pixels(self.get_fontsize()), self.get_window_extent(renderer))
            )
        draw(self, renderer, *more, **others)

    monkeypatch.setattr(Text, "draw", seen)
    return found


@pytest.mark.parametrize("name", CHARTS)
def test_letters_read_on_a_screen_of_five_inches_and_none_is_cut_off(
    name: str, letters: list[tuple[str, float, Any]]
) -> None:
    png = drawn(Picture("Hadir", "KKG Melati", CHARTS[name], ("Satu catatan di bawahnya.",)), "png")
    wide, high = Image.open(io.BytesIO(png)).size
    assert len(letters) > 4
    assert [(words, size) for words, size, _ in letters if size < SMALLEST] == []
    # A capital is about seven tenths of the size: what is drawn is as large as what was asked for.
    assert all(place.height >= 0.5 * SMALLEST for words, _, place in letters if any(sign.isalnum() for sign in words))
    outside = [
        (words, [round(one) for one in at.extents])
        for words, _, at in letters
        if at.x0 < 0 or at.x1 > wide or at.y0 < 0 or at.y1 > high
    ]
    assert outside == []


def _curve(days: int) -> dict[str, Any]:
    """The longest curve of one teacher: the rubric with most criteria, in every lesson that a curve shows."""
    rubric = max(rubrics.house().values(), key=lambda one: len(one.criteria))
    return {
        "title": rubric.title.of("id"), "levels": [one.title.of("id") for one in rubric.levels],
        "days": [f"2026-{1 + n:02}-{20 + n}" for n in range(days)],
        "criteria": [{"title": one.title.of("id"), "own": [n % 4 for n in range(days)], "seen": [None] * days}
                     for one in rubric.criteria],
    }  # fmt: skip


def _shares() -> dict[str, Any]:
    told = {label: plain(share(label, 30, 150)) for label in LABELS}
    return {
        "group": "KKG Melati", "since": "2026-11-14", "until": "2026-11-20", "recorded": 150, "counted": 200,
        "of_four": [told[one] for one in FOUR], "of_all": list(told.values()), "writers": 8, "agreed": 9, "size": 12,
    }  # fmt: skip


@pytest.mark.parametrize("kind, data", [("shares", _shares()), ("curve", _curve(MOST))])
def test_letters_of_the_older_pictures_read_as_well(
    kind: str, data: dict[str, Any], letters: list[tuple[str, float, Any]]
) -> None:
    for language in LANGUAGES:
        letters.clear()
        wide, high = Image.open(io.BytesIO(draw(kind, data, language))).size
        assert len(letters) > 10
        assert [(words, size) for words, size, _ in letters if size < SMALLEST] == []
        outside = [words for words, _, at in letters if at.x0 < 0 or at.x1 > wide or at.y0 < 0 or at.y1 > high]
        assert outside == [], language
        days = sorted([at for words, _, at in letters if re.fullmatch(r"\d+\n\w+", words)], key=lambda at: float(at.x0))
        assert all(one.x1 < other.x0 for one, other in pairwise(days)), "days do not run into each other"


# What the three kinds of eyes that lack a cone see of a colour (Machado, Oliveira & Fernandes 2009, severity 1.0).
EYES = {
    "protan": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deutan": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritan": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
GREY = (0.2126, 0.7152, 0.0722)


def _in_grey(rgb: Grey) -> Grey:
    return rgb @ np.array(GREY)


def _by(eye: str) -> Callable[[Grey], Grey]:
    def seen(rgb: Grey) -> Grey:
        linear = (rgb / 255) ** 2.2
        found: Grey = 255 * np.clip(linear @ np.array(EYES[eye]).T, 0, 1) ** (1 / 2.2)
        return found

    return seen


SEEN = {"grey": _in_grey} | {eye: _by(eye) for eye in EYES}
APART = 12.0  # of 255: the mean difference, point by point, of two that are laid on each other


def _apart(one: Grey, other: Grey) -> float:
    high, wide = min(one.shape[0], other.shape[0]), min(one.shape[1], other.shape[1])
    return float(np.abs(one[:high, :wide] - other[:high, :wide]).mean())


def _pixels(figure: Figure) -> Grey:
    figure.canvas.draw()
    found: Grey = np.asarray(figure.canvas.buffer_rgba(), dtype=float)[..., :3]  # type: ignore[attr-defined]
    return found


def _cut(pixels: Grey, patch: Any, renderer: Any) -> Grey:
    """The inside of a bar, without its border."""
    at = patch.get_window_extent(renderer)
    high = pixels.shape[0]
    return pixels[int(high - at.y1) + 4 : int(high - at.y0) - 4, int(at.x0) + 4 : int(at.x1) - 4]


@pytest.fixture
def sheets(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Sheet]]:
    """Each sheet that is drawn, with everything on it."""
    found: list[Sheet] = []
    finished = drawing.finished

    def kept(made: Sheet, form: Any) -> bytes:
        found.append(made)
        return finished(made, form)

    monkeypatch.setattr(drawing, "finished", kept)
    return found


def _all_apart(parts: dict[str, Grey]) -> None:
    for eye, sees in SEEN.items():
        told = {pair: _apart(sees(parts[pair[0]]), sees(parts[pair[1]])) for pair in combinations(parts, 2)}
        assert {pair: round(n) for pair, n in told.items() if n < APART} == {}, eye


def test_the_five_kinds_of_talk_are_told_apart_without_colour(sheets: list[Sheet]) -> None:
    layers = tuple(Layer(label, label, (20,)) for label in LABELS)
    drawn(Picture("x", "x", Columns("x", ("1 Okt",), layers)), "png")
    figure = sheets[0].picture
    pixels, renderer = _pixels(figure), figure.canvas.get_renderer()  # type: ignore[attr-defined]
    columns = figure.axes[0].patches
    assert len(columns) == len(LABELS) == len(LOOKS)
    _all_apart({label: _cut(pixels, one, renderer) for label, one in zip(LABELS, columns, strict=True)})
    figure = Figure(figsize=(7.2, 9), dpi=150)
    panel(figure, (0.1, 0.8), [plain(share(label, 30, 30)) for label in LABELS], Texts("id"), "")
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    FigureCanvasAgg(figure)
    pixels, renderer = _pixels(figure), figure.canvas.get_renderer()  # type: ignore[attr-defined]
    _all_apart({label: _cut(pixels, one, renderer)
                for label, one in zip(LABELS, figure.axes[0].patches, strict=True)})  # fmt: skip


def test_before_and_after_are_told_apart_without_colour(sheets: list[Sheet]) -> None:
    ends = (End(0.8, "80 %"), End(0.8, "80 %"))
    drawn(Picture("x", "x", Pairs("x", ("awal", "akhir"), (Pair("A", *ends),))), "png")
    figure = sheets[0].picture
    pixels, renderer = _pixels(figure), figure.canvas.get_renderer()  # type: ignore[attr-defined]
    keys, bars = figure.axes[0].patches[:2], figure.axes[0].patches[2:]
    for both in (keys, bars):
        before, after = (_cut(pixels, one, renderer) for one in both)
        _all_apart({"before": before, "after": after})


def test_four_lines_are_told_apart_without_colour_by_dash_and_mark(sheets: list[Sheet]) -> None:
    steps = tuple(f"{n} Okt" for n in range(6))
    lines = tuple(Line(name, (0.5,) * 6) for name in "ABCD")
    drawn(Picture("x", "x", Lines("x", steps, lines)), "png")
    figure = sheets[0].picture
    pixels, renderer = _pixels(figure), figure.canvas.get_renderer()  # type: ignore[attr-defined]
    keys = figure.axes[-1].lines
    assert len(keys) == 4
    parts = {}
    for name, one in zip("ABCD", keys, strict=True):
        at = one.get_window_extent(renderer)
        middle = pixels.shape[0] - (at.y0 + at.y1) / 2
        parts[name] = pixels[int(middle) - 14 : int(middle) + 14, int(at.x0) : int(at.x1)]
    for eye, sees in SEEN.items():
        ink = {name: 255 - sees(part) for name, part in parts.items()}
        for one, other in combinations(ink, 2):
            most = max(float(ink[one].sum()), float(ink[other].sum()))
            assert float(np.abs(ink[one] - ink[other]).sum()) > 0.25 * most, (eye, one, other)
