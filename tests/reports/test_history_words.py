"""An exported conversation in words: for a terminal, and as one JSON object."""

import io
import json
import re

import openpyxl
import pytest

from content.texts import Texts
from reports import import_results
from reports.history import History, gather
from reports.history_page import page
from reports.history_sheet import sheet
from reports.history_threads import Consultations, Quartiles
from reports.history_words import busiest, consultation_lines, missed, plain, steps_table, terminal, types_table
from reports.shares import percent, share
from tests.reports.invented_talk import WIB, InventedTalk
from tests.reports.test_history import Given, said

ID, EN = Texts("id"), Texts("en")


@pytest.fixture(scope="module")
def whole() -> History:
    return gather(InventedTalk(), WIB)


@pytest.fixture(scope="module")
def few() -> History:
    return gather(InventedTalk(days=2), WIB)


def test_the_types_stand_with_count_and_both_percentages(whole: History) -> None:
    table = types_table(whole, ID)
    assert table.columns == ("Jenis", "n", "% dari 4", "% dari semua")
    assert table.rows[0] == (
        "Berbagi sumber belajar",
        20,
        percent(whole.shares.of_four[0]),
        percent(whole.shares.of_all[0]),
    )
    assert table.rows[4] == ("Lainnya", 20, None, percent(whole.shares.of_all[4]))
    assert any("ditebak" in note for note in table.notes)


def test_one_programmes_result_stands_there_when_asked_for_and_is_called_so(whole: History) -> None:
    assert not re.search(r"\b(45|30|15|10)\b.*program", terminal(whole, ID))
    table = types_table(whole, ID, reference=True)
    assert [row[-1] for row in table.rows] == [45, 30, 15, 10, None]
    assert "hasil satu program, bukan target" in table.notes[-1]


def test_too_few_have_counts_alone(few: History) -> None:
    table = types_table(few, ID)
    assert table.columns == ("Jenis", "n")
    assert "%" not in "".join(str(row) for row in table.rows)
    assert "perlu paling sedikit 20" in table.notes[0]


@pytest.mark.parametrize(
    "hidden, texts, is_said", [(0, 40, False), (4, 36, False), (5, 100, False), (5, 95, True), (9, 11, True)]
)
@pytest.mark.parametrize("say", [ID, EN], ids=["id", "en"])
def test_many_files_that_the_export_left_out_are_said_wherever_the_types_are(
    say: Texts, hidden: int, texts: int, is_said: bool
) -> None:
    lines = [said("2026-10-05T09:00", "Sari", "", "media")] * hidden + [said("2026-10-06T09:00", "Budi")] * texts
    found = gather(Given(lines), WIB)
    assert (found.hidden, found.media) == (hidden, hidden)
    note = say.plain("analysis.hidden", n=hidden)
    places = [terminal(found, say), page(found, say), import_results.told(found, say)]
    assert [note in one for one in places] == [is_said] * 3
    types = openpyxl.load_workbook(io.BytesIO(sheet(found, say))).worksheets[1]
    assert (note in [cell.value for row in types for cell in row]) is is_said


def test_weeks_stand_with_their_new_voices(whole: History) -> None:
    rows = steps_table(whole, ID).rows
    assert rows[0] == ("5 Okt 2026", 5, 5, 5, 5, 5, 25, 4)
    assert [row[0] for row in rows] == ["5 Okt 2026", "12 Okt 2026", "19 Okt 2026", "26 Okt 2026"]
    assert [row[-1] for row in rows] == [4, 0, 1, 0]


def test_the_terminal_gets_everything_and_no_name(whole: History) -> None:
    told = terminal(whole, ID)
    for words in (
        "5 Okt 2026 – 30 Okt 2026", "Asia/Jakarta", "Tiga orang yang paling banyak menulis mengirim 80 %", "Gini 0,28",
        "20 dari 20 pertanyaan dijawab orang lain: 100 % (84–100)", "separuh dalam 10 menit",
        "Paling ramai: Senin pukul 07.00", "baris 7: ", "dan 2 lagi",
    ):  # fmt: skip
        assert words in told
    assert not re.search("Budi|Made|Hendra|Wati", told)


def test_no_sign_that_steers_a_terminal_comes_through(whole: History) -> None:
    assert list(missed(whole, ID)) == ["baris 7: Sari  [2J hilang", "dan 2 lagi"]


@pytest.mark.parametrize(
    "minutes, words",
    [
        ((0.2, 1, 59), "less than a minute, half within 1 minute, three quarters within 59 minutes"),
        ((59.6, 90, 47 * 60), "1 hour, half within 2 hours, three quarters within 47 hours"),
        ((48 * 60, 60 * 60, 4000), "2 days, half within 2 days, three quarters within 3 days"),
    ],
)
def test_how_long_is_said_as_people_say_it(minutes: tuple[float, float, float], words: str) -> None:
    found = Consultations(6, share("answered", 5, 6), 1, Quartiles(*minutes))
    assert consultation_lines(found, EN)[1] == f"A quarter of the answers came within {words}."


def test_few_questions_have_no_share_and_few_answers_no_time() -> None:
    lines = consultation_lines(Consultations(6, share("answered", 4, 6), 1, None), EN)
    assert lines[:3] == [
        "4 of 6 questions were answered by somebody else.", "How soon cannot be told: at least 5 answers are needed.",
        "1 question was asked on the last day of this file.",
    ]  # fmt: skip


def test_without_questions_there_is_nothing_to_answer() -> None:
    assert len(consultation_lines(Consultations(0, share("answered", 0, 0), 0, None), ID)) == 1


def test_nothing_is_busiest_where_nobody_spoke() -> None:
    assert busiest(gather(InventedTalk(days=0), WIB), ID) is None
    assert terminal(gather(InventedTalk(days=0), WIB), ID)


def test_the_json_object_has_exactly_its_keys(whole: History, few: History) -> None:
    told = json.loads(json.dumps(plain(whole)))
    assert list(told) == [
        "messages", "people", "system_lines", "media", "deleted", "edited", "not_understood", "first", "last",
        "grammar", "shares", "equality", "consultations",
    ]  # fmt: skip
    assert (told["messages"], told["people"], told["not_understood"]) == (100, 5, 3)
    assert (told["first"], told["last"]) == ("2026-10-05T07:00:00+07:00", "2026-10-30T07:40:00+07:00")
    assert list(told["shares"]) == ["of_four", "of_all"]
    assert list(told["shares"]["of_four"]) == ["resource", "consultation", "coordination", "motivation"]
    four = told["shares"]["of_four"]["resource"]
    assert four["n"] == 20
    assert four["low"] < four["share"] < four["high"]
    assert sum(one["share"] for one in told["shares"]["of_all"].values()) == pytest.approx(1, abs=0.001)
    assert told["equality"] | {"first_time": None} == {
        "people": 5, "top_three": 0.8, "gini": pytest.approx(0.28), "first_time": None,
    }  # fmt: skip
    assert told["consultations"]["asked"] == told["consultations"]["answered"] == 20
    assert told["consultations"]["minutes"] == {"first_quarter": 10, "median": 10, "third_quarter": 10}
    assert plain(few)["shares"]["of_four"]["resource"] == {"n": 2, "share": None, "low": None, "high": None}
