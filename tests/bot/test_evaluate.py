"""`sejawat evaluate`: tables and sentences, or one JSON object; a page and a sheet; one line and exit 2 otherwise."""

import json
import sys
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from bot.commands import app
from tests.reports.evaluation_data import DATA

RUBRIC, SCHOOLS = DATA / "evaluation_rubric.csv", DATA / "evaluation_schools.csv"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["evaluate", *map(str, words)])


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("id", ("7,96 poin lebih tinggi", "4,00 sampai 11,92; p = 0,00012", "F(1, 117)", "tidak membuktikan")),
        ("en", ("7.96 points above", "4.00 to 11.92; p = 0.00012", "F(1, 117)", "does not prove")),
    ],
)
def test_the_result_is_said_with_its_doubt(language: str, told: tuple[str, ...]) -> None:
    done = run(RUBRIC, "--max", "100", "--language", language)
    assert (done.exit_code, done.stderr) == (0, "")
    words = " ".join(done.stdout.split())
    assert [one for one in told if one not in words] == []


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (
            "uneven",
            (
                "kemiringan sama tidak terpenuhi (F(1, 49) = 12,09; p = 0,0011), maka",
                "SELISIH MENURUT SKOR",
                "dibandingkan, 31 orang",
            ),
        ),
        ("skewed", ("bentuk normal tidak terpenuhi", "maka dipakai uji peringkat Quade", "selisih dan rentangnya")),
        ("schools", ("korelasi dalam sekolah 0,21", "6 dan 7 sekolah, CR2, derajat bebas 9,7")),
    ],
)
def test_a_failed_assumption_is_said_with_what_was_done(name: str, told: tuple[str, ...]) -> None:
    words = " ".join(run(DATA / f"evaluation_{name}.csv").stdout.split())
    assert [one for one in told if one not in words] == []
    assert "Gain tidak dihitung" in words


def test_json_is_one_object_and_nothing_else(tmp_path: Path) -> None:
    done = run(RUBRIC, "--max", "100", "--json", "--out", tmp_path / "hasil")
    figures = json.loads(done.stdout)
    assert (figures["ancova"]["df2"], round(figures["ancova"]["p"], 6)) == (117, 0.000119)
    assert (figures["reading"]["method"], figures["schools"], figures["drawn_by_lot"]) == ("ancova", None, False)
    assert sorted(path.name for path in (tmp_path / "hasil").iterdir()) == ["evaluation.html", "evaluation.xlsx"]


def test_page_and_sheet_say_the_same_and_name_nobody(tmp_path: Path) -> None:
    assert run(SCHOOLS, "--max", "100", "--out", tmp_path).exit_code == 0
    page = unescape((tmp_path / "evaluation.html").read_text(encoding="utf-8"))
    book = load_workbook(BytesIO((tmp_path / "evaluation.xlsx").read_bytes()))
    cells = [
        str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None
    ]
    for words in ("korelasi dalam sekolah 0,21", "* Sama, sekolah diperhitungkan (CR2), poin", "Bartlett"):
        assert words in page
        assert any(words in cell for cell in cells)
    assert not any(name in where for where in (page, *cells) for name in ("G001", "Melati", "SDN"))
    assert "<script" not in page and "http" not in page.replace("http-equiv", "")
    exact = dict(list(book["JSON"].iter_rows(values_only=True))[1:])
    assert exact["schools.difference.p"] == pytest.approx(0.0287436480778, rel=1e-6)


def test_a_group_that_is_called_like_markup_stays_words(tmp_path: Path) -> None:
    hostile = tmp_path / "skor.csv"
    rows = [f"G{n},{('program <b>', 'kontrol')[n % 2]},{n % 5},{n % 7 + n % 2}" for n in range(30)]
    hostile.write_text("\n".join(["kode,kelompok,awal,akhir", *rows]), encoding="utf-8")
    done = run(hostile, "--out", tmp_path)
    assert done.exit_code == 0, done.stderr
    assert "<b>" not in (tmp_path / "evaluation.html").read_text(encoding="utf-8")


def test_a_lot_is_believed_only_when_it_is_said() -> None:
    assert "bukti" in run(RUBRIC).stdout
    assert "akibat program" in " ".join(run(RUBRIC, "--drawn").stdout.split())


def test_mistakes_in_the_sheet_are_named_and_end_it(tmp_path: Path) -> None:
    sheet = tmp_path / "skor.csv"
    sheet.write_text("kode,kelompok,awal,akhir\n" + "".join(f"G{n},program,x,{n}\n" for n in range(30)))
    done = run(sheet)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "C2: " in done.stderr and "10 lagi" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("tidak-ada.csv",), "tidak ada"),
        ((RUBRIC, "--min", "5", "--max", "5"), "--min"),
        ((RUBRIC, "--max", "60"), "di luar skala"),
        ((RUBRIC, "--programme", "gugus"), "gugus"),
        ((RUBRIC, "--out", RUBRIC), "evaluation_rubric.csv"),
        ((RUBRIC, "--language", "jv"), "id | en"),
    ],
)
def test_a_bad_argument_is_one_clear_line(words: tuple[str | Path, ...], told: str) -> None:
    done = run(*words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert told in done.stderr


def test_without_scipy_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy", None)
    done = run(RUBRIC)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.strip().endswith("make research")


def test_an_empty_sheet_to_fill_in(tmp_path: Path) -> None:
    done = run(tmp_path / "skor.xlsx", "--template")
    assert done.exit_code == 0
    assert load_workbook(tmp_path / "skor.xlsx").worksheets[0]["A1"].value == "Kode"
