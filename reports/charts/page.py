"""The sheet every chart stands on: title, notes, letters that read on a phone, and its end as PNG or SVG."""

import io
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from reports.bars import DPI, LEFT, WIDTH, drawable

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Form = Literal["png", "svg"]
# Points at 150 dots an inch: 14 points are 29 pixels, which read on a screen of five inches.
TITLE, NAME, WORDS = 21, 16, 14
LETTERS = {TITLE: 38, NAME: 50, WORDS: 57}  # so many fit a line
LINE = {TITLE: 58, NAME: 46, WORDS: 40}  # pixels from one line to the next
# Okabe and Ito's colours: told apart by every kind of colour vision, and by how light they are.
PLAIN, AFTER, BEFORE = "#56B4E9", "#56B4E9", "#D9D9D9"
EDGE = 42  # pixels above the title and below the last note
Lines = list[tuple[str, int, str]]


@dataclass(slots=True)
class Sheet:
    """A picture in the making; ``top`` and ``bottom`` are the pixels that words have taken."""

    picture: "Figure"
    height: int
    top: int
    bottom: int

    def axes(self, left: float = LEFT, right: float = 0.04, over: int = 10, under: int = 10) -> "Axes":
        """What is left of the sheet, between words above and below; sides in parts of the width."""
        low, high = (self.bottom + under) / self.height, 1 - (self.top + over) / self.height
        return self.picture.add_axes((left, low, 1 - left - right, high - low))


def sheet(title: str, subtitle: str, notes: tuple[str, ...], room: int) -> Sheet:
    """A sheet with ``room`` pixels for the chart itself."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    head, foot = around(title, subtitle, notes)
    top, bottom = EDGE + taken(head), EDGE + taken(foot)
    height = top + room + bottom
    picture = Figure(figsize=(WIDTH / DPI, height / DPI), dpi=DPI, facecolor="white")
    FigureCanvasAgg(picture)
    _write(picture, head, height, height - EDGE)
    _write(picture, foot, height, bottom - EDGE // 3)
    return Sheet(picture, height, top, bottom)


def around(title: str, subtitle: str, notes: tuple[str, ...]) -> tuple[Lines, Lines]:
    """The lines above the chart and those below it."""
    head: Lines = [(line, TITLE, "bold") for line in wrapped(title, TITLE)]
    head += [(line, WORDS, "normal") for line in wrapped(subtitle, WORDS)]
    return head, [(line, WORDS, "normal") for note in notes for line in wrapped(note, WORDS)]


def wrapped(words: str, size: int) -> list[str]:
    """In lines that fit the width; without the signs that our type cannot draw."""
    return textwrap.wrap(drawable(words, 400), LETTERS[size])


def taken(lines: Lines) -> int:
    """Pixels that they take."""
    return sum(LINE[size] for _, size, _ in lines)


def _write(picture: "Figure", lines: Lines, height: int, top: int) -> None:
    at = top
    for words, size, weight in lines:
        at -= LINE[size]
        text = picture.text(LEFT, (at + 8) / height, words, fontsize=size, weight=weight, va="bottom")
        text.set_parse_math(False)  # a dollar sign is a dollar sign


def put(axes: "Axes", x: float, y: float, words: str, size: int = WORDS, **more: Any) -> None:
    """Words within the chart."""
    axes.text(x, y, words, fontsize=size, **({"va": "center"} | more)).set_parse_math(False)


def beside(axes: "Axes", x: float, y: float, words: str, *, above: bool) -> None:
    """Words right of a mark and a little below it, or above, on white, so that no line runs through them."""
    box = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
    found = axes.annotate(
        words, (x, y), (13, 15 if above else -15), textcoords="offset points", fontsize=WORDS, va="center", bbox=box,
        zorder=6, annotation_clip=False,
    )  # fmt: skip
    found.set_parse_math(False)


def whisker(axes: "Axes", x: float, y: float, low: float, high: float) -> None:
    """The interval around the end of a bar that lies."""
    axes.errorbar(
        x, y, xerr=[[max(0.0, x - low)], [max(0.0, high - x)]], color="black", linewidth=2.2, capsize=6, capthick=2.2,
        clip_on=False, zorder=5,
    )  # fmt: skip


def finished(made: Sheet, form: Form) -> bytes:
    """The sheet as a file; an SVG carries its letters as outlines, so that it looks the same everywhere."""
    import matplotlib as mpl

    out = io.BytesIO()
    # Without a date and with names that do not change, the same chart is the same file.
    with mpl.rc_context({"svg.hashsalt": "sejawat", "svg.fonttype": "path"}):
        made.picture.savefig(out, format=form, dpi=DPI, metadata={"Date": None} if form == "svg" else None)
    return out.getvalue()
