"""Charts: one value, drawn as PNG and as SVG, whatever the figures; and figures that become charts, or none."""

import random
import struct
import xml.etree.ElementTree as ET

import pytest

from content.texts import Texts
from reports.charts.drawing import Drawable, Picture, drawn, from_json, measured
from reports.charts.values import End, Line, Lines, Lorenz, Pair, Pairs, Point, Profile
from reports.dashboard.values import Bar, Bars, Columns, Layer
from reports.drawing import draw
from reports.figures import charts, evenness
from reports.figures.values import Figure, FigureTable, Row, missing, share
from tests.reports.cast import JOINED, wall

SAY = Texts("id")
PERIOD = (JOINED, wall("2026-11-30 16:00"))
LONG = "$kelas_4$ 🌼 " + "panjang sekali " * 12

CHARTS: dict[str, Drawable] = {
    "bars": Bars("x", (Bar("Hadir", 0.75, "9 dari 12", 0.47, 0.91), Bar(LONG, 0.0, "0 dari 12", 0.0, 0.24))),
    "one bar": Bars("x", (Bar("Hadir", 1.0, "1 dari 1", 0.2, 1.0),), whole=False),
    "weeks": Columns("x", ("1 Okt", "8 Okt"), (Layer("A", "resource", (1, 0)), Layer("B", "other", (3, 0)))),
    "line": Lines("x", ("Jul 2026", "Agu 2026"), (Line("A", (0.2, None), (0.1, None), (0.4, None), ("3/12", "")),)),
    "lines": Lines("x", ("Jul 2026",), (Line("A", (3.0,)), Line("B", (None,)), Line("C", (5.0,))), 1.0, 5.0, False),
    "pairs": Pairs("x", ("awal", "akhir"), (Pair(LONG, End(None, "belum ada"), End(0.9, "90 %", 0.77, 0.96)),)),
    "lorenz": Lorenz("x", (0.0, 0.1, 0.3, 0.6, 1.0), "sama", "pembicara", "pesan"),
    "profile": Profile("x", 1.0, 5.0, (Point("A", 3.2, "3,2 · n = 12", 2.7, 3.7), Point("B", None, "terlalu sedikit"))),
}  # fmt: skip


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_a_png_as_wide_as_a_phone_and_the_same_chart_an_svg(name: str) -> None:
    picture = Picture(LONG, "KKG Melati · $5", CHARTS[name], (LONG,))
    assert from_json(picture.to_json()) == picture
    png, svg = drawn(picture, "png"), drawn(picture, "svg")
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    wide, high = struct.unpack(">II", png[16:24])
    assert wide == 1080 and abs(high - measured(picture)) <= 1
    tree = ET.fromstring(svg)
    assert tree.tag.endswith("}svg") and svg.count(b"<path") > 10
    assert b"<script" not in svg and b"http://www.w3.org/1999/xlink" in svg and b"file:" not in svg
    assert drawn(picture, "svg") == svg, "the same chart is the same file"


def test_a_letter_carries_a_chart_as_plain_json() -> None:
    picture = Picture("Hadir", "KKG Melati", CHARTS["bars"])
    assert draw("chart", picture.to_json(), "id") == drawn(picture, "png")
    with pytest.raises(KeyError):
        draw("chart", picture.to_json() | {"shape": "pie"}, "id")


def test_nothing_is_drawn_of_nothing() -> None:
    nothing = share("participation.chat", 0, 0, PERIOD)
    assert charts.bars([nothing, share("participation.meetings", 0, 4, PERIOD)], "x", SAY) is None
    assert charts.months([("2026-10", missing("facilitation", "share", "entered", PERIOD, "few"))], "x", SAY) is None
    assert charts.pulse({}, "x", SAY) is None
    row = Row("strategies", ((missing("strategies", "share", "entered", PERIOD, "none_yet"),),) * 2)
    assert charts.pairs(FigureTable("results", (), (row,)), SAY) is None


def test_before_and_after_say_why_there_is_no_bar() -> None:
    row = Row(
        "participation",
        ([share("participation.meetings", 0, 0, PERIOD)], [share("participation.meetings", 9, 10, PERIOD)]),
    )
    found = charts.pairs(FigureTable("results", (), (row,)), SAY)
    assert found is not None
    assert found.pairs[0].before.share is None and found.pairs[0].before.words == "belum ada yang dihitung"
    assert found.pairs[0].after.words == "90 % (60–98)"


def test_counts_are_drawn_in_parts_of_the_largest_and_never_as_percent() -> None:
    each = [Figure("modules.aiw-1", float(n), "count", "computed", PERIOD, n, 8) for n in (8, 4)]
    found = charts.bars(each, "x", SAY)
    assert found is not None and not found.whole and [bar.length for bar in found.bars] == [0.8, 0.4]


def test_evenness_is_told_of_enough_speakers_alone() -> None:
    assert evenness.told([]) is None and evenness.told([100]) is None and evenness.told([1] * 8) is None
    even, dice = evenness.told([5] * 8), random.Random(3)
    assert even is not None and even.gini == pytest.approx(0) and even.shares[4] == pytest.approx(0.5)
    for _ in range(200):
        found = evenness.told([dice.randint(1, 50) for _ in range(dice.randint(6, 30))])
        if found is None:
            continue
        steps = [after - before for before, after in zip(found.shares, found.shares[1:], strict=False)]
        assert found.shares[0] == 0 and found.shares[-1] == pytest.approx(1)
        assert steps == pytest.approx(sorted(steps)), "the rarest speaks first"
        assert 0 <= found.gini < 1
