"""The picture: a real PNG of the promised size, for every figure a group can have."""

import struct
from typing import Any

import pytest
from matplotlib.figure import Figure

from community.tagging import FOUR, LABELS, standard
from content.texts import Texts
from reports.bars import panel
from reports.drawing import draw
from reports.shares import Share, from_tags, percent, plain, share


def _data(n: tuple[int, ...], group: str = "KKG Melati") -> dict[str, Any]:
    def drawn(label: str, number: int, of: int) -> dict[str, Any]:
        return plain(share(label, number, of))

    return {
        "group": group, "since": "2026-11-14", "until": "2026-11-20", "recorded": sum(n), "counted": 200,
        "of_four": [drawn(label, number, sum(n[:4])) for label, number in zip(FOUR, n, strict=False)],
        "of_all": [drawn(label, number, sum(n)) for label, number in zip(LABELS, n, strict=True)],
        "writers": 8, "agreed": 9, "size": 12,
    }  # fmt: skip


@pytest.mark.parametrize(
    "n, language, group",
    [
        ((45, 30, 15, 10, 28), "id", "KKG Melati"),
        ((45, 30, 15, 10, 28), "en", "Gugus 3 $kelas_4$ 🌼 " + "panjang " * 20),
        ((25, 0, 0, 0, 0), "id", "KKG Melati"),
        ((0, 0, 0, 0, 7), "id", "🌼"),
    ],
)
def test_it_is_a_png_of_a_phones_width_whatever_the_figures(n: tuple[int, ...], language: str, group: str) -> None:
    png = draw("shares", _data(n, group), language)
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", png[16:24]) == (1080, 1350)
    assert 20_000 < len(png) < 1_000_000


def test_languages_and_figures_make_different_pictures() -> None:
    usual = draw("shares", _data((45, 30, 15, 10, 28)), "id")
    assert usual != draw("shares", _data((45, 30, 15, 10, 28)), "en")
    assert usual != draw("shares", _data((44, 31, 15, 10, 28)), "id")


def test_an_unknown_drawing_is_refused() -> None:
    with pytest.raises(ValueError, match="known: shares"):
        draw("pie", {}, "id")


def _written(shares: list[Share]) -> tuple[list[str], list[float]]:
    """What stands beside the bars of a panel, and how long they are."""
    picture = Figure()
    panel(picture, (0.1, 0.3), [plain(one) for one in shares], Texts("id"), "")
    (axes,) = picture.axes
    return [one.get_text() for one in axes.texts[1::2]], [one.get_width() for one in axes.patches]  # type: ignore[attr-defined]


def test_the_picture_tells_the_shares_of_the_table() -> None:
    """Both are corrected for the tagger's known mistakes; a bar of the bare tags would stand beside its interval."""
    tags = {("resource", 2): 63, ("consultation", 2): 68, ("coordination", 2): 107, ("motivation", 2): 67}
    shares = list(from_tags(tags | {("other", 2): 115}, standard().doubts).of_four)
    words, lengths = _written(shares)
    assert [one.replace(" %", "") for one in words] == [percent(one) for one in shares]
    assert lengths == pytest.approx([one.value for one in shares])
    assert lengths != pytest.approx([one.n / one.of for one in shares])


def test_a_picture_ordered_before_values_were_told_is_drawn_from_its_counts() -> None:
    old = plain(share("resource", 30, 40))
    del old["value"]
    picture = Figure()
    panel(picture, (0.1, 0.3), [old], Texts("id"), "")
    assert picture.axes[0].texts[1].get_text().startswith("75 %")
