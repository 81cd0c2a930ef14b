"""The charts of the page about an exported conversation, as SVG that stands in the page itself."""

from collections.abc import Iterator, Sequence
from html import escape

from community.tagging import LABELS
from content.texts import Texts
from reports.bars import LOOKS
from reports.history import History, Stretch
from reports.history_words import named
from reports.shares import Share

COLOURS = {label: colour for label, (colour, _) in LOOKS.items()}
WIDE, HIGH, LEFT, BELOW, ABOVE = 600, 300, 56, 44, 14
TICKS = 4  # two dates with their years and two without, side by side on a phone


def bar(share: Share, largest: int, say: Texts) -> str:
    """One share as a bar with its interval; the mere count, in parts of the largest, where there are too few."""
    name = say.plain(f"reports.label.{share.label}")
    if share.value is None or share.low is None or share.high is None:
        told = say.plain("analysis.page.bar", name=name, n=share.n)
        # Without the track that stands for 100 %, and never as long as it would be.
        return _image("bar count", (100, 8), told, _rectangle(0, 0, 80 * share.n / (largest or 1), 8, share.label))
    ends = {"share": round(100 * share.value), "low": round(100 * share.low), "high": round(100 * share.high)}
    told = say.plain("analysis.page.bar_share", name=name, **ends)
    low, high = 100 * share.low, 100 * share.high
    whisker = f'<path d="M{low:.2f} 4H{high:.2f}M{low:.2f} 1.5v5M{high:.2f} 1.5v5" class="whisker"/>'
    return _image("bar", (100, 8), told, _rectangle(0, 0, 100 * share.value, 8, share.label) + whisker)


def columns(history: History, say: Texts) -> str:
    """Messages of each type over time, on top of each other; empty where there is one stretch only."""
    stretches = history.stretches
    if len(stretches) < 2:
        return ""
    top = _round_up(max(one.n for one in stretches))
    parts = [*_grid(top, say), *_stacks(stretches, top), *_names(history, say)]
    return _image("columns", (WIDE, HIGH), say.plain("analysis.page.chart"), "".join(parts))


def _stacks(stretches: Sequence[Stretch], top: int) -> Iterator[str]:
    room = (WIDE - LEFT) / len(stretches)
    for place, one in enumerate(stretches):
        y = float(HIGH - BELOW)
        for label in LABELS:
            height = one.by_label[label] / top * (HIGH - BELOW - ABOVE)
            y -= height
            if height:
                yield _rectangle(LEFT + place * room + room * 0.1, y, room * 0.8, height, label)


def _grid(top: int, say: Texts) -> Iterator[str]:
    for part in (0, 1, 2):
        y = HIGH - BELOW - part / 2 * (HIGH - BELOW - ABOVE)
        yield f'<path d="M{LEFT} {y:.1f}H{WIDE}" class="grid"/>'
        yield f'<text x="{LEFT - 8}" y="{y + 6:.1f}" text-anchor="end">{top * part // 2}</text>'


def _names(history: History, say: Texts) -> Iterator[str]:
    """The names of a few stretches, the first and the last among them."""
    stretches = history.stretches
    room, last = (WIDE - LEFT) / len(stretches), len(stretches) - 1
    for place in sorted({round(last * tick / (TICKS - 1)) for tick in range(TICKS)}):
        words = named(stretches[place], history.step, say)
        words = words.rsplit(" ", 1)[0] if place not in (0, last) and history.step != "year" else words
        anchor = "start" if place == 0 else "end" if place == last else "middle"
        x = LEFT + room * (place + {"start": 0.1, "middle": 0.5, "end": 0.9}[anchor])
        yield f'<text x="{x:.1f}" y="{HIGH - 14}" text-anchor="{anchor}">{escape(words)}</text>'


def _round_up(n: int) -> int:
    """The next even number of one or two leading figures: 37 becomes 40, 615 becomes 620."""
    unit = max(2, 10 ** (len(str(n)) - 2) * 2)
    return -(-n // unit) * unit or 2


def _rectangle(x: float, y: float, width: float, height: float, label: str) -> str:
    return f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}" fill="{COLOURS[label]}"/>'


def _image(kind: str, size: tuple[int, int], told: str, inner: str) -> str:
    stretch = ' preserveAspectRatio="none"' if kind.startswith("bar") else ""
    return (
        f'<svg class="{kind}" viewBox="0 0 {size[0]} {size[1]}"{stretch} role="img" aria-label="{escape(told)}">'
        f"{inner}</svg>"
    )
