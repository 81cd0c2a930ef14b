"""When a row will be done, as teachers write it: the same week in every way of writing it, and never a traceback."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.plan_times import in_year, understood

TODAY = date(2026, 11, 20)
PERIOD = "2026/2027-2"
INDONESIAN = ("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober",
              "November", "Desember")  # fmt: skip
ENGLISH = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip
ROMAN = ("I", "II", "III", "IV")
WORDS = ("pertama", "kedua", "ketiga", "keempat")
ORDINALS = ("1st", "2nd", "3rd", "4th")
FIRST, SECOND = date(2027, 5, 15), date(2027, 5, 21)


@pytest.mark.parametrize(
    "said, spans",
    [
        ("Minggu ke-3 Bulan Mei", ["2027-05-15 2027-05-21"]),
        ("minggu ke-3 Feb dan ke-2 Mei", ["2027-02-15 2027-02-21", "2027-05-08 2027-05-14"]),
        ("Minggu ke-3 Bulan Februari dan Minggu ke-2 Bulan Mei", ["2027-02-15 2027-02-21", "2027-05-08 2027-05-14"]),
        ("minggu ke-3 Januari dan minggu ke-4 Mei", ["2027-01-15 2027-01-21", "2027-05-22 2027-05-28"]),
        ("minggu ke-1 dan ke-3 Februari", ["2027-02-01 2027-02-07", "2027-02-15 2027-02-21"]),
        ("Mei minggu ke-3 dan Juni minggu ke-1", ["2027-05-15 2027-05-21", "2027-06-01 2027-06-07"]),
        ("minggu I, II, dan IV Mei", ["2027-05-01 2027-05-07", "2027-05-08 2027-05-14", "2027-05-22 2027-05-28"]),
        ("minggu ke-1 s.d. ke-3 Maret", ["2027-03-01 2027-03-21"]),
        ("minggu 1-2 Maret", ["2027-03-01 2027-03-14"]),
        ("minggu ke-3 Mei s.d. minggu ke-1 Juni", ["2027-05-15 2027-06-07"]),
        ("minggu terakhir Juni", ["2027-06-24 2027-06-30"]),
        ("minggu ke-3 Agustus 2026", ["2026-08-15 2026-08-21"]),
        ("minggu ke-2 Febuari", ["2027-02-08 2027-02-14"]),
        ("minggu ke-5 Mei", ["2027-05-29 2027-05-31"]),
        ("minggu ke-3 Mei di SD Melati", ["2027-05-15 2027-05-21"]),
        ("1st and 3rd week of May", ["2027-05-01 2027-05-07", "2027-05-15 2027-05-21"]),
        ("bulan Mei dan Juni", ["2027-05-01 2027-05-31", "2027-06-01 2027-06-30"]),
        ("Februari - April", ["2027-02-01 2027-04-30"]),
        ("awal Mei", ["2027-05-01 2027-05-10"]),
        ("12 Mei", ["2027-05-12 2027-05-12"]),
        ("3 dan 10 Mei", ["2027-05-03 2027-05-03", "2027-05-10 2027-05-10"]),
        ("3-5 Mei dan 2 Juni", ["2027-05-03 2027-05-05", "2027-06-02 2027-06-02"]),
        ("Minggu, 3 Mei", ["2027-05-03 2027-05-03"]),  # a Sunday is named, not a week
        ("besok", ["2026-11-21 2026-11-21"]),
        ("2027-05-15", ["2027-05-15 2027-05-15"]),
        ("minggu ke-5 Februari", []),  # there is none in 2027
        ("minggu ke 9 Mei", []),
        ("minggu ke-3 Mei dan 12 Juni", []),  # rather nothing than half
        ("setiap Jumat", []),
        ("seperti biasa", []),  # no September
        ("third week", []),
        ("tidak tahu", []),
        ("", []),
    ],
)
def test_what_teachers_write(said: str, spans: list[str]) -> None:
    assert [f"{first} {last}" for first, last in understood(said, PERIOD, TODAY)] == spans


@given(week=st.integers(1, 4), month=st.integers(1, 12), year=st.integers(2024, 2040))
def test_a_week_is_the_same_however_it_is_written(week: int, month: int, year: int) -> None:
    period = f"{year}/{year + 1}"
    name, english, at = INDONESIAN[month - 1], ENGLISH[month - 1], week - 1
    first = date(year + 1 if month < 7 else year, month, 7 * week - 6)
    wanted = [(first, first + timedelta(days=6))]
    for said in (
        f"minggu ke-{week} bulan {name}", f"Minggu ke {week} {name}", f"minggu {ROMAN[at]} {name}",
        f"M{week} {name}", f"M-{ROMAN[at]} {name}", f"pekan {WORDS[at]} bulan {name}", f"minggu-{week} {name[:3]}",
        f"{name} minggu ke-{week}", f"week {week} of {english}", f"{ORDINALS[at]} week of {english}",
        f"{english}, week {ROMAN[at]}", f"minggu ke-{week} {name} {first.year}",
    ):  # fmt: skip
        assert understood(said, period, date(year, 9, 1)) == wanted, said


@given(month=st.integers(1, 12), year=st.integers(2024, 2040))
def test_every_month_lies_in_the_school_year(month: int, year: int) -> None:
    found = in_year(month, f"{year}/{year + 1}")
    assert date(year, 7, 1) <= date(found, month, 1) < date(year + 1, 7, 1)


_PIECES = st.sampled_from(
    ["minggu", "ke-", "3", "III", "Mei", "Feb", "dan", "s.d.", "-", ",", "2027", "0", "99", "pekan", "week", "of",
     "32", "awal", "terakhir", "besok", "31 Februari", "'", "hari", "٣", "Minggu,", "12/13/2027", "/", "\n"]
)  # fmt: skip


@given(st.one_of(st.text(max_size=60), st.lists(_PIECES, max_size=9).map(" ".join)))
def test_no_text_is_too_odd(said: str) -> None:
    found = understood(said, PERIOD, TODAY)
    assert found == sorted(found) and all(first <= last for first, last in found)
