"""The picture: a real PNG of the promised size, for every figure a group can have."""

import struct
from typing import Any

import pytest

from community.tagging import FOUR, LABELS
from reports.drawing import draw
from reports.shares import share


def _data(n: tuple[int, ...], group: str = "KKG Melati") -> dict[str, Any]:
    def plain(label: str, number: int, of: int) -> dict[str, Any]:
        one = share(label, number, of)
        return {"label": label, "n": number, "of": of, "low": one.low, "high": one.high}

    return {
        "group": group, "since": "2026-11-14", "until": "2026-11-20", "recorded": sum(n), "counted": 200,
        "of_four": [plain(label, number, sum(n[:4])) for label, number in zip(FOUR, n, strict=False)],
        "of_all": [plain(label, number, sum(n)) for label, number in zip(LABELS, n, strict=True)],
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
