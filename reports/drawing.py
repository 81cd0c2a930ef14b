"""Draws a report's picture from plain values, for a five-inch screen and for a black-and-white printer."""

import io
from datetime import date
from threading import Lock
from typing import Any

from content.texts import Texts
from reports import before_after, curves
from reports.bars import DPI, HEIGHT, WIDTH, drawable, panel, written
from reports.charts.drawing import Picture, drawn, from_json
from reports.charts.page import Form
from reports.days import days

alone = Lock()  # matplotlib's font cache is shared and not made for threads


def draw(kind: str, data: dict[str, Any], language: str) -> bytes:
    """A PNG of 1080 × 1350 pixels. Takes about half a second of processor: call it in a thread.

    `data` is what `reports.words.figure` gives; for a curve, what `coaching.curves.figure` does; for a chart, what
    `reports.charts.drawing.Picture` gives, as high as it needs. Raises ValueError for a kind that nobody draws.
    """
    if kind not in ("shares", "curve", "before_after", "chart"):
        raise ValueError(f"no drawing of the kind {kind!r}; known: shares, curve, before_after, chart")
    if kind == "chart":
        return chart(from_json(data), "png")
    with alone:
        if kind == "curve":
            return curves.picture(data, Texts(language))
        if kind == "before_after":
            return before_after.picture(data, Texts(language))
        return _shares(data, Texts(language))


def chart(picture: Picture, form: Form) -> bytes:
    """A chart as PNG or SVG. Takes about half a second of processor: call it in a thread."""
    with alone:
        return drawn(picture, form)


def _shares(data: dict[str, Any], say: Texts) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    picture = Figure(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI, facecolor="white")
    canvas = FigureCanvasAgg(picture)
    when = days(date.fromisoformat(data["since"]), date.fromisoformat(data["until"]), say)
    written(picture, 0.947, drawable(data["group"], 34), 22, weight="bold")
    written(picture, 0.913, say.plain("reports.picture.title", span=when), 16)
    written(picture, 0.886, say.plain("reports.picture.messages", **_some(data, "recorded", "counted")), 15)
    written(picture, 0.861, say.plain("reports.picture.people", **_some(data, "writers", "agreed", "size")), 15)
    four, everything = data["of_four"], data["of_all"]
    panel(picture, (0.505, 0.300), four, say, say.plain("reports.picture.of_four", n=four[0]["of"]))
    panel(picture, (0.060, 0.375), everything, say, say.plain("reports.picture.of_all", n=everything[0]["of"]))
    whole = all(share["low"] is not None for share in (four[0], everything[0]))
    written(picture, 0.016, say.plain("reports.picture.foot" if whole else "reports.picture.foot_few"), 14)
    out = io.BytesIO()
    canvas.print_figure(out, format="png", dpi=DPI)
    return out.getvalue()


def _some(data: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: data[name] for name in names}
