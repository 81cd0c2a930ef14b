"""Days and kinds as people type them."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from community.calendar.dates import spans
from community.calendar.kinds import kind_of

TODAY = date(2026, 11, 18)  # a Wednesday


@pytest.mark.parametrize(
    "said, first, last, rest",
    [
        ("hari ini", "2026-11-18", "2026-11-18", ""),
        ("Besok libur", "2026-11-19", "2026-11-19", "libur"),
        ("lusa", "2026-11-20", "2026-11-20", ""),
        ("20 Des", "2026-12-20", "2026-12-20", ""),
        ("20 Desember 2026", "2026-12-20", "2026-12-20", ""),
        ("20des", "2026-12-20", "2026-12-20", ""),
        ("tgl 20", "2026-11-20", "2026-11-20", ""),
        ("tanggal 3", "2026-12-03", "2026-12-03", ""),
        ("17 November", "2027-11-17", "2027-11-17", ""),  # yesterday: the next one
        ("18 Nopember", "2026-11-18", "2026-11-18", ""),
        ("20/12", "2026-12-20", "2026-12-20", ""),
        ("20/12/26", "2026-12-20", "2026-12-20", ""),
        ("20.12.2026", "2026-12-20", "2026-12-20", ""),
        ("20-12-2026", "2026-12-20", "2026-12-20", ""),
        ("2026-12-20", "2026-12-20", "2026-12-20", ""),
        ("12/20/2026", "2026-12-20", "2026-12-20", ""),  # there is no twentieth month
        ("5/6/2027", "2027-06-05", "2027-06-05", ""),
        ("1-6 Desember ujian", "2026-12-01", "2026-12-06", "ujian"),
        ("ujian 1–6 Des", "2026-12-01", "2026-12-06", "ujian"),
        ("1 s.d. 6 Desember", "2026-12-01", "2026-12-06", ""),
        ("1 s/d 6 Des 2027", "2027-12-01", "2027-12-06", ""),
        ("1 sampai dengan 6 Des", "2026-12-01", "2026-12-06", ""),
        ("1-6/12", "2026-12-01", "2026-12-06", ""),
        ("1/12 - 6/12", "2026-12-01", "2026-12-06", ""),
        ("12/12/2026 - 14/12/2026", "2026-12-12", "2026-12-14", ""),
        ("2026-12-12 sampai 2026-12-14 rapor", "2026-12-12", "2026-12-14", "rapor"),
        ("28 Des - 3 Jan", "2026-12-28", "2027-01-03", ""),
        ("28 Des 2026 hingga 3 Januari", "2026-12-28", "2027-01-03", ""),
        ("28 Des - 3 Jan 2027", "2026-12-28", "2027-01-03", ""),
        ("Libur banjir 1-2 Des", "2026-12-01", "2026-12-02", "Libur banjir"),
        ("20 Des, Natal bersama SD Melati", "2026-12-20", "2026-12-20", "Natal bersama SD Melati"),
        ("Dec 1-6", "2026-12-01", "2026-12-06", ""),
        ("December 1st to 6th, exams", "2026-12-01", "2026-12-06", "exams"),
        ("1 to 6 December 2026", "2026-12-01", "2026-12-06", ""),
        ("12 Jan - 14 Jan", "2027-01-12", "2027-01-14", ""),
        ("Senin", "2026-11-23", "2026-11-23", ""),
        ("Rabu", "2026-11-18", "2026-11-18", ""),
        ("Rabu depan", "2026-11-25", "2026-11-25", ""),
        ("Jumat depan", "2026-11-27", "2026-11-27", ""),
        ("next friday", "2026-11-27", "2026-11-27", ""),
        ("Senin sampai Rabu", "2026-11-23", "2026-11-25", ""),
        ("besok - Sabtu", "2026-11-19", "2026-11-21", ""),
        ("hari ini sampai lusa", "2026-11-18", "2026-11-20", ""),
        ("Minggu", "2026-11-22", "2026-11-22", ""),
        ("pekan ini", "2026-11-18", "2026-11-22", ""),
        ("minggu depan ujian", "2026-11-23", "2026-11-29", "ujian"),
        ("next week", "2026-11-23", "2026-11-29", ""),
        ("3 hari", "2026-11-18", "2026-11-20", ""),
        ("3 hari mulai besok", "2026-11-19", "2026-11-21", ""),
        ("2 days from 20 December", "2026-12-20", "2026-12-21", ""),
        ("29 Februari", "2028-02-29", "2028-02-29", ""),
        ("ramadan 8 Feb 2027", "2027-02-08", "2027-02-08", "ramadan"),
        ("1 Des - 1 Des", "2026-12-01", "2026-12-01", ""),
    ],
)
def test_days_are_understood_as_people_write_them(said: str, first: str, last: str, rest: str) -> None:
    found = spans(said, TODAY)
    assert found is not None
    assert (found.first.isoformat(), found.last.isoformat(), found.rest) == (first, last, rest)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "libur",
        "besar",
        "31 Februari",
        "45/45",
        "0 Des",
        "20",
        "jam 6",
        "3/13/13/13",
        "6 Des - 1 Des 2026",
        "0 hari",
    ],
)
def test_what_names_no_day_is_not_guessed(said: str) -> None:
    assert spans(said, TODAY) is None


@pytest.mark.parametrize(
    "words, kind, label",
    [
        ("", "closed", ""),
        ("libur", "closed", ""),
        ("Libur banjir", "closed", "Libur banjir"),
        ("ujian", "exam", ""),
        ("PTS", "exam", ""),
        ("Ujian tengah semester", "exam", "Ujian tengah semester"),
        ("bagi rapor", "report", "bagi rapor"),
        ("MPLS", "orientation", ""),
        ("masuk", "open", ""),
        ("Masuk pengganti", "open", "Masuk pengganti"),
        ("Haul pendiri", "closed", "Haul pendiri"),
        ("x" * 200, "closed", "x" * 80),
    ],
)
def test_the_kind_is_heard_in_the_words(words: str, kind: str, label: str) -> None:
    assert kind_of(words) == (kind, label)


_days = some.integers(0, 300).map(lambda ahead: TODAY + timedelta(days=ahead))
_forms = some.sampled_from(
    ["{0.day}/{0.month}/{0.year}", "{0:%Y-%m-%d}", "{0.day}.{0.month}.{0.year}", "{0.day}/{0.month}"]
)
_joins = some.sampled_from([" - ", "-", " s.d. ", " sampai ", "–", " to "])


@given(_days, some.integers(0, 40), _forms, _joins)
@settings(max_examples=60, derandomize=True, deadline=None)
def test_two_days_written_in_any_form_come_back(first: date, length: int, form: str, joined: str) -> None:
    last = first + timedelta(days=length)
    found = spans(form.format(first) + joined + form.format(last), TODAY)
    assert found is not None
    assert (found.first, found.last) == (first, last)


@given(some.text(max_size=60) | some.from_regex(r"[0-9/. -]{1,20}(des|jan|hari)?", fullmatch=True))
@settings(max_examples=60, derandomize=True, deadline=None)
def test_any_text_is_days_in_order_or_nothing(said: str) -> None:
    found = spans(said, TODAY)
    assert found is None or found.first <= found.last
