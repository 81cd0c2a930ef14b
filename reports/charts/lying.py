"""Charts whose bars and points lie below each other: shares, before and after, means on a scale."""

from typing import TYPE_CHECKING

from reports.bars import LOOKS
from reports.charts.page import AFTER, BEFORE, LINE, NAME, PLAIN, Sheet, put, whisker, wrapped
from reports.charts.values import End, Pairs, Profile
from reports.dashboard.values import Bar, Bars

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BAR, GAP = 46, 26  # pixels: how high a bar is, and what is left below it
FULL = 0.60  # how far the whole reaches, in parts of the chart's width: behind it stands what is written
TOP, MARKS = 16, 60


def bars_room(chart: Bars) -> int:
    """Pixels that the chart takes."""
    return sum(len(wrapped(bar.name, NAME)) * LINE[NAME] + BAR + GAP for bar in chart.bars) + TOP


def bars(made: Sheet, chart: Bars) -> None:
    """A name, a bar with its interval and its number, one below the other."""
    axes = _pixels(made, bars_room(chart))
    at = float(TOP)
    for bar in chart.bars:
        at = _name(axes, at, bar.name)
        _bar(axes, at, bar, whole=chart.whole)
        at += BAR + GAP
    axes.plot([0, 0], [TOP + 4, at - GAP + 4], color="black", linewidth=1.5, clip_on=False)


def _bar(axes: "Axes", at: float, bar: Bar, *, whole: bool) -> None:
    colour, hatch = LOOKS.get(bar.look, (PLAIN, ""))
    if whole:
        axes.barh(at + BAR / 2, FULL, BAR, color="white", edgecolor="#999999", linewidth=1.0)
    axes.barh(at + BAR / 2, FULL * bar.length, BAR, color=colour, hatch=hatch, edgecolor="black", linewidth=1.3)
    end = max(FULL * bar.length, FULL if whole else 0.0)
    if bar.low is not None and bar.high is not None:
        whisker(axes, FULL * bar.length, at + BAR / 2, FULL * bar.low, FULL * bar.high)
        end = max(end, FULL * bar.high)
    put(axes, end + 0.03, at + BAR / 2, bar.words)


def pairs_room(chart: Pairs) -> int:
    """Pixels that the chart takes."""
    each = 2 * (BAR + 8) + GAP
    return MARKS + sum(len(wrapped(pair.name, NAME)) * LINE[NAME] + each for pair in chart.pairs)


def pairs(made: Sheet, chart: Pairs) -> None:
    """A bar for before, hatched and light, and one for after below it; what there is none of is said in words."""
    axes = _pixels(made, pairs_room(chart))
    for x, name, look in ((0.0, chart.names[0], (BEFORE, "//")), (0.35, chart.names[1], (AFTER, ""))):
        axes.barh(24, 0.05, 26, left=x, color=look[0], hatch=look[1], edgecolor="black", linewidth=1.2)
        put(axes, x + 0.065, 24, name)
    at = float(MARKS)
    for pair in chart.pairs:
        at = _name(axes, at, pair.name)
        first = at
        for end, look in ((pair.before, (BEFORE, "//")), (pair.after, (AFTER, ""))):
            _end(axes, at, end, look)
            at += BAR + 8
        axes.plot([0, 0], [first, at - 8], color="black", linewidth=1.5, clip_on=False)
        at += GAP


def _end(axes: "Axes", at: float, end: End, look: tuple[str, str]) -> None:
    middle, reach = at + BAR / 2, 0.0
    if end.share is not None:
        reach = FULL * end.share
        axes.barh(middle, reach, BAR, color=look[0], hatch=look[1], edgecolor="black", linewidth=1.3)
        if end.low is not None and end.high is not None:
            whisker(axes, reach, middle, FULL * end.low, FULL * end.high)
            reach = FULL * end.high
    put(axes, reach + 0.025, middle, end.words)


def profile_room(chart: Profile) -> int:
    """Pixels that the chart takes."""
    return MARKS + sum(len(wrapped(one.name, NAME)) * LINE[NAME] + BAR + GAP for one in chart.points)


def profile(made: Sheet, chart: Profile) -> None:
    """A mark on the scale for each, with one standard deviation to both sides, joined by a thin line."""
    axes = _pixels(made, profile_room(chart))

    def place(value: float) -> float:
        return FULL * (value - chart.least) / (chart.most - chart.least)

    at, path = float(MARKS), list[tuple[float, float]]()
    for rung in range(round(chart.least), round(chart.most) + 1):
        put(axes, place(rung), 36, str(rung), ha="center")
    for one in chart.points:
        at = _name(axes, at, one.name)
        middle = at + BAR / 2
        axes.plot([0, FULL], [middle, middle], color="#999999", linewidth=1.2, zorder=1)
        for rung in range(round(chart.least), round(chart.most) + 1):
            axes.plot([place(rung)] * 2, [middle - 8, middle + 8], color="#999999", linewidth=1.2, zorder=1)
        if one.value is not None:
            if one.low is not None and one.high is not None:
                whisker(axes, place(one.value), middle, place(one.low), place(one.high))
            axes.plot([place(one.value)], [middle], marker="D", markersize=12, color="#0072B2", zorder=6)
            path.append((place(one.value), middle))
        put(axes, FULL + 0.03, middle, one.words)
        at += BAR + GAP


def _name(axes: "Axes", at: float, name: str) -> float:
    """The name in its lines; gives where what it names begins."""
    for line in wrapped(name, NAME):
        put(axes, 0.012, at + LINE[NAME] / 2, line, NAME)
        at += LINE[NAME]
    return at


def _pixels(made: Sheet, room: int) -> "Axes":
    """Parts of the width across, pixels down."""
    axes = made.axes(over=0, under=0)
    axes.set_xlim(0, 1)
    axes.set_ylim(room, 0)
    axes.set_axis_off()
    return axes
