"""What a page is made of: figures, each a table with the chart it may have, and what was asked for.

A new figure is a function that takes the session, what was asked for (`Look`) and the reader's language, and gives a
`Figure` or None; its line in `reports/dashboard/figures.py` is all a page needs to show it, draw it and hand it out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from reports import conversation, participation
from reports.charts.values import Lines, Lorenz, Pairs, Profile
from reports.conversation import Counted, Shares
from reports.participation import Met, Participation
from reports.tables import Table
from storage.database import Session
from storage.models import Group


@dataclass(frozen=True, slots=True)
class Look:
    """What was asked for: these groups, in [since, until), one pack's lessons or all, read at ``now`` in a zone."""

    groups: tuple[Group, ...]
    since: datetime
    until: datetime
    now: datetime
    zone: str
    pack: str = ""  # empty: all
    wrote: dict[tuple[datetime, datetime], set[int]] = field(default_factory=dict, compare=False)  # read once, as below
    said: dict[str, Sequence[Any]] = field(default_factory=dict, compare=False)  # figures of surveys, by instrument
    teach: list[Any] = field(default_factory=list, compare=False)  # who teaches in which group
    _counted: list[Counted] = field(default_factory=list, compare=False)
    _shares: list[Shares] = field(default_factory=list, compare=False)
    _took_part: dict[int, Participation] = field(default_factory=dict, compare=False)
    _met: dict[int, Met] = field(default_factory=dict, compare=False)

    async def counted(self, session: Session) -> Counted:
        """The groups' messages and members, read once for all figures of the page."""
        if not self._counted:
            self._counted.append(await conversation.count(session, self.groups, self.since, self.until))
        return self._counted[0]

    async def shares(self, session: Session) -> Shares:
        """Of all these groups together; corrected once for all figures of the page."""
        if not self._shares:
            self._shares.append(conversation.together(await self.counted(session)))
        return self._shares[0]

    async def took_part(self, session: Session) -> Mapping[int, Participation]:
        """What each group did with its prompts, read once."""
        if not self._took_part:
            found = await participation.of_groups(session, self.groups, self.since, self.until)
            self._took_part.update(found)
        return self._took_part

    async def met(self, session: Session) -> Mapping[int, Met]:
        """Each group's meetings and who came to them, read once."""
        if not self._met:
            self._met.update(await participation.met(session, self.groups, self.since, self.until))
        return self._met


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: how much of the width (0..1), its 95 % interval where it has one, and what is written beside it."""

    name: str
    length: float
    words: str
    low: float | None = None
    high: float | None = None
    look: str = "plain"  # a label of the codebook has a look of its own


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars below each other; ``whole``: their full width is everybody, or every message."""

    told: str  # what the picture shows, for who cannot see it
    bars: tuple[Bar, ...]
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Layer:
    """One kind of thing over time: a number for each step."""

    name: str
    look: str
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """Layers on top of each other over time; ``steps`` are their names, oldest first."""

    told: str
    steps: tuple[str, ...]
    layers: tuple[Layer, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture that `reports.drawing.draw` makes of plain values: fetched beside the page, not part of it."""

    told: str
    kind: str
    data: dict[str, Any]


Chart = Bars | Columns | Drawing | Lines | Lorenz | Pairs | Profile


@dataclass(frozen=True, slots=True)
class Figure:
    """A table with its notes, and the chart of the same numbers; ``key`` (a-z) names it in addresses and files.

    ``exact`` is handed out instead of the table where that has rounded.
    """

    key: str
    table: Table
    chart: Chart | None = None
    exact: Table | None = None
