"""A page's figure as a picture of its own, from the very value that the page shows."""

from content.texts import Texts
from reports import drawing
from reports.charts.drawing import Picture, measured
from reports.charts.page import Form
from reports.dashboard.figures import Shown
from reports.dashboard.values import Drawing, Figure

HEIGHT = 1350  # of drawings that are not charts


def drawn(figure: Figure, seen: Shown, form: Form, say: Texts) -> bytes:
    """PNG or SVG of a figure that has a chart. Half a second of processor: call it in a thread."""
    if isinstance(figure.chart, Drawing):
        return drawing.draw(figure.chart.kind, figure.chart.data, say.language)
    return drawing.chart(of(figure, seen.place.title, seen.span), form)


def of(figure: Figure, place: str, span: str) -> Picture:
    """The figure's chart below its title, its place and its time, above its notes. It has one, and no mere drawing."""
    assert figure.chart is not None and not isinstance(figure.chart, Drawing)
    return Picture(figure.table.title, f"{place} · {span}", figure.chart, figure.table.notes)


def height(figure: Figure, seen: Shown) -> int:
    """Pixels of its height where it is 1080 wide, so that a page does not jump when it comes."""
    if figure.chart is None or isinstance(figure.chart, Drawing):
        return HEIGHT
    return measured(of(figure, seen.place.title, seen.span))
