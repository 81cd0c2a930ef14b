"""Moments as people type and read them, and when a school may be written to."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from community import calendar, moments
from community.calendar import Marked
from content.texts import LANGUAGES, Texts

NOW = datetime(2026, 7, 6, 1, 0, tzinfo=UTC)  # Monday, 08:00 in Jakarta
WIB = "Asia/Jakarta"
SCHOOL = calendar.of()


@pytest.mark.parametrize(
    "said, meant",
    [
        ("Senin 07.00", "2026-07-13 07:00"),  # seven has passed this Monday
        ("senin 9", "2026-07-06 09:00"),
        ("hari senin jam 7", "2026-07-13 07:00"),
        ("12 Des 06.30", "2026-12-12 06:30"),
        ("12 des 2026 06.30", "2026-12-12 06:30"),
        ("12/12 06.30", "2026-12-12 06:30"),
        ("20.12.2026 07.00", "2026-12-20 07:00"),
        ("6 juni 07.00", "2027-06-06 07:00"),
        ("besok 7", "2026-07-07 07:00"),
        ("besok jam 7 pagi", "2026-07-07 07:00"),
        ("lusa 06:30", "2026-07-08 06:30"),
        ("jam 4 sore", "2026-07-06 16:00"),
        ("2 siang", "2026-07-06 14:00"),
        ("11 siang", "2026-07-06 11:00"),
        ("7 malam", "2026-07-06 19:00"),
        ("hari ini 15.00", "2026-07-06 15:00"),
        ("hari ini 07.00", "2026-07-06 07:00"),  # past: the caller says so
        ("07.00", "2026-07-07 07:00"),
        ("09.30", "2026-07-06 09:30"),
        ("09:30 WITA", "2026-07-06 08:30"),
        ("Jum'at 13.30", "2026-07-10 13:30"),
        ("Senin, 7 Des, 07.00 WIB", "2026-12-07 07:00"),
        ("Monday, 7 Dec, 07:00 WIB", "2026-12-07 07:00"),
        ("tomorrow 3 pm", "2026-07-07 15:00"),
    ],
)
def test_a_moment_is_understood_as_people_type_it(said: str, meant: str) -> None:
    expected = datetime.fromisoformat(meant).replace(tzinfo=ZoneInfo(WIB))
    assert moments.read(said, NOW, WIB) == expected


@pytest.mark.parametrize(
    "said",
    ["", "besok", "rapat", "31 feb 07.00", "25.00", "2 jam lagi", "besok senin 07.00", "Selasa 7 Des 07.00",
     "10 11 12", "senin sampai rabu 07.00", "07.00 08.00", "besok rapat 07.00"],
)  # fmt: skip
def test_what_is_no_moment_or_contradicts_itself_is_not_guessed(said: str) -> None:
    assert moments.read(said, NOW, WIB) is None


@given(
    some.integers(1, 300 * 24 * 60), some.sampled_from(["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"]),
    some.sampled_from(LANGUAGES),
)  # fmt: skip
@settings(max_examples=60, derandomize=True, deadline=None)
def test_what_the_assistant_says_it_also_understands(minutes: int, zone: str, language: str) -> None:
    moment = NOW + timedelta(minutes=minutes)
    assert moments.read(moments.said(moment, zone, Texts(language)), NOW, zone) == moment


@given(some.text(max_size=40) | some.from_regex(r"[0-9.:/ ]{1,12}(senin|des|wib)?", fullmatch=True))
@settings(max_examples=60, derandomize=True, deadline=None)
def test_any_text_is_a_moment_or_nothing(said: str) -> None:
    found = moments.read(said, NOW, WIB)
    assert found is None or found.tzinfo is not None


def _wall(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(WIB)).astimezone(UTC)


@pytest.mark.parametrize(
    "now, opens",
    [
        ("2026-07-06 08:00", "2026-07-06 08:00"),
        ("2026-07-06 19:59", "2026-07-06 19:59"),
        ("2026-07-06 20:00", "2026-07-07 07:00"),
        ("2026-07-07 04:00", "2026-07-07 07:00"),
        ("2026-07-10 12:00", "2026-07-10 13:30"),  # the Friday prayer
        ("2026-07-10 21:00", "2026-07-13 07:00"),  # over the weekend
        ("2026-08-17 10:00", "2026-08-18 07:00"),  # independence day
    ],
)
def test_it_opens_in_the_morning_of_a_day_on_which_people_work(now: str, opens: str) -> None:
    assert moments.opening(SCHOOL, _wall(now), WIB) == _wall(opens)


def test_weeks_of_exams_and_reports_are_days_of_work_for_a_broadcast() -> None:
    days = NOW.date(), NOW.date()
    assert moments.is_open(calendar.of(marked=(Marked("school", *days, "exam"),)), NOW, WIB)
    assert not moments.is_open(calendar.of(marked=(Marked("school", *days, "closed"),)), NOW, WIB)


@given(some.integers(0, 500 * 24 * 12), some.sampled_from(["Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"]))
@settings(max_examples=60, derandomize=True, deadline=None)
def test_the_opening_is_never_at_night_nor_on_a_day_off_nor_in_the_past(fives: int, zone: str) -> None:
    now = NOW + timedelta(minutes=5 * fives)
    for found in (moments.opening(SCHOOL, now, zone), moments.next_morning(SCHOOL, now, zone)):
        assert found >= now
        assert moments.is_open(SCHOOL, found, zone)
        assert 5 <= found.astimezone(ZoneInfo(zone)).hour < 20
