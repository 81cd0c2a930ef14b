"""Times as people type them."""

from datetime import UTC, date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from coaching import said_times
from community.calendar import spoken
from content.texts import Texts
from tests.coaching.cast import NOW, wall

ZONE = "Asia/Jakarta"


@pytest.mark.parametrize(
    "said, at",
    [
        ("Selasa 9.00", "2026-07-07T09:00"), ("selasa jam 9", "2026-07-07T09:00"),
        ("besok pukul 10.30", "2026-07-07T10:30"), ("12 Desember jam 1 siang", "2026-12-12T13:00"),
        ("Kamis 13:15", "2026-07-09T13:15"), ("jam 4 sore hari Rabu", "2026-07-08T16:00"),
        ("12/8/2026 07.45", "2026-08-12T07:45"), ("Tuesday at 9", "2026-07-07T09:00"),
        ("lusa 8 pagi", "2026-07-08T08:00"),
        ("Friday 2 pm", "2026-07-10T14:00"),
    ],
)  # fmt: skip
def test_understood(said: str, at: str) -> None:
    assert said_times.understood(said, ZONE, NOW) == wall(at)


@pytest.mark.parametrize(
    "said", ["", "Selasa", "jam 9", "Selasa 25.00", "Selasa 9.75", "kapan saja", "Senin sampai Rabu 9.00"]
)
def test_not_understood(said: str) -> None:
    assert said_times.understood(said, ZONE, NOW) is None


@given(some.text(max_size=80))
@settings(max_examples=300, deadline=None)
def test_whatever_is_typed_is_a_moment_or_nothing(said: str) -> None:
    found = said_times.understood(said, ZONE, NOW)
    assert found is None or (found.tzinfo is UTC and found.second == 0)


@given(some.integers(0, 350), some.integers(0, 24 * 60 - 1), some.sampled_from(["id", "en"]))
@settings(max_examples=200, deadline=None)
def test_what_we_say_ourselves_is_read_back(days: int, minutes: int, language: str) -> None:
    day = date(2026, 7, 7) + timedelta(days=days)
    words = spoken(day, Texts(language)).partition(", ")[2]
    hour = f"{minutes // 60:02}", f"{minutes % 60:02}"
    assert said_times.understood(f"{words} {'.'.join(hour)}", ZONE, NOW) == wall(f"{day}T{':'.join(hour)}")
