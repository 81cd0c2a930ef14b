"""The school calendar as a value: tables of known days, and properties against slow and obvious oracles."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from community import calendar
from community.calendar import FIVE_DAYS, FIVE_DAYS_FRIDAY_OFF, SIX_DAYS, SIX_DAYS_FRIDAY_OFF, Marked, SchoolCalendar

WIB, WITA, WIT = "Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"
PLAIN = calendar.of()


def wall(text: str, zone: str = WIB) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def day(text: str) -> date:
    return date.fromisoformat(text)


def marked(scope: str, first: str, last: str, kind: str, label: str = "") -> Marked:
    return Marked(scope, day(first), day(last), kind, label)


@pytest.mark.parametrize(
    "on, kind, words, estimated",
    [
        ("2026-08-17", "holiday", "Hari Kemerdekaan Republik Indonesia", False),
        ("2026-08-25", "holiday", "Maulid Nabi Muhammad", False),
        ("2026-12-24", "joint_leave", "Cuti Bersama Hari Raya Natal", False),
        ("2026-12-25", "holiday", "Hari Raya Natal", False),
        ("2026-12-26", "weekend", "akhir pekan", False),
        ("2027-01-01", "holiday", "Tahun Baru Masehi", False),
        ("2027-03-08", "holiday", "Hari Suci Nyepi", False),
        ("2027-03-09", "joint_leave", "Cuti Bersama Hari Raya Idul Fitri", False),
        ("2027-03-10", "eid", "Hari Raya Idul Fitri (perkiraan)", True),
        ("2027-03-12", "joint_leave", "Cuti Bersama Hari Raya Idul Fitri", False),
        ("2027-05-16", "eid", "Hari Raya Idul Adha (perkiraan)", True),  # by Umm al-Qura
        ("2027-05-17", "eid", "Hari Raya Idul Adha (perkiraan)", True),  # by the package of holidays
        ("2028-02-26", "eid", "Hari Raya Idul Fitri (perkiraan)", True),
        ("2028-02-28", "eid", "Hari Raya Idul Fitri (perkiraan)", True),
        ("2028-05-05", "eid", "Hari Raya Idul Adha (perkiraan)", True),
        ("2028-08-17", "holiday", "Hari Kemerdekaan Republik Indonesia", False),
    ],
)
def test_the_days_off_of_three_years_are_known_with_their_names(
    on: str, kind: str, words: str, estimated: bool
) -> None:
    reason = PLAIN.why_closed(day(on))
    assert reason is not None
    assert (reason.kind, reason.words("id"), reason.estimated) == (kind, words, estimated)
    assert reason.words("en") not in {"", words}
    assert not PLAIN.is_open(day(on))


@pytest.mark.parametrize("on", ["2026-08-18", "2026-12-23", "2027-03-05", "2027-03-16", "2028-03-01"])
def test_an_ordinary_school_day_is_open(on: str) -> None:
    assert PLAIN.why_closed(day(on)) is None


def test_joint_leave_is_known_only_for_years_that_are_decreed() -> None:
    assert [calendar.joint_leave_known(year) for year in (2026, 2027, 2028)] == [True, True, False]


@pytest.mark.parametrize(
    "week, open_",
    [
        (FIVE_DAYS, "mon tue wed thu fri"),
        (SIX_DAYS, "mon tue wed thu fri sat"),
        (SIX_DAYS_FRIDAY_OFF, "mon tue wed thu sat sun"),
        (FIVE_DAYS_FRIDAY_OFF, "mon tue wed thu sun"),
    ],
)
def test_each_kind_of_week_has_its_days(week: str, open_: str) -> None:
    monday = day("2026-07-06")
    found = [name for ahead, name in enumerate(calendar.DAYS) if calendar.of(week).is_open(monday + timedelta(ahead))]
    assert found == open_.split()


@pytest.mark.parametrize(
    "on, fasts",
    [("2027-02-07", False), ("2027-02-08", True), ("2027-03-09", True), ("2027-03-10", False), ("2026-08-17", False),
     ("2026-02-18", True), ("2026-03-20", True), ("2026-03-21", False), ("2028-01-28", True), ("2028-02-26", True)],
)  # fmt: skip
def test_ramadan_is_reckoned_from_its_first_day_to_the_day_before_idul(on: str, fasts: bool) -> None:
    assert PLAIN.is_fasting(day(on)) is fasts


def test_an_owner_moves_ramadan_and_the_feast_and_what_was_reckoned_no_longer_counts() -> None:
    moved = calendar.of(
        marked=(
            marked("nation", "2027-02-09", "2027-03-08", "ramadan"),
            marked("nation", "2027-03-11", "2027-03-12", "eid"),
            marked("nation", "2027-05-17", "2027-05-17", "eid"),
        )
    )
    days = ("2027-02-08", "2027-02-09", "2027-03-10", "2027-03-11")
    assert [moved.is_fasting(day(on)) for on in days] == [False, True, True, False]
    assert moved.is_open(day("2027-03-10"))
    assert moved.why_closed(day("2027-03-11")) == calendar.Reason("eid", "Hari Raya Idul Fitri", "Eid al-Fitr")
    assert (moved.why_closed(day("2027-05-16")) or calendar.Reason("", "", "")).kind == "weekend"
    assert moved.why_closed(day("2027-05-17")) == calendar.Reason("eid", "Hari Raya Idul Adha", "Eid al-Adha")


@pytest.mark.parametrize("kind", ["closed", "exam", "report", "orientation"])
def test_prompts_pause_on_marked_days_and_say_why(kind: str) -> None:
    school = calendar.of(marked=(marked("school", "2026-12-01", "2026-12-05", kind),))
    reason = school.why_closed(day("2026-12-03"))
    assert reason is not None and reason.kind == kind
    assert school.is_open(day("2026-11-30"))
    assert school.moment_after(wall("2026-11-30 12:00"), "06:30", WIB) == wall("2026-12-07 06:30")


def test_a_label_of_its_own_is_said_instead_of_the_kind() -> None:
    school = calendar.of(marked=(marked("school", "2026-12-01", "2026-12-05", "closed", "Banjir"),))
    assert [school.why_closed(day("2026-12-01")).words(said) for said in ("id", "en")] == ["Banjir"] * 2  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "marks, open_",
    [
        ((("province", "closed"),), False),
        ((("province", "closed"), ("school", "open")), True),
        ((("school", "open"), ("province", "closed")), True),  # the order they were written in does not matter
        ((("nation", "closed"), ("province", "open")), True),
        ((("school", "exam"), ("province", "open")), False),
        ((("school", "closed"), ("school", "open")), True),  # of one scope the later wins
        ((("school", "open"), ("school", "closed")), False),
        ((("nation", "ramadan"),), True),  # a fast closes no school
    ],
)
def test_the_nearest_scope_wins(marks: tuple[tuple[str, str], ...], open_: bool) -> None:
    on = "2026-09-02"
    school = calendar.of(marked=tuple(marked(scope, on, on, kind) for scope, kind in marks))
    assert school.is_open(day(on)) is open_


def test_open_makes_a_national_holiday_and_a_sunday_a_school_day() -> None:
    school = calendar.of(marked=(marked("school", "2026-08-16", "2026-08-17", "open"),))
    assert [school.is_open(day(on)) for on in ("2026-08-15", "2026-08-16", "2026-08-17")] == [False, True, True]


@pytest.mark.parametrize(
    "zone, at, quiet",
    [
        (WIB, "2026-07-10 10:59", False),
        (WIB, "2026-07-10 11:00", True),  # a Friday
        (WIB, "2026-07-10 13:29", True),
        (WIB, "2026-07-10 13:30", False),
        (WIT, "2026-07-10 12:00", True),
        (WIB, "2026-07-09 12:00", False),  # a Thursday
        (WIB, "2026-07-09 19:59", False),
        (WIB, "2026-07-09 20:00", True),
        (WITA, "2026-07-09 05:29", True),
        (WITA, "2026-07-09 05:30", False),
        (WIB, "2027-02-09 05:45", True),  # Ramadan
        (WIB, "2027-02-09 06:00", False),
        (WIB, "2027-02-09 16:59", False),
        (WIB, "2027-02-09 17:00", True),
    ],
)
def test_quiet_are_the_nights_the_friday_prayer_and_the_longer_nights_of_ramadan(
    zone: str, at: str, quiet: bool
) -> None:
    assert PLAIN.is_quiet(wall(at, zone), zone) is quiet


@pytest.mark.parametrize(
    "at, awake",
    [
        ("2026-07-09 12:00", "2026-07-09 12:00"),
        ("2026-07-09 03:00", "2026-07-09 05:30"),
        ("2026-07-09 21:00", "2026-07-10 05:30"),
        ("2026-07-10 11:40", "2026-07-10 13:30"),
        ("2027-02-07 21:00", "2027-02-08 06:00"),  # the night before the first day of Ramadan
        ("2027-02-08 17:00", "2027-02-09 06:00"),
        ("2027-03-09 18:00", "2027-03-10 05:30"),
    ],
)
def test_what_is_quiet_waits_for_the_morning_or_the_end_of_the_prayer(at: str, awake: str) -> None:
    assert PLAIN.awake_after(wall(at), WIB) == wall(awake)


@pytest.mark.parametrize(
    "now, at, own, expected",
    [
        ("2026-07-10 06:30", "06:30", None, "2026-07-13 06:30"),  # strictly after
        ("2026-07-10 06:29", "06:30", None, "2026-07-10 06:30"),
        ("2026-07-10 06:30", "12:30", None, "2026-07-10 13:30"),  # Friday
        ("2026-07-09 06:30", "12:30", None, "2026-07-09 12:30"),
        ("2027-02-08 05:00", "06:30", None, "2027-02-08 07:30"),
        ("2027-02-08 05:00", "06:30", "06:45", "2027-02-08 06:45"),
        ("2027-02-08 05:00", "12:30", None, "2027-02-08 12:30"),
        ("2027-02-08 05:00", "19:00", None, "2027-02-08 16:30"),
        ("2027-02-12 05:00", "06:30", "12:15", "2027-02-12 13:30"),  # Friday in Ramadan
        ("2027-03-05 09:00", "06:30", None, "2027-03-16 06:30"),  # over Nyepi, Idul and its joint leave
    ],
)
def test_prompts_come_at_the_wall_time_and_shift_in_ramadan_and_on_fridays(
    now: str, at: str, own: str | None, expected: str
) -> None:
    assert calendar.of(ramadan_time=own).moment_after(wall(now), at, WIB) == wall(expected)


def test_the_schools_own_time_in_ramadan_is_for_prompts_alone() -> None:
    school = calendar.of(ramadan_time="08:00")
    on = day("2027-02-09")
    assert school.moment_on(on, "15:30", WIB) == wall("2027-02-09 08:00")
    assert school.moment_on(on, "15:30", WIB, prompt=False) == wall("2027-02-09 15:30")
    assert school.moment_on(on, "05:45", WIB, prompt=False) == wall("2027-02-09 06:00")


def test_school_days_are_counted_and_named() -> None:
    assert PLAIN.open_days_after(day("2026-08-13"), 3) == [day("2026-08-14"), day("2026-08-18"), day("2026-08-19")]
    assert PLAIN.working_days_between(day("2026-08-14"), day("2026-08-19")) == 3
    assert PLAIN.working_days_between(day("2026-08-19"), day("2026-08-14")) == 0


def test_a_calendar_without_a_school_day_is_refused() -> None:
    closed = calendar.of(marked=(marked("school", "2026-01-01", "2030-01-01", "closed"),))
    with pytest.raises(ValueError, match="no school day"):
        closed.moment_after(wall("2026-07-05 07:00"), "06:30", WIB)


def test_equal_calendars_are_one_and_a_week_of_ones_own_is_another() -> None:
    assert calendar.of(FIVE_DAYS) is PLAIN
    assert PLAIN.with_week(None) is PLAIN
    assert PLAIN.with_week(SIX_DAYS) is calendar.of(SIX_DAYS)


START = datetime(2026, 1, 1, tzinfo=UTC)
_days = some.integers(0, 3 * 365).map(lambda number: START.date() + timedelta(days=number))
_mark = some.builds(
    lambda scope, first, length, kind: Marked(scope, first, first + timedelta(days=length), kind),
    some.sampled_from(["nation", "province", "school"]), _days, some.integers(0, 12),
    some.sampled_from(["closed", "open", "exam", "report", "orientation", "ramadan", "eid"]),
)  # fmt: skip
_clock = some.integers(0, 24 * 60 - 1).map(lambda minutes: f"{minutes // 60:02}:{minutes % 60:02}")
_calendar = some.builds(
    lambda week, own, marks: SchoolCalendar(week, None, own, tuple(marks)),
    some.sampled_from([FIVE_DAYS, SIX_DAYS, SIX_DAYS_FRIDAY_OFF, FIVE_DAYS_FRIDAY_OFF, "wed"]),
    some.none() | _clock, some.lists(_mark, max_size=8),
)  # fmt: skip
# Any zone there is; those in which a clock is moved by day, or a day is left out, are tried as well.
_zone = some.sampled_from([WIB, WITA, WIT]) | some.sampled_from(sorted(available_timezones()))
_now = some.integers(0, 1000 * 24 * 3600).map(lambda seconds: START + timedelta(seconds=seconds))


@given(_calendar, _now, _clock, _zone)
@settings(max_examples=60, derandomize=True, deadline=None)
def test_the_next_moment_is_later_on_a_school_day_outside_quiet_hours_and_at_the_hour(
    school: SchoolCalendar, now: datetime, at: str, zone: str
) -> None:
    moment = school.moment_after(now, at, zone)
    there = moment.astimezone(ZoneInfo(zone))
    assert moment > now
    assert school.is_open(there.date())
    assert not school.is_quiet(moment, zone)
    wanted = time.fromisoformat(school.ramadan_time or at if school.is_fasting(there.date()) else at)
    if not quiet_then(school, datetime.combine(there.date(), wanted, there.tzinfo)):
        early = school.is_fasting(there.date()) and not school.ramadan_time and wanted < time(7, 30)
        assert there.time() == (time(7, 30) if early else wanted)


def quiet_then(school: SchoolCalendar, there: datetime) -> bool:
    return school.is_quiet(there, str(there.tzinfo))


@given(_calendar, _now, some.integers(0, 40 * 24 * 3600), _clock, _zone)
@settings(max_examples=60, derandomize=True, deadline=None)
def test_who_asks_later_is_never_told_an_earlier_moment(
    school: SchoolCalendar, now: datetime, later: int, at: str, zone: str
) -> None:
    assert school.moment_after(now, at, zone) <= school.moment_after(now + timedelta(seconds=later), at, zone)


@given(_calendar, _now, _clock, _zone)
@settings(max_examples=60, derandomize=True, deadline=None)
def test_no_moment_in_between_is_left_out(school: SchoolCalendar, now: datetime, at: str, zone: str) -> None:
    """Day by day from today: the first open day whose moment is still ahead."""
    today = now.astimezone(ZoneInfo(zone)).date()
    every = (today + timedelta(days=ahead) for ahead in range(400))
    slow = next(m for m in (school.moment_on(one, at, zone) for one in every if school.is_open(one)) if m > now)
    assert school.moment_after(now, at, zone) == slow


@given(_calendar, _days, _clock, some.sampled_from([WIB, WITA, WIT]))
@settings(max_examples=40, derandomize=True, deadline=None)
def test_within_a_day_it_is_the_first_minute_that_is_not_quiet_from_the_hour_on(
    school: SchoolCalendar, on: date, at: str, zone: str
) -> None:
    """Minute by minute; after the day has closed, half an hour before that."""
    midnight = datetime.combine(on, time(), ZoneInfo(zone)).astimezone(UTC)
    awake = [m for m in (midnight + timedelta(minutes=n) for n in range(24 * 60)) if not school.is_quiet(m, zone)]
    wanted = time.fromisoformat(at)
    if school.is_fasting(on):
        wanted = time.fromisoformat(school.ramadan_time) if school.ramadan_time else max(wanted, time(7, 30))
    hour = datetime.combine(on, wanted, ZoneInfo(zone)).astimezone(UTC)
    expected = next((minute for minute in awake if minute >= hour), awake[-1] - timedelta(minutes=29))
    assert school.moment_on(on, at, zone) == expected


@given(_calendar, _now, some.sampled_from([WIB, WITA, WIT, "Europe/London", "Australia/Lord_Howe"]))
@settings(max_examples=40, derandomize=True, deadline=None)
def test_waking_up_is_the_first_minute_that_is_not_quiet(school: SchoolCalendar, now: datetime, zone: str) -> None:
    awake = school.awake_after(now, zone)
    if awake == now:
        assert not school.is_quiet(now, zone)
        return
    minute = now.replace(second=0, microsecond=0)
    while school.is_quiet(max(minute, now), zone):
        minute += timedelta(minutes=1)
    assert awake == minute


def slowly_open(school: SchoolCalendar, on: date) -> bool:
    """The rule as a sentence: the nearest scope's last word, else the country's, else the week's."""
    for scope in ("school", "province", "nation"):
        said = [m for m in school.marked if m.scope == scope and m.kind != "ramadan" and m.first <= on <= m.last]
        if said:
            return said[-1].kind == "open"
    return calendar.of(school.workdays, marked=tuple(m for m in school.marked if m.kind == "eid")).is_open(on)


@given(_calendar, _days)
@settings(max_examples=60, derandomize=True, deadline=None)
def test_a_day_is_open_as_the_last_word_of_the_nearest_scope_says(school: SchoolCalendar, on: date) -> None:
    assert school.is_open(on) is slowly_open(school, on)
