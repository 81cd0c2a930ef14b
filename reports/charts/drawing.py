"""One chart, one drawing: a PNG for a chat or an SVG for a page, from the same value."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from pydantic import TypeAdapter

from reports.charts import lying, standing
from reports.charts.page import EDGE, Form, Sheet, around, finished, sheet, taken
from reports.charts.values import Lines, Lorenz, Pairs, Profile
from reports.dashboard.values import Bars, Columns

Drawable = Bars | Columns | Lines | Pairs | Lorenz | Profile
# What each is called in a letter, how many pixels it takes, and who draws it.
SHAPES: Mapping[str, tuple[type, Callable[[Any], int], Callable[[Sheet, Any], None]]] = {
    "bars": (Bars, lying.bars_room, lying.bars),
    "columns": (Columns, standing.columns_room, standing.columns),
    "lines": (Lines, standing.lines_room, standing.lines),
    "pairs": (Pairs, lying.pairs_room, lying.pairs),
    "lorenz": (Lorenz, standing.lorenz_room, standing.lorenz),
    "profile": (Profile, lying.profile_room, lying.profile),
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart with what stands above and below it."""

    title: str
    subtitle: str
    chart: Drawable
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As plain JSON, to be drawn when a letter is sent."""
        shape = next(name for name, (kind, _, _) in SHAPES.items() if isinstance(self.chart, kind))
        return {
            "title": self.title, "subtitle": self.subtitle, "notes": list(self.notes), "shape": shape,
            "chart": asdict(self.chart),
        }  # fmt: skip


def from_json(data: Mapping[str, Any]) -> Picture:
    """A picture that was kept. Raises KeyError or pydantic's ValidationError for one that was tampered with."""
    kind = SHAPES[data["shape"]][0]
    return Picture(
        data["title"], data["subtitle"], TypeAdapter(kind).validate_python(data["chart"]), tuple(data["notes"])
    )


def drawn(picture: Picture, form: Form) -> bytes:
    """1080 pixels wide, as high as it needs. Half a second of processor: call it in a thread, one at a time."""
    _, room, draw = next(one for one in SHAPES.values() if isinstance(picture.chart, one[0]))
    made = sheet(picture.title, picture.subtitle, picture.notes, room(picture.chart))
    draw(made, picture.chart)
    return finished(made, form)


def measured(picture: Picture) -> int:
    """How many pixels high it is."""
    head, foot = around(picture.title, picture.subtitle, picture.notes)
    _, room, _ = next(one for one in SHAPES.values() if isinstance(picture.chart, one[0]))
    return 2 * EDGE + taken(head) + taken(foot) + room(picture.chart)
