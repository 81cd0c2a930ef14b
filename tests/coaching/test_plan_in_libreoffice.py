"""The exported plan as LibreOffice sees it: clean cells, no formula, and what LibreOffice saves comes back unchanged.

Needs `apt install --no-install-recommends libreoffice-calc`, which `make test` does not fetch: for `make chaos`.
"""

import csv
import io
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from coaching import plan_sheets
from content.texts import Texts
from tests.coaching.plan_rows import ROWS, cells
from tests.coaching.test_plan_sheets import BELOW, TOP, as_rows, read, xlsx

pytestmark = pytest.mark.chaos
SAY = Texts("id")
# Comma, quotes, UTF-8, every cell as it is shown, formulas as formulas, all sheets.
CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1"
PATIENCE = 180  # seconds for one start of LibreOffice on a busy machine

EVIL: dict[str, Any] = {
    "aim": '=HYPERLINK("http://contoh.example","klik")', "result": "+2+3 kegiatan", "place": "@SUM(A1)",
    "challenge": "-1+1", "material": "'=1+1", "preparation": "0123", "anticipation": "1/2",
    "support_form": "baris satu\nbaris dua",
}  # fmt: skip
PLAN = [ROWS[0] | EVIL, *ROWS[1:]]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the plan in it (rhk.xlsx), a profile of its own, and LibreOffice on this machine."""
    if shutil.which("localc") is None:  # `soffice` alone may be there without what opens sheets
        pytest.skip("left out: LibreOffice is not here (apt install --no-install-recommends libreoffice-calc)")
    folder = tmp_path_factory.mktemp("office")
    (folder / "rhk.xlsx").write_bytes(plan_sheets.write(as_rows(PLAN), SAY))
    (folder / "sums.xlsx").write_bytes(_with_sums())
    return folder


def _with_sums() -> bytes:
    """The school's own form, in which somebody lets the sheet reckon the points."""
    book = load_workbook(io.BytesIO(xlsx(TOP, BELOW, *cells(), ["Jumlah"])))
    page = book.active
    assert page is not None
    for row in (3, 4, 5):
        page[f"F{row}"] = f"=D{row}*E{row}"
    page["F6"] = "=SUM(F3:F5)"
    into = io.BytesIO()
    book.save(into)
    return into.getvalue()


def _converted(folder: Path, to: str, into: str, *files: Path) -> Path:
    """Opened by LibreOffice and saved as something else, into a folder of that name."""
    done = subprocess.run(
        ["soffice", "--headless", "--norestore", f"-env:UserInstallation={(folder / 'profile').as_uri()}",
         "--convert-to", to, "--outdir", str(folder / into), *map(str, files)],
        capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder / into


@pytest.fixture(scope="module")
def saved(office: Path) -> Path:
    """Both sheets, opened, saved as .ods, opened again and saved as .xlsx."""
    ods = _converted(office, "ods", "ods", office / "rhk.xlsx", office / "sums.xlsx")
    return _converted(office, "xlsx", "xlsx", ods / "rhk.ods", ods / "sums.ods")


def test_every_cell_is_shown_as_it_was_written(office: Path) -> None:
    (shown,) = _converted(office, CSV, "csv", office / "rhk.xlsx").glob("*.csv")
    with shown.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    written = load_workbook(office / "rhk.xlsx")["RHK"]
    assert len(rows) == 2 + len(PLAN) and {len(row) for row in rows} == {14}
    for place, row in enumerate(rows, 1):
        for column, words in enumerate(row, 1):
            value = written.cell(place, column).value
            assert words == ("" if value is None else str(value)), f"{column}, {place}"
    above = [SAY.plain(f"plans.column.{name}") for name in ("carrying_out", "support")]
    assert [rows[0][9], rows[0][12]] == above and rows[0][10:12] == ["", ""]
    assert [row[5] for row in rows[2:]] == ["16", "8", "8"]
    assert rows[2][2].startswith("'=HYPERLINK") and not any(one.startswith(("=", "+", "-", "@")) for one in rows[2])


def test_nothing_in_it_is_a_formula_or_a_link(saved: Path) -> None:
    with zipfile.ZipFile(saved.parent / "ods" / "rhk.ods") as packed:
        content = packed.read("content.xml").decode()
    assert "table:formula" not in content and "xlink:href" not in content
    with zipfile.ZipFile(saved.parent / "ods" / "sums.ods") as packed:
        assert "table:formula" in packed.read("content.xml").decode(), "where there is one it is found"


def test_a_sheet_that_libreoffice_saved_comes_back_unchanged(office: Path, saved: Path) -> None:
    before, after = read((office / "rhk.xlsx").read_bytes()), read((saved / "rhk.xlsx").read_bytes())
    assert after == before
    assert (after.problems, after.remarks, after.unused) == ([], [], [])
    assert [row["result"] for row in after.rows] == [row["result"] for row in PLAN]
    assert [row["aim"] for row in after.rows] == [row["aim"] for row in PLAN]
    merged = {str(one) for one in load_workbook(saved / "rhk.xlsx")["RHK"].merged_cells.ranges}
    assert merged == {*(f"{column}1:{column}2" for column in "ABCDEFGHI"), "J1:L1", "M1:N1"}


def test_sums_reckoned_by_the_sheet_are_read_as_numbers(saved: Path) -> None:
    sheet = read((saved / "sums.xlsx").read_bytes())
    assert (sheet.problems, sheet.remarks) == ([], [])
    assert [(row["quantity"], row["points"]) for row in sheet.rows] == [(2, 8), (2, 4), (2, 4)]


def test_a_wrong_sum_of_the_sheet_is_told(office: Path) -> None:
    book: Workbook = load_workbook(io.BytesIO(_with_sums()))
    page = book.active
    assert page is not None
    page["F3"] = "=D3*E3+1"
    book.save(office / "wrong.xlsx")
    again = _converted(office, "xlsx", "wrong", office / "wrong.xlsx")
    assert read((again / "wrong.xlsx").read_bytes()).remarks == ["F3: di lembar 17, hitungan saya 16"]
