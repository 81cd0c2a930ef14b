"""Working days and quiet hours."""

from datetime import UTC, date, datetime

import pytest

from community.calendar import FIVE_DAYS, SIX_DAYS, SchoolCalendar, of

WIB, WITA, WIT = "Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "day, five, six",
    [
        (date(2026, 7, 6), True, True),  # Monday
        (date(2026, 7, 11), False, True),  # Saturday
        (date(2026, 7, 12), False, False),  # Sunday
        (date(2026, 8, 17), False, False),  # Independence Day, a Monday
        (date(2026, 12, 24), False, False),  # joint leave, a Thursday
        (date(2026, 12, 25), False, False),  # Christmas, a Friday
    ],
)
def test_weekends_holidays_and_joint_leave_are_no_working_days(day: date, five: bool, six: bool) -> None:
    assert (of(FIVE_DAYS).is_open(day), of(SIX_DAYS).is_open(day)) == (five, six)


@pytest.mark.parametrize(
    "now, wall, zone, week, expected",
    [
        ("2026-07-05T23:29:59", "06:30", WIB, FIVE_DAYS, "2026-07-05T23:30:00"),
        ("2026-07-05T23:30:00", "06:30", WIB, FIVE_DAYS, "2026-07-06T23:30:00"),
        ("2026-07-05T22:00:00", "06:30", WITA, FIVE_DAYS, "2026-07-05T22:30:00"),
        ("2026-07-05T21:00:00", "06:30", WIT, FIVE_DAYS, "2026-07-05T21:30:00"),
        ("2026-07-10T01:00:00", "06:30", WIB, FIVE_DAYS, "2026-07-12T23:30:00"),
        ("2026-07-10T01:00:00", "06:30", WIB, SIX_DAYS, "2026-07-10T23:30:00"),
        ("2026-08-14T01:00:00", "06:30", WIB, FIVE_DAYS, "2026-08-17T23:30:00"),
    ],
)
def test_the_next_prompt_is_at_the_hour_on_the_wall_of_the_next_working_day(
    now: str, wall: str, zone: str, week: str, expected: str
) -> None:
    assert of(week).moment_after(at(now), wall, zone) == at(expected)


def test_working_days_without_a_day_are_refused() -> None:
    with pytest.raises(ValueError, match="no school day"):
        SchoolCalendar(workdays="").moment_after(at("2026-07-05T00:00:00"), "06:30", WIB)


@pytest.mark.parametrize(
    "utc, quiet",
    [("12:59", False), ("13:00", True), ("22:29", True), ("22:30", False)],  # 19:59, 20:00, 05:29, 05:30 WIB
)
def test_nothing_is_sent_between_eight_in_the_evening_and_half_past_five(utc: str, quiet: bool) -> None:
    assert of().is_quiet(at(f"2026-07-06T{utc}:00"), WIB) is quiet
