"""The calendar of one school as a value: school days, why a day is off, and the moments at which to write."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo

from community.calendar import nation, quiet
from community.calendar.week import DAYS, FIVE_DAYS
from content.texts import LANGUAGES, Texts

SCOPES = ("nation", "province", "school")  # the nearest, which is the last, wins
OPEN = "open"
# What a day can be marked as. In exam, report and orientation weeks there is school, and prompts pause.
PAUSES = ("closed", "exam", "report", "orientation")
ISLAMIC = ("ramadan", "eid")
KINDS = (*PAUSES, OPEN, *ISLAMIC)
# Longer than any holidays between two semesters; beyond it there is no next school day.
HORIZON = 400


@dataclass(frozen=True, slots=True)
class Marked:
    """Days that somebody says are different, from ``first`` to ``last``; ``scope`` is nation, province or school."""

    scope: str
    first: date
    last: date
    kind: str  # one of KINDS
    label: str = ""  # none: the name of the kind
    english: str = ""  # the label in English; none: the same

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Reason:
    """Why there is no prompt: ``kind`` is holiday, joint_leave, eid, weekend, closed, exam, report or orientation."""

    kind: str
    id: str
    en: str
    estimated: bool = False  # the date is not decreed yet

    def words(self, language: str) -> str:
        """What to call it, as plain text: "Hari Raya Idul Fitri (perkiraan)"."""
        said = self.en if language == "en" else self.id
        return Texts(language).plain("calendar.estimate", name=said) if self.estimated else said


@dataclass(frozen=True)
class SchoolCalendar:
    """What a school's week, province and marks come to. Among marks of one scope the later in the tuple wins."""

    workdays: str = FIVE_DAYS
    province: str | None = None
    ramadan_time: str | None = None  # HH:MM of prompts in Ramadan; None: not before 07:30
    marked: tuple[Marked, ...] = ()

    # Fasting days and reasons are asked again and again for the same few days; the answers stay with the value.
    @cached_property
    def _reasons(self) -> dict[date, Reason | None]:
        return {}

    @cached_property
    def _fasting(self) -> dict[date, bool]:
        return {}

    @cached_property
    def _counts(self) -> dict[tuple[date, date], int]:
        return {}

    @cached_property
    def summed_hours(self) -> dict[tuple[date, date], int]:
        """Working hours of whole days that were added up once (community/calendar/working.py)."""
        return {}

    @cached_property
    def _nearest(self) -> tuple[Marked, ...]:
        """The marks, the one that wins first."""
        return tuple(sorted(self.marked, key=lambda one: SCOPES.index(one.scope))[::-1])

    @cached_property
    def _moved(self) -> frozenset[tuple[int, str]]:
        """The feasts, by Islamic year, whose days somebody set: what was reckoned for them no longer counts."""
        said = (nation.feast_near(one.first) for one in self.marked if one.kind == "eid")
        return frozenset(feast for feast in said if feast is not None)

    def with_week(self, workdays: str | None) -> "SchoolCalendar":
        """The same school for somebody with school days of their own."""
        return self if workdays in (None, self.workdays) else _shared(replace(self, workdays=workdays or ""))

    def is_open(self, day: date) -> bool:
        """Is it a school day on which prompts go out?"""
        return self.why_closed(day) is None

    def why_closed(self, day: date) -> Reason | None:
        """Why nothing goes out on that day; None on a school day."""
        try:
            return self._reasons[day]
        except KeyError:
            return self._reasons.setdefault(day, self._why_closed(day))

    def _why_closed(self, day: date) -> Reason | None:
        for one in self._nearest:
            if one.covers(day) and one.kind != "ramadan":
                return None if one.kind == OPEN else _reason(one)
        holiday = nation.holiday(day)
        if holiday is not None and not (holiday.feast and (nation.islamic_year(day), holiday.feast) in self._moved):
            return Reason(holiday.kind, holiday.id, holiday.en, holiday.estimated)
        return None if DAYS[day.weekday()] in self.workdays.split(",") else _WEEKEND

    def is_fasting(self, day: date) -> bool:
        """Is it a day of Ramadan?"""
        try:
            return self._fasting[day]
        except KeyError:
            return self._fasting.setdefault(day, self._is_fasting(day))

    def _is_fasting(self, day: date) -> bool:
        reckoned, year = nation.fast_of(day), nation.islamic_year(day)
        if reckoned is None or year is None:
            return False
        first, last = reckoned
        said = next((m for m in self._nearest if m.kind == "ramadan" and nation.islamic_year(m.first) == year), None)
        if said is not None:
            first, last = said.first, said.last
        for one in self._nearest:
            if one.kind == "eid" and nation.feast_near(one.first) == (year, nation.FITRI):
                last = one.first - timedelta(days=1)
                break
        return first <= day <= last

    def moment_on(self, day: date, wall: str, zone: str, *, prompt: bool = True) -> datetime:
        """The moment, in UTC, at which the walls in ``zone`` show ``wall`` (HH:MM) on that day, open or not.

        Never within quiet hours: there it is the nearest moment that day outside of them. In Ramadan a prompt comes
        at the school's own time, else not before 07:30; ``prompt=False`` is for letters of another kind.
        """
        fasting = self.is_fasting(day)
        at = quiet.clock(wall)
        if fasting and prompt:
            at = quiet.clock(self.ramadan_time) if self.ramadan_time else max(at, quiet.RAMADAN.earliest)
        at = quiet.fitted(at, day, fasting)
        return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)

    def moment_after(self, now: datetime, wall: str, zone: str, *, prompt: bool = True) -> datetime:
        """The next such moment strictly after ``now`` on a school day. Raises ValueError where there is none."""
        day = quiet.local_day(now, zone)
        for _ in range(HORIZON):
            if self.is_open(day):
                moment = self.moment_on(day, wall, zone, prompt=prompt)
                if moment > now:
                    return moment
            day += timedelta(days=1)
        raise ValueError(f"no school day within {HORIZON} days in {self.workdays!r}")

    def open_days_after(self, day: date, n: int) -> list[date]:
        """The next ``n`` school days after that day; fewer where the calendar ends."""
        found: list[date] = []
        for ahead in range(1, HORIZON + 1):
            if len(found) == n:
                break
            if self.is_open(day + timedelta(days=ahead)):
                found.append(day + timedelta(days=ahead))
        return found

    def working_days_between(self, first: date, last: date) -> int:
        """How many school days there are from ``first`` to ``last``, both included."""
        found = self._counts.get((first, last))
        if found is None:
            found = sum(self.is_open(first + timedelta(days=ahead)) for ahead in range((last - first).days + 1))
            self._counts[first, last] = found
        return found

    def is_quiet(self, now: datetime, zone: str) -> bool:
        """Is it night there (in Ramadan from 17:00 to 06:00), or the time of the Friday prayer?"""
        there = now.astimezone(ZoneInfo(zone))
        return quiet.quiet_at(there, self.is_fasting(there.date()))

    def awake_after(self, now: datetime, zone: str) -> datetime:
        """``now``, or where that is quiet the next moment, in UTC, that is not."""
        here = ZoneInfo(zone)
        there = now.astimezone(here)
        today = there.date()
        if not quiet.quiet_at(there, self.is_fasting(today)):
            return now
        tomorrow = today + timedelta(days=1)
        day, at = quiet.wakes(there, self.is_fasting(today), self.is_fasting(tomorrow))
        return datetime.combine(day, at, here).astimezone(UTC)


def _reason(one: Marked) -> Reason:
    if one.label:
        return Reason(one.kind, one.label, one.english or one.label)
    feast = nation.feast_near(one.first) if one.kind == "eid" else None
    if feast is not None:
        return Reason("eid", *nation.feast_names(feast[1]))
    return _spoken(one.kind)


@lru_cache(maxsize=16)
def _spoken(kind: str) -> Reason:
    said = {language: Texts(language).plain(f"calendar.kind.{kind}") for language in LANGUAGES}
    return Reason(kind, said["id"], said["en"])


_WEEKEND = _spoken("weekend")


@lru_cache(maxsize=8192)
def _shared(one: SchoolCalendar) -> SchoolCalendar:
    """Equal calendars are one and the same: what it worked out once is there at the next turn of the clock."""
    return one


def of(
    workdays: str | None = None,
    province: str | None = None,
    ramadan_time: str | None = None,
    marked: tuple[Marked, ...] = (),
) -> SchoolCalendar:
    """The calendar of these facts; without any, the five-day week of a group without a school."""
    return _shared(SchoolCalendar(workdays or FIVE_DAYS, province, ramadan_time, marked))
