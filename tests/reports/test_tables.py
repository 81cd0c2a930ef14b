"""Tables on a phone and in a file."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.sheets.cells import neutral
from reports.tables import Table, as_csv, as_text
from tests.house import tree


def test_a_narrow_table_stands_in_columns() -> None:
    table = Table("Kehadiran", ("Guru", "n"), (("Sari", 3), ("Budi", 12)))
    assert as_text(table) == "Guru  n\nSari  3\nBudi 12"


def test_a_long_name_takes_lines_of_its_own_and_the_figures_stand_beneath() -> None:
    table = Table("Jenis", ("Jenis", "n", "%"), (("Konsultasi masalah pembelajaran", 30, "30 (22–40)"),))
    assert as_text(table).splitlines() == [
        "Jenis",
        "                  n          %",
        "Konsultasi masalah",
        "pembelajaran",
        "                 30 30 (22–40)",
    ]


def test_a_single_figure_stays_beside_a_long_name() -> None:
    rows = (("Konsultasi masalah pembelajaran", 2), ("Lainnya", 13))
    assert as_text(Table("Jenis", ("Jenis", "n"), rows)).splitlines() == [
        "Jenis                        n",
        "Konsultasi masalah",
        "pembelajaran                 2",
        "Lainnya                     13",
    ]


def test_a_figure_that_leaves_no_room_for_a_name_stands_beneath_it() -> None:
    table = Table("Jenis", ("Jenis", "Kapan"), (("Lainnya", "sejak Senin sampai Jumat"),))
    assert as_text(table).splitlines()[-2:] == ["Lainnya", "      sejak Senin sampai Jumat"]


def test_what_is_missing_is_a_dash_on_the_phone_and_empty_in_the_file() -> None:
    table = Table("Jenis", ("Jenis", "n"), (("Lainnya", None),))
    assert "–" in as_text(table)
    assert as_csv(table) == "Jenis,n\nLainnya,\n"


def test_a_row_that_does_not_fit_its_columns_is_refused() -> None:
    with pytest.raises(ValueError, match="3 cells under 2 columns"):
        Table("Jenis", ("Jenis", "n"), (("Lainnya", 1, 2),))


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "'=", "\t=", "\n=", "\r="])
def test_no_word_in_a_csv_is_taken_for_a_formula_and_each_way_out_hides_the_same(sign: str) -> None:
    words = f"{sign}1+1"
    ((cell, n),) = list(csv.reader(io.StringIO(as_csv(Table("x", ("a", "n"), ((words, -3),))))))[1:]
    assert cell == neutral(words.replace("\r", "\n")) and cell.startswith("'") and n == "-3", "a number stays a number"


names = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=60)


@given(rows=st.lists(st.tuples(names, st.integers(0, 9999), st.sampled_from(["–", "45 (36–55)", "100 (99–100)"]))))
@settings(max_examples=60)
def test_no_line_is_wider_than_the_phone_and_no_figure_is_lost(rows: list[tuple[str, int, str]]) -> None:
    table = Table("Jenis", ("Jenis", "n", "%"), tuple(rows))
    shown = as_text(table)
    assert max(len(line) for line in shown.split("\n")) <= 30
    for _, n, share in rows:
        assert str(n) in shown
        assert share in shown
    assert len(list(csv.reader(io.StringIO(as_csv(table))))) == len(rows) + 1


def test_no_workbook_takes_words_for_formulas_or_links() -> None:
    """Each is told so where it is made: not everyone holds words of people today."""
    made = {tree.name(path): path.read_text(encoding="utf-8") for path in tree.modules(tests=False)}
    books = {name: text for name, text in made.items() if "import xlsxwriter" in text or "from xlsxwriter" in text}
    assert {"content/sheets/cells.py", "reports/tables.py"} <= books.keys()
    for name, text in books.items():
        many = text.count("Workbook(")
        assert [text.count(f'"strings_to_{what}": False') for what in ("formulas", "urls")] == [many, many], name
