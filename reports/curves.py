"""Draws the curve of one teacher with one rubric: a strip for each criterion, own scores and those of the observer."""

import io
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from content.texts import Texts

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, HEIGHT, DPI = 1080, 1350, 150  # pixels; 4:5 fills the width of a phone held upright
TOP, BOTTOM = 0.90, 0.10  # where the strips begin and end, in parts of the height


def picture(data: dict[str, Any], say: Texts) -> bytes:
    """A PNG of 1080 × 1350 pixels; ``data`` is what `coaching.curves.figure` gives. No name stands in it."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI, facecolor="white")
    canvas = FigureCanvasAgg(figure)
    figure.text(0.06, 0.95, data["title"], fontsize=20, weight="bold", va="bottom").set_parse_math(False)
    criteria, levels = data["criteria"], len(data["levels"])
    height = (TOP - BOTTOM) / len(criteria)
    months = say.plain("common.months").split()
    days = [f"{day.day}\n{months[day.month - 1]}" for day in map(date.fromisoformat, data["days"])]
    for at, one in enumerate(criteria):
        axes = figure.add_axes((0.10, TOP - (at + 1) * height + 0.02, 0.84, height - 0.06))
        _strip(axes, one, levels, days if at == len(criteria) - 1 else [""] * len(days))
    for y, key in ((0.035, "own"), (0.012, "seen")):
        mark = "○ - -" if key == "own" else "■ ––"
        figure.text(0.06, y, f"{mark}  {say.plain(f'observations.picture.{key}')}", fontsize=14, va="bottom")
    scale = say.plain("observations.picture.scale", low=data["levels"][0], high=data["levels"][-1], n=levels)
    figure.text(0.06, 0.922, scale, fontsize=14, va="bottom").set_parse_math(False)
    out = io.BytesIO()
    canvas.print_figure(out, format="png", dpi=DPI)
    return out.getvalue()


def _strip(axes: "Axes", one: dict[str, Any], levels: int, days: Sequence[str]) -> None:
    """Two lines, told apart by mark and dash as well as by colour; a day without a score is a gap."""
    axes.set_title(one["title"], fontsize=14, loc="left", pad=3).set_parse_math(False)
    axes.set_ylim(0.6, levels + 0.4)
    axes.set_xlim(-0.4, len(days) - 0.6)
    axes.set_yticks(range(1, levels + 1))
    axes.set_xticks(range(len(days)), days)
    axes.tick_params(labelsize=14)
    axes.grid(axis="y", color="#DDDDDD")
    looks = {"own": ("#E69F00", "o", "--", "white"), "seen": ("#0072B2", "s", "-", "#0072B2")}
    for name, (colour, mark, dash, inside) in looks.items():
        rungs = [float("nan") if value is None else value + 1 for value in one[name]]
        axes.plot(
            range(len(rungs)), rungs, color=colour, marker=mark, linestyle=dash, linewidth=2.2, markersize=8,
            markerfacecolor=inside, markeredgewidth=2, clip_on=False,
        )  # fmt: skip
