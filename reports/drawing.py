"""Draws a report's picture from plain values, for a five-inch screen and for a black-and-white printer."""

import io
import unicodedata
from collections.abc import Sequence
from datetime import date
from threading import Lock
from typing import TYPE_CHECKING, Any

from content.texts import Texts
from reports import curves
from reports.days import days

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, HEIGHT, DPI = 1080, 1350, 150  # pixels; 4:5 fills the width of a phone held upright
# Okabe and Ito's colours, told apart by every kind of colour vision; the hatches do the same without colour.
LOOKS = {
    "resource": ("#56B4E9", ""),
    "consultation": ("#E69F00", "//"),
    "coordination": ("#6CC5A9", "xx"),
    "motivation": ("#E0A6C6", ".."),
    "other": ("#D9D9D9", "--"),
}
LEFT, BARS = 0.06, 0.62  # where bars begin and how far 100 % reaches, in parts of the width
_drawing = Lock()  # matplotlib's font cache is shared and not made for threads


def draw(kind: str, data: dict[str, Any], language: str) -> bytes:
    """A PNG of 1080 × 1350 pixels. Takes about half a second of processor: call it in a thread.

    `data` is what `reports.words.figure` gives; for a curve, what `coaching.curves.figure` does.
    Raises ValueError for a kind that nobody draws.
    """
    if kind not in ("shares", "curve"):
        raise ValueError(f"no drawing of the kind {kind!r}; known: shares, curve")
    with _drawing:
        if kind == "curve":
            return curves.picture(data, Texts(language))
        return _shares(data, Texts(language))


def _shares(data: dict[str, Any], say: Texts) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    picture = Figure(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI, facecolor="white")
    canvas = FigureCanvasAgg(picture)
    when = days(date.fromisoformat(data["since"]), date.fromisoformat(data["until"]), say)
    _words(picture, 0.947, _drawable(data["group"], 34), 22, weight="bold")
    _words(picture, 0.913, say.plain("reports.picture.title", span=when), 16)
    _words(picture, 0.886, say.plain("reports.picture.messages", **_some(data, "recorded", "counted")), 15)
    _words(picture, 0.861, say.plain("reports.picture.people", **_some(data, "writers", "agreed", "size")), 15)
    four, everything = data["of_four"], data["of_all"]
    _panel(picture, (0.505, 0.300), four, say, say.plain("reports.picture.of_four", n=four[0]["of"]))
    _panel(picture, (0.060, 0.375), everything, say, say.plain("reports.picture.of_all", n=everything[0]["of"]))
    whole = all(share["low"] is not None for share in (four[0], everything[0]))
    _words(picture, 0.016, say.plain("reports.picture.foot" if whole else "reports.picture.foot_few"), 13)
    out = io.BytesIO()
    canvas.print_figure(out, format="png", dpi=DPI)
    return out.getvalue()


def _panel(
    picture: "Figure", place: tuple[float, float], shares: Sequence[dict[str, Any]], say: Texts, title: str
) -> None:
    """A title and a bar for each share; percentages with whiskers, or bare counts where there are too few."""
    bottom, height = place
    _words(picture, bottom + height + 0.008, title, 17, weight="bold")
    axes = picture.add_axes((LEFT, bottom, BARS, height))
    axes.set_xlim(0, 1)
    axes.set_ylim(len(shares), 0)
    axes.set_axis_off()
    axes.plot([0, 0], [0.1, len(shares)], color="black", linewidth=1.5, clip_on=False)
    largest = max((share["n"] for share in shares), default=0) or 1
    for row, share in enumerate(shares):
        _bar(axes, row, share, largest, say)


def _bar(axes: "Axes", row: int, share: dict[str, Any], largest: int, say: Texts) -> None:
    n, of, low, high = share["n"], share["of"], share["low"], share["high"]
    colour, hatch = LOOKS[share["label"]]
    few = low is None
    length = n / largest * 0.8 if few else n / of
    middle = row + 0.69
    name = axes.text(0.012, row + 0.22, say.plain(f"reports.label.{share['label']}"), fontsize=16, va="center")
    axes.barh(middle, length, 0.46, color=colour, hatch=hatch, edgecolor="black", linewidth=1.2)
    if few:
        value = say.plain("reports.picture.count", n=n)
    else:
        value = say.plain(
            "reports.picture.share", share=f"{n / of:.0%}"[:-1], low=f"{low:.0%}"[:-1], high=f"{high:.0%}"[:-1]
        )
        axes.errorbar(
            length, middle, xerr=[[max(0.0, length - low)], [max(0.0, high - length)]],
            color="black", linewidth=2.2, capsize=6, capthick=2.2, clip_on=False, zorder=5,
        )  # fmt: skip
    words = axes.text(length + 0.03 if few else high + 0.04, middle, value, fontsize=16, va="center")
    name.set_parse_math(False)
    words.set_parse_math(False)


def _words(picture: "Figure", y: float, words: str, size: int, weight: str = "normal") -> None:
    text = picture.text(LEFT, y, words, fontsize=size, weight=weight, va="bottom")
    text.set_parse_math(False)  # a dollar sign in a group's name is a dollar sign


def _some(data: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: data[name] for name in names}


def _drawable(name: str, most: int) -> str:
    """A group's name without the emoji our type cannot draw, cut where the picture ends."""
    kept = "".join(sign for sign in name if unicodedata.category(sign)[0] not in "CS" or ord(sign) < 0x250)
    kept = " ".join(kept.replace("\ufe0f", "").split())
    return kept if len(kept) <= most else f"{kept[: most - 1].rstrip()}…"
