"""Day or month first, hours that a clock skips, and what looks like a stamp and is none."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from community.imports.opening import Order, open_export
from community.imports.values import AmbiguousDates, Export, NotUnderstood
from tests.exports.told import opened

JAKARTA = ZoneInfo("Asia/Jakarta")


def talk(*stamps: str, body: str = "Sari: halo") -> str:
    return "".join(f"{stamp}{body}\n" for stamp in stamps)


def days(export: Export) -> list[str]:
    return [f"{datetime.fromtimestamp(one.at, JAKARTA):%Y-%m-%d}" for one in export]


@pytest.mark.parametrize(("text", "order"), [
    (talk("05/06/2025, 10:00 - ", "13/06/2025, 10:00 - "), "d/m"),  # there is no thirteenth month
    (talk("5/6/25, 10:00 AM - ", "6/13/25, 10:00 AM - "), "m/d"),
    (talk("05/06/25 18.00 - "), "d/m"),  # Indonesian hours, written with zeros
    (talk("05/06/25, 18:00 - ", body="Sari: <Media tidak disertakan>"), "d/m"),  # Indonesian words
    (talk("05.06.25, 18:00 - "), "d.m"),  # nobody writes month.day
    (talk("05-06-2025 18:00 - "), "d-m"),
    # Read the other way round, the fifth of July comes before the second of January.
    (talk("5/1/25, 18:00 - ", "7/1/25, 18:00 - ", "1/2/25, 18:00 - "), "d/m"),
    (talk("1/5/25, 18:00 - ", "1/7/25, 18:00 - ", "2/1/25, 18:00 - "), "m/d"),
    # Nobody talks on the third of four months, and on no other day.
    (talk(*(f"{day}/3/25, 18:00 - " for day in (2, 4, 5, 7))), "d/m"),
    (talk(*(f"3/{day}/25, 18:00 - " for day in (2, 4, 5, 7))), "m/d"),
    (talk("25/06/05, 18:00 - ", "25/06/17, 18:00 - ", "25/06/18, 18:00 - ", "25/07/19, 18:00 - "), "yy/m"),
])  # fmt: skip
def test_the_order_is_told_by_what_can_only_be_read_one_way(text: str, order: str) -> None:
    assert opened(text).reading.grammar.split(", ", 1)[1].startswith(order)


@pytest.mark.parametrize("text", [
    talk("05/06/2025, 10:00 - "), talk("5/6/25, 2:10 PM - ", body="Sari: <Media tidak disertakan>"),
    talk("5/6/25 18.00 - "), talk("[5/6/25 18.00.01] "),
    talk("5/6/25, 10:00 - ", "6/6/25, 10:00 - ", "7/6/25, 9:00 - "),
    talk("1/2/25, 18:00 - ", "2/3/25, 18:00 - ", "3/4/25, 18:00 - "),
])  # fmt: skip
def test_what_can_be_read_both_ways_is_asked(text: str) -> None:
    with pytest.raises(AmbiguousDates) as refused:
        opened(text)
    assert refused.value.text_key == "imports.ambiguous"
    first, second = (days(opened(text, order))[0] for order in ("dmy", "mdy"))
    assert first != second


def test_an_answer_does_not_overrule_the_file() -> None:
    text = talk("05/06/2025, 10:00 - ", "30/06/2025, 10:00 - ")
    answers: tuple[Order, Order] = ("dmy", "mdy")
    assert {tuple(days(opened(text, order))) for order in answers} == {("2025-06-05", "2025-06-30")}


def test_the_day_that_tells_may_stand_at_the_end_of_a_long_file() -> None:
    text = talk(*["05/06/2025, 10:00 - "] * 20_000, "13/06/2025, 10:00 - ")
    assert days(opened(text))[0] == "2025-06-05"


def test_a_file_out_of_order_is_read_as_it_stands() -> None:
    assert days(opened(talk("23/03/22 13.31 - ", "18/03/22 14.56 - "))) == ["2022-03-23", "2022-03-18"]


@pytest.mark.parametrize(("stamp", "utc"), [
    ("26/10/2025, 01:30 - ", "2025-10-25T23:30"), ("26/10/2025, 12:00 - ", "2025-10-26T11:00"),
    ("30/03/2025, 01:30 - ", "2025-03-30T00:30"), ("30/03/2025, 12:00 - ", "2025-03-30T10:00"),
    ("31/03/2025, 00:10 - ", "2025-03-30T22:10"),
])  # fmt: skip
def test_days_on_which_clocks_change(stamp: str, utc: str) -> None:
    export = open_export([f"{stamp}Sari: halo\n".encode()], ZoneInfo("Europe/Amsterdam"))
    assert [f"{datetime.fromtimestamp(one.at, ZoneInfo('UTC')):%Y-%m-%dT%H:%M}" for one in export] == [utc]


@pytest.mark.parametrize(("time", "hour"), [
    ("12:05 AM", 0), ("12:05 PM", 12), ("1:05 p.m.", 13), ("11:05 P. M.", 23), ("24:05", 0), ("0:05", 0),
])  # fmt: skip
def test_hours(time: str, hour: int) -> None:
    (one,) = opened(f"30/08/2025, {time} - Sari: halo\n")
    assert datetime.fromtimestamp(one.at, JAKARTA) == datetime(2025, 8, 30, hour, 5, tzinfo=JAKARTA)


def test_a_day_that_does_not_exist_is_part_of_the_text_before_and_said() -> None:
    export = opened(talk("30/08/25 18.00 - ") + "31/02/25 18.00 - selesai\nlanjut\n" + talk("30/08/25 25.00 - ")
                    + "30/08/25 18.01 - Budi: ya\n")  # fmt: skip
    assert [(one.sender, one.text, one.key) for one in export] == [
        ("Sari", "halo\n31/02/25 18.00 - selesai\nlanjut\n30/08/25 25.00 - Sari: halo", 1), ("Budi", "ya", 5),
    ]  # fmt: skip
    assert export.reading.not_understood == [
        NotUnderstood(2, "31/02/25 18.00 - selesai"), NotUnderstood(4, "30/08/25 25.00 - Sari: halo"),
    ]  # fmt: skip


def test_a_line_in_another_grammar_is_text_and_said() -> None:
    export = opened("30/08/25 18.00 - Sari: jadwal\n30/8/2025, 18:00 - mulai\n05/10/26 jam 14.38 - selesai\n")
    assert len(list(export)) == 1
    assert [place.line for place in export.reading.not_understood] == [2, 3]


def test_what_stands_before_the_first_message_is_said() -> None:
    export = opened("Riwayat chat\n\nKelas 4\n30/08/25 18.00 - Sari: halo\n")
    assert [one.key for one in export] == [4]
    assert export.reading.not_understood == [NotUnderstood(1, "Riwayat chat"), NotUnderstood(3, "Kelas 4")]


def test_only_the_first_hundred_places_are_kept_and_all_are_counted() -> None:
    export = opened("x\n" * 500 + "30/08/25 18.00 - Sari: halo\n")
    for _ in range(2):
        assert len(list(export)) == 1
        assert (len(export.reading.not_understood), export.reading.how_many_not_understood) == (100, 500)
