"""Charts drawn into the page: bars and columns as SVG without styles of its own, so that the page's colours hold."""

from collections.abc import Iterator
from html import escape
from typing import TYPE_CHECKING

from reports.dashboard.values import Bar, Columns

if TYPE_CHECKING:
    from markupsafe import Markup

WIDE, HIGH, LEFT, BELOW, ABOVE = 600, 300, 56, 44, 14
TICKS = 5
# What tells the types apart on a black-and-white printer, as lines within eight by eight; the first has none.
_HATCHES = {
    "consultation": "M0 8L8 0", "coordination": "M0 8L8 0M0 0L8 8", "motivation": "M4 3v2", "other": "M0 4H8",
}  # fmt: skip


def bar(one: Bar, whole: bool) -> "Markup":
    """One bar with its interval; its name and number stand beside it in the page, so it says nothing itself."""
    from markupsafe import Markup

    inner = _rectangle(0, 0, 100 * _within(one.length), 8, one.look)
    if whole:
        inner = f'<path d="M0 4H100" class="track"/>{inner}'
    if one.low is not None and one.high is not None:
        low, high = 100 * _within(one.low), 100 * _within(one.high)
        inner += f'<path d="M{low:.1f} 4H{high:.1f}M{low:.1f} 1.5v5M{high:.1f} 1.5v5" class="whisker"/>'
    return Markup(f'<svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">{inner}</svg>')


def columns(chart: Columns, name: str) -> "Markup":
    """Layers on top of each other; ``name`` keeps this picture's patterns apart from another's."""
    from markupsafe import Markup

    top = _round_up(max(sum(step) for step in zip(*(layer.values for layer in chart.layers), strict=True)))
    parts = [*_patterns(chart, name), *_grid(top), *_stacks(chart, top, name), *_names(chart)]
    told = escape(chart.told)
    return Markup(
        f'<svg class="columns" viewBox="0 0 {WIDE} {HIGH}" role="img" aria-label="{told}">{"".join(parts)}</svg>'
    )


def swatch(look: str) -> "Markup":
    """A small square in the looks of a layer."""
    from markupsafe import Markup

    lines = f'<path d="{_HATCHES[look]}" class="hatch"/>' if look in _HATCHES else ""
    return Markup(f'<svg viewBox="0 0 8 8" aria-hidden="true">{_rectangle(0, 0, 8, 8, look)}{lines}</svg>')


def _patterns(chart: Columns, name: str) -> Iterator[str]:
    for layer in chart.layers:
        if layer.look in _HATCHES:
            yield (
                f'<pattern id="{name}-{layer.look}" width="8" height="8" patternUnits="userSpaceOnUse">'
                f'<path d="{_HATCHES[layer.look]}" class="hatch"/></pattern>'
            )


def _stacks(chart: Columns, top: int, name: str) -> Iterator[str]:
    room = (WIDE - LEFT) / len(chart.steps)
    for place in range(len(chart.steps)):
        y, x = float(HIGH - BELOW), LEFT + place * room + room * 0.1
        for layer in chart.layers:
            height = layer.values[place] / top * (HIGH - BELOW - ABOVE)
            y -= height
            if height:
                yield _rectangle(x, y, room * 0.8, height, layer.look)
                if layer.look in _HATCHES:
                    box = f'x="{x:.1f}" y="{y:.1f}" width="{room * 0.8:.1f}" height="{height:.1f}"'
                    yield f'<rect {box} fill="url(#{name}-{layer.look})"/>'


def _grid(top: int) -> Iterator[str]:
    for part in (0, 1, 2):
        y = HIGH - BELOW - part / 2 * (HIGH - BELOW - ABOVE)
        yield f'<path d="M{LEFT} {y:.1f}H{WIDE}" class="grid"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 6:.1f}" text-anchor="end">{top * part // 2}</text>'


def _names(chart: Columns) -> Iterator[str]:
    """The names of a few steps, the first and the last among them."""
    room, last = (WIDE - LEFT) / len(chart.steps), len(chart.steps) - 1
    for place in sorted({round(last * tick / (TICKS - 1)) for tick in range(TICKS)}):
        anchor = "start" if place == 0 else "end" if place == last else "middle"
        x = LEFT + room * (place + {"start": 0.1, "middle": 0.5, "end": 0.9}[anchor])
        yield f'<text x="{x:.1f}" y="{HIGH - 14}" text-anchor="{anchor}">{escape(chart.steps[place])}</text>'


def _round_up(n: int) -> int:
    """The next even number of one or two leading figures: 37 becomes 40, 615 becomes 620."""
    unit = max(2, 10 ** (len(str(n)) - 2) * 2)
    return -(-n // unit) * unit or 2


def _within(share: float) -> float:
    return min(1.0, max(0.0, share))


def _rectangle(x: float, y: float, width: float, height: float, look: str) -> str:
    box = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
    return f'<rect {box} class="look-{escape(look)}"/>'
