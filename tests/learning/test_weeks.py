"""School weeks: where they begin, what closes them, and that none is closed twice or passed over."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from community import calendar
from community.calendar import Marked
from learning import weeks

JAKARTA = "Asia/Jakarta"
FIVE = "mon,tue,wed,thu,fri"


@pytest.mark.parametrize(
    "workdays, begins",
    [
        (FIVE, "mon"),
        ("mon,tue,wed,thu,fri,sat", "mon"),
        ("mon,tue,wed,thu,sat,sun", "sat"),  # rests on Friday
        ("mon,tue,wed,thu,sun", "sun"),
        ("mon,wed,fri", "mon"),
        ("tue", "tue"),
        ("mon,tue,wed,thu,fri,sat,sun", "mon"),
        ("", "mon"),
    ],
)
def test_a_week_begins_after_its_longest_rest(workdays: str, begins: str) -> None:
    assert calendar.DAYS[weeks.begins_on(workdays)] == begins


def _closed(first: date, last: date) -> Marked:
    return Marked("school", first, last, "closed", "Libur")


@pytest.mark.parametrize(
    "workdays, marked, now, closes",
    [
        (FIVE, (), "2026-07-22T01:00", "2026-07-24T08:00"),  # Friday at 15:00 in Jakarta
        (FIVE, (), "2026-07-24T08:00", "2026-07-31T08:00"),  # strictly after
        (FIVE, (_closed(date(2026, 7, 24), date(2026, 7, 24)),), "2026-07-22T01:00", "2026-07-23T08:00"),
        (FIVE, (_closed(date(2026, 7, 23), date(2026, 7, 31)),), "2026-07-23T01:00", "2026-08-07T08:00"),
        ("mon,tue,wed,thu,sat,sun", (), "2026-07-18T01:00", "2026-07-23T08:00"),  # Saturday to Thursday
        ("mon,tue,wed,thu,fri,sat", (), "2026-07-22T01:00", "2026-07-25T08:00"),
    ],
)
def test_the_last_school_day_closes_the_week(workdays: str, marked: tuple[Marked, ...], now: str, closes: str) -> None:
    days = calendar.of(workdays, marked=marked)
    found = weeks.closes_after(days, datetime.fromisoformat(now).replace(tzinfo=UTC), "15:00", JAKARTA)
    assert found == datetime.fromisoformat(closes).replace(tzinfo=UTC)


def test_a_school_that_never_opens_has_no_week_to_close() -> None:
    with pytest.raises(ValueError, match="no school week"):
        weeks.closes_after(calendar.of("never"), datetime(2026, 7, 22, tzinfo=UTC), "15:00", JAKARTA)


def test_what_came_before_is_looked_for_over_holidays_but_not_for_ever() -> None:
    closed = _closed(date(2026, 7, 13), date(2026, 7, 17))
    monday = date(2026, 7, 20)
    over = weeks.closed_before(calendar.of(FIVE, marked=(closed,)), monday, "15:00", JAKARTA, 3)
    assert over == datetime(2026, 7, 10, 8, 0, tzinfo=UTC)
    never = weeks.closed_before(calendar.of("never"), monday, "15:00", JAKARTA, 3)
    assert never == datetime(2026, 6, 28, 22, 30, tzinfo=UTC)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(
    some.sets(some.sampled_from(calendar.DAYS), min_size=1),
    some.integers(0, 500 * 24 * 60),
    some.sampled_from((JAKARTA, "Asia/Makassar", "Asia/Jayapura")),
)
def test_every_close_is_the_last_open_day_of_a_week_of_its_own(held: set[str], minutes: int, zone: str) -> None:
    days = calendar.of(",".join(day for day in calendar.DAYS if day in held))
    at, last, seen = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes), None, set()
    for _ in range(4):
        at = weeks.closes_after(days, at, "15:00", zone)
        day = calendar.local_day(at, zone)
        first = weeks.first_day(days, day)
        assert days.is_open(day)
        assert not days.is_quiet(at, zone)
        assert not any(days.is_open(day + timedelta(days=n)) for n in range(1, 7 - (day - first).days))
        assert first not in seen
        before = weeks.closed_before(days, first, "15:00", zone, 60)
        assert last in (None, before), "nothing lies between a close and the one before it"
        seen.add(first)
        last = at
