"""Who needs me today: one letter each morning to everybody who accompanies others, of all their cycles at once.

Read for a batch of people in a fixed number of questions to the database, however many cycles they have.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import exists, select

from coaching import seats
from coaching.rights import Side
from coaching.steps import sides_of
from community import calendar, leaves, people
from community.calendar import SchoolCalendar, local_day
from content.texts import LANGUAGES, Texts
from content.workflows import Step
from reports import booked, running
from reports.booked import Booked
from reports.running import Running
from storage.bulk import among
from storage.database import Session
from storage.models import Cycle, CycleMember, Person

SILENT_AFTER = 10  # school days without a sign in a running cycle
STUCK_AFTER = 5  # school days a step is late

# What needs somebody, the most urgent first.
KINDS_OF_NEED = (
    "own_promise_late", "own_step_late", "own_promise_due", "stuck", "consultation", "own_step_due", "evidence",
    "step_late", "promise_late", "silent",
)  # fmt: skip
# What lies with the others and only grows older: a letter comes for it on the first day, and then once a week.
_WAITS = frozenset({"stuck", "step_late", "promise_late", "silent"})
_WEEK = 5  # school days
_DOORS = {booked.VISIT: "vst", booked.MEETING: "mt"}  # the page on which it is moved or called off


@dataclass(frozen=True, slots=True)
class Need:
    """One line: whom it is about, what it is, and since or until when."""

    kind: str
    cycle_id: int
    names: tuple[str, ...]  # of the other side, as they are called in the coach's language
    what: Mapping[str, str]  # by language: the step, or the words of the promise
    due_on: date | None = None
    days: int = 0
    hour: str = ""  # of an appointment
    door: str = ""  # the data of its button; none: the cycle's page

    @property
    def is_news(self) -> bool:
        """Is it worth a letter today? What is not still stands on the page, and below what is."""
        return self.kind not in _WAITS or self.days == 1 or self.days % _WEEK == 0

    @property
    def rank(self) -> tuple[int, int, str]:
        """Somebody waits at an hour: that is known before everything else."""
        if self.hour:
            return -1, 0, self.hour
        return KINDS_OF_NEED.index(self.kind), -self.days, ""


@dataclass(slots=True)
class Today:
    """What one coach is told: the needs, the most urgent first, and one line of good news."""

    coach: Person
    group_id: int
    school_id: int | None
    zone: str
    needs: list[Need] = field(default_factory=list)
    good: tuple[str, str] | None = None  # kept or step_done, and who

    @property
    def has_news(self) -> bool:
        """Is there a letter this morning? Nobody reads for a month, each day, that somebody is silent."""
        return any(need.is_news for need in self.needs)


async def gather(session: Session, coaches: Sequence[Person], now: datetime) -> dict[int, Today]:
    """What each of these people has to know, by their id; who has nothing running and nothing booked is left out.

    A fixed number of queries, however many people, cycles and promises there are.
    """
    known = {one.id: one for one in coaches}
    seated = await _seats(session, known)
    cycles = await running.read(session, {number for _, number, _ in seated}, now)
    days = await calendar.calendars_of(session, {one.school_id for one in cycles.values()})
    away = await _away(session, cycles, now)
    found: dict[int, Today] = {}
    for coach_id, number, side in seated:
        cycle = cycles.get(number)
        if cycle is None:
            continue
        coach = known[coach_id]
        one = found.setdefault(coach_id, Today(coach, cycle.group_id, cycle.school_id, coach.zone or cycle.zone))
        need = _need(cycle, coach, side, days[cycle.school_id], away, now)
        one.needs += [need] if need else []
        if cycle.good is not None and one.good is None and side is Side.COACH:
            one.good = (cycle.good[0], _names(cycle, coach)[0] if cycle.makers else "")
    for booking in await booked.of(session, known, seated, cycles, now):
        _book(found, known[booking.person_id], booking, cycles, away)
    for asked in await booked.asked(session, seated, cycles, now):
        if asked.asker.id not in away:
            coach = known[asked.person_id]
            names = (people.display(asked.asker, Texts(coach.language)),)
            what = dict.fromkeys(LANGUAGES, asked.words or "…")  # words are kept for a while
            found[coach.id].needs.append(Need("consultation", asked.cycle_id, names, what, asked.asked_on))
    for one in found.values():
        one.needs.sort(key=lambda need: (need.rank, need.cycle_id))
    return found


def _book(
    found: dict[int, Today], coach: Person, one: Booked, cycles: Mapping[int, Running], away: Collection[int]
) -> None:
    """A line for an appointment; with somebody who is on leave there is none."""
    zone = coach.zone or one.zone
    today = found.setdefault(coach.id, Today(coach, one.group_id, one.school_id, zone))
    cycle = cycles.get(one.cycle_id or 0)
    names: tuple[str, ...] = ()
    what: Mapping[str, str] = dict.fromkeys(LANGUAGES, one.title)
    if cycle is not None:
        if cycle.makers and all(who.id in away for who in cycle.makers):
            return
        names, what = _names(cycle, coach), _worded("", cycle)
    door = f"{_DOORS[one.kind]}:{one.number}" if one.kind in _DOORS else ""
    hour = calendar.wall_of(one.at, zone)
    today.needs.append(Need(one.kind, one.cycle_id or one.number, names, what, hour=hour, door=door))


async def _seats(session: Session, person_ids: Collection[int]) -> list[tuple[int, int, Side]]:
    """The coach's and stand-in's seats of these people in running cycles: person, cycle, side."""
    rows = await session.execute(
        select(CycleMember.person_id, CycleMember.cycle_id, CycleMember.side)
        .join(Cycle, Cycle.id == CycleMember.cycle_id)
        .where(among(session, CycleMember.person_id, person_ids), CycleMember.until.is_(None))
        .where(CycleMember.side != str(Side.COACHEE), Cycle.state == "active", exists().where(seats.holds_role()))
        .order_by(CycleMember.id)
    )
    return [(person, cycle, Side(side)) for person, cycle, side in rows]


async def _away(session: Session, cycles: Mapping[int, Running], now: datetime) -> set[int]:
    """Who is on leave today, where they are: a query for each day there is on the clocks of the zones, at most two."""
    by_day: dict[date, set[int]] = {}
    for one in cycles.values():
        by_day.setdefault(local_day(now, one.zone), set()).update(who.id for who in one.makers)
    return {number for day, people_ in by_day.items() for number in await leaves.away(session, people_, day)}


def _need(
    cycle: Running, coach: Person, side: Side, days: SchoolCalendar, away: Collection[int], now: datetime
) -> Need | None:
    """The most urgent of what a cycle asks of its coach today."""
    there = [who for who in cycle.makers if who.id not in away]
    if cycle.makers and not there:
        return None  # on leave: nobody is waited for
    today = local_day(now, cycle.zone)
    found = [*_of_promises(cycle, coach, side, today, days), *_of_step(cycle, side, today, days)]
    if side is Side.COACH and cycle.unseen:
        found.append(("evidence", "", None, cycle.unseen))
    sign = local_day(cycle.last_sign or cycle.started_at, cycle.zone)
    silent = days.working_days_between(sign + timedelta(days=1), today - timedelta(days=1))
    if side is Side.COACH and silent >= SILENT_AFTER:
        found.append(("silent", "", None, silent))
    if not found:
        return None
    kind, what, due_on, late = min(found, key=lambda one: (KINDS_OF_NEED.index(one[0]), -one[3]))
    names = _holder(cycle, coach) if kind in _OF_MAKERS else ()
    return Need(kind, cycle.id, names or _names(cycle, coach), _worded(what, cycle), due_on, late)


_OF_MAKERS = ("stuck", "step_late")  # it lies with the other side: of a group's makers with the holder


def _holder(cycle: Running, coach: Person) -> tuple[str, ...]:
    holder = cycle.step.holder_id if cycle.step is not None else None
    return tuple(people.display(who, Texts(coach.language)) for who in cycle.makers if who.id == holder)


_Found = tuple[str, str | Step, date | None, int]


def _worded(what: str | Step, cycle: Running) -> Mapping[str, str]:
    """By language: the words of a promise, else the name of the step or of the whole workflow."""
    if isinstance(what, str) and what:
        return dict.fromkeys(LANGUAGES, what)
    titled = cycle.workflow if isinstance(what, str) else what
    return {language: titled.title.of(language) for language in LANGUAGES}


def _of_promises(cycle: Running, coach: Person, side: Side, today: date, days: SchoolCalendar) -> Iterable[_Found]:
    for one in cycle.promises:
        late = days.working_days_between(one.due_on + timedelta(days=1), today) if one.due_on < today else 0
        mine = one.person_id == coach.id and side is Side.COACH
        if one.due_on < today:
            yield ("own_promise_late" if mine else "promise_late"), one.text, one.due_on, late
        elif mine and one.due_on == today:
            yield "own_promise_due", one.text, one.due_on, 0


def _of_step(cycle: Running, side: Side, today: date, days: SchoolCalendar) -> Iterable[_Found]:
    step = cycle.workflow.step(cycle.step.step) if cycle.step is not None else None
    if step is None or cycle.step is None:
        return
    row = cycle.step
    late = days.working_days_between(row.due_on + timedelta(days=1), today) if row.due_on < today else 0
    mine = Side.COACH in sides_of(step) and row.coach_owes
    if row.due_on < today:
        kind = "own_step_late" if mine else "stuck" if late >= STUCK_AFTER else "step_late"
        yield kind, step, row.due_on, late
    elif mine and row.due_on <= today + timedelta(days=1):
        yield "own_step_due", step, row.due_on, 0


def _names(cycle: Running, coach: Person) -> tuple[str, ...]:
    say = Texts(coach.language)
    return tuple(people.display(who, say) for who in cycle.makers if who.id != coach.id)
