"""What /aturgrup understands."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from community.setup_answers import CONFIRM, STEPS, Choices, Misunderstood, hour, next_step, read

CHOICES = Choices({12: "SDN Melati"}, {"awal": "Sepuluh hari pertama"})


@pytest.mark.parametrize(
    "said, value",
    [
        ("06:30", "06:30"),
        ("6.30", "06:30"),
        ("630", "06:30"),
        ("0630", "06:30"),
        ("jam 6", "06:00"),
        ("pukul 06.30 WIB", "06:30"),
        (" 15 ", "15:00"),
        ("19.59", "19:59"),
        ("05:30", "05:30"),
        ("Jam 7.05", "07:05"),
    ],
)
def test_hours_are_understood_as_people_write_them(said: str, value: str) -> None:
    assert hour(said) == value


@pytest.mark.parametrize("said", ["", "pagi", "25:00", "06:61", "6:3", "06:30:00", "-6", "6,5", "٦:٣٠x"])
def test_what_is_no_hour_is_explained(said: str) -> None:
    with pytest.raises(Misunderstood) as problem:
        hour(said)
    assert problem.value.text_key == "community.setup.wrong.hour"


@pytest.mark.parametrize("said", ["20:00", "23.15", "0:00", "05:29", "5"])
def test_quiet_hours_are_refused_with_their_own_reason(said: str) -> None:
    with pytest.raises(Misunderstood) as problem:
        hour(said)
    assert problem.value.text_key == "community.setup.wrong.quiet"


@given(some.text(max_size=20))
@settings(max_examples=150, deadline=None)
def test_any_text_is_an_hour_of_the_day_or_misunderstood(said: str) -> None:
    try:
        value = hour(said)
    except Misunderstood:
        return
    assert "05:30" <= value < "20:00"
    assert len(value) == 5
    assert value.isascii()


@given(some.sampled_from(STEPS), some.text(max_size=400))
@settings(max_examples=200, deadline=None)
def test_every_question_survives_any_answer(step: str, said: str) -> None:
    try:
        heard = read(step, said, CHOICES)
    except Misunderstood as problem:
        heard = problem.text_key
    assert len(heard) <= 300


@pytest.mark.parametrize(
    "step, said, value",
    [
        ("language", "Bahasa Indonesia", "id"),
        ("zone", "WITA", "Asia/Makassar"),
        ("zone", "asia/jayapura", "Asia/Jayapura"),
        ("school", "  SDN   Kenanga 2 ", "SDN Kenanga 2"),
        ("school", "#12", "#12"),
        ("programme", "sepuluh hari pertama", "awal"),
        ("workdays", "6 hari", "mon,tue,wed,thu,fri,sat"),
        ("workdays", "5", "mon,tue,wed,thu,fri"),
        ("workdays", "5 hari (Senin sampai Jumat)", "mon,tue,wed,thu,fri"),
        ("workdays", "6j", "mon,tue,wed,thu,sat,sun"),
        ("workdays", "6 hari, Jumat libur", "mon,tue,wed,thu,sat,sun"),
        ("workdays", "5 days, Friday off", "mon,tue,wed,thu,sun"),
        ("workdays", "5 hari, libur hari Jum'at", "mon,tue,wed,thu,sun"),
        ("profile", "pmm_2024", "pmm_2024"),
        ("greeting", "-", ""),
        ("greeting", "Selamat pagi!", "Selamat pagi!"),
    ],
)
def test_answers_are_read(step: str, said: str, value: str) -> None:
    assert read(step, said, CHOICES) == value


@pytest.mark.parametrize(
    "step, said",
    [
        ("language", "jv"),
        ("zone", "GMT"),
        ("school", "#13"),
        ("school", "SD"),
        ("school", "12345"),
        ("school", "x" * 129),
        ("programme", "lain"),
        ("workdays", "7"),
        ("workdays", "7 hari, Jumat libur"),
        ("workdays", "semua hari"),
        ("workdays", "56"),
        ("profile", "bebas"),
        ("greeting", "x" * 301),
        ("hour", "nanti"),
        ("language", "  "),
        ("nothing", "x"),
    ],
)
def test_answers_that_do_not_fit_are_explained(step: str, said: str) -> None:
    with pytest.raises(Misunderstood):
        read(step, said, CHOICES)


def test_questions_come_in_order_and_end_with_a_check() -> None:
    answers: dict[str, str] = {}
    for step in STEPS:
        assert next_step(answers) == step
        answers[step] = "x"
    assert next_step(answers) == CONFIRM
