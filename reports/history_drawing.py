"""Draws the types of an exported conversation, for a phone and for a black-and-white printer."""

import io

from content.texts import Texts
from reports.bars import DPI, HEIGHT, WIDTH, panel, written
from reports.history import History
from reports.history_words import grouped, span
from reports.shares import plain


def picture(history: History, say: Texts) -> bytes:
    """A PNG of 1080 × 1350 pixels: both ways of counting with their intervals. Nobody is named."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI, facecolor="white")
    canvas = FigureCanvasAgg(figure)
    written(figure, 0.947, say.plain("reports.shares.title"), 22, weight="bold")
    written(figure, 0.913, span(history, say), 16)
    base = say.plain(
        "analysis.picture.base", messages=grouped(history.messages, say), people=grouped(history.people, say)
    )
    written(figure, 0.886, base, 15)
    written(figure, 0.861, say.plain("analysis.picture.guessed"), 13)
    four, everything = ([plain(share) for share in some] for some in history.shares)
    panel(figure, (0.505, 0.300), four, say, say.plain("reports.picture.of_four", n=four[0]["of"]))
    panel(figure, (0.060, 0.375), everything, say, say.plain("reports.picture.of_all", n=everything[0]["of"]))
    whole = all(shares[0]["low"] is not None for shares in (four, everything))
    written(figure, 0.016, say.plain("reports.picture.foot" if whole else "reports.picture.foot_few"), 13)
    out = io.BytesIO()
    canvas.print_figure(out, format="png", dpi=DPI)
    return out.getvalue()
