"""The figures of an exported conversation, gathered in one pass and without a database."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from community.imports.tagged import tagged
from community.imports.values import FILES, Export, NotUnderstood, Spoken
from community.tagging import LABELS, quantify, standard
from community.tagging.values import HIDDEN
from reports.history_people import Equality, People
from reports.history_threads import Consultations, Threads, Told
from reports.shares import Both, from_tags

WEEKS, MONTHS = 26, 60
"""Up to so many weeks they are shown week by week, up to so many months month by month, then by years."""
BLOCK = 1_000
"""Messages counted at once, column by column: a fifth of the time it takes one by one, and few enough to hold."""
_PLACES = {label: place for place, label in enumerate(LABELS)}


@dataclass(frozen=True, slots=True)
class Stretch:
    """A week from Monday, a month or a year: its first day, its messages by label, and who spoke for the first time."""

    start: date
    by_label: dict[str, int]
    newcomers: int

    @property
    def n(self) -> int:
        return sum(self.by_label.values())


@dataclass(frozen=True, slots=True)
class History:
    """What an export says of a group. ``hours[weekday][hour]`` counts messages, Monday first; times are in ``zone``.

    ``hidden`` of the ``media`` the export left out without a word of what they were.
    """

    grammar: str
    zone: str
    messages: int
    system_lines: int
    media: int
    hidden: int
    deleted: int
    edited: int
    not_understood: int
    places: tuple[NotUnderstood, ...]
    first: datetime | None
    last: datetime | None
    shares: Both
    step: str
    stretches: tuple[Stretch, ...]
    equality: Equality
    consultations: Consultations
    hours: tuple[tuple[int, ...], ...]

    @property
    def people(self) -> int:
        return self.equality.people


Tagger = Callable[[Iterable[Spoken]], Iterator[tuple[Spoken, Told]]]


def gather(export: Export, zone: ZoneInfo, by: Tagger = tagged) -> History:
    """Go through an export once. Raises BadExport where it cannot be read.

    Memory grows with people, days and questions, not with messages. ``by`` tags the messages of people, in order.
    """
    counts = _Counts(zone)
    said = by(counts.lines(export))
    while block := list(islice(said, BLOCK)):
        counts.take(block)
        for spoken, told in block:
            counts.threads.take(spoken, told)
    reading = export.reading
    days = counts.days
    step = _step(min(days), max(days)) if days else "week"
    return History(
        grammar=reading.grammar, zone=zone.key, messages=counts.messages, system_lines=counts.system_lines,
        media=counts.media, hidden=counts.hidden, deleted=counts.deleted, edited=counts.edited,
        not_understood=reading.how_many_not_understood, places=tuple(reading.not_understood),
        first=counts.moment(counts.first), last=counts.moment(counts.last),
        shares=from_tags(counts.tags, standard().doubts), step=step,
        stretches=tuple(_stretches(days, counts.people.first_days(), step)), equality=counts.people.told(),
        consultations=counts.threads.told(counts.last or 0), hours=tuple(tuple(row) for row in counts.hours),
    )  # fmt: skip


@dataclass(slots=True)
class _Counts:
    zone: ZoneInfo
    messages: int = 0
    system_lines: int = 0
    media: int = 0
    hidden: int = 0
    deleted: int = 0
    edited: int = 0
    first: int | None = None
    last: int | None = None
    days: dict[int, list[int]] = field(default_factory=dict)
    hours: list[list[int]] = field(default_factory=lambda: [[0] * 24 for _ in range(7)])
    tags: Counter[tuple[str, int]] = field(default_factory=Counter)
    people: People = field(default_factory=People)
    threads: Threads = field(default_factory=Threads)
    _quarters: dict[int, tuple[int, int]] = field(default_factory=dict)

    def lines(self, export: Iterable[Spoken]) -> Iterator[Spoken]:
        """The export as it is, while the lines of the program are counted."""
        for spoken in export:
            if spoken.sender is None:
                self.system_lines += 1
            yield spoken

    def take(self, block: Sequence[tuple[Spoken, Told]]) -> None:
        """Messages of people, with their tags."""
        ats, senders, _, kinds, _, deleted, edited, *_ = zip(*[spoken for spoken, _ in block], strict=True)
        labels = [told.label for _, told in block]
        for (label, sure), n in Counter(zip(labels, [told.confidence for _, told in block], strict=True)).items():
            self.tags[label, quantify.step(sure)] += n
        self.messages += len(block)
        self.media += sum(map(FILES.__contains__, kinds))
        self.hidden += kinds.count(HIDDEN)
        self.deleted += sum(deleted)
        self.edited += sum(edited)
        self.first = min(ats) if self.first is None else min(self.first, *ats)
        self.last = max(ats) if self.last is None else max(self.last, *ats)
        times = [*map(self._local, ats)]
        for (day, hour), n in Counter(times).items():
            self.hours[(day - 1) % 7][hour] += n  # day 1 of all ordinals is a Monday
        days = [day for day, _ in times]
        for (sender, label, day), n in Counter(zip(senders, labels, days, strict=True)).items():
            place = _PLACES[label]
            if day not in self.days:
                self.days[day] = [0] * len(LABELS)
            self.days[day][place] += n
            self.people.take(sender or "", place, day, n)

    def _local(self, at: int) -> tuple[int, int]:
        """Day and hour there; no zone changes its clocks within a quarter of an hour."""
        quarter = at // 900
        found = self._quarters.get(quarter)
        if found is None:
            local = datetime.fromtimestamp(at, self.zone)
            if len(self._quarters) > 10_000:
                self._quarters.clear()
            found = self._quarters[quarter] = (local.toordinal(), local.hour)
        return found

    def moment(self, at: int | None) -> datetime | None:
        return None if at is None else datetime.fromtimestamp(at, self.zone)


def _sum(counts: Iterable[list[int]]) -> list[int]:
    return [sum(column) for column in zip([0] * len(LABELS), *counts, strict=True)]


def _named(counts: list[int]) -> dict[str, int]:
    return dict(zip(LABELS, counts, strict=True))


def _step(first: int, last: int) -> str:
    if (last - first) // 7 < WEEKS:
        return "week"
    return "month" if (last - first) // 30 < MONTHS else "year"


def _start(day: int, step: str) -> date:
    """The first day of the week, month or year of a day; a week that began before all days begins with them."""
    here = date.fromordinal(day)
    if step == "week":
        return date.fromordinal(max(1, day - here.weekday()))
    return here.replace(day=1) if step == "month" else here.replace(month=1, day=1)


def _after(start: date, step: str) -> date:
    """The first day of the stretch that follows."""
    if step == "week":
        return start + timedelta(days=7)
    ahead = start + timedelta(days=31 if step == "month" else 366)
    return ahead.replace(day=1) if step == "month" else ahead.replace(month=1, day=1)


def _stretches(days: dict[int, list[int]], first_days: Iterable[int], step: str) -> Iterator[Stretch]:
    """From the first to the last, also those in which nobody spoke."""
    found: dict[date, list[list[int]]] = {}
    for day, counts in days.items():
        found.setdefault(_start(day, step), []).append(counts)
    newcomers: dict[date, int] = {}
    for day in first_days:
        start = _start(day, step)
        newcomers[start] = newcomers.get(start, 0) + 1
    at, last = min(found, default=date.max), max(found, default=date.min)
    while at <= last:
        yield Stretch(at, _named(_sum(found.get(at, []))), newcomers.get(at, 0))
        if at == last:
            return
        at = _after(at, step)
