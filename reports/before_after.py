"""A group's talk before the assistant came, as an import tells it, and since: the four types side by side."""

import io
from datetime import date
from typing import TYPE_CHECKING, Any

from community.calendar import local_day
from community.tagging import FOUR, standard
from content.texts import Texts
from reports.bars import BARS, DPI, HEIGHT, LEFT, WIDTH, drawable, written
from reports.days import days, local_days
from reports.overview import Overview
from reports.shares import Both, Share, from_tags

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TITLE = 34  # signs of a group's name in a line of the picture
LOOKS = {"before": ("#D9D9D9", "//"), "after": ("#56B4E9", "")}  # told apart without colour, too
Json = dict[str, Any]


def figure(overview: Overview, language: str) -> Json | None:
    """The picture as plain JSON, to be drawn when it is sent; None without a baseline, or nothing since."""
    before, shares = overview.before, overview.shares
    if before is None or not shares.recorded:
        return None
    zone = overview.group.zone
    since = local_days(overview.since, overview.until, zone)
    until = local_day(before.since, zone), local_day(before.until, zone)
    data = {
        "group": overview.group.title[:60],
        "before": _side(from_tags(before.tags, standard().doubts), until, before.people),
        "after": _side(Both(shares.of_four, shares.of_all), since, shares.writers),
    }
    return {"kind": "before_after", "data": data, "language": language}


def _side(shares: Both, span: tuple[date, date], people: int | None) -> Json:
    return {
        "since": span[0].isoformat(), "until": span[1].isoformat(), "people": people, "n": shares.of_all[0].of,
        "of_four": [_plain(one) for one in shares.of_four],
    }  # fmt: skip


def _plain(share: Share) -> Json:
    return {"label": share.label, "n": share.n, "share": share.value, "low": share.low, "high": share.high}


def picture(data: Json, say: Texts) -> bytes:
    """A PNG of 1080 × 1350 pixels; ``data`` is what `figure` gives. No name stands in it but the group's."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    drawn = Figure(figsize=(WIDTH / DPI, HEIGHT / DPI), dpi=DPI, facecolor="white")
    canvas = FigureCanvasAgg(drawn)
    written(drawn, 0.947, drawable(data["group"], TITLE), 22, weight="bold")
    written(drawn, 0.913, say.plain("imported.picture.title"), 16)
    for y, side in ((0.880, "before"), (0.852, "after")):
        written(drawn, y, _told(side, data[side], say), 13)
    axes = drawn.add_axes((LEFT, 0.075, BARS, 0.755))
    axes.set_xlim(0, 1)
    axes.set_ylim(len(FOUR), 0)
    axes.set_axis_off()
    axes.plot([0, 0], [0.1, len(FOUR)], color="black", linewidth=1.5, clip_on=False)
    for row in range(len(FOUR)):
        _pair(axes, row, data, say)
    few = any(data[side]["of_four"][0]["low"] is None for side in LOOKS)
    written(drawn, 0.040, say.plain("imported.picture.foot"), 13)
    written(drawn, 0.016, say.plain("imported.picture.few" if few else "imported.picture.chance"), 13)
    out = io.BytesIO()
    canvas.print_figure(out, format="png", dpi=DPI)
    return out.getvalue()


def _told(side: str, one: Json, say: Texts) -> str:
    span = days(date.fromisoformat(one["since"]), date.fromisoformat(one["until"]), say)
    key = f"imported.picture.{side}" if one["people"] is not None else f"imported.picture.{side}_counts"
    return say.plain(key, span=span, n=one["n"], people=one["people"] or 0)


def _pair(axes: "Axes", row: int, data: Json, say: Texts) -> None:
    """One type: its name, and a bar for what was before and one for what is."""
    label = data["before"]["of_four"][row]["label"]
    axes.text(0.012, row + 0.14, say.plain(f"reports.label.{label}"), fontsize=16, va="center").set_parse_math(False)
    sides = (("before", row + 0.42), ("after", row + 0.76))
    for side, middle in sides:
        share = data[side]["of_four"][row]
        few = share["low"] is None  # a bar beside percentages would be read as one
        if not few:
            _bar(axes, middle, share, *LOOKS[side])
        end = 0.03 if few else share["high"] + 0.04
        words = f"{say.plain(f'imported.picture.{side}_short')}: {_value(share, say)}" if few else _value(share, say)
        axes.text(end, middle, words, fontsize=14, va="center").set_parse_math(False)


def _bar(axes: "Axes", middle: float, share: Json, colour: str, hatch: str) -> None:
    length = share["share"]
    axes.barh(middle, length, 0.28, color=colour, hatch=hatch, edgecolor="black", linewidth=1.2)
    axes.errorbar(
        length, middle, xerr=[[max(0.0, length - share["low"])], [max(0.0, share["high"] - length)]],
        color="black", linewidth=2.2, capsize=5, capthick=2.2, clip_on=False, zorder=5,
    )  # fmt: skip


def _value(share: Json, say: Texts) -> str:
    if share["low"] is None:
        return say.plain("reports.picture.count", n=share["n"])
    ends = {name: f"{share[name]:.0%}"[:-1] for name in ("share", "low", "high")}
    return say.plain("imported.picture.share", n=share["n"], **ends)


def caption(overview: Overview, say: Texts) -> str:
    """What stands under the picture."""
    words = say("imported.picture.caption", group=overview.group.title)
    if overview.before is None or not overview.before.has_hidden:
        return words
    return f"{words} {say('imported.picture.hidden')}"
