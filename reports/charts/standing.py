"""Charts that go across in time or from few to many: columns of shares, lines, and the curve of evenness."""

from typing import TYPE_CHECKING

from reports.bars import LOOKS
from reports.charts.page import LINE, NAME, WORDS, Sheet, beside, put, wrapped
from reports.charts.values import Lines, Lorenz
from reports.dashboard.values import Columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

HIGH = 700  # pixels of the chart itself
MOST_NAMES, TICKS = 6, 5  # names of steps that fit below it; of more steps so many are named
# Line, mark and dash together: a line is known without its colour.
STYLES = (
    ("#0072B2", "s", "-"), ("#D55E00", "o", "--"), ("#009E73", "^", "-."), ("#000000", "D", ":"),
)  # fmt: skip
LEFT, UNDER = 0.12, 112


def columns_room(chart: Columns) -> int:
    """Pixels that the chart takes, its legend included."""
    return HIGH + UNDER + len(chart.layers) * LINE[NAME] + 20


def columns(made: Sheet, chart: Columns) -> None:
    """The share of each layer step by step, the first one lowest; below each step how many there were."""
    axes = made.axes(LEFT, over=20 + len(chart.layers) * LINE[NAME], under=UNDER)
    _legend(made, [(layer.name, *LOOKS.get(layer.look, ("#56B4E9", ""))) for layer in chart.layers])
    sums = [sum(step) for step in zip(*(layer.values for layer in chart.layers), strict=True)]
    below = [0.0] * len(sums)
    for layer in chart.layers:
        colour, hatch = LOOKS.get(layer.look, ("#56B4E9", ""))
        parts = [n / whole if whole else 0.0 for n, whole in zip(layer.values, sums, strict=True)]
        axes.bar(
            range(len(sums)), parts, 0.84, bottom=below, color=colour, hatch=hatch, edgecolor="black", linewidth=1.1
        )
        below = [a + b for a, b in zip(below, parts, strict=True)]
    _percent(axes, 0.0, 1.0)
    axes.set_xlim(-0.6, len(sums) - 0.4)
    shown = _some(len(sums))
    axes.set_xticks(shown, [f"{chart.steps[at]}\nn={sums[at]}" for at in shown])
    axes.tick_params(axis="x", labelsize=WORDS, length=0, pad=14)


def lines_room(chart: Lines) -> int:
    """Pixels that the chart takes, its legend included."""
    return HIGH + UNDER + (len(chart.lines) * LINE[NAME] if len(chart.lines) > 1 else 0) + 20


def lines(made: Sheet, chart: Lines) -> None:
    """Each line with its marks and intervals; a step without a value is a gap. Numbers stand on one line alone."""
    several = len(chart.lines) > 1
    axes = made.axes(LEFT, over=20 + (len(chart.lines) * LINE[NAME] if several else 0), under=UNDER)
    for at, (one, (colour, mark, dash)) in enumerate(zip(chart.lines, STYLES, strict=False)):
        values = [float("nan") if value is None else value for value in one.values]
        steps = range(len(values))
        axes.plot(
            steps, values, color=colour, marker=mark, linestyle=dash, linewidth=2.6, markersize=12, clip_on=False,
            markerfacecolor=colour if at % 2 == 0 else "white", markeredgewidth=2.2, zorder=4,
        )  # fmt: skip
        for step, value, low, high in zip(steps, one.values, one.lows, one.highs, strict=False):
            if value is not None and low is not None and high is not None:
                axes.errorbar(step, value, yerr=[[value - low], [high - value]], color=colour, capsize=6, linewidth=2)
    if several:
        _keys(made, chart)
    elif chart.lines and chart.lines[0].words:
        for step, (value, words) in enumerate(zip(chart.lines[0].values, chart.lines[0].words, strict=True)):
            if value is not None:
                beside(axes, step, value, words, above=value < chart.least + 0.1 * (chart.most - chart.least))
    if chart.percent:
        _percent(axes, chart.least, chart.most)
    else:
        axes.set_ylim(chart.least, chart.most)
        axes.set_yticks(range(round(chart.least), round(chart.most) + 1))
        axes.tick_params(axis="y", labelsize=WORDS)
        axes.grid(axis="y", color="#CCCCCC")
    _open(axes)
    axes.set_xlim(-0.3, max(0.5, len(chart.steps) - 0.4))
    shown = _some(len(chart.steps))
    axes.set_xticks(shown, [chart.steps[at].replace(" ", "\n") for at in shown])
    axes.tick_params(axis="x", labelsize=WORDS, pad=12)


def lorenz_room(chart: Lorenz) -> int:
    """Pixels that the chart takes."""
    return HIGH + UNDER + 120 if chart.shares else UNDER


def lorenz(made: Sheet, chart: Lorenz) -> None:
    """The curve below the straight line on which all would speak as much; the grey between is what they do not."""
    axes = made.axes(LEFT, right=0.06, over=56, under=UNDER + 40)  # its last number stands half beyond it
    across = [at / (len(chart.shares) - 1) for at in range(len(chart.shares))]
    axes.plot([0, 1], [0, 1], color="black", linestyle="--", linewidth=2)
    axes.plot(across, chart.shares, color="#0072B2", linewidth=3.4, marker="s", markersize=8, clip_on=False)
    axes.fill_between(across, across, chart.shares, color="#D9D9D9", hatch="//", edgecolor="#888888", linewidth=0)
    put(axes, 0.03, 0.93, f"- - -  {chart.even}")
    _percent(axes, 0.0, 1.0)
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.5, 1], ["0 %", "50 %", "100 %"])
    axes.tick_params(axis="x", labelsize=WORDS)
    axes.set_xlabel(chart.across, fontsize=WORDS)
    axes.text(0, 1.04, chart.up, fontsize=WORDS, va="bottom", transform=axes.transAxes)
    _open(axes)


def _percent(axes: "Axes", least: float, most: float) -> None:
    axes.set_ylim(least, most)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    axes.tick_params(axis="y", labelsize=WORDS)
    axes.grid(axis="y", color="#CCCCCC")
    axes.set_axisbelow(True)
    _open(axes)


def _open(axes: "Axes") -> None:
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _some(many: int) -> list[int]:
    """All steps where they fit, else a few, the first and the last among them."""
    if many <= MOST_NAMES:
        return list(range(many))
    return sorted({round((many - 1) * tick / (TICKS - 1)) for tick in range(TICKS)}) if many else []


def _legend(made: Sheet, looks: list[tuple[str, str, str]]) -> None:
    axes = _above(made, len(looks))
    for at, (name, colour, hatch) in enumerate(looks):
        axes.barh(at + 0.5, 0.05, 0.62, color=colour, hatch=hatch, edgecolor="black", linewidth=1.2)
        put(axes, 0.07, at + 0.5, wrapped(name, NAME)[0], NAME)


def _keys(made: Sheet, chart: Lines) -> None:
    axes = _above(made, len(chart.lines))
    for at, (one, (colour, mark, dash)) in enumerate(zip(chart.lines, STYLES, strict=False)):
        inside = colour if at % 2 == 0 else "white"
        axes.plot(
            [0, 0.035, 0.07], [at + 0.5] * 3, color=colour, marker=mark, linestyle=dash, linewidth=2.6,
            markersize=11, markerfacecolor=inside, markeredgewidth=2.2, markevery=[1],
        )  # fmt: skip
        put(axes, 0.09, at + 0.5, wrapped(one.name, NAME)[0], NAME)


def _above(made: Sheet, rows: int) -> "Axes":
    """The rows of a legend, right below the words at the top."""
    top, room = made.height - made.top - 6, rows * LINE[NAME]
    axes = made.picture.add_axes((0.06, (top - room) / made.height, 0.9, room / made.height))
    axes.set_xlim(0, 1)
    axes.set_ylim(rows, 0)
    axes.set_axis_off()
    return axes
