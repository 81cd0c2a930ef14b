"""Bars with their intervals, as every picture of shares draws them; loads no table."""

import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from content.texts import Texts

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


def panel(
    picture: "Figure", place: tuple[float, float], shares: Sequence[dict[str, Any]], say: Texts, title: str
) -> None:
    """A title and a bar for each share; percentages with whiskers, or bare counts where there are too few."""
    bottom, height = place
    written(picture, bottom + height + 0.008, title, 17, weight="bold")
    axes = picture.add_axes((LEFT, bottom, BARS, height))
    axes.set_xlim(0, 1)
    axes.set_ylim(len(shares), 0)
    axes.set_axis_off()
    axes.plot([0, 0], [0.1, len(shares)], color="black", linewidth=1.5, clip_on=False)
    largest = max((share["n"] for share in shares), default=0) or 1
    for row, share in enumerate(shares):
        _bar(axes, row, share, largest, say)


def _bar(axes: "Axes", row: int, share: dict[str, Any], largest: int, say: Texts) -> None:
    n, low, high = share["n"], share["low"], share["high"]
    colour, hatch = LOOKS[share["label"]]
    few = low is None
    # A letter that waits since before the value was told beside its counts is drawn as it was meant then.
    length = n / largest * 0.8 if few else share.get("value", n / share["of"])
    middle = row + 0.69
    name = axes.text(0.012, row + 0.22, say.plain(f"reports.label.{share['label']}"), fontsize=16, va="center")
    axes.barh(middle, length, 0.46, color=colour, hatch=hatch, edgecolor="black", linewidth=1.2)
    if few:
        value = say.plain("reports.picture.count", n=n)
    else:
        value = say.plain(
            "reports.picture.share", share=f"{length:.0%}"[:-1], low=f"{low:.0%}"[:-1], high=f"{high:.0%}"[:-1]
        )
        axes.errorbar(
            length, middle, xerr=[[max(0.0, length - low)], [max(0.0, high - length)]],
            color="black", linewidth=2.2, capsize=6, capthick=2.2, clip_on=False, zorder=5,
        )  # fmt: skip
    words = axes.text(length + 0.03 if few else high + 0.04, middle, value, fontsize=16, va="center")
    name.set_parse_math(False)
    words.set_parse_math(False)


def written(picture: "Figure", y: float, words: str, size: int, weight: str = "normal") -> None:
    """A line of words at that height (0..1)."""
    text = picture.text(LEFT, y, words, fontsize=size, weight=weight, va="bottom")
    text.set_parse_math(False)  # a dollar sign in a group's name is a dollar sign


def drawable(name: str, most: int) -> str:
    """A group's name without the emoji our type cannot draw, cut where the picture ends."""
    kept = "".join(sign for sign in name if unicodedata.category(sign)[0] not in "CS" or ord(sign) < 0x250)
    kept = " ".join(kept.replace("\ufe0f", "").split())
    return kept if len(kept) <= most else f"{kept[: most - 1].rstrip()}…"
